import { createHmac, generateKeyPairSync } from "node:crypto";
import { Admission, resumeLifeMs } from "../admission.ts";
import { closeCodes } from "../contract/limits.ts";
import { channelRoom, ticketLifeMs } from "../contract/tickets.ts";
import { enter, type Hostile, mustClose, mustLive, mustNotEnter, present, type Stage } from "./hostile-stage.ts";

/** Tickets and resume tokens that are not what they should be. */

const otherChannel = "d".repeat(32);

/** The same signature over other claims. */
export function alter(token: string, change: (claims: string) => string): string {
  const [body = "", signature = ""] = token.split(".");
  return `${Buffer.from(change(Buffer.from(body, "base64url").toString())).toString("base64url")}.${signature}`;
}

async function resumeOf(stage: Stage): Promise<string> {
  const client = await enter(stage);
  const { resume } = await client.message("welcome");
  client.reset();
  return resume;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const hostileTickets: Hostile[] = [
  {
    name: "an expired ticket",
    attack: (stage) => {
      const issuedAt = Date.now() - ticketLifeMs - 1000;
      const ticket = stage.ticket(stage.person("eve"), { issuedAt, expiresAt: issuedAt + ticketLifeMs });
      return mustNotEnter(stage, { ticket });
    },
  },
  {
    name: "a ticket used twice, also at once",
    attack: async (stage) => {
      const ticket = stage.ticket(stage.person("eve"));
      const clients = await Promise.all(Array.from({ length: 20 }, () => present(stage, { ticket })));
      const isIn = await Promise.all(
        clients.map((client) =>
          client.message("welcome").then(
            () => true,
            () => false,
          ),
        ),
      );
      for (const client of clients) client.reset();
      const count = isIn.filter(Boolean).length;
      if (count !== 1) throw new Error(`${count} of 20 were let in`);
      return `1 of 20 let in, then ${await mustNotEnter(stage, { ticket })}`;
    },
  },
  {
    name: "a ticket with another name, room, role or life",
    attack: async (stage) => {
      const changes: ((claims: string) => string)[] = [
        (claims) => claims.replace('"eve"', '"ada"'),
        (claims) => claims.replace(/channel:\w+/, channelRoom(otherChannel)),
        (claims) => claims.replace('"isAdministrator":false', '"isAdministrator":true'),
        (claims) => claims.replace(/"expiresAt":\d+/, `"expiresAt":${Date.now() + 1e9}`),
        (claims) => claims.replace(/"jti":"\w+"/, `"jti":"${"a".repeat(32)}"`),
      ];
      for (const change of changes) {
        await mustNotEnter(stage, { ticket: alter(stage.ticket(stage.person("eve")), change) });
      }
      return `${changes.length} of them, each closed 4401`;
    },
  },
  {
    name: "a ticket signed by another key",
    attack: (stage) =>
      mustNotEnter(stage, {
        ticket: stage.ticket(stage.person("eve"), {}, generateKeyPairSync("ed25519").privateKey),
      }),
  },
  {
    name: "another algorithm: none, or HMAC with the public key",
    attack: async (stage) => {
      const [body = ""] = stage.ticket(stage.person("eve")).split(".");
      const key = stage.ticketKey.export({ format: "der", type: "spki" });
      const hmac = createHmac("sha256", key).update(body).digest("base64url");
      const jwt = `${part({ alg: "none", typ: "JWT" })}.${body}.`;
      const forgeries = [`${body}.`, body, `${body}.${hmac}`, jwt, `${part({ alg: "HS256" })}.${body}.${hmac}`];
      for (const ticket of forgeries) await mustNotEnter(stage, { ticket });
      return `${forgeries.length} of them, each closed 4401`;
    },
  },
  {
    name: "a ticket that lives for ever, from the future, or of a strange shape",
    attack: async (stage) => {
      const person = stage.person("eve");
      const tickets = [
        stage.ticket(person, { issuedAt: Date.now() + 1e9, expiresAt: Date.now() + 2e9 }),
        stage.ticket({ ...person, color: 1e9 }),
        stage.ticket({ ...person, room: "" }),
        stage.ticket(person, { jti: "__proto__" }),
      ];
      for (const ticket of tickets) await mustNotEnter(stage, { ticket });
      return `${tickets.length} of them, each closed 4401`;
    },
  },
  {
    name: "a resume token that was altered, or is of another room",
    attack: async (stage) => {
      const resume = await resumeOf(stage);
      const tokens = [
        alter(resume, (claims) => claims.replace('"eve"', '"ada"')),
        alter(resume, (claims) => claims.replace(/channel:\w+/, channelRoom(otherChannel))),
        resume.slice(0, -1),
        `${resume}.`,
      ];
      for (const each of tokens) await mustNotEnter(stage, { resume: each });
      return `${tokens.length} of them, each closed 4401`;
    },
  },
  {
    name: "an expired resume token",
    attack: (stage) => {
      const issuedAt = Date.now() - resumeLifeMs - 1000;
      const admission = new Admission(stage.token, issuedAt);
      const resume = admission.resumeToken(
        { person: stage.person("eve"), session: "s", vouchedAt: issuedAt },
        issuedAt,
      );
      return mustNotEnter(stage, { resume });
    },
  },
  {
    name: "a resume token as a ticket, and a ticket as a resume token",
    attack: async (stage) => {
      await mustNotEnter(stage, { ticket: await resumeOf(stage) });
      return mustNotEnter(stage, { resume: stage.ticket(stage.person("eve")) });
    },
  },
  {
    name: "a room of nobody",
    attack: async (stage) => {
      const rooms = [channelRoom(otherChannel), "channel:__proto__", "channel:constructor"];
      for (const room of rooms) {
        await mustClose(await present(stage, { ticket: stage.ticket(stage.person("eve", { room })) }), closeCodes.gone);
      }
      return `${rooms.length} of them, each closed 4410`;
    },
  },
  {
    name: "somebody named __proto__",
    attack: async (stage) => {
      const client = await enter(stage, stage.person("__proto__"));
      client.send({ type: "say", nonce: "__proto__", text: "__proto__" });
      await client.message("ack");
      await mustLive(client);
      return "a person like any other";
    },
  },
];
