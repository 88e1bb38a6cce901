import type { CallEntry, CallMode } from "../../signaling/contract/call.ts";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, Icon } from "./parts.tsx";
import {
  type CallWarnings,
  EntryField,
  NameField,
  PasscodeField,
  type RoomFormErrors,
  type RoomFormValues,
  Warnings,
} from "./room-parts.tsx";
import { roomsTexts } from "./rooms-texts.ts";

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

const SignInFirst = ({ page, room }: Pick<RoomProps, "page" | "room">) => {
  const texts = roomsTexts[page.language];
  const next = `?next=${encodeURIComponent(`/rooms/${room.id}`)}`;
  return (
    <section class="panel room-message">
      <h2>{texts.signInTitle}</h2>
      <p>{texts.signInText}</p>
      <div class="button-row">
        <a class="button" href={`/login${next}`}>
          {texts.signIn}
        </a>
        <a class="button button-quiet" href={`/register${next}`}>
          {texts.createAccount}
        </a>
      </div>
    </section>
  );
};

/** The page of a room. All that a call needs is in the attributes of `#call`; its script (web/client/call.ts) draws the rest. */
export const RoomPage = ({ page, room, you, needsSignIn, warnings, capacity }: RoomProps) => {
  const texts = roomsTexts[page.language];
  const head = (
    <>
      <meta name="robots" content="noindex" />
      {!needsSignIn && <script src={page.assets.call} type="module"></script>}
    </>
  );
  return (
    <Layout page={page} title={room.name} description={texts.description} styles="call" head={head} wide>
      <div class="room-page">
        <div class="room-heading">
          <h1>
            <bdi>{room.name}</bdi>
          </h1>
          {room.hostName !== null && !you.isHost && <p class="lead">{texts.hostedBy(room.hostName)}</p>}
        </div>
        {needsSignIn ? (
          <SignInFirst page={page} room={room} />
        ) : (
          <>
            <div
              id="call"
              data-call-id={room.id}
              data-name={room.name}
              data-mode={room.mode}
              data-entry={room.entry}
              data-url={room.url}
              data-capacity={capacity}
              {...(you.name === null ? {} : { "data-your-name": you.name })}
              {...(you.isHost ? { "data-is-host": "" } : {})}
              {...(room.hasPasscode ? { "data-has-passcode": "" } : {})}
            >
              <p class="call-loading">{texts.loading}</p>
            </div>
            <noscript>
              <p class="panel room-message">{texts.noScript}</p>
            </noscript>
            {you.isHost && <Warnings warnings={warnings} texts={texts} />}
          </>
        )}
      </div>
    </Layout>
  );
};

export interface RoomEndedProps {
  page: PageProps;
  room: { id: string; name: string };
  /** Offers to open it again. */
  isHost: boolean;
}

export const RoomEndedPage = ({ page, room, isHost }: RoomEndedProps) => {
  const texts = roomsTexts[page.language];
  return (
    <Layout page={page} title={room.name}>
      <div class="room-page">
        <div class="room-heading">
          <p class="lead">
            <bdi>{room.name}</bdi>
          </p>
          <h1>{texts.endedTitle}</h1>
        </div>
        <section class="panel room-message">
          <p>{isHost ? texts.endedHostText : texts.endedText}</p>
          <div class="button-row">
            {isHost && (
              <form method="post" action={`/rooms/${room.id}/open-again`}>
                <button class="button" type="submit">
                  <Icon name="renew" />
                  {texts.openAgain}
                </button>
              </form>
            )}
            <a class="button button-quiet" href="/rooms">
              {texts.allRooms}
            </a>
          </div>
        </section>
      </div>
    </Layout>
  );
};

export interface RoomSettingsProps {
  page: PageProps;
  room: { id: string };
  /** `mode` is shown and cannot be changed. */
  values: RoomFormValues;
  hasPasscode: boolean;
  errors: RoomFormErrors;
  saved: boolean;
}

export const RoomSettingsPage = ({ page, room, values, hasPasscode, errors, saved }: RoomSettingsProps) => {
  const texts = roomsTexts[page.language];
  return (
    <Layout page={page} title={texts.settingsOf}>
      <div class="room-page">
        <div class="room-heading">
          <h1>{texts.settingsOf}</h1>
        </div>
        <form class="panel room-form" method="post" action={`/rooms/${room.id}/settings`}>
          <FormError id="room-error" message={errors.form && texts.errors[errors.form]} />
          <NameField value={values.name} texts={texts} {...(errors.name && { error: errors.name })} />
          <dl class="room-mode">
            <dt>{texts.mode}</dt>
            <dd>
              {texts.modes[values.mode].name} <span class="hint">{texts.modeStays}</span>
            </dd>
          </dl>
          <EntryField value={values.entry} texts={texts} {...(errors.entry && { error: errors.entry })} />
          <PasscodeField isNew={hasPasscode} texts={texts} {...(errors.passcode && { error: errors.passcode })} />
          {hasPasscode && (
            <label class="check">
              <input type="checkbox" name="removePasscode" value="on" />
              {texts.passcodeRemove}
            </label>
          )}
          <div class="button-row">
            <button class="button" type="submit">
              {texts.save}
            </button>
            <a class="button button-quiet" href={`/rooms/${room.id}`}>
              {texts.back}
            </a>
          </div>
          <p class="saved" role="status">
            {saved && (
              <>
                <Icon name="check" /> {texts.saved}
              </>
            )}
          </p>
        </form>
      </div>
    </Layout>
  );
};
