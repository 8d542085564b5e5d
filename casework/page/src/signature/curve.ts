// SPDX-License-Identifier: GPL-3.0-or-later
// The curve of Ed25519 (RFC 8032, section 5.1), for what browsers do not check, and for browsers without Ed25519.
// Nothing here is secret, so nothing here takes constant time.

export const P = (1n << 255n) - 19n;
export const L = (1n << 252n) + 27742317777372353535851937790883648493n;

/** Extended coordinates: x = X/Z, y = Y/Z, x y = T/Z. */
export type Point = readonly [X: bigint, Y: bigint, Z: bigint, T: bigint];

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % P;
    b = (b * b) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

export const NEUTRAL: Point = [0n, 1n, 1n, 0n];

export function add([X1, Y1, Z1, T1]: Point, [X2, Y2, Z2, T2]: Point): Point {
  const a = ((Y1 - X1) * (Y2 - X2)) % P;
  const b = ((Y1 + X1) * (Y2 + X2)) % P;
  const c = (((2n * T1 * T2) % P) * D) % P;
  const d = (2n * Z1 * Z2) % P;
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

export function double([X1, Y1, Z1]: Point): Point {
  const a = (X1 * X1) % P, b = (Y1 * Y1) % P;
  const h = a + b, e = h - (X1 + Y1) ** 2n % P, g = a - b, f = ((2n * Z1 * Z1) % P) + g;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

export function negate([X, Y, Z, T]: Point): Point {
  return [-X, Y, Z, -T];
}

export function isNeutral([X, Y, Z]: Point): boolean {
  return mod(X) === 0n && mod(Y - Z) === 0n;
}

/** a·A + b·B, for scalars below 2^256. */
export function combine(a: bigint, A: Point, b: bigint, B: Point): Point {
  const both = add(A, B);
  let sum = NEUTRAL;
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = double(sum);
    const first = (a >> bit) & 1n, second = (b >> bit) & 1n;
    if (first && second) sum = add(sum, both);
    else if (first) sum = add(sum, A);
    else if (second) sum = add(sum, B);
  }
  return sum;
}

export function little(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return value;
}

/** The y of an encoded point, without the sign of x. */
export function yOf(encoded: Uint8Array): bigint {
  return little(encoded) & ((1n << 255n) - 1n);
}

/** The point of 32 bytes; undefined if they are not its one encoding. */
export function decode(encoded: Uint8Array): Point | undefined {
  const y = yOf(encoded);
  const odd = BigInt((encoded[31] ?? 0) >> 7);
  if (y >= P) return undefined;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  const square = mod(v * x * x);
  if (square !== u) {
    if (square !== mod(-u)) return undefined;
    x = mod(x * ROOT_OF_MINUS_1);
  }
  if (x === 0n && odd) return undefined;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

export function encode([X, Y, Z]: Point): Uint8Array {
  const inverse = power(Z, P - 2n);
  const x = mod(X * inverse);
  let value = mod(Y * inverse) | ((x & 1n) << 255n);
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at++, value >>= 8n) bytes[at] = Number(value & 255n);
  return bytes;
}

/** RFC 8032: y = 4/5, x even. */
export const BASE: Point = (() => {
  const y = mod(4n * power(5n, P - 2n));
  const bytes = new Uint8Array(32);
  for (let at = 0, value = y; at < 32; at++, value >>= 8n) bytes[at] = Number(value & 255n);
  return decode(bytes) ?? NEUTRAL;
})();

/** y of the points whose order divides 8: 0 (order 4), 1, -1, and the two of order 8. */
const SMALL_ORDER_Y = (() => {
  const found = new Set([0n, 1n, P - 1n]);
  // A point of order 8 doubled has order 4, so y = 0 and x^2 = -y^2; the curve then gives d y^4 + 2 y^2 - 1 = 0.
  const sqrt = squareRoot(mod(1n + D));
  for (const sign of [1n, -1n]) {
    const root = sqrt === undefined ? undefined : squareRoot(mod((-1n + sign * sqrt) * power(D, P - 2n)));
    if (root !== undefined) found.add(root).add(P - root);
  }
  return found;
})();

function squareRoot(value: bigint): bigint | undefined {
  let root = power(value, (P + 3n) / 8n);
  if (mod(root * root) !== mod(value)) root = mod(root * ROOT_OF_MINUS_1);
  return mod(root * root) === mod(value) ? root : undefined;
}

export function isSmallOrderY(y: bigint): boolean {
  return SMALL_ORDER_Y.has(y);
}
