// SPDX-License-Identifier: GPL-3.0-or-later
// Two readers of one specification: each exhibit of variants.mjs is given to dokaz-verify and to the page's code, and both must
// end with the same outcome, or the same failure by name. The exporter signed each as if it were right.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { changeText, numbers } from "./change.mjs";
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

/** Changes one text of a right exhibit, before the exporter lists and signs it. */
function changedAtRandom(seed) {
  const pick = numbers(seed), planned = plan(), good = Object.keys(variants).filter((name) => name.startsWith("good"));
  variants[good[pick(good.length)]](planned);
  const { files, tags } = planned;
  const change = (all, isText) => {
    const names = [...all.keys()].filter(isText), name = names[pick(names.length)];
    all.set(name, changeText(all.get(name), pick));
  };
  const inTags = pick(6) === 0;
  planned.files = (all, made) => {
    files(all, made);
    if (!inTags) change(all, (name) => !/objects|\.jpg$/.test(name));
  };
  planned.tags = (all, others) => {
    tags(all, others);
    if (inTags) change(all, (name) => !/verify|README/.test(name));
  };
  return make(planned);
}

// By name they may differ where one change breaks two things: each reader names what it comes to first.
const rounds = Number(process.env.DOKAZ_ROUNDS ?? 60);
test(`${rounds} exhibits with a random change`, async () => {
  const accepted = (said) => /^verified/.test(said);
  for (let seed = 1; seed <= rounds; seed++) {
    const made = changedAtRandom(seed), page = await byPage(made), program = byProgram(made);
    assert.equal(accepted(page) ? page : "refused", accepted(program) ? program : "refused", `seed ${seed}: the page: ${page}, the program: ${program}`);
  }
});
