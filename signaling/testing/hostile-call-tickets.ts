import { generateKeyPairSync } from "node:crypto";
import { Admission, resumeLifeMs } from "../admission.ts";
import { closeCodes } from "../contract/limits.ts";
import { callRoom, channelRoom, ticketLifeMs } from "../contract/tickets.ts";
import {
  all,
  type Cast,
  castCall,
  enterCall,
  eventually,
  type Guest,
  knock,
  leaveAll,
  must,
  presentToCall,
  returnToCall,
  rosterOf,
  signalTo,
} from "./hostile-call-stage.ts";
import { type Hostile, mustClose, mustLive, mustRefuse, settle, type Stage } from "./hostile-stage.ts";
import { alter } from "./hostile-tickets.ts";

/** Tickets and resume tokens for calls that are not what they should be, and good ones in the wrong hands. */

type Credentials = { ticket: string } | { resume: string };

/** None of these opens anything; each is closed with that code, and is told nothing before. */
async function mustOpenNothing(stage: Stage, each: Credentials[], code: number): Promise<string> {
  for (const credentials of each) {
    const client = await presentToCall(stage, credentials);
    await mustClose(client, code);
    must(client.messages.length === 0, `was sent ${JSON.stringify(client.messages)}`);
  }
  return `${each.length} of them, each closed ${code}`;
}

async function withCast(stage: Stage, attack: (cast: Cast) => Promise<string>): Promise<string> {
  const cast = await castCall(stage);
  const result = await attack(cast);
  leaveAll(cast.host, cast.ada, cast.eve);
  return result;
}

/** The others see one of this guest, who has not gone and come. */
async function mustBeOne({ host, ada }: Cast, guest: Guest): Promise<void> {
  for (const { client } of [host, ada]) {
    await settle(client);
    const count = [...rosterOf(client).values()].filter(({ name }) => name === guest.caller.name).length;
    must(count === 1, `${count} of ${guest.caller.name} in the roster`);
    must(all(client, "left").length === 0, "somebody was said to have left");
  }
}

const forgeries = (stage: Stage): ((claims: string) => string)[] => [
  (claims) => claims.replace('"eve"', '"host"'),
  (claims) => claims.replace(/call:[\w-]+/, callRoom(stage.openCall())),
  (claims) => claims.replace(/call:[\w-]+/, channelRoom("c".repeat(32))),
  (claims) => claims.replace('"isHost":false', '"isHost":true'),
  (claims) => claims.replace('"isGuest":false', '"isGuest":true'),
  (claims) => claims.replace(/"subject":"\w+"/, `"subject":"${"0".repeat(32)}"`),
];

