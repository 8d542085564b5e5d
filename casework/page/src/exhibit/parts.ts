// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit or a dossier as it arrived: files that can be read when they are wanted, whether they lie in a folder or in an archive.
import { hex, type Bytes } from "../bytes/bytes";
import { need } from "../failure";
import { sha256, sha512, WHOLE } from "../signature/hash";
import { Sha256 } from "../signature/sha256";
import { Sha512 } from "../signature/sha512";

/** A file. Reading it may fail; then the check fails with `io_error`. */
export interface Part {
  readonly size: number;
  pieces(): AsyncIterable<Uint8Array>;
}

export interface Exhibit {
  /** By path from the exhibit's own folder. */
  parts: Map<string, Part>;
  /** Folders in which nothing is. */
  emptyFolders: string[];
  /** What was found, in hex, of files whose hashes were checked: read again they must still have it. */
  hashes?: Map<string, string>;
}

/** All bytes of a file that must not be longer than this. */
export async function readPart(part: Part, most: number): Promise<Bytes> {
  need(part.size <= most, "malformed", "tooLong");
  const all = new Uint8Array(part.size);
  let at = 0;
  for await (const piece of part.pieces()) {
    need(at + piece.length <= all.length, "io_error", "reading");
    all.set(piece, at);
    at += piece.length;
  }
  need(at === all.length, "io_error", "reading");
  return all;
}

export interface Hashes {
  sha256: string;
  /** Empty where it was not asked for. */
  sha512: string;
}

/** H of a file, in hex, and its SHA-512 where both are wanted; it is read once. */
export async function hashesOf(part: Part, both: boolean, progress: (bytes: number) => void): Promise<Hashes> {
  if (part.size <= WHOLE) {
    const bytes = await readPart(part, WHOLE);
    progress(bytes.length);
    return { sha256: hex(await sha256(bytes)), sha512: both ? hex(await sha512(bytes)) : "" };
  }
  const one = new Sha256(), other = both ? new Sha512() : undefined;
  for await (const piece of counted(part, progress)) {
    one.update(piece);
    other?.update(piece);
  }
  return { sha256: hex(one.digest()), sha512: other ? hex(other.digest()) : "" };
}

export async function* counted(part: Part, progress: (bytes: number) => void): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const piece of part.pieces()) {
    size += piece.length;
    progress(piece.length);
    yield piece;
  }
  need(size === part.size, "io_error", "reading");
}
