import type { ChannelState } from "../../api/contract/channel-state.ts";
import type { Assets } from "../build.ts";
import type { Language } from "../contract/language.ts";
import { Player } from "./player.tsx";
import { Avatar } from "./poster.tsx";
import { watchTexts } from "./watch-texts.ts";

interface EmbedProps {
  channel: { name: string; displayName: string; title: string; avatarUrl: string | null; isMature: boolean };
  /** null: it is for adults, and nobody has said yet that they are one. */
  state: ChannelState | null;
  /** Of what is on now; null: there is none. */
  pictureUrl: string | null;
  language: Language;
  assets: Assets;
  /** Absolute address of the channel's page. */
  pageUrl: string;
}

/** The picture alone, in a frame of another site: without sound at first, with the way to the channel. */
export const EmbedPage = ({ channel, state, pictureUrl, language, assets, pageUrl }: EmbedProps) => {
  const texts = watchTexts[language];
  return (
    <html lang={language} class="embed-document">
      <head>
        <meta charset="utf-8" />
        <title>{`${texts.embedTitle(channel.displayName)} · Panggung`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark" />
        <meta name="robots" content="noindex" />
        <link rel="canonical" href={pageUrl} />
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.css} />
        <link rel="stylesheet" href={assets.stageCss} />
        {state !== null && <script src={assets.player} type="module"></script>}
      </head>
      <body class="embed dark">
        <main>
          <h1 class="visually-hidden">{texts.embedTitle(channel.displayName)}</h1>
          {state === null ? (
            <section class="gate">
              <Avatar name={channel.name} url={channel.avatarUrl} />
              <h2>{texts.gateTitle}</h2>
              <p>{texts.gateEmbedText}</p>
              <a class="button" href={`/embed/${channel.name}?adult=yes`}>
                {texts.gateEnter}
              </a>
            </section>
          ) : (
            <Player
              channel={channel}
              state={state}
              pictureUrl={pictureUrl}
              language={language}
              isMuted
              saysAdult={channel.isMature}
            />
          )}
          <a class="embed-link" href={pageUrl} target="_blank" rel="noopener">
            <Avatar name={channel.name} url={channel.avatarUrl} />
            <span>
              <b data-stream-title dir="auto">
                {channel.title}
              </b>
              <span>{texts.watchOn(channel.displayName)}</span>
            </span>
          </a>
        </main>
      </body>
    </html>
  );
};
