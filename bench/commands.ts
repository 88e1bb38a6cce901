import { publish } from "../e2e/support/publisher.ts";
import { startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { FormClient } from "../e2e/support/form-client.ts";
import { password, playlistUrlOf } from "./support/streamers.ts";
import { printTable } from "./support/table.ts";

/**
 * How soon a command acts on a live stream, from the moment its form is sent: the right to stream taken away, "End now",
 * a new key. `bun bench/commands.ts`
 */

const server = await startServer({ LOG_LEVEL: "warn" });
const admin = new FormClient(server.pageUrl);
const streamer = new FormClient(server.pageUrl);
const name = "streamer";

/** The part of the administrator's page that tells this form from others. */
async function find(pattern: RegExp): Promise<string> {
  const [, id] = pattern.exec(await admin.send("/admin")) ?? [];
  if (id === undefined) throw new Error(`nothing like ${pattern} at /admin`);
  return id;
}
const allow = async (right: "yes" | "no"): Promise<void> => {
  await admin.send(
    `/admin/people/${await find(new RegExp(`${name}[^]*?/admin/people/([^/"]+)/streaming`))}/streaming`,
    {
      allow: right,
    },
  );
};

async function measure(
  what: string,
  command: () => Promise<(() => Promise<unknown>) | undefined>,
): Promise<(string | number)[]> {
  const publisher = publish(server.rtmpUrl, await streamer.streamKey(password));
  const playlistUrl = (await playlistUrlOf(server, name)).replace("index.m3u8", "source/index.m3u8");
  await until("media", async () => (await fetch(playlistUrl)).ok);
  await Bun.sleep(3000);
  const send = await command();
  const sentAt = performance.now();
  const encoderGone = publisher.exited.then(() => performance.now() - sentAt);
  const answered = (send?.() ?? Promise.resolve()).then(() => performance.now() - sentAt);
  const ended = until(
    "ENDLIST",
    async () => (await (await fetch(playlistUrl)).text()).includes("#EXT-X-ENDLIST"),
    3000,
  ).then(
    () => performance.now() - sentAt,
    () => null,
  );
  const row = [what, await answered, await encoderGone, await ended];
  return row.map((cell) => (typeof cell === "number" ? cell.toFixed(0) : (cell ?? "goes on, for the new key")));
}

try {
  await admin.send(server.setupLink ?? "");
  await admin.send("/setup", { username: "admin", password });
  await streamer.send("/register", { username: name, password });
  await allow("yes");
  const rows = [
    await measure("a new key", async () => () => streamer.send("/studio/key/new", {})),
    await measure("the right to stream taken away", async () => {
      const id = await find(new RegExp(`${name}[^]*?/admin/people/([^/"]+)/streaming`));
      return () => admin.send(`/admin/people/${id}/streaming`, { allow: "no" });
    }),
  ];
  await allow("yes");
  rows.push(
    await measure("End now", async () => {
      const id = await find(/\/admin\/streams\/([^/"]+)\/end/);
      return () => admin.send(`/admin/streams/${id}/end`, {});
    }),
  );
  printTable(["ms from sending the form", "answered", "the encoder is gone", "players are told"], rows);
} finally {
  await server.stop();
}
process.exit(0);
