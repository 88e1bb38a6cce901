import type { Language } from "../contract/language.ts";
import { Icon } from "./parts.tsx";
import { watchTexts } from "./watch-texts.ts";

type Texts = (typeof watchTexts)[Language];

const CopyField = ({ id, label, value, texts }: { id: string; label: string; value: string; texts: Texts }) => (
  <div class="field">
    <label for={id}>{label}</label>
    <div class="field-row">
      <input type="text" id={id} class="code" value={value} readonly autocomplete="off" spellcheck={false} />
      <button
        class="button button-quiet copy"
        type="button"
        data-copy={id}
        data-label-copied={texts.copied}
        data-label-selected={texts.selected}
      >
        <Icon name="copy" />
        <span data-label aria-live="polite">
          {texts.copy}
        </span>
        <span class="visually-hidden"> {label}</span>
      </button>
    </div>
  </div>
);

const embedCode = (embedUrl: string, title: string): string =>
  `<iframe src="${embedUrl}" title="${title}" width="640" height="360" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;

/** A button, and what it opens: the link, the code for other sites, the apps of the device. Opens without JavaScript. */
export const Share = (props: { url: string; embedUrl: string; name: string; title: string; language: Language }) => {
  const texts = watchTexts[props.language];
  return (
    <>
      <button type="button" class="button button-small button-quiet" popovertarget="share" aria-haspopup="dialog">
        <span class="icon icon-share" aria-hidden="true"></span>
        <span class="watch-action">{texts.share}</span>
      </button>
      <div id="share" class="share" popover="auto" role="dialog" aria-labelledby="share-heading">
        <div class="share-heading">
          <h2 id="share-heading">{texts.shareTitle}</h2>
          <button
            type="button"
            class="button button-small button-quiet share-close"
            popovertarget="share"
            popovertargetaction="hide"
            aria-label={texts.close}
          >
            <Icon name="close" />
          </button>
        </div>
        <CopyField id="share-link" label={texts.shareLink} value={props.url} texts={texts} />
        <CopyField
          id="share-embed"
          label={texts.shareEmbed}
          value={embedCode(props.embedUrl, texts.embedTitle(props.name))}
          texts={texts}
        />
        <button
          type="button"
          class="button button-quiet"
          data-share
          data-share-title={props.title}
          data-share-url={props.url}
          hidden
        >
          {texts.shareElsewhere}
        </button>
      </div>
    </>
  );
};
