import type { ChannelState } from "../../api/contract/channel-state.ts";

const retryMs = 2_000;

export interface ChannelEvents {
  /** Opens or closes the stream of events; the server's first event always carries the whole state. */
  setOpen(isOpen: boolean): void;
}

/** Follows the `state` events of a channel, over every kind of failure. Closed until `setOpen(true)`. */
export const followChannel = (url: string, onState: (state: ChannelState) => void): ChannelEvents => {
  let source: EventSource | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const close = (): void => {
    clearTimeout(retryTimer);
    source?.close();
    source = null;
  };

  const open = (): void => {
    close();
    // The page's frame follows what is live in the same stream; a player in a page of others has no frame.
    const opened = new EventSource(document.querySelector(".site-header") === null ? url : `${url}?site`);
    source = opened;
    opened.addEventListener("state", (event: MessageEvent<string>) => onState(JSON.parse(event.data) as ChannelState));
    opened.addEventListener("site", ({ data }: MessageEvent<string>) => {
      document.dispatchEvent(new CustomEvent("site", { detail: { data } }));
    });
    opened.addEventListener("error", () => {
      // The browser reconnects by itself after a broken connection, but gives up after an HTTP error.
      if (opened.readyState === EventSource.CLOSED && source === opened) {
        retryTimer = setTimeout(open, retryMs);
      }
    });
  };

  return {
    setOpen(isOpen) {
      if (isOpen && source === null) {
        open();
      } else if (!isOpen) {
        close();
      }
    },
  };
};
