import type { CallEntry, CallMode } from "../../signaling/contract/call.ts";
import type { Language } from "../contract/language.ts";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, Icon } from "./parts.tsx";
import {
  type CallWarnings,
  describedBy,
  EndRoom,
  EntryField,
  FieldError,
  Invitation,
  ModeField,
  NameField,
  PasscodeField,
  type RoomFormErrors,
  type RoomFormValues,
  Warnings,
} from "./room-parts.tsx";
import { agoText, type RoomsErrorKey, type RoomsTexts, roomsTexts } from "./rooms-texts.ts";

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

export interface RoomsProps {
  page: PageProps;
  /** Open ones first. */
  rooms: OwnRoom[];
  warnings: CallWarnings;
  form: { values: RoomFormValues; errors: RoomFormErrors };
  join: { value: string; error?: RoomsErrorKey };
  limits: { capacity: number; stageCapacity: number };
}

interface RoomRowProps {
  room: OwnRoom;
  texts: RoomsTexts;
  language: Language;
}

interface RoomRowsProps extends Omit<RoomRowProps, "room"> {
  rooms: OwnRoom[];
}

const Facts = ({ room, texts, language }: RoomRowProps) => {
  const when =
    room.endedAt === null
      ? texts.usedAgo(agoText(room.activeAt, Date.now(), language))
      : texts.endedAgo(agoText(room.endedAt, Date.now(), language));
  const facts = [texts.modes[room.mode].name, texts.entries[room.entry].name];
  return (
    <p class="room-facts">
      {[...facts, ...(room.hasPasscode ? [texts.withPasscode] : []), when].map((fact) => (
        <span>{fact}</span>
      ))}
    </p>
  );
};

const OpenRoom = ({ room, texts, language }: RoomRowProps) => (
  <li class="room">
    <h3>
      <a href={`/rooms/${room.id}`}>
        <bdi>{room.name}</bdi>
      </a>
    </h3>
    <Facts room={room} texts={texts} language={language} />
    <Invitation id={`link-${room.id}`} name={room.name} url={room.url} texts={texts} />
    <div class="button-row">
      <a class="button button-small" href={`/rooms/${room.id}`}>
        {texts.enter}
        <span class="visually-hidden"> {room.name}</span>
      </a>
      <a class="button button-small button-quiet" href={`/rooms/${room.id}/settings`}>
        {texts.settings}
        <span class="visually-hidden"> {room.name}</span>
      </a>
      <EndRoom id={room.id} name={room.name} texts={texts} />
    </div>
  </li>
);

const EndedRoom = ({ room, texts, language }: RoomRowProps) => (
  <li class="room room-ended">
    <div>
      <h3>
        <bdi>{room.name}</bdi>
      </h3>
      <Facts room={room} texts={texts} language={language} />
    </div>
    <form method="post" action={`/rooms/${room.id}/open-again`}>
      <button class="button button-small button-quiet" type="submit">
        <Icon name="renew" />
        {texts.openAgain}
        <span class="visually-hidden"> {room.name}</span>
      </button>
    </form>
  </li>
);

const CreateForm = ({ form: { values, errors }, limits, texts }: Omit<RoomsProps, "page"> & { texts: RoomsTexts }) => (
  <form class="panel room-form" method="post" action="/rooms">
    <h2>{texts.create}</h2>
    <FormError id="room-error" message={errors.form && texts.errors[errors.form]} />
    <NameField value={values.name} texts={texts} {...(errors.name && { error: errors.name })} />
    <ModeField value={values.mode} texts={texts} limits={limits} {...(errors.mode && { error: errors.mode })} />
    <EntryField value={values.entry} texts={texts} {...(errors.entry && { error: errors.entry })} />
    <PasscodeField isNew={false} texts={texts} {...(errors.passcode && { error: errors.passcode })} />
    <button class="button button-wide" type="submit">
      {texts.createButton}
    </button>
  </form>
);

const JoinForm = ({ join: { value, error }, texts }: { join: RoomsProps["join"]; texts: RoomsTexts }) => (
  <form class="panel room-form" method="get" action="/rooms/join">
    <h2>{texts.join}</h2>
    <div class="field">
      <label for="join-room">{texts.joinLabel}</label>
      <div class="field-row">
        <input
          type="text"
          id="join-room"
          name="room"
          value={value}
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...describedBy("join-error", error !== undefined, "join-hint")}
        />
        <button class="button button-quiet" type="submit">
          {texts.joinButton}
        </button>
      </div>
      <FieldError id="join-error" text={error && texts.errors[error]} />
      <p class="hint" id="join-hint">
        {texts.joinHint}
      </p>
    </div>
  </form>
);

const OwnRooms = ({ rooms, texts, language }: RoomRowsProps) => (
  <section aria-labelledby="own-rooms">
    <h2 id="own-rooms">{texts.yours}</h2>
    {rooms.length === 0 ? (
      <div class="rooms-none">
        <p>{texts.none}</p>
        <p class="hint">{texts.noneHint}</p>
      </div>
    ) : (
      <ul class="room-list" role="list">
        {rooms.map((room) => (
          <OpenRoom room={room} texts={texts} language={language} />
        ))}
      </ul>
    )}
  </section>
);

const EndedRooms = ({ rooms, texts, language }: RoomRowsProps) =>
  rooms.length === 0 ? null : (
    <section aria-labelledby="ended-rooms">
      <h2 id="ended-rooms">{texts.ended}</h2>
      <p class="hint">{texts.endedHint}</p>
      <ul class="room-list" role="list">
        {rooms.map((room) => (
          <EndedRoom room={room} texts={texts} language={language} />
        ))}
      </ul>
    </section>
  );

export const RoomsPage = (props: RoomsProps) => {
  const { page, rooms, warnings, form, join } = props;
  const language = page.language;
  const texts = roomsTexts[language];
  const open = rooms.filter(({ endedAt }) => endedAt === null);
  const ended = rooms.filter(({ endedAt }) => endedAt !== null);
  // Who has rooms comes to enter one; on a phone the form above them would be two screens long.
  const ownFirst = open.length > 0 && Object.keys(form.errors).length === 0;
  const create = <CreateForm {...props} texts={texts} />;
  return (
    <Layout page={page} title={texts.rooms} description={texts.description}>
      <div class="rooms">
        <div class="rooms-heading">
          <h1>{texts.rooms}</h1>
          <p class="lead">{texts.lead}</p>
        </div>
        <Warnings warnings={warnings} texts={texts} />
        <div class={ownFirst ? "rooms-forms rooms-own-first" : "rooms-forms"}>
          {!ownFirst && create}
          <div class="rooms-side">
            <JoinForm join={join} texts={texts} />
            <OwnRooms rooms={open} texts={texts} language={language} />
            <EndedRooms rooms={ended} texts={texts} language={language} />
          </div>
          {ownFirst && create}
        </div>
      </div>
    </Layout>
  );
};
