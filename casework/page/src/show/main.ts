// SPDX-License-Identifier: GPL-3.0-or-later
// The page: takes what the person chose and got, and shows the answer anew whenever something of that changes.
import { fromFiles } from "../arrive/arrive";
import { fromDrop } from "../arrive/drop";
import type { Bytes } from "../bytes/bytes";
import type { Findings } from "../check/findings";
import { claimedFingerprint, verify, type Given } from "../check/verify";
import type { Exhibit } from "../exhibit/parts";
import { Failure } from "../failure";
import { readPolicy } from "../format/policy";
import type { Certificate } from "../stamp/certificate";
import { readRoots } from "../stamp/stamp";
import { engineHasEd25519 } from "../signature/ed25519";
import { answers, page as words } from "../words";
import { bytesInWords, byId, element } from "./dom";
import { readFingerprint } from "./fingerprint";
import { report } from "./report";

const drop = byId("drop", HTMLElement);
const folder = byId("folder", HTMLInputElement), archive = byId("archive", HTMLInputElement), policyFile = byId("policy", HTMLInputElement);
const authorityFile = byId("authority", HTMLInputElement), authorityHash = byId("authority-hash", HTMLTextAreaElement);
const typed = byId("fingerprint", HTMLTextAreaElement), confirm = byId("confirm", HTMLInputElement);
const status = byId("status", HTMLElement), progress = byId("progress", HTMLProgressElement), result = byId("result", HTMLElement);

let exhibit: Exhibit | undefined, claimed: string | undefined, policy: Bytes | undefined, authorities: Certificate[] = [];
/** A newer run makes the older ones end without a word. */
let run = 0;

class Superseded extends Error {}

function given(): Given {
  // What was typed counts before what was compared, also while it is not whole.
  const compared = typed.value.trim() === "" && confirm.checked ? claimed : undefined;
  const fingerprint = readFingerprint(typed.value).fingerprint ?? compared;
  const hash = readFingerprint(authorityHash.value).fingerprint, roots = { certificates: authorities, hashes: hash === undefined ? [] : [hash] };
  return { ...(fingerprint !== undefined && { fingerprint }), ...(policy && { policy }), roots, now: Date.now() };
}

function show(findings: Findings, what: Given): void {
  const confirmed = { root: what.fingerprint !== undefined, policy: what.policy !== undefined,
    authority: !!what.roots && what.roots.certificates.length + what.roots.hashes.length > 0 };
  result.replaceChildren(element("h2", { class: "quiet" }, words.resultTitle), report(findings, confirmed),
    element("button", { type: "button", id: "print" }, words.print));
  byId("print", HTMLButtonElement).addEventListener("click", () => window.print());
  result.hidden = false;
  status.textContent = answers.verdict[findings.outcome];
  document.body.dataset["outcome"] = findings.outcome;
}

async function check(): Promise<void> {
  const mine = ++run;
  result.replaceChildren();
  result.hidden = true;
  delete document.body.dataset["outcome"];
  if (!exhibit) return;
  const what = given(), all = [...exhibit.parts.values()].reduce((sum, part) => sum + part.size, 0);
  let done = 0, shown = 0, steps = 0, said = 0;
  const breathe = async () => {
    if (mine !== run) throw new Superseded();
    steps++;
    if (performance.now() - shown < 50) return;
    if (performance.now() - said > 500) {
      said = performance.now();
      status.textContent = words.checkingSteps(steps);
    }
    await new Promise((resume) => setTimeout(resume));
    shown = performance.now();
  };
  progress.hidden = false;
  const findings = await verify(exhibit, what, {
    bytes(count) {
      if (mine !== run) throw new Superseded();
      done += count;
      progress.value = Math.min(done / Math.max(all, 1), 1);
      if (performance.now() - shown > 500) {
        shown = performance.now();
        status.textContent = words.checking(bytesInWords(done), bytesInWords(all));
      }
    },
    step: breathe,
  });
  if (mine !== run) return;
  progress.hidden = true;
  show(findings, what);
}

