import type { CallEntry, CallMode } from "../../signaling/contract/call.ts";
import { Layout, type PageProps } from "./layout.tsx";
import type { RoomsErrorKey } from "./rooms-texts.ts";

export interface OwnRoom {
  id: string;
  name: string;
  mode: CallMode;
  entry: CallEntry;
  hasPasscode: boolean;
  /** Unix time, ms. */
  createdAt: number;
  /** When somebody was there last. */
  activeAt: number;
  /** null: it is open. */
  endedAt: number | null;
  /** The invitation: absolute. */
  url: string;
}

/** What may keep calls from working, said to whoever makes rooms. */
export interface CallWarnings {
  noRelay: boolean;
  noStun: boolean;
  /** The page came over http, and not from this machine. */
  insecure: boolean;
}

export interface RoomFormValues {
  name: string;
  mode: CallMode;
  entry: CallEntry;
}

export type RoomFormErrors = Partial<Record<"name" | "passcode" | "mode" | "entry" | "form", RoomsErrorKey>>;

export interface RoomsProps {
  page: PageProps;
  /** Open ones first. */
  rooms: OwnRoom[];
  warnings: CallWarnings;
  form: { values: RoomFormValues; errors: RoomFormErrors };
  join: { value: string; error?: RoomsErrorKey };
  limits: { capacity: number; stageCapacity: number };
}

export const RoomsPage = ({ page }: RoomsProps) => (
  <Layout page={page} title="Rooms">
    <h1>Rooms</h1>
  </Layout>
);
