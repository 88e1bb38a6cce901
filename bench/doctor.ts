import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { type Certificate, makeCertificate } from "./support/net-certificate.ts";

/**
 * What `npm run doctor` says of a real coturn: all is well, another secret, a certificate that nobody trusts; and of a
 * real ingest whose certificate comes late, and is renewed. `bun bench/doctor.ts`
 */

const folder = mkdtempSync(join(tmpdir(), "panggung-doctor-"));
const { certificate, key } = makeCertificate(folder, ["127.0.0.1"]);
const [plain = 0, secure = 0] = freePorts(2);
const secret = "a-secret-that-the-relay-shares";
const coturn = Bun.spawn(
  [
    "turnserver",
    ..."-n --use-auth-secret --no-cli --no-dtls --realm=panggung --log-file=stdout".split(" "),
    "--listening-ip=127.0.0.1",
    "--relay-ip=127.0.0.1",
    `--listening-port=${plain}`,
    `--tls-listening-port=${secure}`,
    `--static-auth-secret=${secret}`,
    `--cert=${certificate}`,
    `--pkey=${key}`,
    `--userdb=${join(folder, "users.db")}`,
    `--pidfile=${join(folder, "pid")}`,
  ],
  { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
);

const doctor = join(import.meta.dir, "../start/doctor.ts");
const urls = [
  `turn:127.0.0.1:${plain}?transport=udp`,
  `turn:127.0.0.1:${plain}?transport=tcp`,
  `turns:127.0.0.1:${secure}`,
];
const names = ["PORT", "INTERNAL_PORT", "HLS_PORT", "SIGNALING_PORT", "RTMP_PORT"];
const free = freePorts(names.length);
const ports = Object.fromEntries(names.map((name, i) => [name, String(free[i])]));

async function linesOf(environment: Record<string, string>): Promise<string[]> {
  const run = Bun.spawn([process.execPath, "--no-env-file", doctor], {
    env: {
      PATH: process.env["PATH"] ?? "",
      DATA_DIR: folder,
      ...ports,
      STUN_URLS: `stun:127.0.0.1:${plain}`,
      TURN_URLS: urls.join(","),
      TURN_SECRET: secret,
      ...environment,
    },
    stdout: "pipe",
  });
  return (await run.stdout.text()).split("\n").filter((line) => /^\w+ +(stun|turn|TLS_CERT|RTMPS )/.test(line));
}

function expectAll(title: string, lines: string[], patterns: RegExp[]): void {
  console.log([title, ...lines.map((line) => `  ${line}`)].join("\n"));
  const isRight = lines.length === patterns.length && lines.every((line, i) => patterns[i]?.test(line));
  if (!isRight) process.exitCode = 1;
}

/** Chain and key in one file, replaced at once, as Caddy hands them over. */
function handOver(pem: string, { certificate, key }: Certificate): void {
  writeFileSync(`${pem}.new`, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"));
  renameSync(`${pem}.new`, pem);
}

async function examineIngest(first: Certificate, renewed: Certificate): Promise<void> {
  const pem = join(folder, "certificate.pem");
  const [rtmpsPort = 0] = freePorts(1);
  const rtmps = { RTMPS_PORT: String(rtmpsPort), TLS_CERT: pem, TLS_KEY: pem };
  const server = await startServer(rtmps);
  const its = Object.fromEntries(Object.entries(server.ports).map(([name, port]) => [name, String(port)]));
  const nothing = { STUN_URLS: "", TURN_URLS: "", TURN_SECRET: "" };
  const said = () => linesOf({ ...nothing, ...its, ...rtmps, HOST: "127.0.0.1", DATA_DIR: server.dataDir });
  const isWell = async () => /^ok +RTMPS /m.test((await said()).join("\n"));
  const [files, shown] = [/^ok .* good for \d+ hours more/, /^ok .* shows the certificate in TLS_CERT/];
  try {
    expectAll("RTMPS before there is a certificate:", await said(), [
      /^PROBLEM .*ENOENT/,
      /^PROBLEM .* shows no certificate/,
    ]);
    handOver(pem, first);
    await until("ingest has found it", isWell, 20_000);
    expectAll("With one:", await said(), [files, shown]);
    handOver(pem, renewed);
    expectAll("Just renewed:", await said(), [files, /^PROBLEM .* shows another certificate than TLS_CERT holds/]);
    await until("ingest has taken it up", isWell, 20_000);
    expectAll("Taken up:", await said(), [files, shown]);
  } finally {
    await server.stop();
  }
}

try {
  await until("coturn answers", async () => {
    const probe = await Bun.connect({ hostname: "127.0.0.1", port: secure, socket: { data: () => undefined } }).catch(
      () => null,
    );
    probe?.end();
    return probe !== null;
  });
  const trusted = { NODE_EXTRA_CA_CERTS: certificate };
  const [stun, relays, refuses] = [
    /^ok .* sees this machine as 127\.0\.0\.1/,
    /^ok .* relays, at 127\.0\.0\.1/,
    /^PROBLEM .* refuses our credentials/,
  ];
  expectAll("All is well:", await linesOf(trusted), [stun, relays, relays, relays]);
  expectAll("Another secret:", await linesOf({ ...trusted, TURN_SECRET: `${secret}-not` }), [
    stun,
    refuses,
    refuses,
    refuses,
  ]);
  expectAll("A certificate that nobody trusts:", await linesOf({}), [
    stun,
    relays,
    relays,
    /^warning .* does not trust the certificate/,
  ]);
  const other = makeCertificate(mkdtempSync(join(folder, "other-")), ["127.0.0.1"]);
  const rtmps = { STUN_URLS: "", TURN_URLS: "", TURN_SECRET: "" };
  expectAll("The files of RTMPS:", await linesOf({ ...rtmps, TLS_CERT: certificate, TLS_KEY: key }), [
    /^ok .* good for \d+ hours more/,
  ]);
  expectAll("Another key:", await linesOf({ ...rtmps, TLS_CERT: certificate, TLS_KEY: other.key }), [
    /^PROBLEM .* the key is not that of the certificate/,
  ]);
  await examineIngest({ certificate, key }, other);
} finally {
  coturn.kill();
  await coturn.exited;
  rmSync(folder, { recursive: true, force: true });
}
