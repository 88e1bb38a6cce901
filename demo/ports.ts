import { createServer } from "node:net";

/** Listens for a moment. Resolves with the port, or null when it cannot be had; 0 is any that is free. */
function listenOnce(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}

export const isFree = async (port: number, host: string): Promise<boolean> => (await listenOnce(port, host)) !== null;

/** A port that was free a moment ago. Throws when the address is none of this machine. */
export async function freePort(host: string): Promise<number> {
  const port = await listenOnce(0, host);
  if (port === null) throw new Error(`HOST=${host}: nothing can listen there.`);
  return port;
}
