# SPDX-License-Identifier: GPL-3.0-or-later
# --- D. A dossier: many statements at a time, since a process for each hash would take hours (section 19) ----

# hash_pieces BYTES: reads pieces of so many bytes each, all in hex; their SHA-256, one a line
hash_pieces() {
  local pieces i
  rm -rf -- "$work/pieces"
  mkdir -- "$work/pieces" || return
  tr -d '\n' | from_hex | (cd -- "$work/pieces" && split -a 7 -d -b "$1" - p)
  (
    cd -- "$work/pieces" || exit
    pieces=(*)
    for ((i = 0; i < ${#pieces[@]}; i += 1000)); do sha256sum -- "${pieces[@]:i:1000}"; done
  ) | cut -c1-64
}

# Of statement i: st_path, st_kind (item, receive, chain), st_fields (chain, seq, prev, act, time, seen, key), st_objects,
# st_facts, st_member, st_index, st_siblings, st_note; M, C and S in hex; what its checkpoint says
st_path=() st_kind=() st_chain=() st_seq=() st_prev=() st_act=() st_time=() st_seen=() st_objects=() st_facts=()
st_member=() st_index=() st_siblings=() st_sibling_hex=() st_note=() st_checksum=() st_signature=() st_extra=()
declare -A note_size=() note_root=() note_witnessed=() note_sigsum=() seen_roots=()

# read_one I: the statement and its receipt, line by line
read_one() {
  local i=$1 path=${st_path[$1]} lines line objects="" facts="" siblings=""
  need "$path"
  ((${sizes[$path]} <= 16384)) || failed "not a statement"
  shape "$path" "${statement_form[@]}"
  mapfile -t lines <"$path"
  for line in "${lines[@]}"; do
    case $line in
      "chain "*) st_chain[i]=${line#* } ;;
      "seq "*) st_seq[i]=${line#* } ;;
      "prev "*) st_prev[i]=${line#* } ;;
      "act "*) st_act[i]=${line#* } ;;
      "time "*) st_time[i]=${line#* } ;;
      "seen "*) st_seen[i]=${line#* } ;;
      "obj "*) objects+="${line#* }"$'\n' ;;
      "sd "*) facts+="${line#* } " ;;
    esac
  done
  st_objects[i]=$objects st_facts[i]=$facts
  ((${#objects} <= 128 * 90)) || failed "not a statement"
  case ${st_act[i]}:${st_seq[i]} in genesis:0) ;; genesis:* | *:0) failed "a chain starts with its genesis, and only there" ;; esac
  need "$path.tlog-proof"
  shape "$here" "${proof_form[@]}"
  mapfile -t lines <"$here"
  st_extra[i]=${lines[1]#extra } st_index[i]=${lines[2]#index }
  for ((line = 3; line < ${#lines[@]} && ${#lines[line]} > 0; line++)); do siblings+=${lines[line]}; done
  ((${#siblings} <= 63 * 44)) || failed "not a proof"
  st_siblings[i]=$siblings
  printf -v line '%s\n' "${lines[@]:line+1}"
  st_note[i]=$line
}

# check_note I: the checkpoint of its receipt, each text once
check_note() {
  local text=${st_note[$1]}
  here=${st_path[$1]}.tlog-proof
  [[ -z ${note_size[$text]:-} ]] || return 0
  printf %s "$text" >"$work/checkpoint"
  check_checkpoint "$work/checkpoint"
  note_size[$text]=$size note_root[$text]=$tree_root note_witnessed[$text]=$witnessed
  note_sigsum[$text]=$(sigsum_head)
}

# check_rights I: the signer, their role, and that they were not revoked there
check_rights() {
  local member=${st_member[$1]} act=${st_act[$1]} since
  here=${st_path[$1]}.tlog-proof
  [[ -n ${name_of[$member]:-} ]] || failed "the signer is not a member of the case, by any key that is shown"
  may_sign "${role_of[$member]}" "$act"
  since=${revoked[${first_of[$member]}]:-}
  [[ -z $since ]] || ((${st_index[$1]} < since)) || failed "the case had revoked the key before this was logged"
}

check_all_signatures() { # of all statements, on every processor
  local i worker workers member key good total=${#st_path[@]}
  workers=$(nproc 2>/dev/null) || workers=1
  [[ $workers =~ ^[1-9][0-9]{0,2}$ ]] || workers=1
  rm -rf -- "$work/leaves" "$work/signatures"
  mkdir -- "$work/leaves" "$work/signatures" || failed "no room for the check in the folder of temporary files"
  for ((i = 0; i < total; i++)); do printf '73696773756d2e6f72672f76312f747265652d6c65616600%s' "${st_checksum[i]}"; done |
    from_hex | (cd -- "$work/leaves" && split -a 7 -d -b 56 - l) &&
    printf %s "${st_signature[@]}" | from_hex | (cd -- "$work/signatures" && split -a 7 -d -b 64 - s) ||
    failed "no room for the check in the folder of temporary files"
  for ((i = 0; i < total; i++)); do
    here=${st_path[i]}.tlog-proof
    refuse_weak "${st_signature[i]:0:64}"
    member=${st_member[i]} key=${key_of[$member]}
    [[ ! -f $work/$member.pem ]] || continue
    refuse_weak "$key"
    {
      echo "-----BEGIN PUBLIC KEY-----"
      printf %s "302a300506032b6570032100$key" | from_hex | base64
      echo "-----END PUBLIC KEY-----"
    } >"$work/$member.pem"
  done
  # Each one that holds is said by name: what was not checked, for whatever reason, is missing.
  declare -A holds=()
  while read -r good; do holds[$good]=1; done < <(
    for ((worker = 0; worker < workers; worker++)); do
      (
        for ((i = worker; i < total; i += workers)); do
          printf -v number %07d "$i"
          if openssl pkeyutl -verify -pubin -inkey "$work/${st_member[i]}.pem" -rawin -in "$work/leaves/l$number" \
            -sigfile "$work/signatures/s$number" >/dev/null 2>&1; then echo "$i"; fi
        done
      ) &
    done
    wait
  )
  for ((i = 0; i < total; i++)); do
    here=${st_path[i]}.tlog-proof
    [[ -n ${holds[$i]:-} ]] || failed "the statement's signature does not match"
  done
  ((${#holds[@]} == total)) || failed "not every signature was checked"
}

check_all_inclusions() { # RFC 9162, 2.1.3.2, for all at a time, one level after the other
  local i hashes=() fn=() sn=() at=() rest=() lines going k left total=${#st_path[@]}
  mapfile -t hashes < <(for ((i = 0; i < total; i++)); do printf '00%s%s%s' "${st_checksum[i]}" "${st_signature[i]}" "${st_member[i]}"; done | hash_pieces 129)
  mapfile -t lines < <(printf %s "${st_siblings[@]}" | base64 -d | basenc --base16 -w64 | tr A-F a-f)
  k=0
  for ((i = 0; i < total; i++)); do
    at[i]=$k k=$((k + ${#st_siblings[i]} / 44)) rest[i]=$((${#st_siblings[i]} / 44))
    st_sibling_hex[i]=${lines[*]:at[i]:rest[i]}
    fn[i]=${st_index[i]} sn[i]=$((${note_size[${st_note[i]}]} - 1))
    here=${st_path[i]}.tlog-proof
    ((fn[i] <= sn[i])) || failed "not in the log: the index is beyond its end"
  done
  while :; do
    going=()
    for ((i = 0; i < total; i++)); do if ((rest[i] > 0)); then going+=("$i"); fi; done
    ((${#going[@]} > 0)) || break
    mapfile -t left < <(for i in "${going[@]}"; do
      if ((fn[i] & 1)) || ((fn[i] == sn[i])); then printf '01%s%s' "${lines[at[i]]}" "${hashes[i]}"; else printf '01%s%s' "${hashes[i]}" "${lines[at[i]]}"; fi
    done | hash_pieces 65)
    k=0
    for i in "${going[@]}"; do
      here=${st_path[i]}.tlog-proof
      ((sn[i] > 0)) || failed "not in the log: the proof is too long"
      if ((fn[i] & 1)) || ((fn[i] == sn[i])); then
        while ! ((fn[i] & 1)) && ((fn[i] != 0)); do fn[i]=$((fn[i] >> 1)) sn[i]=$((sn[i] >> 1)); done
      fi
      hashes[i]=${left[k]} k=$((k + 1)) at[i]=$((at[i] + 1)) rest[i]=$((rest[i] - 1))
      fn[i]=$((fn[i] >> 1)) sn[i]=$((sn[i] >> 1))
    done
  done
  for ((i = 0; i < total; i++)); do
    here=${st_path[i]}.tlog-proof
    [[ ${sn[i]} -eq 0 && ${hashes[i]} == "${note_root[${st_note[i]}]}" ]] ||
      failed "the proof does not show that the statement is in the log"
  done
}

check_all_times() { # real dates, and times of day without a second 60
  local i days=() seconds=() lines
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    if [[ ${st_time[i]} == *T* ]]; then seconds+=("${st_time[i]}"); else days+=("${st_time[i]}"); fi
    here=${st_path[i]}
    [[ ${st_time[i]:0:4} -ge 1970 ]] || failed "not a time"
  done
  mapfile -t lines < <(printf '%s\n' "${days[@]}" | date -u -f - +%Y-%m-%d 2>/dev/null)
  [[ ${#days[@]} -eq 0 || "${lines[*]}" == "${days[*]}" ]] || days=(wrong)
  mapfile -t lines < <(printf '%s\n' "${seconds[@]}" | date -u -f - +%Y-%m-%dT%H:%M:%SZ 2>/dev/null)
  [[ ${#seconds[@]} -eq 0 || "${lines[*]}" == "${seconds[*]}" ]] || days=(wrong)
  [[ ${days[0]:-} == wrong ]] || return 0
  for ((i = 0; i < ${#st_path[@]}; i++)); do here=${st_path[i]} && is_time "${st_time[i]}"; done
}

check_keys_in_order() { # key-rotates count in the order of the log (section 3)
  local i member order number
  declare -A over=()
  mapfile -t order < <(for ((i = 0; i < ${#st_path[@]}; i++)); do echo "${st_index[i]} $i"; done | sort -n)
  for number in "${order[@]}"; do
    i=${number#* } member=${st_member[i]}
    here=${st_path[i]}
    [[ -z ${over[$member]:-} ]] || failed "another key followed this one before"
    [[ ${st_act[i]} == key-rotate ]] || { [[ -z $(field "$here" key) ]] || failed "a key in another act"; continue; }
    check_rights "$i"
    { printf 'sigsum.org/v1/tree-leaf\0'; printf %s "${st_checksum[i]}" | from_hex; } >"$work/leaf"
    ed25519 "${key_of[$member]}" "${st_signature[i]}" "$work/leaf" || failed "the statement's signature does not match"
    here=${st_path[i]}
    check_next_key "$here" "$member"
    add_epoch "$member" "$next_key"
    over[$member]=1 st_next[i]=$signer
  done
}