export const hostileCallTickets: Hostile[] = [
  {
    name: "call: a ticket that is expired, signed by another key, or says something else than was signed",
    attack: async (stage) => {
      const caller = stage.caller(stage.openCall(), "eve");
      const issuedAt = Date.now() - ticketLifeMs - 1000;
      const changes = [
        ...forgeries(stage),
        (claims: string) => claims.replace(/"expiresAt":\d+/, `"expiresAt":${Date.now() + 1e9}`),
        (claims: string) => claims.replace(/"jti":"\w+"/, `"jti":"${"a".repeat(32)}"`),
      ];
      const tickets = [
        stage.ticket(caller, { issuedAt, expiresAt: issuedAt + ticketLifeMs }),
        stage.ticket(caller, {}, generateKeyPairSync("ed25519").privateKey),
        stage.ticket({ ...caller, room: channelRoom("c".repeat(32)) }),
        stage.ticket(stage.person("eve", { room: caller.room })),
        stage.ticket({ ...caller, name: "" }),
        ...changes.map((change) => alter(stage.ticket(caller), change)),
      ];
      return mustOpenNothing(
        stage,
        tickets.map((ticket) => ({ ticket })),
        closeCodes.unauthorized,
      );
    },
  },
  {
    name: "call: a ticket used twice, also at once",
    attack: async (stage) => {
      const ticket = stage.ticket(stage.caller(stage.openCall(), "eve"));
      const clients = await Promise.all(Array.from({ length: 20 }, () => presentToCall(stage, { ticket })));
      const ends = await Promise.all(
        clients.map((client) =>
          client.message("welcome").then(
            () => "in",
            () => client.closeCode,
          ),
        ),
      );
      leaveAll(...clients);
      must(ends.filter((end) => end === "in").length === 1, `let in: ${ends.join()}`);
      must(ends.filter((end) => end === closeCodes.unauthorized).length === 19, `closed: ${ends.join()}`);
      return `1 of 20 let in; then ${await mustOpenNothing(stage, [{ ticket }], closeCodes.unauthorized)}`;
    },
  },
  {
    name: "call: a resume token that is altered, expired, or a ticket",
    attack: (stage) =>
      withCast(stage, async ({ eve: { caller, resume, id } }) => {
        const issuedAt = Date.now() - resumeLifeMs - 1000;
        const old = new Admission(stage.token, issuedAt).resumeToken(
          { person: caller, session: id, vouchedAt: issuedAt },
          issuedAt,
        );
        const tokens = [
          ...forgeries(stage).map((change) => alter(resume, change)),
          alter(resume, (claims) => claims.replace(id, "0".repeat(32))),
          old,
          stage.ticket(caller),
        ];
        const each = [...tokens.map((token) => ({ resume: token })), { ticket: resume }];
        return mustOpenNothing(stage, each, closeCodes.unauthorized);
      }),
  },
  {
    name: "call: one resume token on twenty sockets at once",
    attack: (stage) =>
      withCast(stage, async (cast) => {
        const { resume } = cast.eve;
        const clients = await Promise.all(Array.from({ length: 20 }, () => presentToCall(stage, { resume })));
        const everyone = [cast.eve.client, ...clients];
        const closed = () => everyone.filter(({ isClosed }) => isClosed);
        await eventually("all but one are out", () => closed().length === 20);
        const codes = new Set(closed().map(({ closeCode }) => closeCode));
        must(codes.size === 1 && codes.has(closeCodes.replaced), `closed with ${[...codes].join()}`);
        const [left] = clients.filter(({ isClosed }) => !isClosed);
        must(left !== undefined && (await left.message("welcome")).you === cast.eve.id, "came in as another");
        await mustBeOne(cast, cast.eve);
        leaveAll(...clients);
        return "one stays, 20 closed 4409; to the others nobody left, nobody came";
      }),
  },
  {
    name: "call: hello twice, in it and at its door",
    attack: async (stage) => {
      const cast = await castCall(stage);
      const { client, caller, resume } = cast.eve;
      client.send({ type: "hello", version: 1, ticket: stage.ticket(caller) });
      await mustRefuse(client, "hello-twice");
      client.send({ type: "hello", version: 1, resume });
      await settle(client);
      await mustBeOne(cast, cast.eve);
      const callId = stage.openCall({ entry: "knock" });
      const knocker = await knock(stage, stage.caller(callId, "eve"));
      knocker.send({ type: "hello", version: 1, ticket: stage.ticket(stage.caller(callId, "eve", { isHost: true })) });
      const result = await mustRefuse(knocker, "hello-twice");
      must(all(knocker, "welcome").length === 0, "was let in");
      leaveAll(cast.host, cast.ada, cast.eve, knocker);
      return result;
    },
  },
  {
    name: "call: tokens of the removed and of the barred, and a fresh ticket",
    attack: (stage) =>
      withCast(stage, async ({ callId, host, ada, eve }) => {
        const second = await enterCall(stage, eve.caller);
        host.client.send({ type: "remove", peer: eve.id, bar: false });
        await mustClose(eve.client, closeCodes.removed);
        await mustOpenNothing(stage, [{ resume: eve.resume }], closeCodes.removed);
        await settle(second.client);
        const again = await enterCall(stage, eve.caller);
        host.client.send({ type: "remove", peer: again.id, bar: true });
        await mustClose(again.client, closeCodes.removed);
        await mustClose(second.client, closeCodes.removed);
        const credentials: Credentials[] = [
          { resume: again.resume },
          { resume: second.resume },
          { ticket: stage.ticket(eve.caller) },
          { ticket: stage.ticket(stage.caller(callId, "eva", { subject: eve.caller.subject })) },
        ];
        const result = await mustOpenNothing(stage, credentials, closeCodes.removed);
        await settle(ada.client);
        must(
          [...rosterOf(ada.client).values()].every(({ name }) => name !== "eve"),
          "eve is still in the roster",
        );
        return `${result}, all of her devices`;
      }),
  },
  {
    name: "call: after it has ended",
    attack: async (stage) => {
      const { callId, host, ada, eve } = await castCall(stage);
      stage.endCall(callId);
      for (const { client } of [host, ada, eve]) await mustClose(client, closeCodes.gone);
      const credentials = [{ resume: eve.resume }, { resume: host.resume }, { ticket: stage.ticket(eve.caller) }];
      return mustOpenNothing(stage, credentials, closeCodes.gone);
    },
  },
  {
    name: "call: a room of nobody",
    attack: async (stage) => {
      const ticketOf = (room: string) => ({ ticket: stage.ticket({ ...stage.caller("", "eve"), room }) });
      const noRooms = ["call:__proto__", "call:constructor", "call:"].map(ticketOf);
      const nobody = await mustOpenNothing(stage, [ticketOf("call:0000-0000-0000-0000")], closeCodes.gone);
      return `${nobody}; ${await mustOpenNothing(stage, noRooms, closeCodes.unauthorized)}`;
    },
  },
  {
    name: "call: what belongs in a chat, in a call, and the reverse",
    attack: async (stage) => {
      const caller = stage.caller(stage.openCall(), "eve");
      const inCall = await enterCall(stage, caller);
      inCall.client.send({ type: "recover", position: { epoch: 1, seq: 0 } });
      const results = [await mustRefuse(inCall.client, "unknown-type")];
      await mustLive(inCall.client);
      const chat = await presentToCall(stage, { ticket: stage.ticket(stage.person("eve")) });
      await chat.message("welcome");
      for (const message of [signalTo(inCall.id), { type: "leave" }, { type: "ice" }]) chat.send(message);
      results.push(await mustRefuse(chat, "unknown-type"));
      await settle(chat);
      must(all(chat, "error").length === 3, "some of it was taken");
      must(all(chat, "ice").length === 0, "ICE servers in a chat");
      leaveAll(chat);
      return results.join(", ");
    },
  },
  {
    name: "call: somebody named __proto__",
    attack: async (stage) => {
      const callId = stage.openCall({ name: "__proto__" });
      const host = await enterCall(stage, stage.caller(callId, "constructor", { isHost: true }));
      const guest = await enterCall(stage, stage.caller(callId, "__proto__"));
      const back = await returnToCall(stage, guest);
      back.client.send({ type: "say", nonce: "__proto__", text: "__proto__" });
      const { line } = await host.client.message("line");
      must(line.name === "__proto__" && line.text === "__proto__", JSON.stringify(line));
      await mustLive(host.client);
      leaveAll(back, guest);
      return "a person like any other";
    },
  },
];
