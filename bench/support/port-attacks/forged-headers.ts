import type { Attack, Targets } from "./attack.ts";
import { HostileSocket } from "./hostile-socket.ts";

/** Requests that say they come from elsewhere, by https, or to another name. */

const evil = "evil.example";

const forged = (index: number): string[] => [
  `X-Forwarded-For: 203.0.113.${index % 250}`,
  `X-Real-IP: 203.0.113.${index % 250}`,
  `Fly-Client-IP: 203.0.113.${index % 250}`,
  `Forwarded: for=203.0.113.${index % 250};proto=https;host=${evil}`,
  `X-Forwarded-Host: ${evil}`,
];

async function ask(targets: Targets, method: string, path: string, lines: string[], body = ""): Promise<HostileSocket> {
  const socket = new HostileSocket(targets.pagesDoor, "127.19.1.1");
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(targets.origin).host}`,
    ...lines,
    `Content-Length: ${body.length}`,
    "Connection: close",
    "",
    "",
  ];
  socket.write(head.join("\r\n") + body);
  const deadlineMs = performance.now() + 5000;
  while (socket.isOpen && performance.now() < deadlineMs) await Bun.sleep(20);
  socket.destroy();
  return socket;
}

/** A reference that somebody else has been shown, say. */
const foreignId = "deadbeefdeadbeef";

export const forgedHeaders: Attack[] = [
  {
    name: 'forged: 14 wrong passwords, each "from" another address',
    ways: ["bare", "Caddy"],
    seconds: 3,
    run: async (targets) => {
      const name = targets.origin.startsWith("https") ? "chatter_caddy" : "chatter_bare";
      const body = `username=${name}&password=a-wrong-password-1`;
      const statuses: (number | null)[] = [];
      for (let i = 0; i < 14; i++) {
        const lines = [`Origin: ${targets.origin}`, "Content-Type: application/x-www-form-urlencoded", ...forged(i)];
        statuses.push((await ask(targets, "POST", "/login", lines, body)).status);
      }
      return { result: statuses.join(" "), isRight: statuses.at(-1) === 429 };
    },
  },
  {
    name: "forged: a page by another name and protocol",
    ways: ["bare", "Caddy"],
    seconds: 1,
    run: async (targets) => {
      const wrongProto = targets.origin.startsWith("https") ? "http" : "https";
      const socket = await ask(
        targets,
        "POST",
        "/language",
        [
          `Origin: ${targets.origin}`,
          "Content-Type: application/x-www-form-urlencoded",
          `X-Forwarded-Proto: ${wrongProto}`,
          ...forged(1),
        ],
        "language=en&next=%2F",
      );
      // Only to the true origin does the form come from a page of ours.
      const isRight = socket.status === 303 && !socket.answer.includes(evil);
      return { result: `answered ${socket.status} to a form of ${targets.origin}`, isRight };
    },
  },
  {
    name: "forged: a request by an id of the visitor's own",
    ways: ["bare", "Caddy"],
    seconds: 1,
    run: async (targets) => {
      const socket = await ask(targets, "GET", "/", [`X-Request-Id: ${foreignId}`]);
      const [, id = "none"] = /^x-request-id: (\S+)/im.exec(socket.answer) ?? [];
      return {
        result: `answered ${socket.status} under the id ${id}`,
        isRight: socket.status === 200 && id !== "none" && !socket.answer.includes(foreignId),
      };
    },
  },
];
