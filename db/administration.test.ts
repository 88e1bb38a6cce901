import { expect, test } from "bun:test";
import { mayDeleteAccount } from "./account-deletion.ts";
import { readAskToStream, askToStream } from "./asks-to-stream.ts";
import { listAuditEntries } from "./audit-log.ts";
import { insertAccount } from "./fixtures.ts";
import { createInvitation, listInvitations, revokeInvitation } from "./invitations.ts";
import { loggedDatabase } from "./logged-database.ts";
import {
  allowStreaming,
  changeRole,
  createResetLink,
  declineStreaming,
  liftSuspension,
  revokeStreaming,
  signOutEverywhere,
  suspend,
} from "./people.ts";
import { countWaiting, findPerson, listPeople, peopleFilters, searchPeople } from "./people-lists.ts";
import { closeReport, fileReport, hasReported, listReports } from "./reports.ts";
import { endStreamNow } from "./stopped-streams.ts";

/** What is read in the order of an index, page by page, and what is small: links that are good for an hour. */
const bounded =
  /SCAN (CONSTANT ROW|one_time_links$|\(subquery|\w+ USING (COVERING )?INDEX (users_by_age|users_who_ask|users_suspended|reports_open|invitations_by_age))/;

test("streamers, administrators, and whether there is another one are found by their role", async () => {
  const { db, remove, queries, plansOf } = await loggedDatabase();
  const boss = await insertAccount(db, "boss", "administrator");
  await insertAccount(db, "budi", "viewer");
  const wati = await insertAccount(db, "wati");
  queries.length = 0;
  const names = async (...list: Parameters<typeof listPeople>) =>
    (await listPeople(...list)).map(({ username }) => username);
  expect(await names(db, "streamers", null, 10)).toEqual(["wati"]);
  expect(await names(db, "streamers", { at: 0, id: wati.userId }, 10)).toEqual([]);
  expect(await names(db, "administrators", null, 10)).toEqual(["boss"]);
  expect(await mayDeleteAccount(db, boss.userId)).toBe(false);
  const reads = (await plansOf()).filter((detail) => /(SCAN|SEARCH) (users|other)\b/.test(detail));
  expect(reads.filter((detail) => detail.includes("users_by_role"))).toHaveLength(4);
  expect(reads.filter((detail) => /SCAN|TEMP B-TREE/.test(detail))).toEqual([]);
  remove();
});

test("nothing that administrators see or do reads through a table", async () => {
  const { db, remove, queries, plansOf } = await loggedDatabase();
  const { userId, channelId } = await insertAccount(db, "wati", "viewer");
  const boss = await insertAccount(db, "boss", "administrator");
  const act = { actor: { id: boss.userId, name: "boss" }, now: 1000 };
  queries.length = 0;
  for (const filter of peopleFilters) {
    await listPeople(db, filter, null, 10);
    await listPeople(db, filter, { at: 1, id: userId }, 10);
  }
  await searchPeople(db, "wa", 10);
  await findPerson(db, "wati");
  await countWaiting(db, 100);
  await askToStream(db, userId, "", { now: 1, declinedSince: 0 });
  await readAskToStream(db, userId);
  await declineStreaming(db, userId, "", act);
  await allowStreaming(db, userId, act);
  await revokeStreaming(db, userId, act);
  await suspend(db, userId, "x", act);
  await liftSuspension(db, userId, act);
  await signOutEverywhere(db, userId, act);
  await createResetLink(db, userId, { codeHash: "c", expiresAt: 1 }, act);
  for (const role of ["administrator", "viewer"] as const)
    await changeRole(db, boss.userId, { role, endsStreams: true }, act);
  await endStreamNow(db, "none", { reason: null, message: "x", holdUntil: 1 }, act);
  const report = { channelId, reporterId: boss.userId, why: "spam", details: "" } as const;
  await fileReport(db, report, 1, { most: 1, since: 0 });
  await hasReported(db, channelId, boss.userId);
  for (const cursor of [null, 1]) {
    await listReports(db, { state: "open" }, cursor, 10);
    await listReports(db, { state: "closed" }, cursor, 10);
    await listReports(db, { of: channelId }, cursor, 10);
    await listAuditEntries(db, { actor: "boss" }, cursor, 10);
    await listAuditEntries(db, { subject: "wati" }, cursor, 10);
    await listAuditEntries(db, { action: "suspended" }, cursor, 10);
  }
  await closeReport(db, 1, "x", act);
  await createInvitation(db, { codeHash: "c", note: "", expiresAt: 1, mostOpen: 10 }, act);
  await listInvitations(db, null, 10);
  await listInvitations(db, { createdAt: 1, position: 1 }, 10);
  await revokeInvitation(db, "c", act);
  expect(queries.length).toBeGreaterThan(70);
  const plans = (await plansOf()).filter((detail) => /SCAN|TEMP B-TREE/.test(detail));
  expect([...new Set(plans.filter((detail) => !bounded.test(detail)))]).toEqual([]);
  remove();
});
