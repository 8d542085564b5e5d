# SPDX-License-Identifier: GPL-3.0-or-later
# own_chain CHAIN KEY-HEX: whether it is one of the 64 ids that this case and this key have (section 3)
own_chain() {
  local n id
  for ((n = 0; n < 64; n++)); do
    id=$({ printf 'dokaz/chain/v1\0'; printf '%s%s%08x' "$fingerprint" "$2" "$n" | from_hex; } | sha256_hex)
    [[ ${id:0:32} == "$1" ]] && return
  done
  return 1
}

objects() { while IFS= read -r line; do [[ $line == "obj "* ]] && echo "$line"; done <"$1"; }

# count FILE KEY: of the lines that start with KEY
count() {
  local line lines=0
  while IFS= read -r line; do if [[ $line == "$2 "* ]]; then lines=$((lines + 1)); fi; done <"$1"
  echo "$lines"
}

# check_next_key FILE SIGNER: a key-rotate names the next key, which agrees; sets next_key (section 3)
check_next_key() {
  local consent
  [[ -z $(objects "$1") && $(count "$1" sd) == 1 && $(count "$1" key) == 1 ]] || failed "not a key-rotate"
  read -r next_key consent <<<"$(field "$1" key)"
  [[ $next_key != "${key_of[$2]}" ]] || failed "the key that it had before"
  {
    printf 'dokaz/v1/key-rotate\0'
    printf '%s%016x%s%s' "$(field "$1" chain)" "$(field "$1" seq)" "${key_of[$2]}" "$next_key" | from_hex
  } >"$work/consent"
  ed25519 "$next_key" "$(base64_to_hex "$consent")" "$work/consent" || failed "the next key did not agree"
}

# may_sign ROLE ACT (section 7)
may_sign() {
  case $1:$2 in
    server:genesis | server:receive | server:fork-found | server:heartbeat | server:close) ;;
    documenter:key-rotate) ;;
    server:* | *:receive | *:fork-found | *:key-rotate) failed "the signer's role does not sign this act" ;;
  esac
}

# check_statement FILE [sigsum]: sets statement_hash, member, index, witnessed, act, next_key of a key-rotate, seen
# ("SIZE ROOT-HEX" or "0")
check_statement() {
  local lines line siblings=() i extra signature checksum seen_size seen_root seq since
  next_key=""
  need "$1"
  (($(size_of "$1") <= 16384)) || failed "not a statement"
  shape "$1" "${statement_form[@]}"
  (($(objects "$1" | wc -l) <= 128)) || failed "not a statement"
  is_time "$(field "$1" time)"
  act=$(field "$1" act) seq=$(field "$1" seq)
  case $act:$seq in genesis:0) ;; genesis:* | *:0) failed "a chain starts with its genesis, and only there" ;; esac
  need "$1.tlog-proof"
  shape "$here" "${proof_form[@]}"
  mapfile -t lines <"$here"
  extra=$(base64_to_hex "${lines[1]#extra }") index=${lines[2]#index }
  for ((i = 3; i < ${#lines[@]} && ${#lines[i]} > 0; i++)); do siblings+=("$(base64_to_hex "${lines[i]}")"); done
  ((${#siblings[@]} <= 63)) || failed "not a proof"
  printf '%s\n' "${lines[@]:i+1}" >"$work/checkpoint"
  signature=${extra:0:128} member=${extra:128}
  [[ -n ${name_of[$member]:-} ]] || failed "the signer is not a member of the case, by any key that is shown"
  may_sign "${role_of[$member]}" "$act"
  since=${revoked[${first_of[$member]}]:-}
  [[ -z $since ]] || ((index < since)) || failed "the case had revoked the key before this was logged"
  statement_hash=$(sha256_hex <"$1")
  checksum=$(hash_of_hex "$statement_hash")
  { printf 'sigsum.org/v1/tree-leaf\0'; printf %s "$checksum" | from_hex; } >"$work/leaf"
  ed25519 "${key_of[$member]}" "$signature" "$work/leaf" || failed "the statement's signature does not match"
  if [[ $act == key-rotate ]]; then check_next_key "$1" "$member"; else [[ -z $(field "$1" key) ]] || failed "a key in another act"; fi
  check_checkpoint "$work/checkpoint"
  check_inclusion "$(hash_of_hex "00$checksum$signature$member")" "$index" "$size" "$tree_root" "${siblings[@]}"
  if [[ ${2:-} == sigsum ]]; then
    same_text "$1.sigsum-proof" "$(sigsum_text "$member" "$signature" "${siblings[@]}")"$'\n'
    check_key_file "${name_of[$member]}" "${key_of[$member]}" "$(key_file "$member")"
  fi
  here=$1
  own_chain "$(field "$1" chain)" "${first_of[$member]}" || failed "not a chain of this signer in this case"
  read -r seen_size seen_root <<<"$(field "$1" seen)"
  ((seen_size <= index)) || failed "names a checkpoint newer than its own place in the log"
  seen=0
  if ((seen_size > 0)); then
    seen="$seen_size $(base64_to_hex "$seen_root")"
    same_history "$seen_size" "${seen#* }"
  fi
}

