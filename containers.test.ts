import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { checkRelay, type Config, readConfig, secretNames } from "./config.ts";
import { apiEnvironment, ingestEnvironment, signalingEnvironment } from "./start/environment.ts";

/** compose.yaml and what it builds, against config.ts and each other. That they run is measured: `npm run bench:containers`. */

const read = (...path: string[]): string => readFileSync(join(import.meta.dir, ...path), "utf8");

const Container = z.looseObject({
  environment: z.record(z.string(), z.unknown()).default({}),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
});
const names = ["secrets", "api", "ingest", "signaling", "caddy", "coturn"] as const;
const { services, volumes } = z
  .looseObject({ services: z.record(z.enum(names), Container), volumes: z.record(z.string(), z.unknown()) })
  .parse(Bun.YAML.parse(read("compose.yaml")));

/** As compose does it, for `live.example` and nothing else set. */
const filledIn = (text: string): string =>
  text
    .replace(/\$\{DOMAIN(:\?[^}]*)?\}/g, "live.example")
    .replace(/\$\{\w+:-([^}]*)\}/g, (_all, fallback: string) => fallback);
const environmentOf = (name: (typeof names)[number]): Record<string, string> =>
  Object.fromEntries(Object.entries(services[name].environment).map(([key, value]) => [key, filledIn(String(value))]));
const secret = "s".repeat(40);
/** What the process reads, with the secrets that its files would hold. */
function configOf(name: "api" | "ingest" | "signaling"): Config {
  const given = Object.entries(environmentOf(name)).map(([key, value]) =>
    key.endsWith("_FILE") ? [key.slice(0, -"_FILE".length), secret] : [key, value],
  );
  return readConfig(Object.fromEntries(given) as Record<string, string>);
}

test("each service is given only what start.ts would give it", () => {
  const config = readConfig({});
  const secrets = { SECRET: secret, INGEST_TOKEN: secret, SIGNALING_TOKEN: secret };
  const everything = Object.fromEntries(
    Object.keys(config).flatMap((name) => (secretNames.has(name) ? [[`${name}_FILE`, "x"]] : [[name, "x"]])),
  );
  const allowed = {
    api: apiEnvironment(everything, secrets),
    ingest: ingestEnvironment(everything, config, secrets),
    signaling: signalingEnvironment(everything, config, secrets),
  };
  for (const name of ["api", "ingest", "signaling"] as const) {
    const known = new Set([
      ...Object.keys(allowed[name]),
      ...Object.keys(secrets)
        .filter((key) => key in allowed[name])
        .map((key) => `${key}_FILE`),
    ]);
    expect(Object.keys(environmentOf(name)).filter((key) => !known.has(key))).toEqual([]);
  }
});

