import type { CallEntry, CallMode } from "../../../../signaling/contract/call.ts";

/** What the page says of its room: the attributes of `#call` (web/views/room.tsx). */
export interface RoomFacts {
  callId: string;
  name: string;
  mode: CallMode;
  entry: CallEntry;
  url: string;
  capacity: number;
  /** The account's name; null: a guest. */
  yourName: string | null;
  isHost: boolean;
  hasPasscode: boolean;
}

export function roomFactsOf({ dataset }: HTMLElement): RoomFacts {
  const entry = dataset["entry"];
  return {
    callId: dataset["callId"] ?? "",
    name: dataset["name"] ?? "",
    mode: dataset["mode"] === "stage" ? "stage" : "meeting",
    entry: entry === "knock" || entry === "signed-in" ? entry : "link",
    url: dataset["url"] ?? location.href,
    capacity: Number(dataset["capacity"]),
    yourName: dataset["yourName"] ?? null,
    isHost: dataset["isHost"] !== undefined,
    hasPasscode: dataset["hasPasscode"] !== undefined,
  };
}
