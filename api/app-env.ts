import type { Logger } from "pino";
import type { TrustedProxies } from "../addresses.ts";
import type { Database } from "../db/open.ts";
import type { AssetFile, Assets } from "../web/build.ts";
import type { SidebarProps } from "../web/views/sidebar.tsx";
import type { KnownDevices } from "./auth/known-devices.ts";
import type { Limits } from "./auth/limits.ts";
import type { Passwords } from "./auth/passwords.ts";
import type { RecoveryCodes } from "./auth/recovery-codes.ts";
import type { SecondFactors } from "./auth/second-factors.ts";
import type { Account, Sessions } from "./auth/sessions.ts";
import type { StreamKeys } from "./auth/stream-keys.ts";
import type { Tickets } from "./auth/tickets.ts";
import type { Changes } from "./changes.ts";
import type { Clock } from "./clock.ts";
import type { TakeImage } from "./images/take-image.ts";
import type { Language } from "./language.ts";
import type { SentPage } from "./send-page.ts";
import type { Site, SiteSettings } from "./site.ts";
import type { Viewers } from "./viewers.ts";

export interface AppDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
  viewers: Viewers;
  keys: StreamKeys;
  tickets: Tickets;
  sessions: Sessions;
  passwords: Passwords;
  secondFactors: SecondFactors;
  recoveryCodes: RecoveryCodes;
  knownDevices: KnownDevices;
  limits: Limits;
  takeImage: TakeImage;
  assets: Assets;
  assetFiles: Map<string, AssetFile>;
  log: Logger;
  site: SiteSettings;
  /** Pages of one address that may be kept up to date at once. */
  eventStreamsPerAddress: number;
  /** For so long a page of somebody who is signed out is good for others, ms; 0: not at all. */
  keepPagesMs: number;
  /** Those whose forwarded headers count. */
  trustedProxies: TrustedProxies;
  /** STREAMERS=everyone. */
  everyoneMayStream: boolean;
  calls: CallFacts;
  /** Ends the open event streams when api stops. */
  closing: AbortSignal;
}

/** What pages say of calls before there is one. */
export interface CallFacts {
  /** People in a meeting, and on and before a stage. */
  capacity: number;
  stageCapacity: number;
  /** Whether STUN servers, and relays, are configured. */
  hasStun: boolean;
  hasTurn: boolean;
}

export interface CurrentUser extends Omit<Account, "suspendedAt"> {
  id: string;
  canStream: boolean;
  sessionId: string;
  /** Unix time, ms. */
  passwordConfirmedAt: number;
  /** When the session was good still: if it has ended since, then later than this. */
  seenAt: number;
}

/** What the handlers of the public app find in their context. */
export interface AppEnv {
  Bindings: {
    /** The peer of the connection, as the socket says. */
    remoteAddress: string;
    /** For a page of the administration that is shown again: why what its form asked for was not done. */
    adminError?: string;
  };
  Variables: {
    requestId: string;
    /** null while the host is refused. */
    site: Site | null;
    /** Who asks, behind trusted proxies too. */
    clientAddress: string;
    user: CurrentUser | null;
    /** What the page is to be written in, where there is a choice. */
    language: Language;
    /** Reads what stands beside a page, once; not there before it is known who asks. */
    sidebar: (() => Promise<SidebarProps>) | undefined;
    /** The page that was sent, when all who are signed out may have the same. */
    sentPage: SentPage | null;
    /** Whether the page may ask for the camera, the microphone and the screen. */
    mayCapture: boolean;
    /** Where the stream on this page has its media, when the page has one. */
    mediaUrl: string | null;
    /** Whether pages of other sites may show this one in a frame. */
    isEmbeddable: boolean;
  };
}
