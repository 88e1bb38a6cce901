import type { Attack } from "./attack.ts";
import { descriptorAttacks } from "./descriptor-attacks.ts";
import { forgedHeaders } from "./forged-headers.ts";
import { http2Attacks } from "./http2-attacks.ts";
import { httpFloods } from "./http-floods.ts";
import { slowAttacks } from "./slow-attacks.ts";
import { socketFloods } from "./socket-floods.ts";

export const attacks: readonly Attack[] = [
  ...slowAttacks,
  ...httpFloods,
  ...socketFloods,
  ...http2Attacks,
  ...forgedHeaders,
  ...descriptorAttacks,
];
