// SPDX-License-Identifier: GPL-3.0-or-later
// `H` of the formats, of bytes in memory, and of files of any size.
import type { Bytes } from "../bytes/bytes";

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export async function sha512(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
}

/** From this size on a file is hashed piece by piece. */
export const WHOLE = 64 * 1024 * 1024;
