import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../e2e/support/until.ts";
import type { Certificate } from "./net-certificate.ts";
import type { Machine } from "./net-internet.ts";

/** nginx before Panggung, as an operator sets it up: pages and `/ws` over https at port 443, and nothing else. [I/O] */
export async function startFront(
  machine: Machine,
  { certificate, key }: Certificate,
  ports: { pages: number; signaling: number },
): Promise<{ url: string; end(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-front-"));
  const settings = join(folder, "nginx.conf");
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const passed = `
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;`;
  writeFileSync(
    settings,
    `user root;
worker_processes 1;
daemon off;
pid ${join(folder, "pid")};
error_log stderr crit;
events {}
http {
  access_log off;
  ${paths.join("\n  ")}
  server {
    listen ${machine.address}:443 ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    location = /ws {${passed}
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_read_timeout 120s;
      proxy_pass http://127.0.0.1:${ports.signaling};
    }
    location / {${passed}
      proxy_pass http://127.0.0.1:${ports.pages};
    }
  }
}
`,
  );
  const child = Bun.spawn([...machine.namespace.through, "nginx", "-c", settings], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  const end = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  await until("nginx listens", () => {
    if (child.exitCode !== null) throw new Error("nginx ended.");
    return machine.namespace.run("ss", "-Hltn", "sport = :443").trim() !== "";
  }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { url: `https://${machine.address}`, end };
}
