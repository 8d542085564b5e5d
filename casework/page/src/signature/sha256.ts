// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 piece by piece (FIPS 180-4): the browser's own wants a whole file in memory.
import { BlockHash } from "./block-hash";
import { fractions } from "./primes";

/** The high words of what SHA-512 has. */
function highWords(count: number, degree: bigint): Uint32Array {
  return Uint32Array.from(fractions(count, degree).filter((_, at) => at % 2 === 0));
}

const K = highWords(64, 3n);
const START = highWords(8, 2n);

export class Sha256 extends BlockHash {
  private readonly words = new Int32Array(64);

  constructor() {
    super(64, Int32Array.from(START));
  }

  protected override compress(from: Uint8Array, at: number): void {
    const w = this.words;
    for (let i = 0; i < 16; i++) {
      const byte = at + 4 * i;
      w[i] = (from[byte]! << 24) | (from[byte + 1]! << 16) | (from[byte + 2]! << 8) | from[byte + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!, y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    const state = this.state;
    let a = state[0]! | 0, b = state[1]! | 0, c = state[2]! | 0, d = state[3]! | 0;
    let e = state[4]! | 0, f = state[5]! | 0, g = state[6]! | 0, h = state[7]! | 0;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0;
      d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0]! += a; state[1]! += b; state[2]! += c; state[3]! += d;
    state[4]! += e; state[5]! += f; state[6]! += g; state[7]! += h;
  }
}
