// SPDX-License-Identifier: GPL-3.0-or-later
// Zip archives, stored or deflated, with the long form for large ones. Only the list at the end counts; what it does not
// name does not exist, and each local header must say the same.
import { latin, same, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import type { Part } from "../exhibit/parts";
import { blobPart, piecesOf, slice } from "./blob_part";
import { MOST_ENTRIES, type Entry } from "./gather";

const END = 0x06054b50, LONG_END = 0x06064b50, LONG_PLACE = 0x07064b50, LISTED = 0x02014b50, LOCAL = 0x04034b50;
const SHORT_MOST = 0xffffffff;

function view(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function long(bytes: DataView, at: number): number {
  const value = at + 8 <= bytes.byteLength ? bytes.getBigUint64(at, true) : refuse("malformed", "archive");
  need(value <= BigInt(Number.MAX_SAFE_INTEGER), "malformed", "archive");
  return Number(value);
}

interface List {
  from: number;
  size: number;
  count: number;
}

async function findList(blob: Blob): Promise<List> {
  const tailSize = Math.min(blob.size, 65_557), tail = await slice(blob, blob.size - tailSize, tailSize);
  const bytes = view(tail);
  let at = tailSize - 22;
  // The record's comment reaches exactly to the end of the file.
  while (at >= 0 && !(bytes.getUint32(at, true) === END && bytes.getUint16(at + 20, true) === tailSize - at - 22)) at--;
  need(at >= 0, "malformed", "archive");
  const list = { count: bytes.getUint16(at + 10, true), size: bytes.getUint32(at + 12, true), from: bytes.getUint32(at + 16, true) };
  let end = blob.size - tailSize + at;
  if (list.count === 0xffff || list.size === SHORT_MOST || list.from === SHORT_MOST) {
    const place = view(await slice(blob, end - 20, 20));
    need(place.getUint32(0, true) === LONG_PLACE, "malformed", "archive");
    end = long(place, 8);
    const record = view(await slice(blob, end, 56));
    need(record.getUint32(0, true) === LONG_END, "malformed", "archive");
    Object.assign(list, { count: long(record, 32), size: long(record, 40), from: long(record, 48) });
  }
  need(list.from + list.size === end && list.count <= MOST_ENTRIES, "malformed", "archive");
  need(list.size <= 64 * 1024 * 1024, "too_large", "entries");
  return list;
}

/** Sizes and place of an entry where 32 bits do not hold them (extra field 1). */
function longValues(extra: Bytes, short: number[]): number[] {
  const bytes = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + bytes.getUint16(at + 2, true)) {
    if (bytes.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return short.map((value) => {
      if (value !== SHORT_MOST) return value;
      next += 8;
      return long(bytes, next - 8);
    });
  }
  return short;
}

export async function readZip(blob: Blob): Promise<Entry[]> {
  const { from, size, count } = await findList(blob);
  const list = await slice(blob, from, size), bytes = view(list);
  const entries: Entry[] = [];
  let at = 0;
  for (let number = 0; number < count; number++) {
    need(at + 46 <= size && bytes.getUint32(at, true) === LISTED, "malformed", "archive");
    const flags = bytes.getUint16(at + 8, true), method = bytes.getUint16(at + 10, true);
    const nameEnd = at + 46 + bytes.getUint16(at + 28, true), extraEnd = nameEnd + bytes.getUint16(at + 30, true);
    const end = extraEnd + bytes.getUint16(at + 32, true);
    need(end <= size && (flags & 1) === 0 && (method === 0 || method === 8), "malformed", "archive");
    const name = list.slice(at + 46, nameEnd);
    const [plain = 0, packed = 0, place = 0] = longValues(list.slice(nameEnd, extraEnd),
      [bytes.getUint32(at + 24, true), bytes.getUint32(at + 20, true), bytes.getUint32(at + 42, true)]);
    need(method === 8 || packed === plain, "malformed", "archive");
    const folder = latin(name).endsWith("/");
    entries.push({ name: latin(name), part: folder ? undefined : await contentOf(blob, name, place, packed, plain, method) });
    at = end;
  }
  need(at === size, "malformed", "archive");
  return entries;
}

async function contentOf(blob: Blob, name: Bytes, place: number, packed: number, plain: number, method: number): Promise<Part> {
  const header = view(await slice(blob, place, 30));
  const nameSize = header.getUint16(26, true);
  need(header.getUint32(0, true) === LOCAL && header.getUint16(8, true) === method, "malformed", "archive");
  need(same(await slice(blob, place + 30, nameSize), name), "malformed", "archive");
  const from = place + 30 + nameSize + header.getUint16(28, true);
  need(from + packed <= blob.size, "malformed", "archive");
  const content = blob.slice(from, from + packed);
  return method === 0 ? blobPart(content) : { size: plain, pieces: () => inflate(content, plain) };
}

/** Never more than the list states: what would burst is refused as soon as it does. */
async function* inflate(content: Blob, size: number): AsyncIterable<Uint8Array> {
  need(typeof DecompressionStream === "function", "io_error", "oldBrowser");
  let at = 0;
  for await (const piece of piecesOf(content.stream().pipeThrough(new DecompressionStream("deflate-raw")))) {
    at += piece.length;
    need(at <= size, "malformed", "archiveLength");
    yield piece;
  }
  need(at === size, "malformed", "archiveLength");
}
