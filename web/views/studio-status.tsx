import type { StreamHealth } from "../../ingest/contract/health.ts";
import { Icon, replaces, Uptime } from "./parts.tsx";

export interface StudioStatusProps {
  state: "offline" | "live" | "interrupted";
  /** Unix time, ms. */
  startedAt: number | null;
  health: StreamHealth | null;
  /** Sentences that say what is wrong and what to do. */
  warnings: string[];
  /** The last encoder that was turned away. `at` is Unix time, ms. */
  lastRefusal: { at: number; message: string; remoteAddress: string; isSecondEncoder: boolean } | null;
}

const number = (digits: number) =>
  new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const whole = number(0);
const oneDigit = number(1);
const atMostTwoDigits = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

const formatBitrate = (bitsPerSecond: number): string =>
  bitsPerSecond >= 1_000_000
    ? `${oneDigit.format(bitsPerSecond / 1_000_000)} Mbit/s`
    : `${whole.format(bitsPerSecond / 1000)} kbit/s`;

/** 0 or null: too little has come to say more. */
const measured = (figure: number | null, format: (figure: number) => string): string =>
  figure === null || figure === 0 ? "Measuring…" : format(figure);

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

const channelsName = (channels: number): string =>
  channels === 1 ? "mono" : channels === 2 ? "stereo" : `${channels} channels`;

const Figure = (props: { name: string; value: string; detail?: string; shape?: "line" | "wide" }) => (
  <div class={props.shape === undefined ? "figure" : `figure figure-${props.shape}`}>
    <dt>{props.name}</dt>
    <dd>
      {props.value}
      {props.detail !== undefined && <span class="figure-detail">{props.detail}</span>}
    </dd>
  </div>
);

const Figures = ({ health: { video, audio, encoder, remoteAddress } }: { health: StreamHealth }) => (
  <dl class="figures">
    {video !== null && (
      <>
        <Figure name="Picture" value={`${video.width} × ${video.height}`} detail={codecName(video.codec)} />
        <Figure name="Frame rate" value={measured(video.frameRate, (rate) => `${atMostTwoDigits.format(rate)} fps`)} />
        <Figure name="Video" value={measured(video.bitrate, formatBitrate)} />
        <Figure
          name="Key frames"
          value={measured(video.keyFrameIntervalMs, (ms) => `every ${oneDigit.format(ms / 1000)} s`)}
        />
      </>
    )}
    {audio !== null && (
      <Figure
        name="Sound"
        shape="line"
        value={measured(audio.bitrate, formatBitrate)}
        detail={`${codecName(audio.codec)}, ${atMostTwoDigits.format(audio.sampleRate / 1000)} kHz, ${channelsName(audio.channels)}`}
      />
    )}
    {encoder !== null && (
      <Figure
        name="Encoder"
        value={remoteAddress === null ? encoder : `${encoder}, from ${remoteAddress}`}
        shape="wide"
      />
    )}
  </dl>
);

const headlines: Record<StudioStatusProps["state"], { title: string; text: string }> = {
  offline: { title: "Offline", text: "Start streaming in OBS: what arrives is shown here within a second." },
  live: { title: "Live", text: "Viewers see you." },
  interrupted: {
    title: "Encoder gone",
    text: "The stream stays open for a minute. Viewers see “Reconnecting…” and go on by themselves when the encoder returns.",
  },
};

const onlySound = { title: "Live", text: "Viewers hear you, and see no picture." };

const Refusal = ({ refusal }: { refusal: NonNullable<StudioStatusProps["lastRefusal"]> }) => (
  <div class="refusal">
    <h3>
      <Icon name="alert" />
      An encoder was turned away
    </h3>
    <p>{refusal.message}</p>
    <p class="hint">
      From {refusal.remoteAddress},{" "}
      <time datetime={new Date(refusal.at).toISOString()} data-clock>
        {`${new Date(refusal.at).toISOString().slice(11, 19)} UTC`}
      </time>
    </p>
    {refusal.isSecondEncoder && (
      <form method="post" action="/studio/disconnect" hx-post="/studio/disconnect" {...replaces("studio-status")}>
        <button class="button button-danger" type="submit">
          Disconnect the other encoder
        </button>
      </form>
    )}
  </div>
);

/** Live or not, and what arrives from the encoder. Pushed again, whole, at every change. */
export const StudioStatus = ({ state, startedAt, health, warnings, lastRefusal }: StudioStatusProps) => {
  const { title, text } = state === "live" && health?.video === null ? onlySound : headlines[state];
  return (
    <section id="studio-status" class={`panel status status-${state}`} aria-labelledby="status-heading">
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
      {state === "live" && health !== null && <Figures health={health} />}
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li>
              <Icon name="alert" />
              <span>{warning}</span>
            </li>
          ))}
        </ul>
      )}
      {lastRefusal !== null && <Refusal refusal={lastRefusal} />}
    </section>
  );
};
