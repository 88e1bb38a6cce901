import type { PageProps } from "./layout.tsx";
import type { LayoutTexts } from "./layout-texts.ts";
import { Icon } from "./parts.tsx";

/** Where pages say what has just happened: a line for what went wrong, and news of channels that one follows. */
export const SiteNotices = async ({ page, texts }: { page: PageProps; texts: LayoutTexts }) => {
  const site = page.user === null ? null : await page.sidebar?.();
  return (
    <>
      <p id="notice" class="notice" role="status" data-offline={texts.offline} data-failed={texts.failed}></p>
      {site && (
        <section
          id="toasts"
          class="live-toasts"
          aria-label={texts.notices}
          data-followed={site.followedNames.join(" ")}
        >
          <div role="status" data-toasts></div>
          <template>
            <div class="live-toast">
              <span class="avatar" data-avatar></span>
              <p>
                <a href="/" data-link>
                  <b data-name></b> {texts.isLive}
                </a>
                <span data-title></span>
              </p>
              <button class="icon-button" type="button" data-dismiss>
                <Icon name="close" />
                <span class="visually-hidden">{texts.dismiss}</span>
              </button>
            </div>
          </template>
        </section>
      )}
    </>
  );
};
