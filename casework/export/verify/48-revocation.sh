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

# find_chain RESPONSE: sets chain to the files of the certificates from the token's signer up to its own root, as they signed
# each other. Others that lie beside them say nothing. Where it is not found so, nothing is shown of revocation.
find_chain() {
  local current one issuer last next depth
  chain=()
  openssl ts -reply -in "$1" -token_out -out "$work/token.der" 2>/dev/null
  openssl cms -verify -inform DER -in "$work/token.der" -noverify -certfile "${1%.tsr}.chain.pem" -signer "$work/signer.pem" \
    -out "$work/info.der" >/dev/null 2>&1 || return 1
  {
    cat -- "${1%.tsr}.chain.pem"
    openssl pkcs7 -inform DER -in "$work/token.der" -print_certs
  } >"$work/certificates.pem" 2>/dev/null
  blocks CERTIFICATE "$work/certificates.pem" "$work/certificates" 64
  last=$(openssl x509 -in "$work/own.pem" -outform DER 2>/dev/null | sha256_hex)
  current=$work/signer.pem
  for ((depth = 0; depth < 16; depth++)); do
    chain+=("$current")
    [[ $(openssl x509 -in "$current" -outform DER 2>/dev/null | sha256_hex) != "$last" ]] || return 0
    issuer=$(openssl x509 -in "$current" -noout -issuer_hash 2>/dev/null) next=""
    for one in "$work/own.pem" "$work"/certificates/*; do
      [[ $(openssl x509 -in "$one" -noout -subject_hash 2>/dev/null) == "$issuer" ]] || continue
      if openssl verify -partial_chain -no_check_time -trusted "$one" "$current" >/dev/null 2>&1; then next=$one && break; fi
    done
    [[ -n $next ]] || return 1
    current=$next
  done
  return 1
}

# points: reads the text of a list or a certificate; one line for each name of a distribution point in it
points() { while IFS= read -r line; do case $line in *" URI:"* | *" DirName:"*) echo "${line#"${line%%[! ]*}"}" ;; esac; done; }

# list_counts LIST CERTIFICATE ISSUER: section 16, step 5: signed by the issuer of the certificate, who may, not with SHA-1,
# and complete for it
list_counts() {
  local said line part="" is_authority="" own name fits=""
  said=$(openssl crl -in "$1" -noout -CAfile "$3" 2>&1)
  [[ $said == *"verify OK"* ]] || return 1
  [[ $(openssl crl -in "$1" -noout -issuer 2>/dev/null) == "$(openssl x509 -in "$2" -noout -issuer 2>/dev/null)" ]] || return 1
  said=$(openssl x509 -in "$3" -noout -ext keyUsage 2>/dev/null)
  [[ $said != *"Key Usage"* || $said == *"CRL Sign"* ]] || return 1
  [[ $(openssl x509 -in "$2" -noout -ext basicConstraints 2>/dev/null) != *"CA:TRUE"* ]] || is_authority=yes
  while IFS= read -r line; do
    case $line in
      "Revoked Certificates:"* | "No Revoked Certificates."*) break ;;
      "    Signature Algorithm: "*[Ss][Hh][Aa]1* | "    Signature Algorithm: "*[Mm][Dd]5*) return 1 ;;
      "            "[!\ ]*)
        part=""
        [[ $line != *"Delta CRL Indicator"* ]] || return 1
        if [[ $line == *"Issuing Distr"* ]]; then part=point; elif [[ $line == *": critical" ]]; then return 1; fi
        ;;
    esac
    [[ $part == point ]] || continue
    case $line in
      *"Indirect CRL"* | *"Only Attribute"* | *"Only Some Reasons"* | *"Relative Name"*) return 1 ;;
      *"Only User"*) [[ -z $is_authority ]] || return 1 ;;
      *"Only CA"*) [[ -n $is_authority ]] || return 1 ;;
      *"Full Name:"*) fits=no ;;
    esac
  done < <(openssl crl -in "$1" -noout -text 2>/dev/null)
  [[ $fits == no ]] || return 0
  own=$(openssl x509 -in "$2" -noout -ext crlDistributionPoints 2>/dev/null | points)
  while IFS= read -r name; do
    [[ $'\n'$own$'\n' != *$'\n'$name$'\n'* ]] || return 0
  done < <(openssl crl -in "$1" -noout -text 2>/dev/null | points)
  return 1
}

# refuse_entry SINCE REASON: of a certificate in a list. Only a later revocation, for a reason that has nothing to do with
# the key, leaves older tokens good (section 16).
refuse_entry() {
  local since
  since=$(date -u -d "$1" +%s 2>/dev/null) && [[ -n $since ]] || failed "a list that cannot be read"
  ((since > latest)) || failed "a certificate of a time stamp was revoked before it"
  case $2 in
    Unspecified | "Affiliation Changed" | Superseded | "Cessation Of Operation") ;;
    *) failed "a certificate of a time stamp was revoked, and older tokens with it" ;;
  esac
}

# refuse_listed LIST CERTIFICATE: it names the certificate
refuse_listed() {
  local serial line here_it_is="" since="" reason="" is_reason=""
  serial=$(openssl x509 -in "$2" -noout -serial 2>/dev/null)
  while IFS= read -r line; do
    case $line in
      "    Serial Number: "* | "    Signature Algorithm: "*)
        [[ -z $here_it_is ]] || break
        [[ $line != "    Serial Number: ${serial#serial=}" ]] || here_it_is=yes
        ;;
      "        Revocation Date: "*) since=${line#"        Revocation Date: "} ;;
      "            X509v3 CRL Reason Code:"*) is_reason=yes && continue ;;
      "                "*) [[ -z $is_reason || -z $here_it_is ]] || reason=${line#"                "} ;;
    esac
    is_reason=""
  done < <(openssl crl -in "$1" -noout -text 2>/dev/null)
  [[ -z $here_it_is ]] || refuse_entry "$since" "$reason"
}

# refuse_revoked RESPONSE: no list that counts names a certificate of its chain that its issuer revoked; by the serial
# numbers, since openssl's own check passes by a list that was made after the token. Uses latest; sets list_made, the time
# of the newest of these lists.
refuse_revoked() {
  local list i made chain lists=()
  list_made=""
  ((${sizes[${1%.tsr}.crl]} <= 4194304)) || failed "lists that are too large"
  blocks "X509 CRL" "${1%.tsr}.crl" "$work/lists" 16
  lists=("$work"/lists/*)
  ((${#lists[@]} > 0 || ${sizes[${1%.tsr}.crl]} == 0)) || failed "a list that cannot be read"
  for list in "${lists[@]}"; do openssl crl -in "$list" -noout 2>/dev/null || failed "a list that cannot be read"; done
  find_chain "$1" || return 0
  for ((i = 0; i + 1 < ${#chain[@]}; i++)); do
    for list in "${lists[@]}"; do
      list_counts "$list" "${chain[i]}" "${chain[i + 1]}" || continue
      refuse_listed "$list" "${chain[i]}"
      made=$(openssl crl -in "$list" -noout -lastupdate) && made=$(date -u -d "${made#lastUpdate=}" +%s) || failed "a list that cannot be read"
      [[ -n $list_made ]] && ((list_made >= made)) || list_made=$made
    done
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
