import type { ChatLine } from "../contract/chat.ts";
import { closeCodes } from "../contract/limits.ts";
import { enter, type Hostile, mustClose, mustLive, mustRefuse, type Stage } from "./hostile-stage.ts";
import type { RawClient } from "./raw-client.ts";

/** Lines that would harm those who read them, and more of them than anybody can read. */

/** Lines that this socket was shown. */
const linesOf = (client: RawClient): ChatLine[] =>
  client.messages.flatMap((message) =>
    message.type === "events" ? message.events.flatMap((event) => (event.type === "line" ? [event.line] : [])) : [],
  );

/** Says something and returns it as everybody sees it. */
async function sayAndRead(stage: Stage, text: string): Promise<string> {
  const client = await enter(stage);
  const nonce = `hostile${Date.now()}`;
  client.send({ type: "say", nonce, text });
  await client.until("the line comes back", () => linesOf(client).some(({ id }) => id.endsWith(nonce)));
  const line = linesOf(client).find(({ id }) => id.endsWith(nonce));
  await mustLive(client);
  return line?.text ?? "";
}

export const hostileLines: Hostile[] = [
  {
    name: "right-to-left overrides, isolates, zero-width letters",
    attack: async (stage) => {
      const text = await sayAndRead(
        stage,
        "\u202eevil\u202c \u2066x\u200b\u200e\u200fy \ufeff \u061c שלום عربي \u0007",
      );
      if (/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\p{Cc}]/u.test(text))
        throw new Error("controls are left");
      if (!text.includes("שלום") || !text.includes("عربي")) throw new Error("letters were lost");
      return "controls are taken out, letters stay";
    },
  },
  {
    name: "towers of combining marks",
    attack: async (stage) => {
      const text = await sayAndRead(stage, `Z${"\u0335\u0322\u0348".repeat(130)}algo`);
      if (/\p{M}{5}/u.test(text)) throw new Error("a tower is left");
      return `cut down to ${[...text].length} characters`;
    },
  },
  {
    name: "halves of surrogate pairs, line breaks, markup",
    attack: async (stage) => {
      const text = await sayAndRead(stage, "a\ud800b\ndc00 <img src=x onerror=alert(1)>\u2028c");
      if (!text.isWellFormed() || /[\n\u2028]/u.test(text)) throw new Error(JSON.stringify(text));
      return "one well-formed line";
    },
  },
  {
    name: "nothing that can be seen, and 501 characters",
    attack: async (stage) => {
      const client = await enter(stage);
      client.send({ type: "say", nonce: "nothing00", text: " \u200b\u202e\n\t " });
      client.send({ type: "say", nonce: "toolong00", text: "é".repeat(501) });
      const results = [await mustRefuse(client, "empty"), await mustRefuse(client, "too-long")];
      await mustLive(client);
      return results.join(", ");
    },
  },
  {
    name: "the same nonce again and again, also at once from two tabs",
    attack: async (stage) => {
      const person = stage.person("eve");
      const tabs = [await enter(stage, person), await enter(stage, person)];
      for (let count = 0; count < 6; count++) {
        for (const tab of tabs) tab.send({ type: "say", nonce: "samenonce", text: `try ${count}`, again: true });
      }
      for (const tab of tabs) await tab.message("ack");
      const counts = tabs.map((tab) => linesOf(tab).filter(({ id }) => id.endsWith("samenonce")).length);
      for (const tab of tabs) await mustLive(tab);
      if (counts.some((count) => count !== 1)) throw new Error(`shown ${counts.join(" and ")} times`);
      return "stored once, shown once";
    },
  },
  {
    name: "2000 lines a second from one socket",
    attack: async (stage) => {
      const client = await enter(stage);
      for (let count = 0; count < 2000; count++) {
        client.send({ type: "say", nonce: `flood${String(count).padStart(6, "0")}`, text: `flood ${count}` });
      }
      // Whoever goes on sending may be cut off before they read why.
      const result = await mustClose(client, closeCodes.tooMany, null);
      const shown = linesOf(client).filter(({ text }) => text.startsWith("flood")).length;
      if (shown > 7) throw new Error(`${shown} lines of the flood were shown`);
      return `${shown} shown, ${result}`;
    },
  },
  {
    name: "300 lines a second from one socket for 5 s",
    isSlow: true,
    attack: async (stage) => {
      const client = await enter(stage);
      for (let count = 0; count < 1500 && !client.isClosed; count++) {
        client.send({ type: "say", nonce: `steady${String(count).padStart(6, "0")}`, text: `steady ${count}` });
        if (count % 3 === 2) await Bun.sleep(10);
      }
      const shown = linesOf(client).filter(({ text }) => text.startsWith("steady")).length;
      const answers = client.messages.filter(({ type }) => type === "error").length;
      if (shown > 12) throw new Error(`${shown} lines of the flood were shown`);
      const end = client.isClosed ? `closed ${client.closeCode}` : "the socket lives";
      client.reset();
      return `${shown} shown, ${answers} refusals, ${end}`;
    },
  },
];
