/** Tells when the network of this device changes, and when the page goes. */

interface NetworkEvents {
  onOnline(): void;
  onOffline(): void;
  /** Another kind of network: other paths. */
  onChange(): void;
  /** The page is seen again. */
  onVisible(): void;
  /** The page goes, for good or into the browser's memory. */
  onPageHide(): void;
}

/** Network Information API, WICG: not in the type library, nor in every browser. */
interface NetworkInformation extends EventTarget {
  /** Such as wifi or cellular; on computers often unknown. */
  readonly type?: string;
}

export function watchNetwork(events: NetworkEvents, signal: AbortSignal): void {
  addEventListener("online", () => events.onOnline(), { signal });
  addEventListener("offline", () => events.onOffline(), { signal });
  addEventListener("pagehide", () => events.onPageHide(), { signal });
  document.addEventListener("visibilitychange", () => !document.hidden && events.onVisible(), { signal });
  const { connection } = navigator as { connection?: NetworkInformation };
  if (connection === undefined) return;
  let { type } = connection;
  // It also fires for each new estimate of the line's speed.
  const onChange = (): void => {
    if (connection.type === type) return;
    type = connection.type;
    events.onChange();
  };
  connection.addEventListener("change", onChange, { signal });
}
