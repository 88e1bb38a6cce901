/** What the event `site` says on every page: the same for everybody, so that it is written once. */
export interface SiteEvent {
  /** Most viewers first; bounded, with the newest streams always among them. */
  live: SiteChannel[];
}

export interface SiteChannel {
  /** Of `/@name`. */
  name: string;
  displayName: string;
  /** "": it has none of its own. */
  title: string;
  /** By its names in our languages; null: none is set. */
  category: { en: string; id: string } | null;
  viewers: number;
  avatarUrl: string | null;
  /** Classes of the channel's own pattern. */
  poster: string;
  /** Unix time, ms: with the name it tells one stream from the next. */
  startedAt: number;
}
