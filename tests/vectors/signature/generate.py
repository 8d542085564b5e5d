#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the signature vectors beside this script. Plain arithmetic, no library: the point is to make
signatures whose equation holds and which must be refused nevertheless (docs/format.md section 2)."""
import hashlib
import pathlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT % P
    if (x * x - xx) % P:
        return None
    return P - x if x % 2 != sign else x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P)


def times(n, a):
    out = (0, 1)
    while n:
        if n & 1:
            out = add(out, a)
        a, n = add(a, a), n >> 1
    return out


def packed(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


B_Y = 4 * pow(5, P - 2, P) % P
B = (x_of(B_Y, 0), B_Y)
ORDER_8 = None
for y in range(2, 100):  # a point of order 8: L times any point that has all of the torsion in it
    x = x_of(y, 0)
    if x is not None:
        candidate = times(L, (x, y))
        if times(4, candidate) != (0, 1):
            ORDER_8 = candidate
            break

SEED = bytes(range(32))
H = hashlib.sha512(SEED).digest()
SCALAR = (int.from_bytes(H[:32], "little") & ~7 & (2**255 - 1) & ~(1 << 255)) % 2**254 | 2**254
PUBLIC = packed(times(SCALAR, B))
MESSAGE = b"evidence"


def challenge(r, public, message):
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L


def signed(message=MESSAGE, public=PUBLIC, scalar=SCALAR, nonce=123456789, r=None):
    """S such that [S]B = [nonce]B + [k]A, with k over whatever bytes stand for R and A."""
    r = packed(times(nonce, B)) if r is None else r
    return r, (nonce + challenge(r, public, message) * scalar) % L


def joined(r, s):
    return r + s.to_bytes(32, "little")


VECTORS = {}


def vector(name, expect, rule, key, message, signature):
    assert name not in VECTORS
    VECTORS[name] = f"expect: {expect}\nrule: {rule}\n\nkey: {key.hex()}\nmessage: {message.hex()}\nsignature: {signature.hex()}\n"


r, s = signed()
GOOD = joined(r, s)
vector("valid", "success", "a signature by the rules", PUBLIC, MESSAGE, GOOD)
empty_r, empty_s = signed(message=b"")
vector("valid_empty_message", "success", "an empty message can be signed", PUBLIC, b"", joined(empty_r, empty_s))
for name, key, message, signature in (
    ("1", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
):
    vector(f"valid_rfc8032_test_{name}", "success", f"RFC 8032 section 7.1, test {name}", *map(bytes.fromhex, (key, message, signature)))

for order, multiple in ((1, 0), (2, 4), (4, 2), (4, 6), (8, 1), (8, 3), (8, 5), (8, 7)):
    point = packed(times(multiple, ORDER_8))
    # With A = [multiple]T the equation holds for R = [nonce]B whenever [k]A vanishes; search such a message.
    for i in range(1000):
        message = MESSAGE + i.to_bytes(2, "big")
        small_r, small_s = signed(message, point, 0)
        if challenge(small_r, point, message) % order == 0:
            break
    vector(f"key_small_order_{order}_{multiple}", "bad_key", "the key is of small order; the equation holds", point, message, joined(small_r, small_s))

for name, encoding in (
    ("zero_as_p", P), ("one_as_p_plus_1", P + 1), ("zero_as_p_negative", P | 1 << 255), ("one_as_p_plus_1_negative", P + 1 | 1 << 255),
    ("one_negative", 1 | 1 << 255), ("minus_one_negative", P - 1 | 1 << 255), ("three_as_p_plus_3", P + 3), ("largest", 2**255 - 1),
):
    vector(f"key_not_canonical_{name}", "bad_key", "y is p or more, or the sign of a zero is set", encoding.to_bytes(32, "little"), MESSAGE, GOOD)
vector("key_not_on_curve", "bad_key", "no point has this y", (2).to_bytes(32, "little"), MESSAGE, GOOD)

mixed = packed(add(times(SCALAR, B), ORDER_8))
for i in range(1000):
    message = MESSAGE + i.to_bytes(2, "big")
    mixed_r, mixed_s = signed(message, mixed)
    if challenge(mixed_r, mixed, message) % 8 == 0:
        break
vector("key_outside_main_subgroup", "bad_key", "the key has a part of small order; the equation holds", mixed, message, joined(mixed_r, mixed_s))

vector("r_small_order_1", "bad_signature", "R is of small order; the equation holds", PUBLIC, MESSAGE, joined(*signed(nonce=0)))
for multiple in range(1, 8):
    point = packed(times(multiple, ORDER_8))
    vector(f"r_small_order_multiple_{multiple}", "bad_signature", "R is of small order; the equation holds up to the cofactor", PUBLIC, MESSAGE, joined(*signed(nonce=0, r=point)))
vector("r_not_canonical_one", "bad_signature", "R is 1 written as p + 1; the equation holds", PUBLIC, MESSAGE,
       joined(*signed(nonce=0, r=(P + 1).to_bytes(32, "little"))))
vector("r_not_canonical_one_negative", "bad_signature", "R is 1 with the sign of zero set; the equation holds", PUBLIC, MESSAGE,
       joined(*signed(nonce=0, r=(1 | 1 << 255).to_bytes(32, "little"))))
vector("r_not_on_curve", "bad_signature", "no point has this y", PUBLIC, MESSAGE, joined((2).to_bytes(32, "little"), s))
vector("r_with_torsion", "bad_signature", "the equation holds only when multiplied by the cofactor", PUBLIC, MESSAGE,
       joined(*signed(r=packed(add(times(123456789, B), ORDER_8)))))

for name, value in (("plus_l", s + L), ("plus_2l", s + 2 * L), ("plus_14l", s + 14 * L), ("equal_l", L), ("largest", 2**256 - 1), ("top_bit", s | 1 << 255)):
    vector(f"s_{name}", "bad_signature", "S is L or more" + ("; the equation holds" if name.startswith("plus") else ""), PUBLIC, MESSAGE, joined(r, value))
vector("s_zero", "bad_signature", "the equation does not hold", PUBLIC, MESSAGE, joined(r, 0))
vector("s_negated", "bad_signature", "the equation does not hold", PUBLIC, MESSAGE, joined(r, L - s))
vector("other_message", "bad_signature", "the message is another one", PUBLIC, b"evidencf", GOOD)
vector("other_key", "bad_signature", "the key is another one", packed(times(5, B)), MESSAGE, GOOD)
vector("all_zero", "bad_signature", "64 bytes of zero", PUBLIC, MESSAGE, bytes(64))

folder = pathlib.Path(__file__).parent
for old in folder.glob("*.vector"):
    old.unlink()
for name, text in VECTORS.items():
    (folder / f"{name}.vector").write_text(text)
print(len(VECTORS), "vectors")
