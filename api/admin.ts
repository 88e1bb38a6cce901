import { ConfigError, readConfig } from "../config.ts";
import { inspectDatabase } from "../db/inspect.ts";
import { databaseUrlIn, type Database, openDatabase } from "../db/open.ts";
import { commandLineActor } from "../db/audit-log.ts";
import { createResetLink, resetLinkValidForMs } from "../db/people.ts";
import { randomHex } from "../db/random-id.ts";
import { findUserByName, hasUsers } from "../db/users.ts";
import { canonicalUsername } from "./auth/names.ts";
import { createOneTimePath, hashCode } from "./auth/one-time-codes.ts";
import { systemClock } from "./clock.ts";

const usage = `npm run admin -- setup-link      a one-time link that creates the administrator, while there is no account
npm run admin -- reset NAME      a one-time link that sets a new password for NAME
npm run admin -- check-database  how the database is, as JSON; changes nothing, not even its schema`;

/** The exit code of `setup-link` where there are accounts: to `start.ts` no failure. */
const hasAccountsCode = 3;

/** Where this machine reaches the pages itself: localhost answers only where they listen on all addresses, or on it. */
function ownUrl(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The operator's commands, beside a running api or without one. Prints what was asked for; returns the exit code. */
async function run(db: Database, publicUrl: string, [command, name, ...more]: string[]): Promise<number> {
  if (command === "setup-link" && name === undefined) {
    if (!(await hasUsers(db))) {
      console.log(`${publicUrl}${await createOneTimePath(db, "setup", null, systemClock())}`);
      return 0;
    }
    console.error("There is an administrator already. `reset NAME` makes a link for a new password.");
    return hasAccountsCode;
  }
  if (command === "reset" && name !== undefined && more.length === 0) {
    const username = canonicalUsername(name);
    const user = username === null ? undefined : await findUserByName(db, username);
    if (user === undefined) {
      console.error(`There is no account named ${name}.`);
      return 1;
    }
    const code = randomHex(16);
    const now = systemClock();
    const link = { codeHash: hashCode(code), expiresAt: now + resetLinkValidForMs };
    await createResetLink(db, user.id, link, { actor: commandLineActor, now });
    console.log(`${publicUrl}/reset?code=${code}`);
    return 0;
  }
  console.error(usage);
  return 2;
}

try {
  const config = readConfig(process.env);
  const database = {
    url: config.DATABASE_URL ?? databaseUrlIn(config.DATA_DIR),
    authToken: config.DATABASE_AUTH_TOKEN,
  };
  const words = process.argv.slice(2);
  if (words.join(" ") === "check-database") {
    console.log(JSON.stringify(await inspectDatabase(database)));
  } else {
    const { db, close } = await openDatabase(database);
    process.exitCode = await run(db, config.PUBLIC_URL ?? ownUrl(config.HOST, config.PORT), words);
    await close();
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof ConfigError ? message : `The database in DATA_DIR or DATABASE_URL cannot be opened (${message}).`,
  );
  process.exitCode = 1;
}
