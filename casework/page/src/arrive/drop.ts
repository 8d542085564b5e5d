// SPDX-License-Identifier: GPL-3.0-or-later
// What a person dropped. From file:// Chromium reads folders by handles alone; the others know entries alone.
import { need, refuse } from "../failure";
import type { Exhibit } from "../exhibit/parts";
import { readArchive } from "./arrive";
import { blobPart } from "./blob_part";
import { gather, MOST_ENTRIES, type Entry } from "./gather";

/** A name of the drop, and how to come by what is in it. */
interface Dropped {
  name: string;
  /** Of a file; else it is a folder. */
  file?: () => Promise<File>;
  inside?: () => Promise<Dropped[]>;
}

interface HandleItem {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}

/** To be called while the event is handled: after it the browser has forgotten the drop. */
export function fromDrop(items: readonly DataTransferItem[]): Promise<Exhibit> | undefined {
  const files = items.filter((item) => item.kind === "file");
  if (files.length === 0) return undefined;
  const dropped = Promise.all(files.map((item) => {
    const entry = item.webkitGetAsEntry(), plain = entry?.isFile ? item.getAsFile() : null;
    if (plain) return { name: plain.name, file: async () => plain };
    const handle = (item as HandleItem).getAsFileSystemHandle?.();
    if (handle) return handle.then((got) => (got ? ofHandle(got, "") : refuse("io_error", "reading")));
    return entry ? ofEntry(entry) : refuse("io_error", "reading");
  })).catch(() => refuse("io_error", "dropping"));
  return dropped.then(collect);
}

async function collect(dropped: Dropped[]): Promise<Exhibit> {
  const only = dropped[0];
  if (dropped.length === 1 && only?.file) return gather(await readArchive(await only.file()));
  const entries: Entry[] = [], waiting = [...dropped];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    need(entries.length + waiting.length <= MOST_ENTRIES, "too_large", "entries");
    if (next.file) entries.push({ name: next.name, part: blobPart(await next.file().catch(() => refuse("io_error", "dropping"))) });
    else {
      entries.push({ name: next.name + "/", part: undefined });
      waiting.push(...await (next.inside?.() ?? Promise.resolve([])).catch(() => refuse("io_error", "dropping")));
    }
  }
  return gather(entries);
}

function ofHandle(handle: FileSystemHandle, folder: string): Dropped {
  const name = folder + handle.name;
  if (handle.kind === "file") return { name, file: () => (handle as FileSystemFileHandle).getFile() };
  const inside = async () => {
    const all: Dropped[] = [];
    for await (const inner of (handle as FileSystemDirectoryHandle).values()) {
      all.push(ofHandle(inner, name + "/"));
      need(all.length <= MOST_ENTRIES, "too_large", "entries");
    }
    return all;
  };
  return { name, inside };
}

function ofEntry(entry: FileSystemEntry): Dropped {
  const name = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) return { name, file: () => new Promise((done, failed) => (entry as FileSystemFileEntry).file(done, failed)) };
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside = async () => {
    const all: Dropped[] = [];
    // A folder gives its names in portions; an empty one is the last.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) return all;
      all.push(...some.map(ofEntry));
      need(all.length <= MOST_ENTRIES, "too_large", "entries");
    }
  };
  return { name, inside };
}
