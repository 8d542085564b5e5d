// SPDX-License-Identifier: GPL-3.0-or-later
// The page's check without the page: check.mjs EXHIBIT [FINGERPRINT [POLICY]]; prints the outcome as JSON.
import { readFileSync } from "node:fs";
import { core } from "./core.mjs";
import { folder, still } from "./folder.mjs";

const [exhibit, fingerprint, policy] = process.argv.slice(2);
const given = { ...(fingerprint && { fingerprint }), ...(policy && { policy: Uint8Array.from(readFileSync(policy)) }) };
const findings = await core.verify(folder(exhibit), given, still);
console.log(JSON.stringify(findings, (_, value) => (typeof value === "bigint" ? String(value) : value instanceof Uint8Array ? core.hex(value) : value)));
