import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./net-namespace.ts";

/** Files in PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** A certificate that nobody but its maker trusts, good for these addresses for a day. Written into `folder`. [I/O] */
export function makeCertificate(folder: string, addresses: readonly string[]): Certificate {
  const [certificate, key, settings] = ["cert.pem", "key.pem", "openssl.conf"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    settings,
    `[req]\ndistinguished_name=name\nprompt=no\nx509_extensions=extensions\n[name]\nCN=Panggung test\n` +
      `[extensions]\nsubjectAltName=${addresses.map((address) => `IP:${address}`).join(",")}\n`,
  );
  run(
    [
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "1",
    ].concat(["-config", settings, "-keyout", key, "-out", certificate]),
  );
  return { certificate, key };
}
