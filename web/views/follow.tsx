import type { Language } from "../contract/language.ts";
import { FormError, replaces } from "./parts.tsx";
import { watchTexts } from "./watch-texts.ts";

export interface FollowProps {
  channelName: string;
  /** As the streamer wants to be called. */
  displayName: string;
  language: Language;
  followers: number;
  /** `none`: it is one's own channel. `sign-in`: nobody is signed in. */
  choice: "follow" | "unfollow" | "sign-in" | "none";
  /** It replaces a button that was pressed, and with it the focus. */
  hasFocus?: boolean;
  error?: string | undefined;
}

/** How many follow a channel, and the button to be one of them. Works without JavaScript. */
export const Follow = ({ channelName, displayName, language, followers, choice, hasFocus, error }: FollowProps) => {
  const path = `/@${channelName}`;
  const texts = watchTexts[language];
  return (
    <div id="follow" class="follow" data-channel={channelName} data-choice={choice}>
      <FormError id="follow-error" message={error} />
      {choice === "sign-in" && (
        <a class="button button-small" href={`/login?next=${encodeURIComponent(path)}`}>
          {texts.follow}
          <span class="visually-hidden">
            {" "}
            {displayName}: {texts.signInFirst}
          </span>
        </a>
      )}
      {(choice === "follow" || choice === "unfollow") && (
        <form method="post" action={`${path}/${choice}`} hx-post={`${path}/${choice}`} {...replaces("follow")}>
          <button
            class={`button button-small ${choice === "follow" ? "" : "button-quiet"}`}
            type="submit"
            autofocus={hasFocus === true}
            aria-describedby="followers"
          >
            {choice === "follow" ? texts.follow : texts.unfollow}
            <span class="visually-hidden"> {displayName}</span>
          </button>
        </form>
      )}
      <p class="hint" id="followers">
        {texts.followers(followers)}
      </p>
    </div>
  );
};
