// SPDX-License-Identifier: GPL-3.0-or-later
// First question, first half: are these the files that the exporter signed for, all of them and nothing else?
import { latin, type Bytes } from "../bytes/bytes";
import { at, need, refuse } from "../failure";
import { hashOf, readPart, type Exhibit } from "../exhibit/parts";
import { missing, TAG_FILES, unnamed } from "../exhibit/layout";
import { BAGIT, MOST_MANIFEST, readAllowedSigners, readBagInfo, readManifest, type BagInfo, type Signer } from "../exhibit/manifest";
import { checkSshsig, sshsigKey } from "../signature/sshsig";
import { same } from "../bytes/bytes";

export interface Bag {
  exhibit: Exhibit;
  info: BagInfo;
  exporter: Signer;
  files: number;
  size: number;
}

const TAGS = "tagmanifest-sha256.txt", PAYLOAD = "manifest-sha256.txt", SIGNATURE = TAGS + ".sig";

export async function readFile(exhibit: Exhibit, path: string, most: number): Promise<Bytes> {
  return readPart(exhibit.parts.get(path) ?? refuse("missing_part", "missing"), most);
}

/** As `readFile`, and what is made of it; failures name the file. */
export function from<T>(exhibit: Exhibit, path: string, most: number, read: (bytes: Bytes) => T | Promise<T>): Promise<T> {
  return at(path, async () => read(await readFile(exhibit, path, most)));
}

export async function checkBag(exhibit: Exhibit, progress: (bytes: number) => void): Promise<Bag> {
  await checkNames(exhibit);
  const tags = await from(exhibit, TAGS, MOST_MANIFEST, readManifest);
  const payload = await from(exhibit, PAYLOAD, MOST_MANIFEST, (bytes) => readManifest(bytes)).catch(() => undefined);
  await at(TAGS, () => need([...tags.keys()].join() === TAG_FILES.join(), "malformed", "manifest"));
  // With the key that it names itself the signature tells whether it or what it signs was changed, before hashes are compared.
  const signerKey = await checkSignatureFile(exhibit, tags);
  for (const [path, hash] of tags) await checkFile(exhibit, path, hash, progress);
  const exporter = await from(exhibit, "allowed_signers", 1024, readAllowedSigners);
  await at(SIGNATURE, () => need(same(signerKey, exporter.key), "bad_signature", "sshsigKey"));
  const listed = payload ?? await from(exhibit, PAYLOAD, MOST_MANIFEST, readManifest);
  await checkPayload(exhibit, listed, progress);
  await from(exhibit, "bagit.txt", 1024, (bytes) => need(latin(bytes) === BAGIT, "malformed"));
  const info = await from(exhibit, "bag-info.txt", 1024, readBagInfo);
  const sizes = [...exhibit.parts.entries()];
  const payloadSize = sizes.filter(([path]) => path.startsWith("data/")).reduce((sum, [, part]) => sum + part.size, 0);
  await at("bag-info.txt", () => need(info.bytes === BigInt(payloadSize) && info.files === BigInt(listed.size), "hash_mismatch", "oxum"));
  return { exhibit, info, exporter, files: sizes.length, size: sizes.reduce((sum, [, part]) => sum + part.size, 0) };
}

async function checkNames(exhibit: Exhibit): Promise<void> {
  const strange = unnamed(exhibit.parts.keys());
  if (strange !== undefined) await at(strange, () => refuse("unlisted_part", "unnamed"));
  const empty = exhibit.emptyFolders[0];
  if (empty !== undefined) await at(empty, () => refuse("unlisted_part", "emptyFolder"));
  const absent = missing(exhibit.parts);
  if (absent !== undefined) await at(absent, () => refuse("missing_part", "missing"));
}

async function checkSignatureFile(exhibit: Exhibit, tags: Map<string, string>): Promise<Bytes> {
  const armored = await from(exhibit, SIGNATURE, 4096, (bytes) => bytes);
  const message = await readFile(exhibit, TAGS, MOST_MANIFEST);
  return at(SIGNATURE, async () => {
    const key = sshsigKey(armored);
    try {
      await checkSshsig(armored, message, key, "dokaz-exhibit");
    } catch (error) {
      for (const [path, hash] of tags) {
        const part = exhibit.parts.get(path);
        if (part && await hashOf(part, () => undefined) !== hash) return at(TAGS, () => refuse("bad_signature", "tagsChanged"));
      }
      throw error;
    }
    return key;
  });
}

async function checkFile(exhibit: Exhibit, path: string, hash: string, progress: (bytes: number) => void): Promise<void> {
  await at(path, async () => {
    const part = exhibit.parts.get(path) ?? refuse("missing_part", "missing");
    need(await hashOf(part, progress) === hash, "hash_mismatch", "changed");
  });
}

async function checkPayload(exhibit: Exhibit, listed: Map<string, string>, progress: (bytes: number) => void): Promise<void> {
  for (const path of listed.keys()) {
    await at(PAYLOAD, () => need(path.startsWith("data/"), "malformed", "manifest"));
    if (!exhibit.parts.has(path)) await at(path, () => refuse("missing_part", "missing"));
  }
  for (const path of exhibit.parts.keys())
    if (path.startsWith("data/") && !listed.has(path)) await at(path, () => refuse("unlisted_part", "unlisted"));
  for (const [path, hash] of listed) await checkFile(exhibit, path, hash, progress);
}
