import { afterAll, expect, test } from "bun:test";
import { checkPorts } from "./ports.ts";

const host = "127.0.0.1";
const other = Bun.listen({ hostname: host, port: 0, socket: { data: () => undefined } });
afterAll(() => other.stop());

test("a port that is taken is named with its variable, whichever address it is wanted on", async () => {
  const message = `RTMP_PORT=${other.port} cannot be used: another program listens there. Stop it or choose another port.`;
  await expect(checkPorts([{ variable: "RTMP_PORT", port: other.port, host }])).rejects.toThrow(message);
  await expect(checkPorts([{ variable: "RTMP_PORT", port: other.port, host: "0.0.0.0" }])).rejects.toThrow(message);
});

test("two variables cannot share a port", async () => {
  await expect(
    checkPorts([
      { variable: "PORT", port: 20_999, host },
      { variable: "HLS_PORT", port: 20_999, host },
    ]),
  ).rejects.toThrow("PORT and HLS_PORT are both 20999: change one of them.");
});

test("an address that is not of this machine is said", async () => {
  for (const foreign of ["198.51.100.1", "stage.invalid"]) {
    await expect(checkPorts([{ variable: "PORT", port: 20_998, host: foreign }])).rejects.toThrow(
      `PORT=20998 cannot be used: ${foreign} is no address of this machine.`,
    );
  }
});

test("a free port is free again afterwards", async () => {
  const probe = Bun.listen({ hostname: host, port: 0, socket: { data: () => undefined } });
  const { port } = probe;
  probe.stop(true);
  await checkPorts([{ variable: "PORT", port, host }]);
  const server = Bun.serve({ hostname: host, port, fetch: () => new Response() });
  expect(server.port).toBe(port);
  await server.stop(true);
});
