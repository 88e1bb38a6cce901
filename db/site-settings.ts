import { eq } from "drizzle-orm";
import type { Database } from "./open.ts";
import { type Registration, siteSettings } from "./schema.ts";

/** What administrators decide for the whole site. */
export interface SiteDecisions {
  registration: Registration;
  /** Administrators without a second factor have to set one up before they administer. */
  administratorsNeedTotp: boolean;
}

const theRow = eq(siteSettings.id, 1);

export async function readSiteDecisions(db: Database): Promise<SiteDecisions> {
  const { registration, administratorsNeedTotp } = siteSettings;
  const row = await db.select({ registration, administratorsNeedTotp }).from(siteSettings).where(theRow).get();
  if (row === undefined) throw new Error("The row of site_settings is gone");
  return row;
}

export async function writeSiteDecisions(db: Database, decisions: SiteDecisions): Promise<void> {
  await db.update(siteSettings).set(decisions).where(theRow);
}
