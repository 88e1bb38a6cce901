import {
  type Client,
  createClient,
  type InArgs,
  type InStatement,
  LibsqlError,
  type Replicated,
  type ResultSet,
  type Transaction,
  type TransactionMode,
} from "@libsql/client";

/** Another process that writes holds us up for at most this long at a time: the client blocks the event loop meanwhile. */
const busyTimeoutMs = 250;
const maxPauseMs = 40;

/**
 * The client of a database file: one connection, one call after the other, and never again the connection on which a
 * call met SQLITE_BUSY.
 *
 * libsql 0.18 does not reset a statement that failed with SQLITE_BUSY, so to SQLite it is still in progress until the
 * garbage collector comes. On that connection each COMMIT fails, and, worse, a single INSERT or UPDATE reports success
 * without being committed. So the connection is replaced before anything else runs, and the call, which has done
 * nothing, is repeated.
 */
export class SerialClient implements Client {
  readonly protocol = "file";
  readonly #client: Client;
  readonly #giveUpAfterMs: number;
  #last: Promise<unknown> = Promise.resolve();
  /** Why the last write could not be stored, such as `SQLITE_FULL`; null once one could. */
  storageFault: string | null = null;

  /**
   * `url`: `file:…`. A call fails when other writers have kept it waiting for `giveUpAfterMs`.
   * Throws when the file cannot be opened.
   */
  constructor(url: string, { giveUpAfterMs = 3000 } = {}) {
    this.#giveUpAfterMs = giveUpAfterMs;
    // One connection: more would only wait for each other's write locks.
    this.#client = createClient({ url, timeout: busyTimeoutMs, concurrency: 1 });
  }

  get closed(): boolean {
    return this.#client.closed;
  }

  execute(statement: InStatement): Promise<ResultSet>;
  execute(sql: string, args?: InArgs): Promise<ResultSet>;
  execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
    return this.#inTurn(async () => {
      const result = await (typeof statement === "string"
        ? this.#client.execute(statement, args)
        : this.#client.execute(statement));
      if (hasStored(statement, result)) this.storageFault = null;
      return result;
    });
  }

  /** Begins IMMEDIATE unless told otherwise: a transaction that reads first cannot wait for its turn to write. */
  batch(statements: (InStatement | [string, InArgs?])[], mode: TransactionMode = "write"): Promise<ResultSet[]> {
    return this.#inTurn(async () => {
      const results = await this.#client.batch(statements, mode);
      if (results.some((result, i) => hasStored(statements[i] ?? "", result))) this.storageFault = null;
      return results;
    });
  }

  migrate(statements: InStatement[]): Promise<ResultSet[]> {
    return this.#inTurn(() => this.#client.migrate(statements));
  }

  executeMultiple(sql: string): Promise<void> {
    return this.#inTurn(() => this.#client.executeMultiple(sql));
  }

  /** Interactive transactions stall this process and fail each other: docs/decisions/0002-api-owns-the-database.md. */
  transaction(): Promise<Transaction> {
    return Promise.reject(new Error("Single statements and batch() only"));
  }

  sync(): Promise<Replicated> {
    return this.#client.sync();
  }

  reconnect(): void {
    this.#client.reconnect();
  }

  close(): void {
    this.#client.close();
  }

  async #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#untilFree(call));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #untilFree<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (isStorageFault(error)) this.storageFault = error.code;
        if (!isBusy(error)) throw error;
        this.#client.reconnect();
        if (performance.now() - startedAt > this.#giveUpAfterMs) throw error;
      }
      // At random, so that two writers do not meet again and again.
      await Bun.sleep(Math.random() * maxPauseMs);
    }
  }
}

const isBusy = (error: unknown): boolean => error instanceof LibsqlError && error.code.startsWith("SQLITE_BUSY");

/** Whether a row was written. An UPDATE that matches nothing, as each sweep sends, succeeds on a full disk too. */
function hasStored(statement: InStatement | [string, InArgs?], { rowsAffected, rows }: ResultSet): boolean {
  const text = typeof statement === "string" ? statement : Array.isArray(statement) ? statement[0] : statement.sql;
  // The client counts no rows where RETURNING gives them back.
  return rowsAffected > 0 || (rows.length > 0 && /^\s*(insert|update|delete)\b/i.test(text));
}

/** The disk is full, broken or not to be written. */
export const isStorageFault = (error: unknown): error is LibsqlError =>
  error instanceof LibsqlError && /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(error.code);
