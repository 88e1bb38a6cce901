import { Hono } from "hono";

/** A bare Hono handler that answers with the bytes of its standard input, as HTML. Prints the port it listens on. */

const text = await Bun.stdin.text();
const app = new Hono().get("/", (c) => c.html(text));
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => app.fetch(request) });
console.log(`port ${server.port}`);
