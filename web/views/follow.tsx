import { FormError, replaces } from "./parts.tsx";

export interface FollowProps {
  channelName: string;
  followers: number;
  /** `none`: it is one's own channel. `sign-in`: nobody is signed in. */
  choice: "follow" | "unfollow" | "sign-in" | "none";
  /** It replaces a button that was pressed, and with it the focus. */
  hasFocus?: boolean;
  error?: string | undefined;
}

const countOf = (followers: number): string =>
  `${followers.toLocaleString("en")} ${followers === 1 ? "follower" : "followers"}`;

/** How many follow a channel, and the button to be one of them. Works without JavaScript. */
export const Follow = ({ channelName, followers, choice, hasFocus, error }: FollowProps) => {
  const path = `/@${channelName}`;
  return (
    <div id="follow" class="follow">
      <FormError id="follow-error" message={error} />
      {choice === "sign-in" && (
        <a class="button button-small" href={`/login?next=${encodeURIComponent(path)}`}>
          Follow<span class="visually-hidden"> {channelName}: sign in first</span>
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
            {choice === "follow" ? "Follow" : "Unfollow"}
            <span class="visually-hidden"> {channelName}</span>
          </button>
        </form>
      )}
      <p class="hint" id="followers">
        {countOf(followers)}
      </p>
    </div>
  );
};
