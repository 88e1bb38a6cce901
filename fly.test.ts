import { expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { readConfig } from "./config.ts";
import { apiEnvironment, ingestEnvironment, signalingEnvironment } from "./start/environment.ts";

/** fly.toml against config.ts: nobody here can ask Fly whether the two still fit. */

const group = z.enum(["api", "ingest", "signaling"]);
const groups = group.options;
const processes = z.array(group).min(1);
const duration = z.string().regex(/^\d+s$/);
const port = z.number().int().min(1).max(65_535);
const concurrency = z.strictObject({
  type: z.enum(["requests", "connections"]),
  soft_limit: z.number().int().positive(),
});
const common = {
  processes,
  internal_port: port,
  // Fly would stop a machine that holds a stream, a room or the database as soon as nobody asks it for a while.
  auto_stop_machines: z.literal("off"),
  auto_start_machines: z.boolean(),
  concurrency,
};
const check = { interval: duration, timeout: duration, grace_period: duration };
const httpCheck = { ...check, method: z.literal("GET"), path: z.literal("/healthz") };

/** Of Fly's reference what we use: a key that is not here is a slip, or belongs in here. */
const FlyFile = z.strictObject({
  app: z.string().regex(/^[a-z0-9-]+$/),
  primary_region: z.string().length(3),
  kill_signal: z.literal("SIGTERM"),
  kill_timeout: duration,
  build: z.strictObject({ dockerfile: z.string() }),
  deploy: z.strictObject({ strategy: z.literal("rolling") }),
  processes: z.record(group, z.string()),
  env: z.record(z.string(), z.string()),
  mounts: z.array(z.strictObject({ source: z.string(), destination: z.string(), initial_size: z.string(), processes })),
  http_service: z.strictObject({ ...common, force_https: z.literal(true), checks: z.array(z.strictObject(httpCheck)) }),
  services: z.array(
    z.strictObject({
      ...common,
      protocol: z.literal("tcp"),
      ports: z.array(z.strictObject({ port, handlers: z.array(z.enum(["tls", "http"])).default([]) })),
      tcp_checks: z.array(z.strictObject(check)).default([]),
    }),
  ),
  checks: z.partialRecord(group, z.strictObject({ ...httpCheck, processes, type: z.literal("http"), port })),
  restart: z.array(z.strictObject({ policy: z.literal("always") })),
  vm: z.array(z.strictObject({ processes, size: z.string(), memory: z.string() })),
});

const text = await Bun.file(join(import.meta.dir, "fly.toml")).text();
const fly = FlyFile.parse(Bun.TOML.parse(text));
const secrets = { SECRET: "s".repeat(40), INGEST_TOKEN: "i".repeat(40), SIGNALING_TOKEN: "t".repeat(40) };
const config = readConfig({ ...fly.env, ...secrets });

/** Which port of the internet leads to which port of which group. */
const ways = [
  { group: fly.http_service.processes, internal: fly.http_service.internal_port, external: 443, handlers: "tls+http" },
  ...fly.services.flatMap((service) =>
    service.ports.map((each) => ({
      group: service.processes,
      internal: service.internal_port,
      external: each.port,
      handlers: each.handlers.join("+"),
    })),
  ),
];
/** Where somebody lands who follows an address that the pages print. */
function wayOf(url: URL): { group: string[]; internal: number; handlers: string } {
  const external = Number(url.port || 443);
  const [way, ...more] = ways.filter((each) => each.external === external);
  if (way === undefined || more.length > 0) throw new Error(`${url.href} leads to ${more.length} groups`);
  return { group: way.group, internal: way.internal, handlers: way.handlers };
}
const publicUrl = (name: "PUBLIC_URL" | "PUBLIC_HLS_URL" | "PUBLIC_SIGNALING_URL" | "PUBLIC_RTMP_URL"): URL => {
  const url = new URL(config[name] ?? "missing:");
  expect(url.hostname).toBe(`${fly.app}.fly.dev`);
  return url;
};

test("each group runs one of our services", async () => {
  expect(Object.keys(fly.processes)).toEqual(groups);
  for (const name of groups) {
    expect(fly.processes[name]).toEndWith(` bun ${name}/main.ts`);
    expect(await Bun.file(join(import.meta.dir, name, "main.ts")).exists()).toBeTrue();
    expect(fly.vm.filter((vm) => vm.processes.includes(name))).toHaveLength(1);
  }
  expect(await Bun.file(join(import.meta.dir, fly.build.dockerfile)).exists()).toBeTrue();
});

test("each variable has a name that config.ts knows, and a service that is given it", () => {
  const known = Object.keys(config);
  expect(Object.keys(fly.env).filter((name) => !known.includes(name))).toEqual([]);
  const read = [
    apiEnvironment(fly.env, secrets),
    ingestEnvironment(fly.env, config, secrets),
    signalingEnvironment(fly.env, config, secrets),
  ].flatMap((environment) => Object.keys(environment));
  expect(Object.keys(fly.env).filter((name) => !read.includes(name))).toEqual([]);
});

const isSecret = (name: string): boolean => /SECRET|TOKEN|CREDENTIAL|PASSWORD/.test(name);

test("there is no secret in the file", () => {
  expect(Object.keys(fly.env).filter(isSecret)).toEqual([]);
});

test("a service does not see the secrets that npm start would not give it either", () => {
  const all = Object.fromEntries(Object.keys(config).map((name) => [name, "x".repeat(40)]));
  const given = {
    api: apiEnvironment(all, secrets),
    ingest: ingestEnvironment(all, config, secrets),
    signaling: signalingEnvironment(all, config, secrets),
  };
  for (const name of groups) {
    const foreign = Object.keys(all).filter((each) => isSecret(each) && !(each in given[name]));
    const dropped = fly.processes[name].matchAll(/ -u (\S+)/g);
    expect([...dropped].map(([, each = ""]) => each).sort()).toEqual(foreign.sort());
  }
});

test("what the pages print leads to the service that answers there", () => {
  expect(publicUrl("PUBLIC_URL").protocol).toBe("https:");
  expect(wayOf(publicUrl("PUBLIC_URL"))).toEqual({ group: ["api"], internal: config.PORT, handlers: "tls+http" });
  expect(publicUrl("PUBLIC_HLS_URL").pathname).toBe("/");
  expect(wayOf(publicUrl("PUBLIC_HLS_URL"))).toEqual({
    group: ["ingest"],
    internal: config.HLS_PORT,
    handlers: "tls+http",
  });
  expect(publicUrl("PUBLIC_SIGNALING_URL").pathname).toBe("/ws");
  expect(wayOf(publicUrl("PUBLIC_SIGNALING_URL"))).toEqual({
    group: ["signaling"],
    internal: config.SIGNALING_PORT,
    handlers: "tls+http",
  });
  // Fly's certificate: ingest needs none of its own.
  expect(publicUrl("PUBLIC_RTMP_URL").protocol).toBe("rtmps:");
  expect(wayOf(publicUrl("PUBLIC_RTMP_URL"))).toEqual({
    group: ["ingest"],
    internal: config.RTMP_PORT,
    handlers: "tls",
  });
  expect(wayOf(new URL("http://stage.test:1935"))).toEqual({
    group: ["ingest"],
    internal: config.RTMP_PORT,
    handlers: "",
  });
});

test("Fly reaches machines by IPv4, and they reach each other by IPv6", () => {
  expect(config.HOST).toBe("0.0.0.0");
  expect(config.INTERNAL_HOST).toBe("::");
  expect(config.API_INTERNAL_URL).toBe(`http://api.process.${fly.app}.internal:${config.INTERNAL_PORT}`);
  expect(ways.map((way) => way.internal)).not.toContain(config.INTERNAL_PORT);
});

test("the volume is api's, and holds the database", () => {
  expect(fly.mounts.map((mount) => [mount.processes, mount.destination])).toEqual([[["api"], config.DATA_DIR]]);
});

test("every group is asked for its health, and live video does not depend on the answer", () => {
  const asked = [
    { processes: fly.http_service.processes, port: fly.http_service.internal_port },
    ...Object.values(fly.checks).map((each) => ({ processes: each.processes, port: each.port })),
  ];
  expect(asked).toEqual([
    { processes: ["api"], port: config.PORT },
    { processes: ["ingest"], port: config.HLS_PORT },
    { processes: ["signaling"], port: config.SIGNALING_PORT },
  ]);
});

test("a stop has more time than the services take", async () => {
  const service = await Bun.file(join(import.meta.dir, "service.ts")).text();
  const [, stopMaxMs] = /^const stopMaxMs = ([\d_]+);$/m.exec(service) ?? [];
  expect(Number.parseInt(fly.kill_timeout) * 1000).toBeGreaterThan(Number(stopMaxMs?.replaceAll("_", "")));
});

test("the manual names the app as the file does", async () => {
  const manual = await Bun.file(join(import.meta.dir, "docs", "deploy-fly.md")).text();
  expect(manual).toContain(`s/${fly.app}/`);
});
