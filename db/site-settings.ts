import { eq, sql } from "drizzle-orm";
import { type Act, auditEach } from "./audit-log.ts";
import type { Database } from "./open.ts";
import { type Registration, siteSettings } from "./schema.ts";

/** What administrators decide for the whole site. */
export interface SiteDecisions {
  registration: Registration;
  /** Administrators without a second factor have to set one up before they administer. */
  administratorsNeedTotp: boolean;
}

export async function readSiteDecisions(db: Database): Promise<SiteDecisions> {
  const { registration, administratorsNeedTotp } = siteSettings;
  const row = await db
    .select({ registration, administratorsNeedTotp })
    .from(siteSettings)
    .where(eq(siteSettings.id, 1))
    .get();
  if (row === undefined) throw new Error("The row of site_settings is gone");
  return row;
}

/** Whether this person has to set up a second factor before they do what only administrators may. */
export async function lacksSecondFactor(db: Database, userId: string): Promise<boolean> {
  const lacking = await db.all(sql`
    SELECT 1 FROM users, site_settings
    WHERE users.id = ${userId} AND totp_cipher IS NULL AND site_settings.id = 1 AND administrators_need_totp = 1`);
  return lacking.length > 0;
}

/** Who may make an account. */
export async function decideRegistration(db: Database, registration: Registration, act: Act): Promise<void> {
  const differs = sql`id = 1 AND registration <> ${registration}`;
  await db.batch([
    auditEach(
      db,
      act,
      { action: "registration-changed", detail: registration },
      sql`FROM site_settings WHERE ${differs}`,
    ),
    db.run(sql`UPDATE site_settings SET registration = ${registration} WHERE ${differs}`),
  ]);
}

/**
 * Whether administrators need a second factor: for one to decide who has one, so that nobody locks everybody out.
 * Returns false when the actor has none.
 */
export async function decideSecondFactor(db: Database, isNeeded: boolean, act: Act): Promise<boolean> {
  const needed = isNeeded ? 1 : 0;
  const hasOne = sql`EXISTS (SELECT 1 FROM users WHERE id = ${act.actor.id} AND totp_cipher IS NOT NULL)`;
  const differs = sql`site_settings.id = 1 AND administrators_need_totp <> ${needed} AND ${hasOne}`;
  const [, , allowed] = await db.batch([
    auditEach(
      db,
      act,
      { action: "second-factor-rule-changed", detail: isNeeded ? "on" : "off" },
      sql`FROM site_settings WHERE ${differs}`,
    ),
    db.run(sql`UPDATE site_settings SET administrators_need_totp = ${needed} WHERE ${differs}`),
    db.all(sql`SELECT 1 AS one WHERE ${hasOne}`),
  ]);
  return allowed.length > 0;
}
