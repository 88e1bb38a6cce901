import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Server } from "../../../e2e/support/server.ts";
import { Visitor } from "./visitor.ts";

/** [I/O] A server with somebody of each kind on it, and something of theirs to go for. */

export const password = "tall-horse-battery-7";

export type Role = "guest" | "viewer" | "other streamer" | "suspended" | "administrator";

/** What changes by itself, or by looking at a page. */
const restless = ["sessions", "viewer_samples", "sign_in_steps", "outbox"];

export class Stage {
  readonly server: Server;
  readonly people: Record<Role, Visitor>;
  /** Whose channel, room, chat, stream and account the others go for. */
  readonly owner: Visitor;
  /** In paths. */
  targets: Record<string, string> = {};
  #addresses = 0;

  private constructor(server: Server) {
    this.server = server;
    this.owner = this.visitor();
    this.people = {
      guest: this.visitor(),
      viewer: this.visitor(),
      "other streamer": this.visitor(),
      suspended: this.visitor(),
      administrator: this.visitor(),
    };
  }

  static async build(server: Server): Promise<Stage> {
    const stage = new Stage(server);
    const { people, owner } = stage;
    const setup = new URL(server.setupLink ?? server.pageUrl);
    await people.administrator.get(setup.pathname + setup.search);
    await people.administrator.must("/setup", { username: "ibu", password });
    await stage.register(owner, "wati");
    await stage.register(people.viewer, "sari");
    await stage.register(people["other streamer"], "budi");
    await stage.register(people.suspended, "joko");
    await stage.mayStream("wati");
    await stage.mayStream("budi");
    await stage.#furnish();
    await people.administrator.must(`/admin/people/${stage.idOf("joko")}/suspend`, { reason: "Spam" });
    return stage;
  }

  /** Somebody new, at an address of their own. */
  visitor(): Visitor {
    return new Visitor(this.server.pageUrl, this.newAddress());
  }

  newAddress(): string {
    this.#addresses += 1;
    return `127.1.${this.#addresses >> 8}.${this.#addresses & 255}`;
  }

  async register(visitor: Visitor, username: string): Promise<void> {
    await visitor.must("/register", { username, password });
  }

  async mayStream(username: string): Promise<void> {
    await this.people.administrator.must(`/admin/people/${this.idOf(username)}/streaming`, { allow: "yes" });
  }

  /** What a query of the server's own database answers, read beside it. */
  query(sql: string, ...values: string[]): Record<string, unknown>[] {
    const database = new Database(join(this.server.dataDir, "panggung.db"), { readonly: true });
    try {
      return database.query(sql).all(...values) as Record<string, unknown>[];
    } finally {
      database.close();
    }
  }

  idOf(username: string): string {
    return String(this.query("SELECT id FROM users WHERE username = ?", username)[0]?.["id"]);
  }

  /** Everything that is stored and that nobody changes by looking at pages: each table's rows. */
  stored(): Map<string, string> {
    const tables = this.query("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => String(name));
    return new Map(
      tables
        .filter((name) => !restless.includes(name) && !/^(sqlite|search|__)/.test(name))
        .map((name) => [name, JSON.stringify(this.query(`SELECT * FROM "${name}"`))]),
    );
  }

  /** Names of the tables that are not as they were. */
  changed(before: Map<string, string>): string[] {
    return [...this.stored()].flatMap(([name, rows]) => (rows === before.get(name) ? [] : [name]));
  }

  async #furnish(): Promise<void> {
    const { owner } = this;
    const { viewer, administrator } = this.people;
    await owner.must("/rooms", { name: "Kelas", mode: "meeting", entry: "link", passcode: "tidak-tahu" });
    await viewer.must("/@wati/report", { why: "spam", details: "" });
    await viewer.must("/studio/ask", { why: "Saya ingin siaran" });
    await administrator.must("/admin/invitations", { note: "", days: "7" });
    const column = (sql: string): string => String(Object.values(this.query(sql)[0] ?? {})[0]);
    this.targets = {
      "/:handle": "/@wati",
      "/rooms/:id": `/rooms/${column("SELECT id FROM call_rooms")}`,
      "/admin/people/:id": `/admin/people/${this.idOf("wati")}`,
      "/admin/people/:name": "/admin/people/wati",
      "/admin/invitations/:hash": `/admin/invitations/${column("SELECT code_hash FROM invitations")}`,
      "/admin/categories/:id": "/admin/categories/music",
      "/admin/reports/:id": "/admin/reports/1",
      "/admin/streams/:id": `/admin/streams/${"0".repeat(32)}`,
      "/admin/calls/:id": `/admin/calls/${column("SELECT id FROM call_rooms")}`,
      "/studio/streams/:id": `/studio/streams/${"0".repeat(32)}`,
      "/categories/:id": "/categories/music",
      "/tags/:tag": "/tags/kuliner",
      "/embed/:name": "/embed/wati",
      "/images/:file": `/images/${"0".repeat(64)}.webp`,
      "/static/:file": "/static/none.css",
      ":form": "settings",
      ":act": "suspend",
    };
  }
}
