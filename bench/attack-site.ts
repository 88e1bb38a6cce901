import { launchBrowser } from "../e2e/support/browser.ts";
import { startServer } from "../e2e/support/server.ts";
import { Attempts } from "./support/site-attacks/attempts.ts";
import { attackAddresses } from "./support/site-attacks/addresses-and-headers.ts";
import { attackForms } from "./support/site-attacks/foreign-forms.ts";
import { attackGuesses } from "./support/site-attacks/guesses.ts";
import { attackOthers } from "./support/site-attacks/other-people.ts";
import { attackReflected } from "./support/site-attacks/reflected-scripts.ts";
import { attackSignIns } from "./support/site-attacks/sign-ins.ts";
import { attackStored } from "./support/site-attacks/stored-scripts.ts";
import { Stage } from "./support/site-attacks/stage.ts";
import { attackUploads } from "./support/site-attacks/uploads.ts";

/**
 * `npm run attack:site`: what somebody with bad intentions tries with the site, against the real thing, from outside. Prints
 * each attempt, what came of it and whether the site held, and ends with 1 when it did not. With words as arguments, only the
 * groups whose name has one of them. [I/O]
 */

const wanted = process.argv.slice(2);
const server = await startServer({ LOG_LEVEL: "debug" });
const browser = await launchBrowser();
const attempts = new Attempts();

const groups: Record<string, (stage: Stage) => Promise<void>> = {
  forms: (stage) => attackForms(stage, attempts, browser),
  addresses: (stage) => attackAddresses(stage, attempts, browser),
  uploads: (stage) => attackUploads(stage, attempts),
  "sign-ins": (stage) => attackSignIns(stage, attempts),
  guesses: (stage) => attackGuesses(stage, attempts),
  reflected: (stage) => attackReflected(stage, attempts, browser),
  stored: (stage) => attackStored(stage, attempts, browser),
  others: (stage) => attackOthers(stage, attempts),
};

let code: 0 | 1 = 1;
try {
  const stage = await Stage.build(server);
  for (const [name, attack] of Object.entries(groups)) {
    if (wanted.length === 0 || wanted.some((word) => name.includes(word)))
      await attempts.run(name, () => attack(stage));
  }
  code = attempts.print();
} finally {
  await browser.close();
  await server.stop();
}
process.exit(code);
