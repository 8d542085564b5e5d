// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts as they are written: `.tlog-proof` and `.sigsum-proof` (section 10).
import { fromBase64, fromHex, hex, latin, type Bytes } from "../bytes/bytes";
import { decimal, LineReader, linesOf } from "../bytes/text";
import { need, refuse } from "../failure";
import { readCheckpoint, type Checkpoint } from "./checkpoint";
import { MOST_NOTE } from "./note";

export interface TlogProof {
  /** S. */
  signature: Bytes;
  /** K, hex. */
  keyHash: string;
  index: bigint;
  path: Bytes[];
  checkpoint: Checkpoint;
}

/** The most bytes that one can have: 63 hashes and a note. */
export const MOST_PROOF = MOST_NOTE + 4096;

export function readTlogProof(bytes: Bytes): TlogProof {
  need(bytes.length <= MOST_PROOF, "malformed");
  const end = latin(bytes.subarray(0, 4096)).indexOf("\n\n");
  need(end > 0, "malformed", "proof");
  const lines = linesOf(bytes.subarray(0, end + 1), 4096);
  const [kind = "", extra = "", index = "", ...hashes] = lines;
  const version = /^c2sp\.org\/tlog-proof@v([1-9][0-9]{0,19})$/.exec(kind)?.[1] ?? refuse("malformed", "kind");
  need(version === "1", "unsupported_version", "version");
  const both = fromBase64(/^extra (.*)$/.exec(extra)?.[1] ?? "") ?? refuse("malformed", "proof");
  need(both.length === 96, "malformed", "proof");
  const number = decimal(/^index (.*)$/.exec(index)?.[1] ?? "");
  need(hashes.length <= 63, "malformed", "proof");
  const path = hashes.map((line) => {
    const hash = fromBase64(line);
    return hash?.length === 32 ? hash : refuse("malformed", "proof");
  });
  const checkpoint = readCheckpoint(bytes.slice(end + 2));
  return { signature: both.slice(0, 64), keyHash: hex(both.subarray(64)), index: number, path, checkpoint };
}

export interface SigsumProof {
  logHash: string;
  keyHash: string;
  signature: string;
  size: bigint;
  root: string;
  logSignature: string;
  cosignatures: { keyHash: string; time: bigint; signature: string }[];
  index: bigint;
  path: string[];
}

function words(lines: LineReader, key: string, lengths: readonly number[]): string[] {
  const line = lines.line();
  need(line.startsWith(key + "="), "malformed", "proof");
  return hexWords(line.slice(key.length + 1), lengths);
}

function hexWords(text: string, lengths: readonly number[]): string[] {
  const fields = text.split(" ");
  need(fields.length === lengths.length && fields.every((field, at) => fromHex(field, lengths[at] ?? 0) !== undefined), "malformed", "proof");
  return fields;
}

function numberLine(line: string, key: string): bigint {
  need(line.startsWith(key + "="), "malformed", "proof");
  return decimal(line.slice(key.length + 1));
}

export function readSigsumProof(bytes: Bytes): SigsumProof {
  const all = linesOf(bytes, MOST_PROOF * 2);
  const version = /^version=([1-9][0-9]{0,19})$/.exec(all[0] ?? "")?.[1] ?? refuse("malformed", "kind");
  need(version === "2", "unsupported_version", "version");
  const lines = new LineReader(all.slice(1));
  const [logHash = ""] = words(lines, "log", [32]);
  const [keyHash = "", signature = ""] = words(lines, "leaf", [32, 64]);
  need(lines.skip(""), "malformed", "proof");
  const size = numberLine(lines.line(), "size");
  need(size > 0n, "malformed", "number");
  const [root = ""] = words(lines, "root_hash", [32]);
  const [logSignature = ""] = words(lines, "signature", [64]);
  const cosignatures: SigsumProof["cosignatures"] = [];
  const path: string[] = [];
  let index = 0n;
  while (!lines.ended) {
    const line = lines.line();
    if (line !== "") {
      const [key = "", time = "", value = "", ...more] = line.replace(/^cosignature=/, "").split(" ");
      need(line.startsWith("cosignature=") && more.length === 0, "malformed", "proof");
      hexWords(`${key} ${value}`, [32, 64]);
      need(!cosignatures.some((other) => other.keyHash === key), "malformed", "proof");
      cosignatures.push({ keyHash: key, time: decimal(time), signature: value });
      continue;
    }
    need(size > 1n, "malformed", "proof");
    index = numberLine(lines.line(), "leaf_index");
    while (!lines.ended) path.push(...words(lines, "node_hash", [32]));
    need(path.length <= 63, "malformed", "proof");
    return { logHash, keyHash, signature, size, root, logSignature, cosignatures, index, path };
  }
  need(size === 1n, "malformed", "proof");
  return { logHash, keyHash, signature, size, root, logSignature, cosignatures, index, path };
}
