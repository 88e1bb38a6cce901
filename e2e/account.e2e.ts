import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { barriersOf, launchBrowser } from "./support/browser.ts";
import { untilShown, write } from "./support/chat.ts";
import { createAdministrator } from "./support/people.ts";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";
import { totpCode } from "./support/totp-code.ts";
import { until } from "./support/until.ts";

/**
 * The life of an account: registered, locked out and back in, guarded by a phone, dressed up, deleted. With real processes
 * and Chromium; one of the people in it has no JavaScript.
 */

setDefaultTimeout(60_000);

const password = "tall-horse-battery-7";
const newPassword = "short-cat-lantern-9";
let server: Server;
let browser: Browser;
let wati: Page;
/** The same person's other device. */
let phone: Page;
/** Somebody whose browser runs no scripts. */
let plain: Page;
let codes: string[] = [];
let secret = "";

const story = new Story("account", () => server);
const step = story.step.bind(story);

const open = (page: Page, path: string) => page.goto(`${server.pageUrl}${path}`);
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const isSignedIn = async (page: Page): Promise<boolean> => {
  await open(page, "/settings");
  return new URL(page.url()).pathname === "/settings";
};

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  const host = await story.openPage(browser, "host");
  await createAdministrator(host, server, "ibu", password);
  await host.context().close();
  [wati, phone, plain] = [
    await story.openPage(browser, "wati"),
    await story.openPage(browser, "phone", { viewport: { width: 390, height: 844 } }),
    await story.openPage(browser, "plain", { javaScriptEnabled: false }),
  ];
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

step("who registers hears at the field what is wrong with it, and can look at the password", async () => {
  await open(wati, "/register?next=/rooms");
  expect(await barriersOf(wati)).toEqual([]);
  await wati.getByLabel("Username").fill("support");
  await wati.getByLabel("Password").fill(password);
  await press(wati, "Create account");
  await wati.getByText("This username is reserved.").waitFor();
  await wati.locator("#username:focus").waitFor();
  await wati.getByLabel("Username").fill("wati");
  await wati.getByLabel("Password").fill(password);
  await press(wati, "Show password");
  expect(await wati.getByLabel("Password").getAttribute("type")).toBe("text");
  await wati.getByRole("button", { name: "Hide password" }).waitFor();
  await press(wati, "Create account");
});

step("eight recovery codes are shown once, and downloaded", async () => {
  await wati.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  codes = await wati.getByRole("list", { name: "Recovery codes, one a line" }).locator("code").allInnerTexts();
  expect(codes).toHaveLength(8);
  expect(await barriersOf(wati)).toEqual([]);
  const [download] = await Promise.all([
    wati.waitForEvent("download"),
    wati.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(await Bun.file(await download.path()).text()).toContain(codes.join("\n"));
  await press(wati, "I have kept them");
  await wati.waitForURL("**/rooms");
  await open(wati, "/recovery-codes");
  await wati.getByText("Nobody can look at them again.").waitFor();
});

step("a forgotten password: a recovery code lets in, and signs out everywhere else", async () => {
  await open(phone, "/login?next=/settings");
  await phone.getByRole("link", { name: "Forgot your password?" }).click();
  expect(await barriersOf(phone)).toEqual([]);
  await phone.getByLabel("Username").fill("wati");
  await phone.getByLabel("Recovery code").fill("00000-00000-00000");
  await phone.getByLabel("New password").fill(newPassword);
  await press(phone, "Set password");
  await phone.getByText("The username or the recovery code is wrong").waitFor();
  await phone.getByLabel("Recovery code").fill(codes[0] ?? "");
  await phone.getByLabel("New password").fill(newPassword);
  await press(phone, "Set password");
  await phone.getByText("You have 7 codes left.").waitFor();
  expect(await isSignedIn(wati)).toBe(false);
});

step("who has to sign in comes back to the page they wanted", async () => {
  await open(wati, "/settings/security");
  await wati.getByLabel("Username").fill("wati");
  await wati.getByLabel("Password").fill(newPassword);
  await press(wati, "Sign in");
  await wati.waitForURL("**/settings/security");
});

step("a second factor is set up with an app, and asked for at the next sign-in", async () => {
  await wati.getByRole("link", { name: "Set up" }).click();
  await wati.getByRole("img", { name: "QR code with the secret for your app" }).waitFor();
  expect(await barriersOf(wati)).toEqual([]);
  await wati.getByText("No camera? Type this secret into the app").click();
  secret = (await wati.locator(".secret code").innerText()).replaceAll(" ", "");
  await wati.getByLabel("Code that the app shows now").fill("000000");
  await press(wati, "Turn on");
  await wati.getByText("This code is wrong.").waitFor();
  await wati.getByLabel("Code that the app shows now").fill(totpCode(secret, Date.now()));
  await press(wati, "Turn on");
  await wati.getByText("The second factor is on.").waitFor();

  await phone.context().clearCookies();
  await open(phone, "/login?next=/settings/sessions");
  await phone.getByLabel("Username").fill("wati");
  await phone.getByLabel("Password").fill(newPassword);
  await press(phone, "Sign in");
  await phone.getByText("Signing in as wati").waitFor();
  expect(await barriersOf(phone)).toEqual([]);
  // The one after: that of now was used to set it up.
  await phone.getByLabel("Six-digit code").fill(totpCode(secret, Date.now() + 30_000));
  await press(phone, "Continue");
  await phone.getByText("This device").waitFor();
});

step("one device signs the other out", async () => {
  expect(await barriersOf(phone)).toEqual([]);
  await phone
    .getByRole("button", { name: /^Sign out.+Chrome on Linux$/ })
    .first()
    .click();
  await phone.getByText("Signed out there.").waitFor();
  // The one whose cookie was deleted above.
  await press(phone, "Sign out all others");
  await phone.getByText("Nowhere else.").waitFor();
  expect(await isSignedIn(wati)).toBe(false);
  expect(await isSignedIn(phone)).toBe(true);
});

step("a recovery code stands in for the phone", async () => {
  await open(wati, "/login");
  await wati.getByLabel("Username").fill("wati");
  await wati.getByLabel("Password").fill(newPassword);
  await press(wati, "Sign in");
  await wati.getByText("No app at hand?").click();
  await wati.getByLabel("Recovery code").fill(codes[1] ?? "");
  await press(wati, "Use recovery code");
  await wati.waitForURL((url) => !url.pathname.startsWith("/login"));
  expect(await isSignedIn(wati)).toBe(true);
});

step("a name, a colour and a picture", async () => {
  await wati.getByLabel("Name", { exact: true }).fill("Wаti");
  await press(wati, "Save");
  await wati.getByText("This name mixes alphabets").waitFor();
  await wati.getByLabel("Name", { exact: true }).fill("Ratu Malam");
  await wati.getByRole("radio", { name: "Teal" }).check();
  await press(wati, "Save");
  await wati.getByText("Saved.").waitFor();
  const picture = await wati.screenshot({ clip: { x: 0, y: 0, width: 300, height: 200 } });
  await wati.getByLabel("New picture").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: picture });
  await press(wati, "Upload");
  await wati.getByRole("button", { name: "Remove picture" }).waitFor();
  await until("the picture is shown", () =>
    wati.evaluate<boolean>('document.querySelector(".picture img.avatar").naturalWidth === 256'),
  );
  expect(await barriersOf(wati)).toEqual([]);
});

