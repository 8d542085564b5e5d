// SPDX-License-Identifier: GPL-3.0-or-later
// The exhibit and the dossier that make-exhibit.sh made with the real programs: everything that can be shown holds in them.
import { File } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { core, root } from "./core.mjs";

export const folderOfExhibits = join(root, "tests/page/exhibits");
const read = (name) => Uint8Array.from(readFileSync(join(folderOfExhibits, name)));

export const policy = read("witnessed.policy.txt");
export const fingerprint = Buffer.from(read("witnessed.fingerprint.txt")).toString().trim();
/** Of the dossier's time stamp, PEM. */
export const authority = read("authority.pem");

/** Path to bytes. */
export async function files(name = "witnessed.tar") {
  const exhibit = await core.fromFiles([new File([read(name)], name)]);
  const all = new Map();
  for (const [path, part] of exhibit.parts) {
    const pieces = [];
    for await (const piece of part.pieces()) pieces.push(piece);
    all.set(path, Uint8Array.from(Buffer.concat(pieces)));
  }
  return all;
}