async function take(arriving: Promise<Exhibit>): Promise<void> {
  const mine = ++run;
  exhibit = undefined;
  confirm.checked = false;
  claimed = undefined;
  result.hidden = true;
  delete document.body.dataset["outcome"];
  const line = byId("exhibit-said", HTMLElement);
  try {
    const arrived = await arriving;
    const fingerprint = await claimedFingerprint(arrived).catch(() => undefined);
    if (mine !== run) return;
    exhibit = arrived;
    claimed = fingerprint;
    const size = [...arrived.parts.values()].reduce((sum, part) => sum + part.size, 0);
    line.textContent = words.exhibitRead(arrived.parts.size, bytesInWords(size));
    showClaimed();
    await check();
  } catch (error) {
    if (mine !== run) return;
    const failure = error instanceof Failure
      ? { name: error.failure, why: error.why, where: error.where } : { name: "io_error" as const, why: "reading" as const, where: "" };
    line.textContent = words.exhibitNone;
    showClaimed();
    show({ kind: "exhibit", outcome: "failed", failure, limits: [], fingerprint: "" }, given());
  }
}

function showClaimed(): void {
  byId("claimed", HTMLElement).textContent = claimed?.replace(/(.{4})(?=.)/g, "$1 ") ?? words.fingerprintNone;
  confirm.disabled = claimed === undefined;
}

async function takePolicy(): Promise<void> {
  const file = policyFile.files?.[0], said = byId("policy-said", HTMLElement);
  policy = undefined;
  said.textContent = words.policyEmpty;
  if (file) {
    try {
      const bytes = new Uint8Array(await file.slice(0, 16_385).arrayBuffer());
      said.textContent = words.policyGood(readPolicy(bytes).witnesses.length);
      policy = bytes;
    } catch {
      said.textContent = words.policyBad;
    }
  }
  await check();
}

async function takeAuthorities(): Promise<void> {
  const said = byId("authority-said", HTMLElement);
  authorities = [];
  said.textContent = words.authorityEmpty;
  try {
    const read: Certificate[] = [];
    for (const file of authorityFile.files ?? []) read.push(...readRoots(new Uint8Array(await file.slice(0, 65_537).arrayBuffer())));
    authorities = read;
    if (read.length > 0) said.textContent = words.authorityGood(read.length);
  } catch {
    said.textContent = words.authorityBad;
  }
  await check();
}

function typedHash(): void {
  const { message, wrong } = readFingerprint(authorityHash.value);
  byId("authority-hash-said", HTMLElement).textContent = authorityHash.value.trim() === "" ? "" : message;
  authorityHash.setAttribute("aria-invalid", String(wrong));
  void check();
}

function typedAnew(): void {
  const { message, wrong } = readFingerprint(typed.value);
  byId("fingerprint-said", HTMLElement).textContent = message;
  typed.setAttribute("aria-invalid", String(wrong));
  void check();
}

function start(): void {
  for (const node of document.querySelectorAll<HTMLElement>("[data-words]")) {
    const text = (words as Record<string, unknown>)[node.dataset["words"] ?? ""];
    if (typeof text === "string") node.textContent = text;
  }
  for (const input of [folder, archive]) {
    // So that the same one, mended, can be chosen again.
    input.addEventListener("click", () => (input.value = ""));
    input.addEventListener("change", () => {
      (input === folder ? archive : folder).value = "";
      if (input.files?.length) void take(fromFiles([...input.files]));
    });
  }
  policyFile.addEventListener("change", () => void takePolicy());
  authorityFile.addEventListener("change", () => void takeAuthorities());
  authorityHash.addEventListener("input", typedHash);
  typed.addEventListener("input", typedAnew);
  confirm.addEventListener("change", () => void check());
  for (const name of ["dragover", "drop"] as const)
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name !== "drop") return;
      const arriving = fromDrop([...event.dataTransfer?.items ?? []]);
      if (!arriving) return;
      folder.value = archive.value = "";
      void take(arriving);
    });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  showClaimed();
  typedAnew();
  void engineHasEd25519().then((has) => (byId("engine", HTMLElement).textContent = words.engine(!has)));
  document.body.dataset["ready"] = "yes";
}

if (typeof crypto === "object" && crypto.subtle) start();
else byId("old", HTMLElement).hidden = false;
