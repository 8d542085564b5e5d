// SPDX-License-Identifier: GPL-3.0-or-later
// From names and files, however they came, to an exhibit. Names are the sender's: nothing is done with them but comparing.
import { at, need, refuse } from "../failure";
import type { Exhibit, Part } from "../exhibit/parts";

/** A file, or a folder, with the name that it has where it came from; parts of the name are parted by `/`. */
export interface Entry {
  name: string;
  part: Part | undefined;
}

/** A bag has at most 250,000 files (section 19); folders come on top. */
export const MOST_ENTRIES = 350_000;

/** What stands before the exhibit's own names: nothing, or the one folder that it is in. */
function folderOf(names: readonly string[]): string {
  const found = names.filter((name) => /^(\.\/)?([^/]+\/)?bagit\.txt$/.test(name)).sort((a, b) => a.length - b.length)[0];
  return found === undefined ? refuse("missing_part", "noExhibit") : found.slice(0, -"bagit.txt".length);
}

export async function gather(entries: readonly Entry[]): Promise<Exhibit> {
  need(entries.length <= MOST_ENTRIES, "too_large", "entries");
  const folder = folderOf(entries.filter((entry) => entry.part).map((entry) => entry.name));
  const parts = new Map<string, Part>();
  const folders = new Set<string>();
  for (const { name, part } of entries)
    await at(name.slice(0, 300), () => {
      if (!part && folder.startsWith(name.replace(/\/?$/, "/"))) return;
      need(name.startsWith(folder), "unlisted_part", "noExhibit");
      const path = name.slice(folder.length).replace(/\/$/, part ? "/" : "");
      need(/^[!-.0-\[\]-~]+(\/[!-.0-\[\]-~]+)*$/.test(path) && !path.split("/").some((piece) => /^\.\.?$/.test(piece)), "malformed", "badName");
      if (!part) return void folders.add(path);
      need(!parts.has(path), "malformed", "duplicate");
      parts.set(path, part);
    });
  const used = new Set<string>();
  for (const path of parts.keys())
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) used.add(path.slice(0, slash));
  return { parts, emptyFolders: [...folders].filter((path) => !used.has(path)).sort() };
}
