import { Layout, type PageProps } from "./layout.tsx";
import { LiveBadge, Uptime } from "./parts.tsx";
import { Avatar, posterClass } from "./poster.tsx";

export interface LiveChannel {
  name: string;
  title: string;
  /** Unix time, ms. */
  startedAt: number;
  /** The encoder is gone for the moment. */
  interrupted: boolean;
}

const ChannelCard = ({ channel }: { channel: LiveChannel }) => (
  <li class="card" id={`live-${channel.name}`}>
    <div class={`poster ${posterClass(channel.name)}`}>
      <LiveBadge interrupted={channel.interrupted} />
      <Uptime startedAt={channel.startedAt} />
    </div>
    <div class="card-text">
      <Avatar name={channel.name} />
      <h2>
        <a href={`/@${channel.name}`}>{channel.title}</a>
      </h2>
      <p>{channel.name}</p>
    </div>
  </li>
);

const EmptyStage = () => (
  <div class="empty-stage">
    <span class="empty-stage-picture" aria-hidden="true"></span>
    <h1>Nobody is live</h1>
    <p>The stage is free. This page lights up by itself when somebody goes live.</p>
    <a class="button" href="/studio">
      Go live yourself
    </a>
  </div>
);

/** The channels that are live. Pushed again, whole, at every change. */
export const LiveGrid = ({ channels }: { channels: LiveChannel[] }) => (
  <section id="live-grid" class="live">
    {channels.length === 0 ? (
      <EmptyStage />
    ) : (
      <>
        <div class="live-heading">
          <h1>On stage now</h1>
          <p>{channels.length === 1 ? "1 channel is live" : `${channels.length} channels are live`}</p>
        </div>
        <ul class="cards" role="list">
          {channels.map((channel) => (
            <ChannelCard channel={channel} />
          ))}
        </ul>
      </>
    )}
  </section>
);

export const HomePage = ({ page, channels }: { page: PageProps; channels: LiveChannel[] }) => (
  <Layout page={page} title="Live now" scripts="live">
    <div hx-sse:connect="/events" hx-swap="innerMorph">
      <LiveGrid channels={channels} />
    </div>
  </Layout>
);
