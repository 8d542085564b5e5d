// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-512 piece by piece (FIPS 180-4), for the fact `original.sha512` of large files. Words of 64 bits are two of 32.
import { BlockHash } from "./block-hash";
import { fractions } from "./primes";

const K = fractions(80, 3n);
const START = fractions(8, 2n);

/** What a sum of low words, each without sign, carries into the high one. */
function carry(sum: number): number {
  return (sum / 4294967296) | 0;
}

export class Sha512 extends BlockHash {
  private readonly words = new Int32Array(160);

  constructor() {
    super(128, Int32Array.from(START));
  }

  protected override compress(from: Uint8Array, at: number): void {
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
      w[i] = w[i - 32]! + s0h + w[i - 14]! + s1h + carry(low);
      w[i + 1] = low;
    }
    const s = this.state;
    let ah = s[0]!, al = s[1]!, bh = s[2]!, bl = s[3]!, ch = s[4]!, cl = s[5]!, dh = s[6]!, dl = s[7]!;
    let eh = s[8]!, el = s[9]!, fh = s[10]!, fl = s[11]!, gh = s[12]!, gl = s[13]!, hh = s[14]!, hl = s[15]!;
    for (let i = 0; i < 160; i += 2) {
      const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
      const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
      const low1 = (hl >>> 0) + (s1l >>> 0) + (((el & fl) ^ (~el & gl)) >>> 0) + (K[i + 1]! >>> 0) + (w[i + 1]! >>> 0);
      const t1l = low1 | 0, t1h = (hh + s1h + ((eh & fh) ^ (~eh & gh)) + K[i]! + w[i]! + carry(low1)) | 0;
      const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
      const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
      const low2 = (s0l >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
      const t2l = low2 | 0, t2h = (s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + carry(low2)) | 0;
      hh = gh; hl = gl; gh = fh; gl = fl; fh = eh; fl = el;
      const lowE = (dl >>> 0) + (t1l >>> 0);
      el = lowE | 0; eh = (dh + t1h + carry(lowE)) | 0;
      dh = ch; dl = cl; ch = bh; cl = bl; bh = ah; bl = al;
      const lowA = (t1l >>> 0) + (t2l >>> 0);
      al = lowA | 0; ah = (t1h + t2h + carry(lowA)) | 0;
    }
    const sums = [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl];
    for (let i = 0; i < 16; i += 2) {
      const low = (s[i + 1]! >>> 0) + (sums[i + 1]! >>> 0);
      s[i] = s[i]! + sums[i]! + carry(low);
      s[i + 1] = low;
    }
  }
}
