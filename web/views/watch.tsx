import type { ChannelState } from "../../api/contract/channel-state.ts";
import { Layout, type PageProps } from "./layout.tsx";
import { LiveBadge, Uptime } from "./parts.tsx";
import { Player } from "./player.tsx";
import { Avatar } from "./poster.tsx";

interface WatchProps {
  page: PageProps;
  channel: { name: string; title: string };
  state: ChannelState;
}

/** The multivariant playlist is on its way before the script that wants it. */
const preloads = (state: ChannelState) =>
  "playlistUrl" in state ? <link rel="preload" as="fetch" href={state.playlistUrl} crossorigin="anonymous" /> : null;

export const WatchPage = ({ page, channel, state }: WatchProps) => {
  const stream = "playlistUrl" in state ? state : null;
  const title = stream?.title ?? channel.title;
  return (
    <Layout
      page={page}
      title={`${title} – ${channel.name}`}
      description={`Watch ${channel.name} live: ${title}`}
      scripts="player"
      head={preloads(state)}
    >
      <div class="watch">
        <div class="watch-stage">
          <Player channel={channel} state={state} />
        </div>
        <div class="watch-about">
          <Avatar name={channel.name} />
          <h1 data-stream-title>{title}</h1>
          <p class="watch-channel">{channel.name}</p>
          <p class="watch-live" data-stream-live hidden={stream === null}>
            <span data-while="live" hidden={state.status === "interrupted"}>
              <LiveBadge interrupted={false} />
            </span>
            <span data-while="interrupted" hidden={state.status !== "interrupted"}>
              <LiveBadge interrupted />
            </span>
            <Uptime startedAt={stream?.startedAt ?? Date.now()} />
          </p>
          <noscript>
            <p class="hint">Without JavaScript this page does not change by itself: reload it to see what is on.</p>
          </noscript>
        </div>
      </div>
    </Layout>
  );
};
