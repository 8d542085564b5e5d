// SPDX-License-Identifier: GPL-3.0-or-later
// What a person chose: a folder, or one archive.
import { latin } from "../bytes/bytes";
import { refuse } from "../failure";
import type { Exhibit } from "../exhibit/parts";
import { blobPart, slice } from "./blob_part";
import { gather, type Entry } from "./gather";
import { readTar } from "./tar";
import { readZip } from "./zip";

/** What an archive is, its content tells, not its name. */
export async function readArchive(file: File): Promise<Entry[]> {
  const head = latin(await slice(file, 0, Math.min(file.size, 512)));
  if (/^PK(\x03\x04|\x05\x06)/.test(head)) return readZip(file);
  if (head.slice(257, 262) === "ustar") return readTar(file);
  return refuse("malformed", "notArchive");
}

/** From `<input type=file>`: with `webkitdirectory` the files of a folder, else one archive. */
export async function fromFiles(files: readonly File[]): Promise<Exhibit> {
  const only = files[0];
  if (files.length === 1 && only && !only.webkitRelativePath) return gather(await readArchive(only));
  return gather(files.map((file) => ({ name: file.webkitRelativePath || file.name, part: blobPart(file) })));
}
