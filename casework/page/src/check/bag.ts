// SPDX-License-Identifier: GPL-3.0-or-later
// First question, first half: are these the files that the exporter signed for, all of them and nothing else? The same for both bags.
import { hex, latin, type Bytes } from "../bytes/bytes";
import { at, need, refuse } from "../failure";
import { hashesOf, readPart, type Exhibit } from "../exhibit/parts";
import { isDossier, isNamed, isPath, missing } from "../exhibit/layout";
import { BAGIT, DOSSIER_MANIFEST, EXHIBIT_MANIFEST, readAllowedSigners, readBagInfo, readManifest, type BagInfo, type Signer } from "../exhibit/manifest";
import { sha256 } from "../signature/hash";
import { checkSshsig, sshsigKey } from "../signature/sshsig";

export interface Bag {
  exhibit: Exhibit;
  info: BagInfo;
  /** As `allowed_signers` has it; who that is, and that it signed, is for the roster to say. */
  exporter: Signer;
  /** The key whose signature over the tag manifest holds. */
  signer: Bytes;
  files: number;
  size: number;
}

export const SIGNATURE = "tagmanifest-sha256.txt.sig";
const TAGS = "tagmanifest-sha256.txt", PAYLOAD = "manifest-sha256.txt", SECOND = "manifest-sha512.txt";

export async function readFile(exhibit: Exhibit, path: string, most: number): Promise<Bytes> {
  const bytes = await readPart(exhibit.parts.get(path) ?? refuse("missing_part", "missing"), most);
  const checked = exhibit.hashes?.get(path);
  need(checked === undefined || hex(await sha256(bytes)) === checked, "hash_mismatch", "changedMeanwhile");
  return bytes;
}

/** As `readFile`, and what is made of it; failures name the file. */
export function from<T>(exhibit: Exhibit, path: string, most: number, read: (bytes: Bytes) => T | Promise<T>): Promise<T> {
  return at(path, async () => read(await readFile(exhibit, path, most)));
}

export async function checkBag(exhibit: Exhibit, progress: (bytes: number) => void): Promise<Bag> {
  const empty = exhibit.emptyFolders[0];
  if (empty !== undefined) await at(empty, () => refuse("unlisted_part", "emptyFolder"));
  const strange = [...exhibit.parts.keys()].find((path) => !isPath(path));
  if (strange !== undefined) await at(strange, () => refuse("unlisted_part", "strangeName"));
  const absent = missing(exhibit.parts);
  if (absent !== undefined) await at(absent, () => refuse("missing_part", "missing"));
  exhibit.hashes = new Map();
  const dossier = isDossier(exhibit.parts), form = dossier ? DOSSIER_MANIFEST : EXHIBIT_MANIFEST;
  need(exhibit.parts.size <= DOSSIER_MANIFEST.lines, "malformed", "entries");
  const tagManifest = await from(exhibit, TAGS, form.most, (bytes) => bytes);
  const tags = await at(TAGS, () => readManifest(tagManifest, form));
  // With the key that it names itself the signature tells whether it or what it signs was changed, before hashes are compared.
  const signer = await checkSignatureFile(exhibit, tags, tagManifest);
  await at(TAGS, () => need(!tags.has(TAGS) && !tags.has(SIGNATURE) && [...tags.keys()].every((path) => !path.startsWith("data/")), "malformed", "manifest"));
  await checkListed(exhibit, tags, progress);
  const payload = await from(exhibit, PAYLOAD, form.most, (bytes) => readManifest(bytes, form));
  await at(PAYLOAD, () => need([...payload.keys()].every((path) => path.startsWith("data/")), "malformed", "manifest"));
  const second = dossier ? await from(exhibit, SECOND, form.most, (bytes) => readManifest(bytes, form, 64)) : undefined;
  await at(SECOND, () => need(!second || second.size === payload.size && [...second.keys()].every((path) => payload.has(path)), "malformed", "manifest"));
  for (const path of [...exhibit.parts.keys()].sort()) {
    const listed = tags.has(path) || payload.has(path) || path === TAGS || path === SIGNATURE;
    if (!listed) await at(path, () => refuse("unlisted_part", "unlisted"));
    // Of a dossier that comes last.
    if (!dossier && !isNamed(exhibit.parts, path)) await at(path, () => refuse("malformed", "unnamed"));
  }
  await checkListed(exhibit, payload, progress, second);
  const exporter = await from(exhibit, "allowed_signers", 1024, readAllowedSigners);
  await from(exhibit, "bagit.txt", 1024, (bytes) => need(latin(bytes) === BAGIT, "malformed"));
  const info = await from(exhibit, "bag-info.txt", 1024, readBagInfo);
  const sizes = [...exhibit.parts.entries()];
  const payloadSize = sizes.filter(([path]) => path.startsWith("data/")).reduce((sum, [, part]) => sum + part.size, 0);
  await at("bag-info.txt", () => need(info.bytes === BigInt(payloadSize) && info.files === BigInt(payload.size), "malformed", "oxum"));
  return { exhibit, info, exporter, signer, files: sizes.length, size: sizes.reduce((sum, [, part]) => sum + part.size, 0) };
}

function refuseAgain(error: unknown): never {
  throw error;
}

/** Every listed file is there and has its hash, and the one of the second list, if there is one. */
async function checkListed(exhibit: Exhibit, listed: Map<string, string>, progress: (bytes: number) => void, second?: Map<string, string>): Promise<void> {
  for (const path of listed.keys()) if (!exhibit.parts.has(path)) await at(path, () => refuse("missing_part", "missing"));
  for (const [path, hash] of listed)
    await at(path, async () => {
      const found = await hashesOf(exhibit.parts.get(path) ?? refuse("missing_part", "missing"), second !== undefined, progress);
      need(found.sha256 === hash && (!second || found.sha512 === second.get(path)), "hash_mismatch", "changed");
      exhibit.hashes?.set(path, hash);
    });
}

async function checkSignatureFile(exhibit: Exhibit, tags: Map<string, string>, message: Bytes): Promise<Bytes> {
  const armored = await from(exhibit, SIGNATURE, 4096, (bytes) => bytes);
  return at(SIGNATURE, async () => {
    const key = sshsigKey(armored);
    try {
      await checkSshsig(armored, message, key, "dokaz-exhibit");
    } catch (error) {
      const unlisted = [...exhibit.parts.keys()].some((path) => isNamed(exhibit.parts, path) && !path.startsWith("data/") && !path.startsWith(TAGS) && !tags.has(path));
      let changed = unlisted;
      for (const [path, hash] of tags) {
        const part = exhibit.parts.get(path);
        changed ||= !part || (await hashesOf(part, false, () => undefined)).sha256 !== hash;
      }
      return changed ? at(TAGS, () => refuse("bad_signature", "tagsChanged")) : refuseAgain(error);
    }
    return key;
  });
}
