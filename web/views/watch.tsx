import type { ChannelState } from "../../api/contract/channel-state.ts";
import { ChatPanel } from "./chat.tsx";
import { Follow, type FollowProps } from "./follow.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { LiveBadge, Uptime } from "./parts.tsx";
import { Player } from "./player.tsx";
import { Avatar } from "./poster.tsx";

interface WatchProps {
  page: PageProps;
  channel: { name: string; title: string };
  state: ChannelState;
  follow: FollowProps;
  /** Whether whoever looks at this may moderate the chat. */
  canModerate: boolean;
}

/** The multivariant playlist is on its way before the script that wants it. */
const preloads = (state: ChannelState) =>
  "playlistUrl" in state ? <link rel="preload" as="fetch" href={state.playlistUrl} crossorigin="anonymous" /> : null;

export const WatchPage = ({ page, channel, state, follow, canModerate }: WatchProps) => {
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
        <ChatPanel page={page} channel={channel} canModerate={canModerate} />
        <div class="watch-about">
          <Avatar name={channel.name} />
          <h1 data-stream-title>{title}</h1>
          <p class="watch-channel">{channel.name}</p>
          <div class="watch-now">
            <p class="watch-live" data-stream-live hidden={stream === null}>
              <span data-while="live" hidden={state.status === "interrupted"}>
                <LiveBadge interrupted={false} />
              </span>
              <span data-while="interrupted" hidden={state.status !== "interrupted"}>
                <LiveBadge interrupted />
              </span>
              <Uptime startedAt={stream?.startedAt ?? Date.now()} />
            </p>
            <p class="watch-viewers" data-viewers></p>
          </div>
          <Follow {...follow} />
          <noscript>
            <p class="hint">Without JavaScript this page does not change by itself: reload it to see what is on.</p>
          </noscript>
        </div>
      </div>
    </Layout>
  );
};
