import type { Attack, Door, Targets } from "./attack.ts";
import { HostileSocket, strangerAddress } from "./hostile-socket.ts";

/** All the file descriptors that a service may have, taken by connections that say nothing. */

const connections = 700;
/** Those that are left to a service whose descriptors run out. */
export const descriptorsLeft = 200;

function exhaust(
  name: Attack["name"],
  doorName: Door["name"],
  rest: Pick<Attack, "descriptorsOf" | "mayDisturb">,
): Attack {
  return {
    name,
    ways: ["bare"],
    seconds: 6,
    ...rest,
    run: async ({ doors, seconds }: Targets) => {
      const door = doors.find((each) => each.name === doorName);
      if (door === undefined) throw new Error(`no door ${doorName}`);
      const sockets = Array.from({ length: connections }, (_, i) => new HostileSocket(door, strangerAddress(i)));
      await Bun.sleep(seconds * 1000);
      for (const socket of sockets) socket.destroy();
      return { result: `${connections} connections where ${descriptorsLeft} fit`, isRight: true };
    },
  };
}

export const descriptorAttacks: Attack[] = [
  exhaust("descriptors: all of api's", "pages", { descriptorsOf: "api", mayDisturb: ["pages", "chat"] }),
  exhaust("descriptors: all of ingest's", "media", { descriptorsOf: "ingest", mayDisturb: ["parts"] }),
  exhaust("descriptors: all of signaling's", "sockets", { descriptorsOf: "signaling", mayDisturb: ["chat"] }),
];
