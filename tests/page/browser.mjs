// SPDX-License-Identifier: GPL-3.0-or-later
// verify.html in a real browser, from file://, as a person uses it: browser.mjs chromium|firefox
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { built, root } from "./core.mjs";
import { chromium, untilTrue } from "./chromium.mjs";
import { firefox } from "./firefox.mjs";
import { authority, files, fingerprint, folderOfExhibits } from "./witnessed.mjs";
import { zip } from "./archives.mjs";
import { vectorFiles } from "./vector_files.mjs";
import { vectorReaders } from "./vectors.mjs";

const [kind, program] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "dokaz-page."));
const original = await files();
const path = (name) => join(work, name);
const at = `document.getElementById("failed-at")?.textContent ?? ""`;

function writeZip(name, all, packed) {
  writeFileSync(path(name), zip([...all].map(([file, bytes]) => ({ name: `exhibit/${file}`, bytes, packed }))));
  return path(name);
}

function writeFolder(name, all) {
  for (const [file, bytes] of all) {
    mkdirSync(dirname(join(path(name), file)), { recursive: true });
    writeFileSync(join(path(name), file), bytes);
  }
  return path(name);
}

/** A page of the tests: the code, the vectors, and a title that says how it went. */
function vectorsPage() {
  const all = Object.keys(vectorReaders({}))
    .flatMap((format) => vectorFiles(format).map(({ name, bytes }) => [format, name, Buffer.from(bytes).toString("base64")]));
  const script = `${readFileSync(join(built, "core.js"))}
    ${readFileSync(join(root, "tests/page/vectors.mjs"), "utf8").replace(/^export /gm, "")}
    (async () => {
      const readers = vectorReaders(core), wrong = [];
      for (const [format, name, text] of ${JSON.stringify(all)})
        for (const own of format === "signature" ? [false, true] : [false]) {
          core.useOwnEd25519(own);
          const vector = readVector(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), format === "signature");
          const ended = await outcomeOf(core, () => readers[format](vector)).catch(String);
          if (ended !== vector.header.expect) wrong.push(format + "/" + name + ": " + ended);
        }
      document.title = wrong.join(", ") || "${all.length} vectors agree";
    })();`;
  writeFileSync(path("vectors.html"), `<!DOCTYPE html><meta charset="utf-8"><title></title><script>${script}</script>`);
  return path("vectors.html");
}

let browser;
const outcome = () => browser.run("document.body.dataset.outcome ?? ''");
async function answered(work) {
  await browser.run("delete document.body.dataset.outcome");
  await work();
  await untilTrue(async () => (await outcome()) !== "");
  return outcome();
}
const chooseArchive = (file) => answered(() => browser.choose("archive", [file]));
const typing = (text) => answered(() => browser.run(`(() => { const box = document.getElementById("fingerprint");
  box.value = ${JSON.stringify(text)}; box.dispatchEvent(new Event("input")); return true; })()`));
const states = () => browser.run(`[...document.querySelectorAll(".answer[data-state]")].map((answer) => answer.dataset.state).join(" ")`);

