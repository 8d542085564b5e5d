// SPDX-License-Identifier: GPL-3.0-or-later
// DER (X.690), as time stamps and certificates are written: definite lengths in their shortest form, and nothing behind a value.
import { latin, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";

export const BOOLEAN = 0x01, INTEGER = 0x02, BIT_STRING = 0x03, OCTET_STRING = 0x04, OID = 0x06, UTC_TIME = 0x17, GENERALIZED_TIME = 0x18,
  SEQUENCE = 0x30, SET = 0x31, ENUMERATED = 0x0a;

/** `[n]`, of something made of values; `[n]` of bytes is 0x80 + n. */
export const tagged = (n: number): number => 0xa0 + n;

/** Revocation lists of 4 MiB have more than 100,000 entries. */
const MOST_VALUES = 400_000;

/** A value: its tag, its content, and all of its bytes. */
export class Der {
  constructor(readonly tag: number, readonly body: Bytes, readonly whole: Bytes) {}

  /** What is inside a value of this tag. */
  inside(tag: number = SEQUENCE): DerList {
    need(this.tag === tag, "bad_anchor", "der");
    return new DerList(valuesOf(this.body));
  }

  /** The content of a value of this tag. */
  bytes(tag: number): Bytes {
    need(this.tag === tag, "bad_anchor", "der");
    return this.body;
  }

  /** In dots. */
  oid(): string {
    const bytes = this.bytes(OID), numbers: number[] = [];
    need(bytes.length > 0 && bytes.length <= 64 && (bytes[bytes.length - 1] ?? 0) < 128, "bad_anchor", "der");
    let value = 0;
    for (const byte of bytes) {
      value = value * 128 + (byte & 127);
      need(value <= 0xffffffffffff, "bad_anchor", "der");
      if (byte >= 128) continue;
      numbers.push(value);
      value = 0;
    }
    const first = numbers[0] ?? 0, top = Math.min(Math.floor(first / 40), 2);
    return [top, first - 40 * top, ...numbers.slice(1)].join(".");
  }

  /** A whole number that is not negative and not long. */
  integer(tag: number = INTEGER): number {
    const bytes = this.bytes(tag);
    need(bytes.length > 0 && bytes.length <= 6 && (bytes[0] ?? 0) < 128, "bad_anchor", "der");
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  boolean(): boolean {
    const bytes = this.bytes(BOOLEAN);
    need(bytes.length === 1 && (bytes[0] === 0 || bytes[0] === 255), "bad_anchor", "der");
    return bytes[0] === 255;
  }

  /** Of a BIT STRING of whole bytes. */
  bits(): Bytes {
    const bytes = this.bytes(BIT_STRING);
    need(bytes[0] === 0, "bad_anchor", "der");
    return bytes.slice(1);
  }

  /** Milliseconds since 1970. A fraction of a second is dropped. */
  time(): number {
    const text = latin(this.body);
    const found = this.tag === UTC_TIME ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : this.tag === GENERALIZED_TIME ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d*[1-9])?Z$/.exec(text) : null;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found?.slice(1).map(Number) ?? refuse("bad_anchor", "der");
    const full = this.tag === UTC_TIME ? year + (year < 50 ? 2000 : 1900) : year;
    const time = Date.UTC(full, month - 1, day, hour, minute, second), back = new Date(time);
    need(full >= 1000 && back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60, "bad_anchor", "der");
    return time;
  }
}

/** Values in their order; what is optional is asked for by its tag. */
export class DerList {
  private at = 0;

  constructor(readonly values: readonly Der[]) {}

  next(): Der {
    return this.values[this.at++] ?? refuse("bad_anchor", "der");
  }

  maybe(...tags: number[]): Der | undefined {
    const value = this.values[this.at];
    if (value === undefined || !tags.includes(value.tag)) return undefined;
    this.at++;
    return value;
  }

  rest(): readonly Der[] {
    return this.values.slice(this.at);
  }

  end(): void {
    need(this.at === this.values.length, "bad_anchor", "der");
  }
}

function readValue(bytes: Bytes, from: number): Der {
  const tag = bytes[from] ?? 0;
  // One byte each; longer tags stand nowhere here.
  need(from + 2 <= bytes.length && tag !== 0 && (tag & 31) !== 31, "bad_anchor", "der");
  let length = bytes[from + 1] ?? 0, at = from + 2;
  if (length >= 128) {
    const count = length - 128;
    need(count >= 1 && count <= 4 && at + count <= bytes.length && bytes[at] !== 0, "bad_anchor", "der");
    length = bytes.subarray(at, at + count).reduce((value, byte) => value * 256 + byte, 0);
    need(length >= 128, "bad_anchor", "der");
    at += count;
  }
  need(length <= bytes.length - at, "bad_anchor", "der");
  return new Der(tag, bytes.subarray(at, at + length), bytes.subarray(from, at + length));
}

function valuesOf(bytes: Bytes): Der[] {
  const values: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = readValue(bytes, at);
    values.push(value);
    need(values.length <= MOST_VALUES, "bad_anchor", "der");
    at += value.whole.length;
  }
  return values;
}

/** One value and nothing after it. */
export function readDer(bytes: Bytes): Der {
  const value = readValue(bytes, 0);
  need(value.whole.length === bytes.length, "bad_anchor", "der");
  return value;
}
