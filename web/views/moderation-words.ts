import type { ChatAction } from "../../api/contract/chat-actions.ts";

/** What the log of a chat says of an action, before and after the name of whom it was done to. */
type Words = [before: string, after?: string];

const isOn = (detail: string | null): boolean => detail === "on" || detail === "true";

/** Such as `10 minutes`, in the largest unit that is whole. */
export function durationWords(seconds: number): string {
  const units: [length: number, name: string][] = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  const [length, name] = units.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, "second"];
  const count = seconds / length;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** `detail` is the value that was set, as the log keeps it. */
export function wordsOf(action: ChatAction["action"], detail: string | null): Words {
  switch (action) {
    case "delete":
      return ["removed a message of"];
    case "timeout":
      return ["kept", `from writing for ${durationWords(Number(detail))}`];
    case "ban":
      return ["banned"];
    case "unban":
      return ["let", "write again"];
    case "slow":
      return [Number(detail) === 0 ? "turned slow mode off" : `set slow mode to ${durationWords(Number(detail))}`];
    case "followers":
      return [followersWords(detail)];
    case "signed-in":
      return [isOn(detail) ? "hid the chat from people who are not signed in" : "showed the chat to everyone"];
    case "emoji-only":
      return [isOn(detail) ? "let only emoji through" : "let all text through"];
    case "duplicates":
      return [isOn(detail) ? "allowed to say the same thing twice" : "forbade to say the same thing twice"];
    case "links":
      return [isOn(detail) ? "allowed links" : "forbade links"];
    case "block-word":
      return [`blocked the word “${detail}”`];
    case "unblock-word":
      return [`allowed the word “${detail}” again`];
    case "pin":
      return ["pinned a message of"];
    case "unpin":
      return ["took down the pinned message"];
    case "mod":
      return ["made", "a moderator"];
    case "unmod":
      return ["ended that", "is a moderator"];
  }
}

function followersWords(detail: string | null): string {
  if (detail === null || detail === "off") return "let everyone write";
  if (detail === "0") return "let only followers write";
  return `let only those write who have followed for ${durationWords(Number(detail) * 60)}`;
}
