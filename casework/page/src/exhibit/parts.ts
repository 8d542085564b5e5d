// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit as it arrived: files that can be read when they are wanted, whether they lie in a folder or in an archive.
import { hex, type Bytes } from "../bytes/bytes";
import { need } from "../failure";
import { sha256, sha256OfStream, WHOLE } from "../signature/hash";

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

/** H of a file, in hex. */
export async function hashOf(part: Part, progress: (bytes: number) => void): Promise<string> {
  if (part.size <= WHOLE) {
    const bytes = await readPart(part, WHOLE);
    progress(bytes.length);
    return hex(await sha256(bytes));
  }
  return hex(await sha256OfStream(counted(part, progress)));
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