try {
  browser = await (kind === "firefox" ? firefox : chromium)(program);
  await browser.open(pathToFileURL(join(built, "verify.html")).href);
  await untilTrue(() => browser.run("document.body.dataset.ready === 'yes'"));

  // Amber, and nothing green, before anything was confirmed.
  assert.equal(await chooseArchive(join(folderOfExhibits, "witnessed.tar")), "limits");
  assert.equal(await states(), "limits limits limits limits limits none");
  // The right fingerprint alone is not enough; with the policy it is green.
  assert.equal(await typing(fingerprint.toUpperCase().match(/.{8}/g).join(" ")), "limits");
  assert.equal(await answered(() => browser.choose("policy", [join(folderOfExhibits, "witnessed.policy.txt")])), "verified");
  assert.equal(await states(), "holds holds holds holds holds none");
  assert.match(await browser.run("document.getElementById('verdict').innerText"), /Verified/);
  // Half a fingerprint is none; another one is another case.
  assert.equal(await typing(fingerprint.slice(0, 63)), "limits");
  assert.equal(await typing(fingerprint.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))), "failed");
  assert.equal(await browser.run(at), "data/roster");
  // Comparing on paper instead: green, and undone by the next exhibit.
  assert.equal(await typing(""), "limits");
  assert.equal(await answered(() => browser.run("(document.getElementById('confirm').click(), true)")), "verified");
  assert.equal(await chooseArchive(writeZip("packed.zip", original, true)), "limits");
  assert.equal(await typing(fingerprint), "verified");
  assert.equal(await chooseArchive(writeZip("stored.zip", original, false)), "verified");

  // A changed byte is red, and the file is named. (exhibits.test.mjs has every file, and many bytes of each.)
  const someFiles = [...original].filter(([file], index) => index % 4 === 0 || !file.startsWith("data/"));
  for (const [index, [file, bytes]] of someFiles.entries()) {
    const other = Uint8Array.from(bytes);
    other[Math.floor(bytes.length / 3)] ^= 1;
    assert.equal(await chooseArchive(writeZip(`changed-${index}.zip`, new Map([...original, [file, other]]), true)), "failed");
    assert.equal(await browser.run(at), file);
  }

  // Names that are traps end in words, never in markup.
  const trap = "<img src=x onerror=alert(1)>\u202e";
  await chooseArchive(writeZip("trap.zip", new Map([...original, [trap, new Uint8Array([1])]]), false));
  assert.equal(await outcome(), "failed");
  assert.equal(await browser.run("document.querySelectorAll('img').length"), 0);

  // A dossier with a time stamp: amber until the authority's root came another way, or its hash.
  const archived = join(folderOfExhibits, "dossier.tar");
  assert.equal(await chooseArchive(archived), "limits");
  assert.equal(await browser.run("[...document.querySelectorAll('[data-limit]')].map((limit) => limit.dataset.limit).join(' ')"), "stampUnconfirmed");
  assert.equal(await browser.run("document.querySelectorAll('[data-item]').length + ' ' + document.querySelectorAll('[data-withheld]').length"), "2 1");
  assert.equal(await answered(() => browser.choose("authority", [join(folderOfExhibits, "authority.pem")])), "verified");
  assert.equal(await states(), "holds holds holds holds holds limits");
  assert.match(await browser.run("(document.querySelector('[data-item] details').open = true, document.getElementById('answer-anchors').innerText)"), /Test Clock/);
  assert.equal(await answered(() => browser.choose("authority", [join(folderOfExhibits, "witnessed.tar")])), "limits");
  const typeHash = (text) => answered(() => browser.run(`(() => { const box = document.getElementById("authority-hash");
    box.value = ${JSON.stringify(text)}; box.dispatchEvent(new Event("input")); return true; })()`));
  const rootHash = createHash("sha256").update(Buffer.from(Buffer.from(authority).toString().replace(/-----.*-----/g, ""), "base64")).digest("hex");
  assert.equal(await typeHash(rootHash), "verified");
  await untilTrue(() => browser.run("document.querySelector('[data-item]') !== null"));
  const whole = await files("dossier.tar");
  for (const [index, file] of ["manifest-sha512.txt", "data/dossier", "data/items/0002/disclosures", [...whole.keys()].find((name) => name.endsWith(".tsr"))].entries()) {
    const other = Uint8Array.from(whole.get(file));
    other[Math.floor(other.length / 2)] ^= 1;
    assert.equal(await chooseArchive(writeZip(`changed-dossier-${index}.zip`, new Map([...whole, [file, other]]), true)), "failed");
    assert.equal(await browser.run(at), file);
  }
  if (browser.folders) {
    assert.equal(await answered(() => browser.drop("drop", [writeFolder("dossier", whole)])), "verified");
    assert.equal(await browser.run("document.getElementById('answer-anchors').dataset.state"), "limits");
  }

  if (browser.folders) {
    const good = writeFolder("exhibit", original);
    assert.equal(await answered(() => browser.choose("folder", [good])), "verified");
    assert.equal(await answered(() => browser.drop("drop", [good])), "verified");
    mkdirSync(join(good, "data/empty"));
    assert.equal(await answered(() => browser.drop("drop", [good])), "failed");
    assert.equal(await browser.run(at), "data/empty");
  }

  // A large file goes through the piecewise hash; the answer is that nobody signed for these bytes.
  const large = new Map([...original, ["data/item/original.jpg", new Uint8Array(70 << 20)]]);
  assert.equal(await chooseArchive(writeZip("large.zip", large, true)), "failed");
  assert.equal(await browser.run(at), "data/item/original.jpg");

  // What an attacker would want to add: a script, an image, a request. The page's own policy forbids each.
  const blocked = await browser.run(`(() => { const before = document.title; const script = document.createElement("script");
    try { script.textContent = "document.title = 'ran'"; document.body.append(script); } catch {}
    try { document.body.insertAdjacentHTML("beforeend", "<b id=injected></b>"); } catch {}
    return document.title === before; })()`);
  assert.ok(blocked);
  assert.deepEqual(browser.requests.filter((url) => !url.startsWith("file:") || !url.endsWith("/verify.html")), []);

  // For screen readers and keyboards: every input has a name, headings go down step by step, states are words.
  assert.equal(await browser.run("[...document.querySelectorAll('input, textarea')].filter((input) => !input.labels?.length).length"), 0);
  assert.equal(await browser.run("[...document.querySelectorAll('.sign')].every((sign) => sign.getAttribute('aria-hidden') === 'true')"), true);
  const levels = await browser.run("[...document.querySelectorAll('h1, h2, h3')].map((heading) => Number(heading.tagName[1]))");
  assert.ok(levels.every((level, index) => index === 0 ? level === 1 : level <= levels[index - 1] + 1));

  // The same vectors that the C++ programs run, by this browser's own cryptography and by the page's.
  await browser.open(pathToFileURL(vectorsPage()).href);
  await untilTrue(() => browser.run("document.title !== ''"));
  assert.match(await browser.run("document.title"), /^[0-9]{3} vectors agree$/);
  console.log(`ok: ${browser.name}: ${await browser.run("document.title")}`);
} finally {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
}
