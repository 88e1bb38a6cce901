import type { CallEntry, CallMode } from "../../signaling/contract/call.ts";
import { Layout, type PageProps } from "./layout.tsx";
import type { CallWarnings, RoomFormErrors, RoomFormValues } from "./rooms.tsx";

export interface RoomProps {
  page: PageProps;
  room: {
    id: string;
    name: string;
    mode: CallMode;
    entry: CallEntry;
    hasPasscode: boolean;
    /** The invitation: absolute. */
    url: string;
    /** null: a guest made it. */
    hostName: string | null;
  };
  /** `name`: the account's; null: a guest, who types one. */
  you: { name: string | null; isHost: boolean };
  /** Only people with an account may enter, and this is a guest. */
  needsSignIn: boolean;
  warnings: CallWarnings;
  capacity: number;
}

export const RoomPage = ({ page, room }: RoomProps) => (
  <Layout page={page} title={room.name}>
    <h1>{room.name}</h1>
    <div id="call" data-call-id={room.id}></div>
  </Layout>
);

export interface RoomEndedProps {
  page: PageProps;
  room: { id: string; name: string };
  /** Offers to open it again. */
  isHost: boolean;
}

export const RoomEndedPage = ({ page, room }: RoomEndedProps) => (
  <Layout page={page} title={room.name}>
    <h1>{room.name}</h1>
  </Layout>
);

export interface RoomSettingsProps {
  page: PageProps;
  room: { id: string };
  /** `mode` is shown and cannot be changed. */
  values: RoomFormValues;
  hasPasscode: boolean;
  errors: RoomFormErrors;
  saved: boolean;
}

export const RoomSettingsPage = ({ page, values }: RoomSettingsProps) => (
  <Layout page={page} title={values.name}>
    <h1>{values.name}</h1>
  </Layout>
);
