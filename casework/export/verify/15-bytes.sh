# SPDX-License-Identifier: GPL-3.0-or-later
# --- Bytes, hashes, signatures ------------------------------------------------------------------------

to_hex() { basenc --base16 -w0 | tr A-F a-f; }
from_hex() { tr a-f A-F | basenc --base16 -d; }
sha256_hex() { openssl dgst -sha256 -binary | to_hex; }
hash_of_hex() { printf %s "$1" | from_hex | sha256_hex; }
base64_to_hex() { printf %s "$1" | base64 -d 2>/dev/null | to_hex; }
size_of() { stat -c %s -- "$1"; }

# Points of small order "sign" everything, and openssl does not refuse them nor what is not canonical
# (section 2): neither may be a key or the first half of a signature.
refuse_weak() {
  local last=$((0x${1:62:2} & 0x7f)) first=${1:0:62}
  case "$first:$last" in
    01000000000000000000000000000000000000000000000000000000000000:0) failed "a point of small order" ;;
    00000000000000000000000000000000000000000000000000000000000000:0) failed "a point of small order" ;;
    e[cdef]ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff:127) failed "a point of small order" ;;
    f?ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff:127) failed "a point that is not canonical" ;;
    26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc:5) failed "a point of small order" ;;
    c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03:122) failed "a point of small order" ;;
  esac
}

# ed25519 KEY-HEX SIGNATURE-HEX MESSAGE-FILE
ed25519() {
  [[ $1 =~ ^[0-9a-f]{64}$ && $2 =~ ^[0-9a-f]{128}$ ]] || failed "a key or signature has the wrong length"
  refuse_weak "$1"
  refuse_weak "${2:0:64}"
  {
    echo "-----BEGIN PUBLIC KEY-----"
    printf %s "302a300506032b6570032100$1" | from_hex | base64
    echo "-----END PUBLIC KEY-----"
  } >"$work/key.pem"
  printf %s "$2" | from_hex >"$work/signature"
  openssl pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$3" -sigfile "$work/signature" \
    >/dev/null 2>&1
}

# key_id NAME TYPE-HEX KEY-HEX: the first four bytes of H(name || 0A || type || key), section 7
key_id() {
  local id
  id=$({ printf '%s\n' "$1"; printf %s "$2$3" | from_hex; } | sha256_hex)
  echo "${id:0:8}"
}

