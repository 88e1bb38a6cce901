/** Everything that can be wrong with a form about rooms; api says which, the texts say it in words. */
export type RoomsErrorKey =
  | "name-missing"
  | "name-too-long"
  | "passcode-too-short"
  | "passcode-too-long"
  | "mode-unknown"
  | "entry-unknown"
  /** Somebody has as many open rooms as one may have. */
  | "too-many-rooms"
  /** Too many rooms from one address in a short time. */
  | "too-fast"
  /** What was typed to join by is no room's link or code. */
  | "room-unknown";
