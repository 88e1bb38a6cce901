import { join } from "node:path";
import { renderLicenceList } from "./licence-list.ts";
import { projectRoot, shippedPackages } from "./shipped-packages.ts";

/** `npm run licences`: writes docs/licences.md anew from what is installed. Asks no network. */

const path = join(projectRoot, "docs", "licences.md");
await Bun.write(path, renderLicenceList(shippedPackages()));
console.log(`${path} is written.`);
