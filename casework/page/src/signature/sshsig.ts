// SPDX-License-Identifier: GPL-3.0-or-later
// SSHSIG (section 13) and OpenSSH public keys, in the one form that the writer produces.
import { ascii, base64, fromBase64, join, latin, same, u32, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import { checkSignature } from "./ed25519";
import { sha512 } from "./hash";

function field(bytes: Uint8Array): Bytes {
  return join(u32(bytes.length), bytes);
}

function keyBlob(key: Uint8Array): Bytes {
  return join(field(ascii("ssh-ed25519")), field(key));
}

/** As in `ssh-ed25519 <this>`. */
export function opensshKey(key: Uint8Array): string {
  return base64(keyBlob(key));
}

function armor(blob: Bytes): Bytes {
  const lines = base64(blob).match(/.{1,70}/g) ?? [];
  return ascii(["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n"));
}

/** The blob up to the signature itself, which is its last 64 bytes. */
function head(key: Uint8Array, namespace: string): Bytes {
  return join(ascii("SSHSIG"), u32(1), field(keyBlob(key)), field(ascii(namespace)), field(ascii("")),
    field(ascii("sha512")), u32(83), field(ascii("ssh-ed25519")), u32(64));
}

/** The public key that an armored signature names; one that is not in the writer's form is `malformed`. */
export function sshsigKey(armored: Bytes): Bytes {
  return open(armored).key;
}

function open(armored: Bytes): { key: Bytes; signature: Bytes; blob: Bytes } {
  const text = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n$/.exec(latin(armored));
  const blob = fromBase64((text?.[1] ?? "").replace(/\n/g, "")) ?? refuse("malformed", "sshsig");
  need(same(armor(blob), armored) && blob.length > 64 + KEY_AT + 32, "malformed", "sshsig");
  return { key: blob.slice(KEY_AT, KEY_AT + 32), signature: blob.slice(-64), blob };
}

// Behind the magic, the version, and the lengths and name of the key's blob.
const KEY_AT = 6 + 4 + 4 + 4 + 11 + 4;

/** Checks an armored signature over bytes by this key; another key or namespace is `bad_signature`. */
export async function checkSshsig(armored: Bytes, message: Bytes, key: Bytes, namespace: string): Promise<void> {
  const { key: named, signature, blob } = open(armored);
  const [, purpose = ""] = /^.{4}(.*?)\0\0\0\0\0\0\0\x06sha512/s.exec(latin(blob.subarray(KEY_AT + 32))) ?? refuse("malformed", "sshsig");
  need(same(blob.subarray(0, -64), head(named, purpose)), "malformed", "sshsig");
  need(same(named, key) && purpose === namespace, "bad_signature", "sshsigKey");
  const signed = join(ascii("SSHSIG"), field(ascii(namespace)), field(ascii("")), field(ascii("sha512")), field(await sha512(message)));
  await checkSignature(key, signed, signature);
}
