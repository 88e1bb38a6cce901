import { expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";

/**
 * The import table of docs/ARCHITECTURE.md and the purity rule, tried on fixtures: each line is a file and one
 * statement in it. All are written below one temporary folder and linted in one run.
 */

type Fixture = [file: string, statement: string, rule?: string];

/** The rule is `no-restricted-imports` unless another is named. */
const forbidden: Fixture[] = [
  ["api/routes/a.ts", 'import "../../ingest/broadcast.ts";'],
  ["api/a.ts", 'import "../ingest/hls/window.ts";'],
  ["api/a.ts", 'import "../web/client/player.ts";'],
  ["api/a.ts", 'import "../start/secrets.ts";'],
  ["api/a.ts", 'import "../config.ts";'],
  ["api/a.ts", 'export const { users } = await import("../signaling/chat/room.ts");'],
  ["api/routes/a.ts", 'import "lucia";'],
  ["api/main.ts", 'import "../ingest/broadcast.ts";'],
  ["api/contract/a.ts", 'import "../app.ts";'],
  ["api/contract/a.ts", 'import "hono";'],
  ["api/contract/a.ts", 'import { app } from "../internal/app.ts"; console.info(app);'],
  ["ingest/a.ts", 'import "../db/users.ts";'],
  ["ingest/a.ts", 'export * from "../db/users.ts";'],
  ["ingest/a.ts", 'import "../api/app.ts";'],
  ["ingest/a.ts", 'import "../web/views/home.tsx";'],
  ["ingest/a.ts", 'import "../signaling/server.ts";'],
  ["ingest/a.ts", 'import "../config.ts";'],
  ["ingest/a.ts", 'import "drizzle-orm";'],
  ["ingest/main.ts", 'import "../db/users.ts";'],
  ["ingest/a.ts", 'import "node-media-server/src/protocol/rtmp.js";'],
  ["ingest/rtmp/a.ts", 'import "node-media-server";'],
  ["ingest/rtmp/a.ts", 'import "node-media-server/src/server/rtmp_server.js";'],
  ["ingest/rtmp/a.ts", 'import "../../db/users.ts";'],
  ["ingest/rtmp/a.ts", 'import "../../api/app.ts";'],
  ["ingest/rtmp/a.ts", 'import "../hls/window.ts";'],
  ["ingest/rtmp/a.test.ts", 'import "../../db/temp-db.ts";'],
  ["ingest/media/a.ts", 'import "../hls/window.ts";'],
  ["ingest/media/a.ts", 'import "../rtmp/session.ts";'],
  ["ingest/media/a.ts", 'import "node:fs";'],
  ["ingest/media/a.ts", 'import "mediabunny";'],
  ["ingest/mp4/a.ts", 'import "../hls/window.ts";'],
  ["ingest/mp4/a.ts", 'import "../../api/contract/publish.ts";'],
  ["ingest/hls/a.ts", 'import "../rtmp/session.ts";'],
  ["ingest/hls/a.ts", 'import "../broadcast.ts";'],
  ["ingest/hls/a.ts", 'import "hono";'],
  ["ingest/hls/a.ts", 'import "../../addresses.ts";'],
  ["ingest/hls/http.ts", 'import "../broadcast.ts";'],
  ["ingest/hls/a.ts", 'import "../../db/users.ts";'],
  ["signaling/a.ts", 'import "../db/users.ts";'],
  ["signaling/a.ts", 'import "../api/app.ts";'],
  ["signaling/a.ts", 'import "../ingest/broadcast.ts";'],
  ["signaling/a.ts", 'import "@libsql/client";'],
  ["signaling/a.ts", 'import "../config.ts";'],
  ["signaling/a.ts", 'import "../web/views/home.tsx";'],
  ["signaling/chat/a.ts", 'import "../server.ts";'],
  ["signaling/chat/a.ts", 'import "../../addresses.ts";'],
  ["signaling/chat/a.ts", 'import "zod";'],
  ["signaling/call/a.ts", 'import "../server.ts";'],
  ["signaling/call/a.ts", 'import "../chat/room.ts";'],
  ["signaling/call/a.ts", 'import "zod";'],
  ["web/views/a.tsx", 'import "../../db/users.ts";'],
  ["web/views/a.tsx", 'import "../../api/app.ts";'],
  ["web/views/a.tsx", 'import "../client/player.ts";'],
  ["web/views/a.tsx", 'import { Command } from "../../api/contract/commands.ts"; console.info(Command);'],
  ["web/views/a.tsx", 'import "zod";'],
  ["web/client/a.ts", 'import "../views/home.tsx";'],
  ["web/client/a.ts", 'import "../../api/app.ts";'],
  ["web/client/a.ts", 'import "../../ingest/hls/window.ts";'],
  ["web/client/a.ts", 'import { Command } from "../../api/contract/commands.ts"; console.info(Command);'],
  ["web/client/a.ts", 'import "zod";'],
  ["web/client/a.ts", 'import "node:fs";'],
  ["web/build.ts", 'import "../api/app.ts";'],
  ["db/a.ts", 'import "../api/app.ts";'],
  ["db/a.ts", 'import "hono";'],
  ["db/a.ts", 'import "../config.ts";'],
  ["e2e/a.ts", 'import "../api/app.ts";'],
  ["e2e/a.ts", 'import "../db/users.ts";'],
  ["demo/a.ts", 'import "../start/ports.ts";'],
  ["demo.ts", 'import "./api/app.ts";'],
  ["bench/a.ts", 'import "../ingest/broadcast.ts";'],
  ["bench/ingest/a.ts", 'import "../../ingest/mp4/fragment.ts";'],
  ["start.ts", 'import "./api/app.ts";'],
  ["start/a.ts", 'import "../db/users.ts";'],
  // Purity.
  ["ingest/hls/a.ts", "export const now = () => Date.now();", "no-restricted-properties"],
  ["ingest/hls/a.ts", "export const now = () => performance.now();", "no-restricted-globals"],
  ["ingest/hls/a.ts", "setTimeout(() => undefined, 1);", "no-restricted-globals"],
  ["signaling/chat/a.ts", "export const now = () => Date.now();", "no-restricted-properties"],
  ["signaling/chat/a.ts", "setTimeout(() => undefined, 1);", "no-restricted-globals"],
  ["signaling/call/a.ts", "export const now = () => Date.now();", "no-restricted-properties"],
  ["signaling/contract/a.ts", "export const chance = () => Math.random();", "no-restricted-properties"],
  ["ingest/mp4/a.ts", "export const home = process.env;", "no-restricted-globals"],
  ["ingest/media/a.ts", 'export const file = Bun.file("a");', "no-restricted-globals"],
  ["ingest/media/a.ts", "export const file = globalThis.Bun;", "no-restricted-globals"],
  ["api/contract/a.ts", "export const now = () => Date.now();", "no-restricted-properties"],
  ["ingest/contract/a.ts", "export const chance = () => Math.random();", "no-restricted-properties"],
  // Types and promises.
  ["api/a.ts", "export const read = async () => 1; read();", "no-floating-promises"],
  ["ingest/a.ts", "export const read = async () => 1; read();", "no-floating-promises"],
  ["api/a.ts", "export const size = (value: any) => value;", "no-explicit-any"],
  ["api/a.ts", "export const first = (values: string[]) => values[0]!;", "no-non-null-assertion"],
  ["api/a.ts", "declare const db: { transaction(): void }; db.transaction();", "no-restricted-properties"],
  ["api/a.ts", 'console.log("hello");', "no-console"],
];

const allowed: Fixture[] = [
  ["api/routes/a.ts", 'import "../../db/users.ts";'],
  ["api/routes/a.ts", 'import "../../web/views/home.tsx";'],
  ["api/a.ts", 'import "../web/build.ts";'],
  ["api/a.ts", 'import "../ingest/contract/playback.ts";'],
  ["api/main.ts", 'import "../config.ts";'],
  ["signaling/a.ts", 'import "../api/contract/chat.ts";'],
  ["signaling/chat/a.ts", 'import "../../api/contract/chat.ts";'],
  ["signaling/chat/a.ts", 'import "../contract/chat.ts";'],
  ["signaling/call/a.ts", 'import "../contract/call.ts";'],
  ["signaling/call/a.ts", 'import "../chat/line-text.ts";'],
  ["signaling/contract/a.ts", 'import "node:crypto";'],
  ["web/client/a.ts", 'import "../../signaling/contract/limits.ts";'],
  ["api/internal/a.ts", 'import "../contract/publish.ts";'],
  ["api/contract/a.ts", 'import "zod";'],
  ["api/contract/a.ts", 'import type { App } from "../internal/app.ts"; export type A = App;'],
  ["ingest/main.ts", 'import "../config.ts";'],
  ["ingest/a.ts", 'import "../api/contract/publish.ts";'],
  ["ingest/rtmp/a.ts", 'import "node-media-server/src/protocol/rtmp.js";'],
  ["ingest/mp4/a.ts", 'import "../media/sample.ts";'],
  ["ingest/mp4/a.test.ts", 'import "mediabunny";'],
  ["ingest/hls/a.ts", 'import "../mp4/fragment.ts";'],
  ["ingest/hls/http.ts", "export const now = () => Date.now();"],
  ["ingest/hls/http.ts", 'import "../../addresses.ts";'],
  ["ingest/hls/http.ts", 'import "../../accepted-encoding.ts";'],
  ["ingest/hls/http.ts", 'import "../../shared-body.ts";'],
  ["ingest/hls/http.ts", 'import type { Server } from "bun"; export type A = Server<undefined>;'],
  [
    "web/views/a.tsx",
    'import type { ChannelState } from "../../api/contract/channel-state.ts"; export type A = ChannelState;',
  ],
  ["web/views/a.tsx", 'import "./layout.tsx";'],
  [
    "web/client/a.ts",
    'import type { ChannelState } from "../../api/contract/channel-state.ts"; export type A = ChannelState;',
  ],
  ["web/client/a.ts", 'import "hls.js/light";'],
  ["db/a.ts", 'import "drizzle-orm/sqlite-core";'],
  ["e2e/a.ts", 'import "../api/contract/publish.ts";'],
  ["demo/a.ts", 'import "../signaling/contract/messages.ts";'],
  ["start.ts", 'import "./config.ts";'],
];

const Report = z.object({ diagnostics: z.array(z.object({ filename: z.string(), code: z.string() })) });

/** Lints the fixtures in a temporary folder under the project's own rules; returns the rules that each one broke. */
function lint(fixtures: Fixture[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "panggung-lint-"));
  try {
    for (const name of [".oxlintrc.json", "tsconfig.json"]) cpSync(join(import.meta.dir, name), join(folder, name));
    symlinkSync(join(import.meta.dir, "node_modules"), join(folder, "node_modules"));
    // Each fixture is a file of its own, unless its name matters.
    const paths = fixtures.map(([file], index) => file.replace(/\/a\./, `/a${index}.`));
    for (const [index, [, statement]] of fixtures.entries()) {
      const path = join(folder, paths[index] ?? "");
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${statement}\n`);
    }
    const run = Bun.spawnSync([process.execPath, "x", "oxlint", "--format=json"], { cwd: folder, stderr: "inherit" });
    const report = Report.parse(JSON.parse(run.stdout.toString()));
    return paths.map((path) =>
      report.diagnostics
        .filter((found) => found.filename === path)
        .map((found) => found.code.replace(/^.*\((.*)\)$/, "$1")),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the linter stops every forbidden edge", () => {
  const broken = lint(forbidden);
  const missed = forbidden.filter(
    ([, , rule = "no-restricted-imports"], index) => broken[index]?.includes(rule) !== true,
  );
  expect(missed).toEqual([]);
}, 30_000);

test("the linter lets through what the table allows", () => {
  const broken = lint(allowed);
  expect(allowed.filter((_, index) => broken[index]?.length !== 0)).toEqual([]);
}, 30_000);
