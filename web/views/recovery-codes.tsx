import { authTexts } from "./auth-texts.ts";
import { AuthPage } from "./auth.tsx";
import type { PageProps } from "./layout.tsx";
import { Icon } from "./parts.tsx";

/** New recovery codes, this once. `next`: where to go on to when they are kept. */
export const RecoveryCodesPage = ({ page, codes, next }: { page: PageProps; codes: string[]; next: string }) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.codesTitle} lead={texts.codesLead} framed>
      <ol class="recovery-codes" role="list" aria-label={texts.codesLabel}>
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div class="button-row recovery-ways">
        <button
          class="button button-quiet needs-script"
          type="button"
          data-copy-text={codes.join("\n")}
          data-label-copied={texts.copied}
          data-label-selected={texts.copyByHand}
        >
          <Icon name="copy" />
          <span data-label>{texts.copy}</span>
        </button>
        <a class="button button-quiet" href="/recovery-codes/download" download>
          {texts.download}
        </a>
        <button class="button button-quiet needs-script" type="button" data-print>
          {texts.print}
        </button>
      </div>
      <form method="post" action="/recovery-codes">
        <input type="hidden" name="next" value={next} />
        <button class="button button-wide" type="submit">
          {texts.kept}
        </button>
      </form>
    </AuthPage>
  );
};

/** There is nothing to be shown any more. */
export const RecoveryCodesGonePage = ({ page }: { page: PageProps }) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.codesGoneTitle} lead={texts.codesGone} framed>
      <a class="button button-wide" href="/settings/security">
        {texts.toSettings}
      </a>
    </AuthPage>
  );
};