step("the chat calls them by it, with the name for mentions beside it", async () => {
  await open(wati, "/@ibu");
  await wati.getByText("1 watching").filter({ visible: true }).waitFor();
  await write(wati, "selamat malam");
  await untilShown(wati, "selamat malam");
  const name = wati.locator(".chat-line", { hasText: "selamat malam" }).locator('[data-part="name"]');
  expect([await name.innerText(), await name.getAttribute("title")]).toEqual(["Ratu Malam", "@wati"]);
  await wati.reload();
  await untilShown(wati, "selamat malam");
  expect([await name.innerText(), await name.getAttribute("data-color")]).toEqual(["Ratu Malam", "6"]);
});

step("without JavaScript: register, keep the codes, change the password, recover, delete", async () => {
  await open(plain, "/register");
  await plain.getByLabel("Username").fill("budi");
  await plain.getByLabel("Password").fill("short");
  await plain
    .locator("form")
    .evaluate("(form) => form.noValidate = true")
    .catch(() => undefined);
  await plain.getByLabel("Password").fill(password);
  await press(plain, "Create account");
  const own = await plain.locator(".recovery-codes code").allInnerTexts();
  expect(await plain.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
  await press(plain, "I have kept them");
  await open(plain, "/settings/security");
  await plain.getByLabel("Current password").fill("wrong password");
  await plain.getByLabel("New password").fill(newPassword);
  await press(plain, "Change password");
  await plain.getByText("This password is wrong.").waitFor();
  await plain.getByLabel("Current password").fill(password);
  await plain.getByLabel("New password").fill(newPassword);
  await press(plain, "Change password");
  await plain.getByText("The new password is set.").waitFor();
  await plain.context().clearCookies();
  await open(plain, "/recover");
  await plain.getByLabel("Username").fill("budi");
  await plain.getByLabel("Recovery code").fill(own[0] ?? "");
  await plain.getByLabel("New password").fill(password);
  await press(plain, "Set password");
  await plain.getByText("You have 7 codes left.").waitFor();
  await open(plain, "/settings/account");
  await plain.getByLabel("Type your username: budi").fill("budi");
  await plain.getByLabel("Your password").fill(password);
  await press(plain, "Delete my account");
  await plain.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  expect((await fetch(`${server.pageUrl}/@budi`)).status).toBe(404);
});

step("an account is deleted, and nothing of it is left", async () => {
  await open(wati, "/settings/account");
  expect(await barriersOf(wati)).toEqual([]);
  await wati.getByLabel("Type your username: wati").fill("watt");
  await wati.getByLabel("Your password").fill(newPassword);
  await press(wati, "Delete my account");
  await wati.getByText("This is not your username.").waitFor();
  await wati.getByLabel("Type your username: wati").fill("wati");
  await wati.getByLabel("Your password").fill(newPassword);
  await press(wati, "Delete my account");
  await wati.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  expect(await isSignedIn(phone)).toBe(false);
  expect((await fetch(`${server.pageUrl}/@wati`)).status).toBe(404);
});

step("in Indonesian too", async () => {
  const tamu = await story.openPage(browser, "tamu", { locale: "id-ID" });
  await open(tamu, "/login");
  await tamu.getByRole("heading", { name: "Masuk" }).waitFor();
  await tamu.getByLabel("Nama pengguna").fill("tidak_ada");
  await tamu.getByLabel("Kata sandi").fill(password);
  await press(tamu, "Masuk");
  await tamu.getByText("Nama pengguna atau kata sandi salah.").waitFor();
});

step("no page had an error, and no secret is in the server's output", () => {
  expect(story.pageErrors).toEqual([]);
  const output = server.output();
  expect([password, newPassword, secret, ...codes].filter((each) => output.includes(each))).toEqual([]);
});
