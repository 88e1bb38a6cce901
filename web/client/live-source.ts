/** Where the picture comes from: hls.js, or the browser's own HLS on iPhones before iOS 17.1. */
export interface LiveSource {
  /** The stream is said to be back: try at once instead of waiting for the next attempt. */
  retryNow(): void;
  goToLive(): void;
  /** How far the picture is behind where it should be, s; 0 when unknown. */
  behindS(): number;
  /** How far the picture is behind the newest that there is, s; null when unknown. */
  latencyS(): number | null;
  /** Of what is loaded, bits a second; null when unknown. */
  bitrate(): number | null;
  close(): void;
}

export interface SourceReport {
  /** Playlists or media cannot be fetched (true), or can again. */
  onFetching(isFailing: boolean): void;
  /** There is no place for another viewer right now. The source tries again by itself; `onFetching(false)` says that there is one. */
  onFull(): void;
  /** The media element was emptied and filled anew: it has to be told to play again. */
  onRestarted(): void;
  /** The browser has no decoder for what the stream is made of. */
  onUnsupported(): void;
}
