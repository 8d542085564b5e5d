// SPDX-License-Identifier: GPL-3.0-or-later
// Signed notes (section 7; c2sp.org/signed-note).
import { ascii, fromBase64, join, latin, same, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { holds } from "../signature/ed25519";
import { sha256 } from "../signature/hash";

export interface NoteLine {
  name: string;
  keyId: Bytes;
  /** What stands behind the key id. */
  signature: Bytes;
}

export interface Note {
  /** With its last line feed: what is signed. */
  text: Bytes;
  lines: NoteLine[];
}

export const MOST_NOTE = 65_536;
const DASH = "\u00e2\u0080\u0094"; // the bytes of U+2014

export function isNoteName(name: string): boolean {
  return /^[!-~]+$/.test(name) && !name.includes("+");
}

export function readNote(bytes: Bytes): Note {
  need(bytes.length <= MOST_NOTE, "malformed");
  const all = latin(bytes);
  const split = all.lastIndexOf("\n\n");
  need(split > 0 && all.endsWith("\n"), "malformed", "note");
  const text = all.slice(0, split + 1);
  need(/^[\n\x20-\x7e]+$/.test(text), "malformed", "note");
  const lines = all.slice(split + 2, -1).split("\n").map(readLine);
  need(lines.length <= 32, "malformed", "note");
  lines.forEach((line, index) => {
    const twice = lines.slice(0, index).some((other) => other.name === line.name && same(other.keyId, line.keyId));
    need(!twice, "malformed", "note");
  });
  return { text: bytes.slice(0, split + 1), lines };
}

function readLine(line: string): NoteLine {
  const [dash, name, value, ...more] = line.split(" ");
  need(dash === DASH && name !== undefined && value !== undefined && more.length === 0 && isNoteName(name), "malformed", "note");
  const bytes = fromBase64(value) ?? refuse("malformed", "note");
  need(bytes.length >= 5, "malformed", "note");
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** `type` is 01 for Ed25519 over the text, 04 for a cosignature. */
export async function keyIdOf(name: string, type: number, key: Bytes): Promise<Bytes> {
  return (await sha256(join(ascii(name + "\n"), new Uint8Array([type]), key))).slice(0, 4);
}

/** Whether a line is of this name and key. */
export async function isLineOf(line: NoteLine, name: string, type: number, key: Bytes): Promise<boolean> {
  return line.name === name && same(line.keyId, await keyIdOf(name, type, key));
}

/** A line by a name and key, that holds: else `bad_signature`. */
export async function checkLine(note: Note, line: NoteLine | undefined, name: string, key: Bytes): Promise<void> {
  const ours = line !== undefined && await isLineOf(line, name, 1, key);
  need(ours && await holds(key, note.text, line.signature), "bad_signature", "signature");
}
