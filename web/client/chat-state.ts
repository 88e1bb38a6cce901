import type { ChatEvent, ChatLine, ChatSettings, Writing } from "../../signaling/contract/chat.ts";
import { authorOf } from "../../signaling/contract/line-id.ts";
import type { Position, ServerMessage, You } from "../../signaling/contract/messages.ts";

/** What the chat knows of its room. It follows from the server's messages alone; own lines on their way are in chat-outbox.ts. */
export interface ChatState {
  /** null: not welcomed yet. */
  you: You | null;
  room: Room | null;
  /** What the list shows, oldest first. Keys are unique; a line's key is its id. */
  entries: readonly Entry[];
  viewers: number | null;
  /** Events are missing: the server has to be asked for them. */
  hasGap: boolean;
  /** Counts divisions and notices, for their keys. */
  added: number;
}

interface Room {
  epoch: number;
  /** Number of the last event that is part of this. */
  seq: number;
  settings: ChatSettings;
  pinned: ChatLine | null;
  writing: Writing;
}

export type Entry =
  | { type: "line"; key: string; line: ChatLine }
  /** Everything above was loaded anew: the server could not say what had been missed. */
  | { type: "reloaded"; key: string }
  /** For this person only. */
  | { type: "notice"; key: string; text: string }
  /** The commands that this person may use, asked for by them. */
  | { type: "help"; key: string };

export const initialState: ChatState = {
  you: null,
  room: null,
  entries: [],
  viewers: null,
  hasGap: false,
  added: 0,
};

/** A line as it is shown to this person. */
export interface ShownLine {
  line: ChatLine;
  /** On its way: not sent yet, or shown and not stored for a while; null: nothing to say. */
  mark: "unsent" | "unsaved" | null;
}

export type ShownEntry = (ShownLine & { type: "line"; key: string }) | Exclude<Entry, { type: "line" }>;

/** Where this client has got to, for hello and recover; null before the first welcome. */
export const positionOf = ({ room }: ChatState): Position | null =>
  room === null ? null : { epoch: room.epoch, seq: room.seq };

/** The state after a message. At most `maxEntries` entries are kept, the newest ones. */
export function receive(state: ChatState, message: ServerMessage, maxEntries: number): ChatState {
  switch (message.type) {
    case "welcome": {
      const { you, viewers, history } = message;
      const known = { ...state, you, viewers, hasGap: false };
      if (history.type === "whole") return reload(known, message, history.lines, maxEntries);
      const caughtUp = state.room === null ? known : applyEvents({ ...known, room: state.room }, history.events);
      return trim({ ...caughtUp, room: roomOf(message) }, maxEntries);
    }
    case "reset":
      return reload({ ...state, hasGap: false }, message, message.lines, maxEntries);
    case "events": {
      if (state.room === null) return state;
      const expected = state.room.seq + 1;
      if (message.seq > expected) return { ...state, hasGap: true };
      // The answer to a question may overlap with what came by itself meanwhile.
      const fresh = message.events.slice(expected - message.seq);
      if (fresh.length === 0) return state;
      return trim(applyEvents({ ...state, room: state.room, hasGap: false }, fresh), maxEntries);
    }
    case "you":
      return { ...state, you: message.you };
    case "viewers":
      return { ...state, viewers: message.viewers };
    // The outbox's.
    case "ack":
    case "error":
    case "pong":
      return state;
  }
}

/** Says something to this person alone, in the list. */
export const addNotice = (state: ChatState, text: string): ChatState =>
  add(state, { type: "notice", key: `notice ${state.added}`, text });

/** Lists the commands, for this person alone. */
export const addHelp = (state: ChatState): ChatState => add(state, { type: "help", key: `help ${state.added}` });

const add = (state: ChatState, entry: Entry): ChatState => ({
  ...state,
  added: state.added + 1,
  entries: [...state.entries, entry],
});

type RoomFields = Pick<Room, "epoch" | "seq" | "settings" | "pinned" | "writing">;

const roomOf = ({ epoch, seq, settings, pinned, writing }: RoomFields): Room => ({
  epoch,
  seq,
  settings,
  pinned,
  writing,
});

const entryOf = (line: ChatLine): Entry => ({ type: "line", key: line.id, line });

function trim(state: ChatState, maxEntries: number): ChatState {
  return state.entries.length <= maxEntries ? state : { ...state, entries: state.entries.slice(-maxEntries) };
}

function reload(state: ChatState, fields: RoomFields, lines: ChatLine[], maxEntries: number): ChatState {
  const entries = [...new Map(lines.map((line) => [line.id, entryOf(line)])).values()];
  const isFirst = state.room === null;
  // The division stands below what was loaded: from there on nothing is missing.
  if (!isFirst && entries.length > 0) entries.push({ type: "reloaded", key: `reloaded ${state.added}` });
  return trim({ ...state, room: roomOf(fields), entries, added: state.added + 1 }, maxEntries);
}

function applyEvents(state: ChatState & { room: Room }, events: readonly ChatEvent[]): ChatState {
  // One copy for the whole batch: a burst brings hundreds.
  let entries = [...state.entries];
  const keys = new Set(entries.map(({ key }) => key));
  const room = { ...state.room, seq: state.room.seq + events.length };
  const remove = (isRemoved: (id: string) => boolean): void => {
    entries = entries.flatMap((entry) => withoutRemoved(entry, isRemoved));
    if (room.pinned !== null && isRemoved(room.pinned.id)) room.pinned = null;
  };
  for (const event of events) {
    switch (event.type) {
      case "line":
        if (!keys.has(event.line.id)) entries.push(entryOf(event.line));
        keys.add(event.line.id);
        break;
      case "removed":
        remove((id) => id === event.id);
        break;
      case "purged":
        remove((id) => authorOf(id) === event.author);
        break;
      case "settings":
        room.settings = event.settings;
        break;
      case "pinned":
        room.pinned = event.line;
        break;
      case "writing":
        room.writing = event.writing;
        break;
    }
  }
  return { ...state, entries, room };
}

/** Which lines a message removes; null: none. */
export function removedBy(message: ServerMessage): ((id: string) => boolean) | null {
  const events =
    message.type === "events"
      ? message.events
      : message.type === "welcome" && message.history.type === "missed"
        ? message.history.events
        : [];
  const ids = new Set(events.flatMap((event) => (event.type === "removed" ? [event.id] : [])));
  const authors = new Set(events.flatMap((event) => (event.type === "purged" ? [event.author] : [])));
  if (ids.size + authors.size === 0) return null;
  return (id) => ids.has(id) || authors.has(authorOf(id));
}

/** The entry, if it stays; a quote of a removed line goes from the line that answers it. */
function withoutRemoved(entry: Entry, isRemoved: (id: string) => boolean): Entry[] {
  if (entry.type !== "line") return [entry];
  if (isRemoved(entry.line.id)) return [];
  const { reply, ...line } = entry.line;
  return reply !== undefined && isRemoved(reply.id) ? [entryOf(line)] : [entry];
}
