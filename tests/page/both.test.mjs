// SPDX-License-Identifier: GPL-3.0-or-later
// Two readers of one specification: each exhibit of variants.mjs is given to dokaz-verify and to the page's code, and both must
// end with the same outcome, or the same failure by name. The exporter signed each as if it were right.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { core } from "./core.mjs";
import { part, still } from "./folder.mjs";
import { make, plan } from "./forge.mjs";
import { variants } from "./variants.mjs";

const work = mkdtempSync(join(tmpdir(), "dokaz-both."));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

function byProgram({ files, fingerprint, policy }) {
  const folder = join(work, "exhibit");
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(work, "policy"), policy);
  const run = spawnSync(process.env.DOKAZ_VERIFY, [folder, "--root", fingerprint, "--policy", join(work, "policy"), "--json"], { encoding: "utf8" });
  const { outcome, failure, limits } = JSON.parse(run.stdout);
  return failure?.error ?? `${outcome.replace("_with_limits", "")} with ${limits?.length ?? 0} limits`;
}

async function byPage({ files, fingerprint, policy }) {
  const parts = new Map([...files].map(([path, bytes]) => [path, part(Uint8Array.from(bytes))]));
  const { failure, limits } = await core.verify({ parts, emptyFolders: [] }, { fingerprint, policy: Uint8Array.from(policy) }, still);
  return failure?.name ?? `verified with ${limits.length} limits`;
}

test(`${Object.keys(variants).length} exhibits`, async () => {
  for (const [name, change] of Object.entries(variants)) {
    const planned = plan();
    change(planned);
    const made = make(planned);
    const said = await byPage(made);
    assert.equal(said, byProgram(made), name);
    if (name.startsWith("good")) assert.match(said, /^verified/, name);
  }
});
