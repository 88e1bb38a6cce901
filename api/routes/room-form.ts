import { CallEntry, CallMode, roomNameMaxCharacters } from "../../signaling/contract/call.ts";
import { cleanName } from "../../signaling/contract/clean-text.ts";
import type { RoomsProps } from "../../web/views/rooms.tsx";

type Form = RoomsProps["form"];
type Field = "name" | "mode" | "entry" | "passcode";

export const roomFormFields: Field[] = ["name", "mode", "entry", "passcode"];

const passcodeMinCharacters = 4;
/** Each costs as much to check as it is long. */
const passcodeMaxCharacters = 64;

/** What somebody wants a room to be like, and what is wrong with that. */
export interface RoomForm extends Form {
  /** null: none was typed. */
  passcode: string | null;
}

/** Reads the fields of a room's form. What is wrong with one stands in `errors`, and what was typed in `values`. */
export function readRoomForm(fields: Record<Field, string>): RoomForm {
  const name = cleanName(fields.name);
  const mode = CallMode.safeParse(fields.mode).data;
  const entry = CallEntry.safeParse(fields.entry).data;
  const passcode = fields.passcode.trim();
  const errors: Form["errors"] = {};
  if (name === "") errors.name = "name-missing";
  else if ([...name].length > roomNameMaxCharacters) errors.name = "name-too-long";
  if (mode === undefined) errors.mode = "mode-unknown";
  if (entry === undefined) errors.entry = "entry-unknown";
  const { length } = [...passcode];
  if (passcode !== "" && length < passcodeMinCharacters) errors.passcode = "passcode-too-short";
  if (length > passcodeMaxCharacters) errors.passcode = "passcode-too-long";
  return {
    values: { name, mode: mode ?? "meeting", entry: entry ?? "link" },
    errors,
    passcode: passcode === "" ? null : passcode,
  };
}

export const hasErrors = ({ errors }: Pick<Form, "errors">): boolean => Object.keys(errors).length > 0;
