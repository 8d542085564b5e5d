// SPDX-License-Identifier: GPL-3.0-or-later
// Two readers of one specification: each exhibit of variants.mjs is given to dokaz-verify and to the page's code, and both must
// end with the same outcome, or the same failure by name. The exporter signed each as if it were right.
import assert from "node:assert/strict";
import test from "node:test";
import { byPage, byProgram } from "./both.mjs";
import { changeText, numbers } from "./change.mjs";
import { make, plan } from "./forge.mjs";
import { variants } from "./variants.mjs";

test(`${Object.keys(variants).length} exhibits`, async () => {
  for (const [name, change] of Object.entries(variants)) {
    const planned = plan();
    change(planned);
    const made = make(planned);
    const { said } = await byPage(made);
    assert.equal(said, byProgram(made).said, name);
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
    const made = changedAtRandom(seed), page = (await byPage(made)).said, program = byProgram(made).said;
    assert.equal(accepted(page) ? page : "refused", accepted(program) ? program : "refused", `seed ${seed}: the page: ${page}, the program: ${program}`);
  }
});
