import { TrustedProxies } from "../addresses.ts";
import { SignalingCommand } from "../api/contract/signaling-commands.ts";
import { anotherIsConnected, internalClient } from "../api/contract/internal-client.ts";
import { CommandStream } from "../command-stream.ts";
import { newRequestId, requestIdHeader } from "../request-id.ts";
import { runService, StartError } from "../service.ts";
import { createApiCalls } from "./api-calls.ts";
import { startServer } from "./server.ts";

await runService("signaling", (config, log) => {
  const token = config.SIGNALING_TOKEN;
  if (token === undefined) {
    throw new StartError("SIGNALING_TOKEN is missing. `npm start` makes one; a service started alone needs it set.");
  }
  const node = crypto.randomUUID();
  const client = internalClient(config.API_INTERNAL_URL, token, { node });
  const server = startServer({
    host: config.HOST,
    port: config.SIGNALING_PORT,
    token,
    publicUrl: config.PUBLIC_URL,
    socketsPerAddress: config.SOCKETS_PER_ADDRESS,
    calls: {
      capacity: { meeting: config.CALL_CAPACITY, stage: config.STAGE_CAPACITY },
      ice: {
        stunUrls: config.STUN_URLS,
        turnUrls: config.TURN_URLS,
        turnSecret: config.TURN_SECRET,
        turnUsername: config.TURN_USERNAME,
        turnCredential: config.TURN_CREDENTIAL,
        policy: config.ICE_POLICY,
      },
    },
    proxies: new TrustedProxies(config.TRUSTED_PROXIES, config.CLIENT_IP_HEADER),
    api: createApiCalls(client),
    log,
    problems: () =>
      commands.isConnected ? [] : [commands.refusal ?? "api cannot be reached: what is written waits to be stored"],
  });
  const commands = new CommandStream({
    schema: SignalingCommand,
    open: (after, signal) =>
      client.chat.commands.$get(
        { query: after === null ? {} : { after: String(after) } },
        { headers: { [requestIdHeader]: newRequestId() }, init: { signal } },
      ),
    onCommand: (command) => server.apply(command),
    onRefused: (status) => {
      if (status === anotherIsConnected) server.standAside();
    },
    log,
  });
  void commands.run();
  log.info({ port: server.port }, "listening");
  return {
    async stop() {
      // The place at api is kept until all is stored.
      await server.stop();
      commands.stop();
    },
  };
});
