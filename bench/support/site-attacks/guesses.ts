import { totpCode } from "../../../e2e/support/totp-code.ts";
import type { Attempts } from "./attempts.ts";
import type { Answer } from "./exchange.ts";
import { password, type Stage } from "./stage.ts";
import type { Visitor } from "./visitor.ts";

/** Guessing: how many tries somebody has, from one address and from many, and what that leaves to whom it belongs. */

const tooMany = 1000;

/** Tries until it is refused to try. Returns how many were looked at. */
async function triesUntilRefused(attempt: (index: number) => Promise<Answer>, most = tooMany): Promise<number> {
  for (let index = 0; index < most; index += 1) if ((await attempt(index)).status === 429) return index;
  return most;
}

/** The recovery codes of who has just registered. */
async function recoveryCodesOf(visitor: Visitor): Promise<string[]> {
  const { body } = await visitor.get("/recovery-codes");
  return [...body.matchAll(/<code[^>]*>([0-9a-z-]{10,})<\/code>/gi)].map(([, code = ""]) => code);
}

const signIn = (by: Visitor, username: string, typed: string): Promise<Answer> =>
  by.post("/login", { username, password: typed });

async function guessPasswords(stage: Stage, attempts: Attempts): Promise<void> {
  const [home, one] = [stage.visitor(), stage.visitor()];
  await stage.register(home, "agus");
  const codes = await recoveryCodesOf(home);
  const fromOne = await triesUntilRefused((index) => signIn(one, "agus", `wrong-${index}-word`));
  attempts.add("Guessing: a password, from one address", `refused after ${fromOne}`, fromOne <= 10);
  const names = await triesUntilRefused((index) => signIn(one, `nobody${index}`, "wrong-word-1"));
  attempts.add("Guessing: one password for many names, from one address", `refused after ${names}`, names <= 60);
  const fromMany = await triesUntilRefused((index) => signIn(stage.visitor(), "agus", `wrong-${index}-word`), 400);
  attempts.add("Guessing: a password, each try from another address", `refused after ${fromMany}`, fromMany <= 100);
  const again = (await signIn(home, "agus", password)).status;
  const stays = (await home.get("/settings")).status;
  attempts.addAll("… the owner meanwhile, where they have signed in before", `open session ${stays}, signs in anew`, [
    ...(stays === 200 ? [] : ["the session has ended"]),
    ...(again === 303 ? [] : [`signing in answers ${again}`]),
  ]);
  const away = stage.visitor();
  const form = { username: "agus", recoveryCode: codes[0] ?? "", password: "other-horse-5" };
  const recovered = (await away.post("/recover", form)).status;
  attempts.add("… the owner meanwhile, elsewhere, with a recovery code", `answered ${recovered}`, recovered === 303);
}

async function guessRecovery(stage: Stage, attempts: Attempts): Promise<void> {
  const one = stage.visitor();
  await stage.register(stage.visitor(), "dewi");
  const form = { username: "dewi", password: "other-horse-5" };
  const guess = (by: Visitor, index: number): Promise<Answer> =>
    by.post("/recover", { ...form, recoveryCode: `${String(index).padStart(5, "0")}-00000-00000` });
  const fromOne = await triesUntilRefused((index) => guess(one, index), 100);
  attempts.add(
    "Guessing: a recovery code, from one address",
    `refused after ${fromOne}; 2^70 there are`,
    fromOne <= 60,
  );
  for (const path of ["/reset?code=", "/setup?code=", "/register?invitation="]) {
    const other = stage.visitor();
    const tried = await triesUntilRefused((index) => other.get(`${path}${String(index).padStart(32, "0")}`), 100);
    attempts.add(`Guessing: ${path}…, from one address`, `refused after ${tried}; 2^128 there are`, tried <= 30);
  }
}

async function guessSecondFactor(stage: Stage, attempts: Attempts): Promise<void> {
  const home = stage.visitor();
  await stage.register(home, "putri");
  const codes = await recoveryCodesOf(home);
  const page = (await home.get("/settings/second-factor")).body;
  const [, sealed = ""] = /name="sealed" value="([^"]+)"/.exec(page) ?? [];
  const [, secret = ""] = /class="secret"[^]*?<code[^>]*>([A-Z2-7 ]+)<\/code>/.exec(page) ?? [];
  const plain = secret.replaceAll(" ", "");
  await home.must("/settings/second-factor", { sealed, code: totpCode(plain, Date.now()) });
  let [steps, tries, isOver] = [0, 0, false];
  const right = new Set([-1, 0, 1].map((step) => totpCode(plain, Date.now() + step * 30_000)));
  while (!isOver && steps < 40) {
    const thief = stage.visitor();
    steps += 1;
    if ((await signIn(thief, "putri", password)).status !== 303) break;
    const looked = await triesUntilRefused((index) => {
      const code = String(steps * 100 + index).padStart(6, "0");
      return thief.post("/login/code", { code: right.has(code) ? "999999" : code });
    }, 100);
    tries += looked;
    isOver = looked === 0;
  }
  const most = `${tries} codes over ${steps - 1} sign-ins with the right password`;
  attempts.add("Guessing: a second factor, each sign-in from another address", `refused after ${most}`, tries <= 60);
  const phoneless = stage.visitor();
  await signIn(phoneless, "putri", password);
  const { status } = await phoneless.post("/login/code", { recoveryCode: codes[0] ?? "" });
  attempts.add("… the owner meanwhile, with a recovery code", `answered ${status}`, status === 303);
}

async function guessPasscode(stage: Stage, attempts: Attempts): Promise<void> {
  const call = (stage.targets["/rooms/:id"] ?? "").slice("/rooms/".length);
  const knock = (by: Visitor, passcode: string): Promise<Answer> =>
    by.postJson("/ticket", { call, name: "x", passcode });
  const one = stage.visitor();
  const fromOne = await triesUntilRefused((index) => knock(one, `salah-${index}`), 100);
  attempts.add("Guessing: a room's passcode, from one address", `refused after ${fromOne}`, fromOne <= 20);
  const fromMany = await triesUntilRefused((index) => knock(stage.visitor(), `salah-${index}`), 400);
  attempts.add(
    "Guessing: a room's passcode, each try from another address",
    `refused after ${fromMany}`,
    fromMany <= 200,
  );
  const host = (await knock(stage.owner, "")).status;
  const friend = (await knock(stage.visitor(), "tidak-tahu")).status;
  attempts.add("… the host meanwhile", `comes in (${host}); who knows the passcode waits (${friend})`, host === 200);
}

export async function attackGuesses(stage: Stage, attempts: Attempts): Promise<void> {
  await guessPasswords(stage, attempts);
  await guessRecovery(stage, attempts);
  await guessSecondFactor(stage, attempts);
  await guessPasscode(stage, attempts);
}
