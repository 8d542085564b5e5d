// SPDX-License-Identifier: GPL-3.0-or-later
// `H` of the formats, of bytes in memory, and of files of any size.
import type { Bytes } from "../bytes/bytes";
import { Sha256 } from "./sha256";

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export async function sha512(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
}

/** From this size on a file is hashed piece by piece. */
export const WHOLE = 64 * 1024 * 1024;

export async function sha256OfStream(pieces: AsyncIterable<Uint8Array>): Promise<Bytes> {
  const hash = new Sha256();
  for await (const piece of pieces) hash.update(piece);
  return hash.digest();
}
