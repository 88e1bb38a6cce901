import type { SettingField } from "../../web/views/chat-moderation.tsx";
import type { ChatAction } from "../contract/chat-actions.ts";

/**
 * The form of a chat's rules. Each field travels with what it held when the form was made: only what somebody changed is
 * set, so that of two people who change different rules at once neither undoes the other's.
 */

/** What each field sets; the values are checked by the schema of ChatAction. */
const actionOf: Record<SettingField, (value: string) => Record<string, unknown> & Pick<ChatAction, "action">> = {
  slow: (value) => ({ action: "slow", seconds: Number(value) }),
  followers: (value) => ({ action: "followers", minutes: value === "" ? null : Number(value) }),
  "signed-in": (value) => ({ action: "signed-in", on: value === "on" }),
  "emoji-only": (value) => ({ action: "emoji-only", on: value === "on" }),
  duplicates: (value) => ({ action: "duplicates", allowed: value !== "on" }),
  links: (value) => ({ action: "links", allowed: value !== "on" }),
};
const fields = Object.keys(actionOf) as SettingField[];

export type SettingFieldName = SettingField | `was-${SettingField}`;
export const settingFieldNames: SettingFieldName[] = fields.flatMap((field) => [field, `was-${field}` as const]);

/** The actions that a posted form asks for, not yet checked. */
export const readSettings = (form: Record<SettingFieldName, string>): unknown[] =>
  fields.filter((field) => form[field] !== form[`was-${field}`]).map((field) => actionOf[field](form[field]));
