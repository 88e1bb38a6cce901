import type { Language } from "../contract/language.ts";
import { askToStreamTexts } from "./ask-to-stream-texts.ts";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, replaces } from "./parts.tsx";

export const askWhyMaxCharacters = 500;

export interface AskToStreamProps {
  language: Language;
  /** Times are Unix time, ms; null: nothing is asked for now. */
  askedAt: number | null;
  /** What they wrote, or have just typed. */
  why: string;
  /** The last answer, when it was no. `why` is the administrator's, and may be empty. */
  declined: { at: number; why: string } | null;
  /** Until then they cannot ask again; null: they can. */
  askAgainAt: number | null;
  error?: string | undefined;
}

const dayOf = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  }).format(at) + " UTC";

/** For an account that may not stream: ask for the right, wait for it, or read why not. Works without JavaScript. */
export const AskToStream = ({ language, askedAt, why, declined, askAgainAt, error }: AskToStreamProps) => {
  const texts = askToStreamTexts[language];
  return (
    <section id="ask-to-stream" class="panel ask-to-stream" aria-labelledby="ask-heading">
      <h2 id="ask-heading">{texts.title}</h2>
      {askedAt === null ? (
        <>
          <p>{texts.lead}</p>
          {declined !== null && (
            <div class="ask-answer">
              <p>{texts.declined(dayOf(declined.at, language))}</p>
              {declined.why !== "" && <blockquote dir="auto">{declined.why}</blockquote>}
            </div>
          )}
          {askAgainAt === null ? (
            <form class="form" method="post" action="/studio/ask" hx-post="/studio/ask" {...replaces("ask-to-stream")}>
              <FormError id="ask-error" message={error} />
              <div class="field">
                <label for="ask-why">{texts.why}</label>
                <textarea
                  id="ask-why"
                  name="why"
                  rows={3}
                  maxlength={askWhyMaxCharacters}
                  aria-describedby="ask-hint"
                  {...(error === undefined
                    ? {}
                    : { "aria-invalid": "true", "aria-errormessage": "ask-error", autofocus: true })}
                >
                  {why}
                </textarea>
                <p class="hint" id="ask-hint">
                  {texts.whyHint}
                </p>
              </div>
              <div>
                <button class="button" type="submit">
                  {texts.ask}
                </button>
              </div>
            </form>
          ) : (
            <p class="hint">{texts.askAgain(dayOf(askAgainAt, language))}</p>
          )}
        </>
      ) : (
        <div role="status">
          <p>
            <b>{texts.asked}</b>
          </p>
          <p>{texts.askedAt(dayOf(askedAt, language))}</p>
          {why !== "" && (
            <>
              <p class="hint">{texts.youWrote}</p>
              <blockquote dir="auto">{why}</blockquote>
            </>
          )}
        </div>
      )}
    </section>
  );
};

/** `/studio/ask`: the same by itself, for an answer without JavaScript. */
export const AskToStreamPage = ({ page, ask }: { page: PageProps; ask: AskToStreamProps }) => {
  const texts = askToStreamTexts[page.language];
  return (
    <Layout page={page} title={texts.ask} styles="desk">
      <div class="report-page">
        <h1>{texts.ask}</h1>
        <AskToStream {...ask} />
        <p>
          <a href="/studio">{texts.back}</a>
        </p>
      </div>
    </Layout>
  );
};
