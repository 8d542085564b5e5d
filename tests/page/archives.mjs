// SPDX-License-Identifier: GPL-3.0-or-later
// Archives as tests want them: right, and wrong in one place.
import { crc32 } from "./crc32.mjs";
import { deflateRawSync } from "node:zlib";

const latin = (text) => Buffer.from(text, "utf8");

function zipHeader(signature, { name, bytes, packed, flags = 0, method, claimed, localName }, content, listed, place) {
  const raw = latin(listed ? name : localName ?? name);
  const head = Buffer.alloc(listed ? 46 : 30);
  const from = listed ? 6 : 4;
  head.writeUInt32LE(signature, 0);
  if (listed) head.writeUInt16LE(20, 4);
  head.writeUInt16LE(20, from);
  head.writeUInt16LE(flags, from + 2);
  head.writeUInt16LE(method ?? (packed ? 8 : 0), from + 4);
  head.writeUInt32LE(crc32(bytes), from + 10);
  head.writeUInt32LE(content.length, from + 14);
  head.writeUInt32LE(claimed ?? bytes.length, from + 18);
  head.writeUInt16LE(raw.length, from + 22);
  if (listed) head.writeUInt32LE(place, 42);
  return Buffer.concat([head, raw]);
}

/** entries: {name, bytes, packed, flags?, method?, claimed?: size that is stated, localName?} */
export function zip(entries, { before = Buffer.alloc(0), after = Buffer.alloc(0), comment = "" } = {}) {
  const files = [before], list = [];
  let at = before.length;
  for (const entry of entries) {
    const content = entry.packed ? deflateRawSync(entry.bytes) : Buffer.from(entry.bytes);
    list.push(zipHeader(0x02014b50, entry, content, true, at));
    files.push(zipHeader(0x04034b50, entry, content, false), content);
    at += files[files.length - 2].length + content.length;
  }
  const names = Buffer.concat(list), end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...files, names, end, latin(comment), after]);
}

function tarHeader({ name, size, type = "0" }) {
  const head = Buffer.alloc(512);
  latin(name).copy(head, 0, 0, 100);
  head.write("0000600\x000000000\x000000000\x00", 100, "latin1");
  head.write(size.toString(8).padStart(11, "0") + "\x0000000000000\x00        " + type, 124, "latin1");
  head.write("ustar\x0000", 257, "latin1");
  head.write(head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\x00 ", 148, "latin1");
  return head;
}

/** entries: {name, bytes, type?, size?: that is stated} */
export function tar(entries, { after = Buffer.alloc(0), end = 1024 } = {}) {
  const blocks = [];
  for (const { name, bytes = new Uint8Array(), type, size } of entries)
    blocks.push(tarHeader({ name, size: size ?? bytes.length, type }), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  return Buffer.concat([...blocks, Buffer.alloc(end), after]);
}
