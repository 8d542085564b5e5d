// SPDX-License-Identifier: GPL-3.0-or-later
// Tar archives as usual programs write them: ustar, with long names and sizes of pax or GNU.
import { latin, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { blobPart, slice } from "./blob_part";
import { MOST_ENTRIES, type Entry } from "./gather";

function text(block: Bytes, from: number, length: number): string {
  return latin(block.subarray(from, from + length)).replace(/\0.*$/s, "");
}

function octal(block: Bytes, from: number, length: number): number {
  const digits = text(block, from, length).trim();
  // GNU writes sizes from 8 GiB on in binary.
  if ((block[from] ?? 0) === 0x80) return block.subarray(from + 1, from + length).reduce((value, byte) => value * 256 + byte, 0);
  need(/^[0-7]{1,12}$/.test(digits), "malformed", "archive");
  return parseInt(digits, 8);
}

function checkSum(block: Bytes): void {
  const sum = block.reduce((value, byte, at) => value + (at >= 148 && at < 156 ? 32 : byte), 0);
  need(sum === octal(block, 148, 8), "malformed", "archive");
}

/** Records `<length> <key>=<value>` of a pax header. */
function paxRecords(bytes: Bytes): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0, all = latin(bytes); at < all.length;) {
    const [, length = ""] = /^([0-9]{1,5}) /.exec(all.slice(at, at + 6)) ?? refuse("malformed", "archive");
    const record = all.slice(at, at + Number(length));
    const [, key = "", value = ""] = /^[0-9]+ ([^=]+)=(.*)\n$/s.exec(record) ?? refuse("malformed", "archive");
    records.set(key, value);
    at += record.length;
  }
  return records;
}

export async function readTar(blob: Blob): Promise<Entry[]> {
  const entries: Entry[] = [];
  let at = 0, longName = "", longSize: number | undefined;
  for (;;) {
    const block = await slice(blob, at, 512);
    if (block.every((byte) => byte === 0)) break;
    checkSum(block);
    at += 512;
    const size = longSize ?? octal(block, 124, 12), type = text(block, 156, 1), prefix = text(block, 345, 155);
    const ustar = text(block, 257, 6) === "ustar" && prefix !== "" ? prefix + "/" : "";
    const name = longName || ustar + text(block, 0, 100);
    need(size <= blob.size - at, "malformed", "archive");
    if (type === "L" || type === "x" || type === "g") {
      need(size <= 65_536, "malformed", "archive");
      const content = await slice(blob, at, size);
      if (type === "L") longName = text(content, 0, size);
      const records = type === "x" ? paxRecords(content) : new Map<string, string>();
      longName = records.get("path") ?? longName;
      const stated = records.get("size");
      if (stated !== undefined) longSize = /^[0-9]{1,15}$/.test(stated) ? Number(stated) : refuse("malformed", "archive");
    } else {
      need(type === "" || type === "0" || type === "5", "malformed", "badName");
      const folder = type === "5" || name.endsWith("/");
      entries.push({ name, part: folder ? undefined : blobPart(blob.slice(at, at + size)) });
      longName = "";
      longSize = undefined;
    }
    need(entries.length <= MOST_ENTRIES, "too_large", "entries");
    at += Math.ceil(size / 512) * 512;
  }
  // Programs fill up with zeros to a block of theirs; nothing else may follow.
  need(blob.size - at <= 1 << 20, "malformed", "archiveEnd");
  need((await slice(blob, at, blob.size - at)).every((byte) => byte === 0), "malformed", "archiveEnd");
  return entries;
}
