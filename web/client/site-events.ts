import type { SiteEvent } from "../../api/contract/site-event.ts";

const retryMs = 5_000;

/**
 * Follows the events `site` of the page. A page with a stream of its own carries them in it and hands them on as an event
 * of the document; else a stream is opened here, while somebody looks: browsers allow a host six connections over all tabs.
 */
export const followSite = (onEvent: (event: SiteEvent) => void): void => {
  const read = (data: string): void => onEvent(JSON.parse(data) as SiteEvent);
  document.addEventListener("site", (event) => read((event as CustomEvent<{ data: string }>).detail.data));
  if (document.querySelector("[hx-sse\\:connect], live-player[data-events]") !== null) return;

  let source: EventSource | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const update = (): void => {
    clearTimeout(retryTimer);
    if (document.hidden) {
      source?.close();
      source = null;
    } else {
      source ??= open();
    }
  };
  const open = (): EventSource => {
    const opened = new EventSource("/events/site");
    opened.addEventListener("site", (event: MessageEvent<string>) => read(event.data));
    opened.addEventListener("error", () => {
      // The browser comes back by itself after a broken connection, but gives up after an HTTP error.
      if (opened.readyState === EventSource.CLOSED && source === opened) {
        source = null;
        retryTimer = setTimeout(update, retryMs + Math.random() * retryMs);
      }
    });
    return opened;
  };
  document.addEventListener("visibilitychange", update);
  // A page that waits in the browser's memory for "Back" must not hold a connection.
  addEventListener("pagehide", () => {
    source?.close();
    source = null;
  });
  addEventListener("pageshow", update);
  update();
};
