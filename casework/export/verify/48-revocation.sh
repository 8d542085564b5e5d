# SPDX-License-Identifier: GPL-3.0-or-later
# holds_by ROOTS TIME CHECKPOINT RESPONSE: as at that time, every key and hash of at least 112 bits
holds_by() {
  openssl ts -verify -attime "$2" -data "$3" -in "$4" -CAfile "$1" -untrusted "${4%.tsr}.chain.pem" \
    -partial_chain -auth_level 2 >/dev/null 2>&1
}

# blocks KIND FILE FOLDER MOST: the folder gets each PEM block of that kind as a file
blocks() {
  local line count=0
  rm -rf -- "$3"
  mkdir -- "$3" || failed "no room for the check in the folder of temporary files"
  while IFS= read -r line; do [[ $line != "-----BEGIN $1-----"* ]] || count=$((count + 1)); done <"$2"
  ((count <= $4)) || failed "more certificates or lists than a time stamp may have"
  ((count > 0)) || return 0
  csplit -s -z -n 4 -f "$3/" -- "$2" "/^-----BEGIN $1-----/" '{*}' || failed "certificates or lists that cannot be read"
  # What stands before the first one is nothing.
  IFS= read -r line <"$3/0000"
  [[ $line == "-----BEGIN $1-----"* ]] || rm -f -- "$3/0000"
}

# refuse_entry SINCE REASON: of a certificate in a list. Only a later revocation, for a reason that has nothing to do with
# the key, leaves older tokens good (section 16).
refuse_entry() {
  local since
  since=$(date -u -d "$1" +%s 2>/dev/null) && [[ -n $since ]] || failed "lists that cannot be read"
  ((since > latest)) || failed "a certificate of a time stamp was revoked before it"
  case $2 in
    Unspecified | "Affiliation Changed" | Superseded | "Cessation Of Operation") ;;
    *) failed "a certificate of a time stamp was revoked, and older tokens with it" ;;
  esac
}

# refuse_revoked RESPONSE: no list beside it, signed by whom it says, names a certificate that its issuer revoked; by the
# serial numbers, since openssl's own check passes by a list that was made after the token. Uses latest; sets list_made, the
# time of the newest of these lists.
refuse_revoked() {
  local one list issuer line since="" reason="" is_reason="" made
  declare -A serials=()
  list_made=""
  {
    openssl storeutl -certs "${1%.tsr}.chain.pem"
    openssl ts -reply -in "$1" -token_out | openssl pkcs7 -inform DER -print_certs
  } >"$work/certificates.pem" 2>/dev/null
  blocks CERTIFICATE "$work/certificates.pem" "$work/certificates" 64
  for one in "$work"/certificates/*; do
    line=$(openssl x509 -in "$one" -noout -serial -issuer -nameopt RFC2253 2>/dev/null) || continue
    issuer=${line#*$'\n'} line=${line%%$'\n'*}
    serials["$issuer ${line#serial=}"]=1
  done
  ((${sizes[${1%.tsr}.crl]} <= 4194304)) || failed "lists that are too large"
  blocks "X509 CRL" "${1%.tsr}.crl" "$work/lists" 16
  for list in "$work"/lists/*; do
    openssl crl -in "$list" -noout 2>/dev/null || failed "a list that cannot be read"
    line=$(openssl crl -in "$list" -noout -CAfile "$work/certificates.pem" 2>&1)
    [[ $line == *"verify OK"* ]] || continue
    issuer=$(openssl crl -in "$list" -noout -issuer -nameopt RFC2253)
    made=$(openssl crl -in "$list" -noout -lastupdate) && made=$(date -u -d "${made#lastUpdate=}" +%s) || failed "lists that cannot be read"
    [[ -n $list_made ]] && ((list_made >= made)) || list_made=$made
    while IFS= read -r line; do
      case $line in
        "    Serial Number: "* | "    Signature Algorithm: "*)
          [[ -z $since ]] || refuse_entry "$since" "$reason"
          since="" reason=""
          one=${line#"    Serial Number: "}
          ;;
        "        Revocation Date: "*) [[ -z ${serials["$issuer $one"]:-} ]] || since=${line#"        Revocation Date: "} ;;
        "            X509v3 CRL Reason Code: "*) is_reason=yes && continue ;;
        "                "*) [[ -z $is_reason ]] || reason=${line#"                "} ;;
      esac
      is_reason=""
    done < <(openssl crl -in "$list" -noout -text -nameopt RFC2253 2>/dev/null)
    [[ -z $since ]] || refuse_entry "$since" "$reason"
    since="" reason=""
  done
}

# show_revocation TIME CHECKPOINT RESPONSE: sets not_shown where the lists do not say that none of them was revoked, neither as
# at the token's time nor as at the newest list's
show_revocation() {
  local at
  not_shown=yes
  [[ -n $list_made ]] || return 0
  cat -- "$authority" "${3%.tsr}.crl" >"$work/lists.pem"
  for at in "$1" "$list_made"; do
    ((at >= $1)) || continue
    openssl ts -verify -attime "$at" -data "$2" -in "$3" -CAfile "$work/lists.pem" -untrusted "${3%.tsr}.chain.pem" \
      -partial_chain -auth_level 2 -crl_check_all >/dev/null 2>&1 && not_shown=""
  done
  return 0
}
