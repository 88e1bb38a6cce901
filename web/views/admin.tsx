import { Layout, type PageProps } from "./layout.tsx";
import { FormError, LiveBadge, PasswordAgainFields, Uptime } from "./parts.tsx";
import { Avatar } from "./poster.tsx";

interface Person {
  id: string;
  name: string;
  role: "viewer" | "streamer" | "administrator";
  /** Unix time, ms. */
  createdAt: number;
}

interface LiveStream {
  streamId: string;
  channelName: string;
  title: string;
  /** Unix time, ms. */
  startedAt: number;
  state: "live" | "interrupted";
}

interface AdminProps {
  page: PageProps;
  people: Person[];
  live: LiveStream[];
  /** The password was not typed lately: nothing can be changed before. */
  needsPassword?: boolean;
  error?: string;
  /** Link to the next page of people. */
  next?: string;
}

const roleNames = { viewer: "Viewer", streamer: "Streamer", administrator: "Administrator" };
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

const PersonRow = ({ person }: { person: Person }) => (
  <li class="row">
    <Avatar name={person.name} />
    <div class="row-text">
      <p class="row-title">{person.name}</p>
      <p class="hint">
        {roleNames[person.role]}, since{" "}
        <time datetime={new Date(person.createdAt).toISOString()}>{day.format(person.createdAt)}</time>
      </p>
    </div>
    {person.role !== "administrator" && (
      <form method="post" action={`/admin/people/${person.id}/streaming`}>
        <input type="hidden" name="allow" value={person.role === "viewer" ? "yes" : "no"} />
        <button
          class={`button button-small ${person.role === "viewer" ? "button-quiet" : "button-danger"}`}
          type="submit"
        >
          {person.role === "viewer" ? "Allow streaming" : "Stop streaming"}
          <span class="visually-hidden"> for {person.name}</span>
        </button>
      </form>
    )}
  </li>
);

const StreamRow = ({ stream }: { stream: LiveStream }) => (
  <li class="row">
    <Avatar name={stream.channelName} />
    <div class="row-text">
      <p class="row-title">
        <a href={`/@${stream.channelName}`}>{stream.title}</a>
      </p>
      <p class="hint">{stream.channelName}</p>
    </div>
    <span class="row-live">
      <LiveBadge interrupted={stream.state === "interrupted"} />
      <Uptime startedAt={stream.startedAt} />
    </span>
    <form method="post" action={`/admin/streams/${stream.streamId}/end`}>
      <button class="button button-small button-danger" type="submit">
        End now<span class="visually-hidden">: {stream.channelName}</span>
      </button>
    </form>
  </li>
);

export const PasswordAgain = ({ error, path }: { error: string | undefined; path: string }) => (
  <section class="panel">
    <h2>Password again</h2>
    <p class="hint">Changes to people, streams and calls need a password that was typed within the last 15 minutes.</p>
    <form class="form" method="post" action="/confirm">
      <PasswordAgainFields label="Your password" next={path} error={error} />
    </form>
  </section>
);

export const AdminPage = ({ page, people, live, needsPassword, error, next }: AdminProps) => (
  <Layout page={page} title="Admin">
    <div class="admin">
      <div class="page-heading">
        <h1>Admin</h1>
        <nav class="page-links" aria-label="Administration">
          <a href="/admin/calls">Quality of calls</a>
        </nav>
      </div>
      {needsPassword === true ? (
        <PasswordAgain error={error} path={page.path} />
      ) : (
        <FormError id="admin-error" message={error} />
      )}
      <section class="panel" aria-labelledby="live-heading">
        <h2 id="live-heading">Live now</h2>
        {live.length === 0 ? (
          <p class="hint">Nobody is live.</p>
        ) : (
          <ul class="rows" role="list">
            {live.map((stream) => (
              <StreamRow stream={stream} />
            ))}
          </ul>
        )}
      </section>
      <section class="panel" aria-labelledby="people-heading">
        <h2 id="people-heading">People</h2>
        <ul class="rows" role="list">
          {people.map((person) => (
            <PersonRow person={person} />
          ))}
        </ul>
        {next !== undefined && (
          <a class="button button-quiet" href={next}>
            More people
          </a>
        )}
      </section>
    </div>
  </Layout>
);
