// SPDX-License-Identifier: GPL-3.0-or-later
// Two readers of section 19: each dossier of dossier_variants.mjs is given to dokaz-verify and to the page's code, and both must
// end with the same outcome, or the same failure by name. The exporter signed each as if it were right.
import assert from "node:assert/strict";
import test from "node:test";
import { anchorVariants } from "./anchor_variants.mjs";
import { byPage, byProgram } from "./both.mjs";
import { changeText, numbers } from "./change.mjs";
import { dossierVariants } from "./dossier_variants.mjs";
import { dossierPlan, makeDossier } from "./forge_dossier.mjs";

for (const [kind, variants] of Object.entries({ dossiers: dossierVariants, "dossiers with time stamps": anchorVariants }))
  test(`${Object.keys(variants).length} ${kind}`, async () => {
    const differ = [];
    for (const [name, change] of Object.entries(variants)) {
      const planned = dossierPlan();
      change(planned);
      const made = makeDossier(planned), page = await byPage(made), program = byProgram(made);
      if (page.said !== program.said) differ.push(`${name}: the page: ${page.said} ${page.where}, the program: ${program.said} ${program.where}`);
      assert.equal(/^verified/.test(page.said), name.startsWith("good"), `${name}: ${page.said} ${page.where}`);
    }
    assert.deepEqual(differ, []);
  });

/** Changes one text of a right dossier, before the exporter lists and signs it. */
function changedAtRandom(seed) {
  const pick = numbers(seed), planned = dossierPlan();
  planned.files = (files) => {
    const names = [...files.keys()].filter((name) => !/\.age$|\.jpg$|documents/.test(name)), name = names[pick(names.length)];
    files.set(name, changeText(files.get(name), pick));
  };
  return makeDossier(planned);
}

// By name they may differ where one change breaks two things: each reader names what it comes to first.
const rounds = Number(process.env.DOKAZ_ROUNDS ?? 40);
test(`${rounds} dossiers with a random change`, async () => {
  const accepted = (said) => /^verified/.test(said);
  for (let seed = 1; seed <= rounds; seed++) {
    const made = changedAtRandom(seed), page = (await byPage(made)).said, program = byProgram(made).said;
    assert.equal(accepted(page) ? page : "refused", accepted(program) ? program : "refused", `seed ${seed}: the page: ${page}, the program: ${program}`);
  }
});
