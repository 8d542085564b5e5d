// SPDX-License-Identifier: GPL-3.0-or-later
// The fingerprint as somebody types or pastes it.
import { page as words } from "../words";

export interface Typed {
  /** All 64 digits, or nothing. */
  fingerprint: string | undefined;
  message: string;
  wrong: boolean;
}

export function readFingerprint(text: string): Typed {
  const digits = text.replace(/[\s:.-]/g, "").toLowerCase();
  const strange = /[^0-9a-f]/u.exec(digits)?.[0];
  if (digits === "") return { fingerprint: undefined, message: words.fingerprintEmpty, wrong: false };
  if (strange !== undefined) return { fingerprint: undefined, message: words.fingerprintBad(strange), wrong: true };
  if (digits.length > 64) return { fingerprint: undefined, message: words.fingerprintLong(digits.length), wrong: true };
  if (digits.length < 64) return { fingerprint: undefined, message: words.fingerprintPartial(digits.length), wrong: false };
  return { fingerprint: digits, message: words.fingerprintWhole, wrong: false };
}
