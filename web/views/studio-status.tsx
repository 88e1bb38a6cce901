import type { RefusalReason } from "../../api/contract/publish.ts";
import type { StreamHealth } from "../../ingest/contract/health.ts";
import type { Language } from "../contract/language.ts";
import { Icon, replaces, Uptime } from "./parts.tsx";
import { DateTime } from "./past-streams.tsx";
import { studioTexts } from "./studio-texts.ts";

export interface StudioStatusProps {
  state: "offline" | "live" | "interrupted";
  /** Unix time, ms. */
  startedAt: number | null;
  health: StreamHealth | null;
  /** Sentences that say what is wrong and what to do. */
  warnings: Readonly<Record<Language, string>>[];
  /** An administrator ended the last stream. `at` is Unix time, ms; `reason`: in their words, null: they did not say. */
  ended: { at: number; reason: string | null } | null;
  /** The last encoder that was turned away. `at` is Unix time, ms; the message is English. */
  lastRefusal: { at: number; reason: string; message: string; remoteAddress: string } | null;
}

type EndedByAdministrator = NonNullable<StudioStatusProps["ended"]>;
type Texts = (typeof studioTexts)[Language];

const numbersOf = (language: Language) => {
  const number = (least: number, most: number) => {
    const format = new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: most });
    return (value: number): string => format.format(value);
  };
  const [whole, oneDigit, atMostTwoDigits] = [number(0, 0), number(1, 1), number(0, 2)];
  const bitrate = (bitsPerSecond: number): string =>
    bitsPerSecond >= 1_000_000
      ? `${oneDigit(bitsPerSecond / 1_000_000)} Mbit/s`
      : `${whole(bitsPerSecond / 1000)} kbit/s`;
  return { oneDigit, atMostTwoDigits, bitrate };
};

const numbers = { en: numbersOf("en"), id: numbersOf("id") };

/** The name people know for an RFC 6381 codec string; the string itself when it has none here. */
const codecName = (codec: string): string => {
  const names: Record<string, string> = {
    avc1: "H.264",
    avc3: "H.264",
    hvc1: "HEVC",
    hev1: "HEVC",
    av01: "AV1",
    vp09: "VP9",
    mp4a: "AAC",
    opus: "Opus",
  };
  return names[(codec.split(".")[0] ?? "").toLowerCase()] ?? codec;
};

const channelsName = (channels: number, texts: Texts): string =>
  channels === 1 ? texts.mono : channels === 2 ? texts.stereo : texts.channels(channels);

const Figure = (props: { name: string; value: string; detail?: string; shape?: "line" | "wide" }) => (
  <div class={props.shape === undefined ? "figure" : `figure figure-${props.shape}`}>
    <dt>{props.name}</dt>
    <dd>
      {props.value}
      {props.detail !== undefined && <span class="figure-detail">{props.detail}</span>}
    </dd>
  </div>
);

const Figures = ({ health, language }: { health: StreamHealth; language: Language }) => {
  const { video, audio, encoder, remoteAddress } = health;
  const texts = studioTexts[language];
  const { oneDigit, atMostTwoDigits, bitrate } = numbers[language];
  /** 0 or null: too little has come to say more. */
  const measured = (figure: number | null, format: (figure: number) => string): string =>
    figure === null || figure === 0 ? texts.measuring : format(figure);
  return (
    <dl class="figures">
      {video !== null && (
        <>
          <Figure name={texts.picture} value={`${video.width} × ${video.height}`} detail={codecName(video.codec)} />
          <Figure name={texts.frameRate} value={measured(video.frameRate, (rate) => `${atMostTwoDigits(rate)} fps`)} />
          <Figure name={texts.video} value={measured(video.bitrate, bitrate)} />
          <Figure
            name={texts.keyFrames}
            value={measured(video.keyFrameIntervalMs, (ms) => texts.every(oneDigit(ms / 1000)))}
          />
        </>
      )}
      {audio !== null && (
        <Figure
          name={texts.sound}
          shape="line"
          value={measured(audio.bitrate, bitrate)}
          detail={`${codecName(audio.codec)}, ${atMostTwoDigits(audio.sampleRate / 1000)} kHz, ${channelsName(audio.channels, texts)}`}
        />
      )}
      {encoder !== null && (
        <Figure
          name={texts.encoder}
          value={remoteAddress === null ? encoder : texts.from(encoder, remoteAddress)}
          shape="wide"
        />
      )}
    </dl>
  );
};

const Refusal = (props: { refusal: NonNullable<StudioStatusProps["lastRefusal"]>; language: Language }) => {
  const { at, reason, message, remoteAddress } = props.refusal;
  const texts = studioTexts[props.language];
  const inWords: Partial<Record<string, string>> = texts.refusals satisfies Partial<Record<RefusalReason, string>>;
  return (
    <div class="refusal">
      <h3>
        <Icon name="alert" />
        {texts.turnedAway}
      </h3>
      <p>{inWords[reason] ?? message}</p>
      <p class="hint">
        {texts.turnedAwayFrom(remoteAddress)}{" "}
        <time datetime={new Date(at).toISOString()} data-clock>
          {`${new Date(at).toISOString().slice(11, 19)} UTC`}
        </time>
      </p>
      {reason === "second-encoder" && (
        <form method="post" action="/studio/disconnect" hx-post="/studio/disconnect" {...replaces("studio-status")}>
          <button class="button button-danger" type="submit">
            {texts.disconnect}
          </button>
        </form>
      )}
    </div>
  );
};

const Ended = ({ ended: { at, reason }, language }: { ended: EndedByAdministrator; language: Language }) => {
  const texts = studioTexts[language];
  return (
    <div class="refusal">
      <h3>
        <Icon name="alert" />
        {texts.endedByAdministrator}
      </h3>
      {reason === null ? <p>{texts.endedWithoutReason}</p> : <blockquote dir="auto">{reason}</blockquote>}
      <p class="hint">
        <DateTime at={at} language={language} /> · {texts.endedHint}
      </p>
    </div>
  );
};

/**
 * Live or not, and what arrives from the encoder. Pushed again, whole, at every change. `told` is the channel's state as
 * viewers see it, JSON, for the preview.
 */
export const StudioStatus = (props: StudioStatusProps & { language: Language; told?: string }) => {
  const { state, startedAt, health, warnings, ended, lastRefusal, language, told } = props;
  const texts = studioTexts[language];
  const { title, text } = texts.status[state === "live" && health?.video === null ? "onlySound" : state];
  return (
    <section
      id="studio-status"
      class={`panel status status-${state}`}
      aria-labelledby="status-heading"
      {...(told === undefined ? {} : { "data-told": told })}
    >
      <div class="status-heading">
        {/* Around the heading, not on it or in it: a role of its own would take the heading's away. */}
        <div role="status">
          <h2 id="status-heading">
            <span class="status-lamp" aria-hidden="true"></span>
            {title}
          </h2>
        </div>
        {state !== "offline" && startedAt !== null && <Uptime startedAt={startedAt} />}
      </div>
      <p class="hint">{text}</p>
      {state === "live" && health !== null && <Figures health={health} language={language} />}
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li>
              <Icon name="alert" />
              <span>{warning[language]}</span>
            </li>
          ))}
        </ul>
      )}
      {ended !== null && <Ended ended={ended} language={language} />}
      {lastRefusal !== null && <Refusal refusal={lastRefusal} language={language} />}
    </section>
  );
};
