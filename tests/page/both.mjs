// SPDX-License-Identifier: GPL-3.0-or-later
// What dokaz-verify and the page's code say of the same bag: the outcome with the number of limits, or the failure by name.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { core } from "./core.mjs";
import { part, still } from "./folder.mjs";

const work = mkdtempSync(join(tmpdir(), "dokaz-both."));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

/** `roots`: PEM files of authorities. Gives what is said, and where the failure is. */
export function byProgram({ files, fingerprint, policy, roots = [] }) {
  const folder = join(work, "bag");
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(work, "policy"), policy);
  const authorities = roots.flatMap((pem, at) => {
    writeFileSync(join(work, `root-${at}.pem`), pem);
    return ["--authority", join(work, `root-${at}.pem`)];
  });
  const run = spawnSync(process.env.DOKAZ_VERIFY, [folder, "--root", fingerprint, "--policy", join(work, "policy"), ...authorities, "--json"], { encoding: "utf8" });
  const { outcome, failure, limits } = JSON.parse(run.stdout);
  return { said: failure?.error ?? `${outcome.replace("_with_limits", "")} with ${limits?.length ?? 0} limits`, where: failure?.where ?? failure?.part, limits };
}

export async function byPage({ files, fingerprint, policy, roots = [] }) {
  const parts = new Map([...files].map(([path, bytes]) => [path, part(Uint8Array.from(bytes))]));
  const certificates = roots.flatMap((pem) => core.readRoots(Uint8Array.from(pem)));
  const given = { fingerprint, policy: Uint8Array.from(policy), roots: { certificates, hashes: [] }, now: Date.now() };
  const { failure, limits } = await core.verify({ parts, emptyFolders: [] }, given, still);
  return { said: failure?.name ?? `verified with ${limits.length} limits`, where: failure?.where, limits };
}
