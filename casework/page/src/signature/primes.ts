// SPDX-License-Identifier: GPL-3.0-or-later
// The constants of SHA-2 (FIPS 180-4, section 4.2): computed, so that nobody has to compare 152 numbers.

/** floor of the `degree`-th root. */
function root(value: bigint, degree: bigint): bigint {
  let low = 0n, high = 1n << 80n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** The first 64 bits of the fractional parts of the roots of the first primes, high word and low word in turn. */
export function fractions(count: number, degree: bigint): Int32Array {
  const found = new Int32Array(2 * count);
  for (let candidate = 2n, at = 0; at < 2 * count; candidate++) {
    let prime = true;
    for (let divisor = 2n; divisor * divisor <= candidate; divisor++) prime &&= candidate % divisor !== 0n;
    if (!prime) continue;
    const bits = root(candidate << (64n * degree), degree);
    found[at++] = Number(BigInt.asIntN(32, bits >> 32n));
    found[at++] = Number(BigInt.asIntN(32, bits));
  }
  return found;
}
