import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Certificate, Log, RtmpListener } from "./listener.ts";

export interface RtmpsOptions {
  /** PEM files: the chain, and its key. Both may be one file. */
  certPath: string;
  keyPath: string;
  /** Takes the port. Throws when it cannot be had. */
  listen(certificate: Certificate): RtmpListener;
  log: Log;
  /** Between two looks at the files, ms. @default 10_000 */
  lookEveryMs?: number;
}

/**
 * RTMP over TLS, with a certificate that others make and renew: listens once it is there, and shows each new one to
 * whoever comes from then on. The files are read again and again, as nothing tells of every change: they may be links to
 * others, or lie on a disk that another machine writes to. [I/O]
 */
export class RtmpsListener {
  readonly #options: RtmpsOptions;
  #listener: RtmpListener | null = null;
  #shown: Certificate | null = null;
  /** What is wrong with the files, as it was told; null: nothing. */
  #complaint: string | null = null;
  #timer: Timer | undefined;
  #isStopped = false;

  private constructor(options: RtmpsOptions) {
    this.#options = options;
  }

  /** Throws when there is a certificate, and the port cannot be had. */
  static async start(options: RtmpsOptions): Promise<RtmpsListener> {
    const rtmps = new RtmpsListener(options);
    const certificate = await rtmps.#readNew();
    if (certificate !== null) rtmps.#show(certificate);
    rtmps.#lookLater();
    return rtmps;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#listener?.stop();
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#options.lookEveryMs ?? 10_000);
  }

  async #look(): Promise<void> {
    const certificate = await this.#readNew();
    if (this.#isStopped) return;
    try {
      if (certificate !== null) this.#show(certificate);
    } catch (error) {
      this.#complain(error);
    }
    this.#lookLater();
  }

  /** null: it is the one that is shown, or none that can be used. */
  async #readNew(): Promise<Certificate | null> {
    const { certPath, keyPath } = this.#options;
    try {
      const cert = await readFile(certPath, "utf8");
      // One file is read once, or it could be replaced in between.
      const key = keyPath === certPath ? cert : await readFile(keyPath, "utf8");
      const isNew = cert !== this.#shown?.cert || key !== this.#shown.key;
      if (isNew) check({ cert, key });
      else this.#complaint = null;
      return isNew ? { cert, key } : null;
    } catch (error) {
      this.#complain(error);
      return null;
    }
  }

  #show(certificate: Certificate): void {
    const { listen, log } = this.#options;
    const isFirst = this.#listener === null;
    if (this.#listener === null) this.#listener = listen(certificate);
    else this.#listener.renewCertificate(certificate);
    this.#shown = certificate;
    this.#complaint = null;
    const fields = { port: this.#listener.port, goodUntil: new X509Certificate(certificate.cert).validTo };
    log.info(fields, isFirst ? "RTMPS listens" : "RTMPS has a new certificate");
  }

  /** Each reason once, however often it is met. */
  #complain(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#isStopped || reason === this.#complaint) return;
    this.#complaint = reason;
    const keeps = "the new certificate cannot be used: RTMPS keeps the one that it has";
    this.#options.log.warn({ reason }, this.#shown === null ? "RTMPS waits for its certificate" : keeps);
  }
}

/** Throws on what is torn, is none, or does not belong together. An empty text is nothing to `createSecureContext`. */
function check({ cert, key }: Certificate): void {
  new X509Certificate(cert);
  createPrivateKey(key);
  createSecureContext({ cert, key });
}