test("what compose says is what config.ts takes, and pages point at Caddy's one origin", () => {
  const api = configOf("api");
  expect(api.PUBLIC_URL).toBe("https://live.example");
  expect([api.PUBLIC_HLS_URL, api.PUBLIC_SIGNALING_URL, api.PUBLIC_RTMP_URL]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(configOf("ingest").API_INTERNAL_URL).toBe(`http://${api.INTERNAL_HOST}:${api.INTERNAL_PORT}`);
  const signaling = configOf("signaling");
  expect(signaling.API_INTERNAL_URL).toBe(configOf("ingest").API_INTERNAL_URL);
  expect(signaling.STUN_URLS).toEqual(api.STUN_URLS);
  expect(signaling.TURN_URLS).toEqual(api.TURN_URLS);
  expect(() => checkRelay(signaling)).not.toThrow();
});

test("Caddy leads to the services' ports, and is the only proxy that they believe", () => {
  const defaults = readConfig({});
  const upstreams = [...read("deploy", "Caddyfile").matchAll(/reverse_proxy (\S+) \{/g)].map(([, to]) => to);
  expect(upstreams).toEqual([
    `ingest:${defaults.HLS_PORT}`,
    `signaling:${defaults.SIGNALING_PORT}`,
    `api:${defaults.PORT}`,
  ]);
  const address = filledIn(JSON.stringify(services.caddy["networks"]));
  for (const name of ["api", "ingest", "signaling"] as const) {
    const [proxy, ...more] = configOf(name).TRUSTED_PROXIES;
    expect(more).toEqual([]);
    expect(address).toContain(`"${proxy}"`);
  }
});

test("RTMPS is at the port that the studio shows, with the certificate that Caddy hands over", () => {
  const ingest = configOf("ingest");
  const api = configOf("api");
  for (const port of [api.RTMP_PORT, api.RTMPS_PORT]) expect(services.ingest.ports).toContain(`${port}:${port}`);
  expect([ingest.RTMP_PORT, ingest.RTMPS_PORT]).toEqual([api.RTMP_PORT, api.RTMPS_PORT]);
  for (const file of [ingest.TLS_CERT, ingest.TLS_KEY]) {
    expect(read("deploy", "caddy-entry.sh")).toContain(` ${file}\n`);
    expect(read("deploy", "coturn-entry.sh")).toContain(`certificate=${file}\n`);
  }
  const manual = read("docs", "deploy-vps.md");
  for (const port of [80, 443, api.RTMP_PORT, api.RTMPS_PORT, 3478, 5349]) expect(manual).toContain(`| ${port} `);
});

test("what may be opened from outside is Caddy, RTMP and the relay", () => {
  expect(names.flatMap((name) => services[name].ports.map((ports) => `${name} ${ports}`))).toEqual([
    "ingest 1935:1935",
    "ingest 1936:1936",
    "caddy 80:80",
    "caddy 443:443",
    "caddy 443:443/udp",
  ]);
});

test.each(names)("%s can write nothing but its volumes, and gain no right", (name) => {
  const { read_only, cap_drop, cap_add, security_opt, stop_grace_period } = services[name];
  expect({ read_only, cap_drop, security_opt }).toEqual({
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
  });
  expect(cap_add).toEqual(name === "caddy" || name === "coturn" ? ["NET_BIND_SERVICE"] : []);
  // Longer than a service takes at most (service.ts).
  if (name !== "secrets") expect(stop_grace_period).toBe("15s");
});

test("a secret can be read by those alone who need it, and only its maker may write it", () => {
  const readers = (volume: string): string[] =>
    names.flatMap((name) =>
      services[name].volumes
        .filter((each) => each.startsWith(`${volume}:`))
        .map((each) => `${name}${each.endsWith(":ro") ? "" : " writes"}`),
    );
  expect(Object.fromEntries(Object.keys(volumes).map((volume) => [volume, readers(volume)]))).toEqual({
    data: ["api writes"],
    "api-secrets": ["secrets writes", "api"],
    "ingest-secrets": ["secrets writes", "ingest"],
    "signaling-secrets": ["secrets writes", "signaling"],
    "relay-secrets": ["secrets writes", "coturn"],
    caddy: ["caddy writes"],
    certificate: ["ingest", "caddy writes", "coturn"],
  });
});

test("every image runs as somebody, and Bun's is of the version that the project has", () => {
  for (const file of ["Dockerfile", "deploy/caddy.Dockerfile", "deploy/coturn.Dockerfile"]) {
    expect(
      read(file)
        .match(/^USER .*$/gm)
        ?.at(-1),
    ).toBe("USER 1000:1000");
  }
  const { dependencies } = z
    .looseObject({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read("package.json")));
  const images = [...read("Dockerfile").matchAll(/^FROM (oven\/bun\S+)/gm)].map(([, image]) => image);
  expect(new Set(images)).toEqual(new Set([`oven/bun:${dependencies["bun"]}-slim`]));
});

test("the relay leads to no private address of either family, and the manual opens its ports", () => {
  const relay = read("deploy", "turnserver.conf");
  const denied = new BlockList();
  for (const [, first = "", last = ""] of relay.matchAll(/^denied-peer-ip=([^-\n]+)-(\S+)$/gm)) {
    denied.addRange(first, last, isIP(first) === 4 ? "ipv4" : "ipv6");
  }
  const isDenied = (address: string): boolean => denied.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  const inside =
    "127.0.0.1 10.87.31.2 172.17.0.1 192.168.1.10 169.254.169.254 100.100.0.1 0.0.0.0 ::1 :: fd00:ec2::254 fe80::1 ::ffff:10.0.0.1 64:ff9b::a00:1".split(
      " ",
    );
  expect(inside.filter((address) => !isDenied(address))).toEqual([]);
  expect(["8.8.8.8", "203.0.113.9", "2a01:4f8::1", "2606:4700::1111"].filter(isDenied)).toEqual([]);
  const [, min = "", max = ""] = /min-port=(\d+)\nmax-port=(\d+)/.exec(relay) ?? [];
  expect(read("docs", "deploy-vps.md")).toContain(`${min} to ${max}`);
});
