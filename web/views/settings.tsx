import type { PropsWithChildren } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { type FormProblem, TextField } from "./fields.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { layoutTexts } from "./layout-texts.ts";
import { FormError, Icon, replaces } from "./parts.tsx";
import { Avatar } from "./poster.tsx";
import { settingsTexts } from "./settings-texts.ts";

export type SettingsTab = "profile" | "security" | "sessions" | "account";
const paths: Record<SettingsTab, string> = {
  profile: "/settings",
  security: "/settings/security",
  sessions: "/settings/sessions",
  account: "/settings/account",
};

/** The frame of all pages of the settings. `notice`: what was just done. */
export const SettingsPage = (
  props: PropsWithChildren<{ page: PageProps; tab: SettingsTab; title?: string; notice?: string | undefined }>,
) => {
  const { page, tab, notice, children } = props;
  const texts = settingsTexts[page.language];
  const title = props.title ?? texts.tabs[tab];
  return (
    <Layout
      page={page}
      title={`${title} · ${texts.settings}`}
      scripts="forms"
      styles="desk"
      head={<script src={page.assets.account} type="module"></script>}
    >
      <div class="settings">
        <div class="page-heading">
          <h1>{texts.settings}</h1>
          <form method="post" action="/logout">
            <button class="button button-small button-quiet" type="submit">
              {layoutTexts[page.language].signOut}
            </button>
          </form>
        </div>
        <nav class="settings-tabs" aria-label={texts.settings}>
          {(Object.keys(paths) as SettingsTab[]).map((each) => (
            <a href={paths[each]} {...(each === tab ? { "aria-current": "page" } : {})}>
              {texts.tabs[each]}
            </a>
          ))}
        </nav>
        {notice !== undefined && (
          <p class="settings-notice" role="status">
            <Icon name="check" />
            {notice}
          </p>
        )}
        {children}
      </div>
    </Layout>
  );
};

/** A form that posts to its own path, and is replaced by itself when something is wrong. */
export const SettingsForm = (
  props: PropsWithChildren<{
    id: string;
    action: string;
    submit: string;
    kind?: "quiet" | "danger";
    problem: FormProblem | undefined;
  }>,
) => (
  <form id={props.id} class="form" method="post" action={props.action} hx-post={props.action} {...replaces(props.id)}>
    <FormError id={`${props.id}-error`} message={props.problem?.field === null ? props.problem.message : undefined} />
    {props.children}
    <button class={`button ${props.kind === undefined ? "" : `button-${props.kind}`}`} type="submit">
      {props.submit}
    </button>
  </form>
);

interface ProfileFormProps {
  language: Language;
  username: string;
  displayName: string;
  /** null: made from their id. */
  color: number | null;
  /** The colour that is made from their id. */
  ownColor: number;
  problem?: FormProblem | undefined;
}

const ColorChoice = (props: { value: number | null; shown: number; name: string; isChosen: boolean }) => (
  <label class="color-choice" title={props.name}>
    <input type="radio" name="color" value={props.value ?? ""} {...(props.isChosen ? { checked: true } : {})} />
    <span class="color-swatch" data-name-color={props.shown} aria-hidden="true"></span>
    <span class={props.value === null ? "" : "visually-hidden"}>{props.name}</span>
  </label>
);

export const ProfileForm = ({ language, username, displayName, color, ownColor, problem }: ProfileFormProps) => {
  const texts = settingsTexts[language];
  return (
    <SettingsForm id="profile-form" action="/settings/profile" submit={texts.save} problem={problem}>
      <TextField
        name="displayName"
        label={texts.displayName}
        hint={texts.displayNameHint(username)}
        value={displayName}
        problem={problem}
        input={{ autocomplete: "nickname", placeholder: username }}
      />
      <fieldset class="color-choices">
        <legend>{texts.color}</legend>
        <ColorChoice value={null} shown={ownColor} name={texts.colorAutomatic} isChosen={color === null} />
        <div class="color-row">
          {texts.colors.map((name, index) => (
            <ColorChoice value={index} shown={index} name={name} isChosen={color === index} />
          ))}
        </div>
      </fieldset>
    </SettingsForm>
  );
};

interface ProfilePageProps extends Omit<ProfileFormProps, "language"> {
  page: PageProps;
  avatarUrl: string | null;
  pictureProblem?: FormProblem | undefined;
  hasSaved?: boolean;
}

const PicturePanel = ({ page, username, avatarUrl, pictureProblem }: ProfilePageProps) => {
  const texts = settingsTexts[page.language];
  return (
    <section class="panel" aria-labelledby="picture-heading">
      <h2 id="picture-heading">{texts.picture}</h2>
      <div class="picture">
        <Avatar name={username} url={avatarUrl} />
        <div class="picture-ways">
          <FormError id="picture-error" message={pictureProblem?.message} />
          <form class="form" method="post" action="/settings/avatar" enctype="multipart/form-data">
            <div class="field">
              <label for="avatar">{texts.choosePicture}</label>
              <input
                id="avatar"
                name="avatar"
                type="file"
                required
                accept="image/png,image/jpeg,image/webp,image/gif"
                aria-describedby={pictureProblem === undefined ? "avatar-hint" : "avatar-hint picture-error"}
                {...(pictureProblem === undefined ? {} : { "aria-invalid": "true" })}
              />
              <p class="hint" id="avatar-hint">
                {texts.pictureHint}
              </p>
            </div>
            <button class="button" type="submit">
              {texts.upload}
            </button>
          </form>
          {avatarUrl !== null && (
            <form method="post" action="/settings/avatar/remove">
              <button class="button button-quiet" type="submit">
                {texts.removePicture}
              </button>
            </form>
          )}
        </div>
      </div>
    </section>
  );
};

export const ProfilePage = (props: ProfilePageProps) => {
  const { page, hasSaved, username, displayName, color, ownColor, problem } = props;
  const form = { username, displayName, color, ownColor, problem };
  const texts = settingsTexts[page.language];
  return (
    <SettingsPage page={page} tab="profile" notice={hasSaved === true ? texts.saved : undefined}>
      <section class="panel" aria-labelledby="profile-heading">
        <h2 id="profile-heading">{texts.profile}</h2>
        <ProfileForm language={page.language} {...form} />
      </section>
      <PicturePanel {...props} />
    </SettingsPage>
  );
};
