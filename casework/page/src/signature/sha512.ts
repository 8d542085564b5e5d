// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-512 piece by piece (FIPS 180-4), for the fact `original.sha512` of large files. Words of 64 bits are two of 32.
import type { Bytes } from "../bytes/bytes";
import { fractions } from "./primes";

const K = fractions(80, 3n);
const START = fractions(8, 2n);

export class Sha512 {
  private readonly state = Int32Array.from(START);
  private readonly block = new Uint8Array(128);
  private readonly words = new Int32Array(160);
  private held = 0;
  private size = 0;

  update(bytes: Uint8Array): this {
    this.size += bytes.length;
    let at = 0;
    if (this.held > 0) {
      at = Math.min(128 - this.held, bytes.length);
      this.block.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < 128) return this;
      this.compress(this.block, 0);
      this.held = 0;
    }
    for (; at + 128 <= bytes.length; at += 128) this.compress(bytes, at);
    this.block.set(bytes.subarray(at), 0);
    this.held = bytes.length - at;
    return this;
  }

  digest(): Bytes {
    const bits = this.size * 8;
    const tail = new Uint8Array((this.held < 112 ? 128 : 256) - this.held);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(tail.length - 4, bits >>> 0);
    this.update(tail);
    const out = new Uint8Array(64);
    const outView = new DataView(out.buffer);
    this.state.forEach((word, index) => outView.setInt32(4 * index, word));
    return out;
  }

  private compress(from: Uint8Array, at: number): void {
    const w = this.words;
    for (let i = 0; i < 32; i++) {
      const byte = at + 4 * i;
      w[i] = (from[byte]! << 24) | (from[byte + 1]! << 16) | (from[byte + 2]! << 8) | from[byte + 3]!;
    }
    for (let i = 32; i < 160; i += 2) {
      const xh = w[i - 30]!, xl = w[i - 29]!, yh = w[i - 4]!, yl = w[i - 3]!;
      const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
      const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
      const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
      const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
      const low = (w[i - 31]! >>> 0) + (s0l >>> 0) + (w[i - 13]! >>> 0) + (s1l >>> 0);
      w[i] = w[i - 32]! + s0h + w[i - 14]! + s1h + Math.floor(low / 2 ** 32);
      w[i + 1] = low;
    }
    const v = Int32Array.from(this.state);
    for (let i = 0; i < 160; i += 2) {
      const ah = v[0]!, al = v[1]!, bh = v[2]!, bl = v[3]!, ch = v[4]!, cl = v[5]!;
      const eh = v[8]!, el = v[9]!, fh = v[10]!, fl = v[11]!, gh = v[12]!, gl = v[13]!;
      const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
      const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
      const low1 = (v[15]! >>> 0) + (s1l >>> 0) + (((el & fl) ^ (~el & gl)) >>> 0) + (K[i + 1]! >>> 0) + (w[i + 1]! >>> 0);
      const t1h = (v[14]! + s1h + ((eh & fh) ^ (~eh & gh)) + K[i]! + w[i]! + Math.floor(low1 / 2 ** 32)) | 0;
      const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
      const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
      const low2 = (s0l >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
      const t2h = (s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + Math.floor(low2 / 2 ** 32)) | 0;
      const lowE = (v[7]! >>> 0) + (low1 % 2 ** 32), lowA = (low1 % 2 ** 32) + (low2 % 2 ** 32);
      const highE = v[6]! + t1h + Math.floor(lowE / 2 ** 32), highA = t1h + t2h + Math.floor(lowA / 2 ** 32);
      v.copyWithin(2, 0, 14);
      v[8] = highE; v[9] = lowE;
      v[0] = highA; v[1] = lowA;
    }
    for (let i = 0; i < 16; i += 2) {
      const low = (this.state[i + 1]! >>> 0) + (v[i + 1]! >>> 0);
      this.state[i] = this.state[i]! + v[i]! + Math.floor(low / 2 ** 32);
      this.state[i + 1] = low;
    }
  }
}
