# SPDX-License-Identifier: GPL-3.0-or-later
check_dossier() {
  local i n items cover line rest path stored=0 witnessed_items=0 unexplained="" last
  declare -A facts=() known_chains=() answered=()
  facts_shown=() st_next=() st_hash=()
  need data/dossier
  shape data/dossier dokaz/dossier/v1 'for [!-~]([ -~]{0,62}[!-~])?' 'use (court|partners|press|prosecutor|publish|team|un)' \
    'items [1-9][0-9]{0,3}' "*withheld $hex32 $dec [a-z0-9-]{1,32}"
  items=$(field data/dossier items)
  for ((n = 1; n <= items; n++)); do
    printf -v path 'data/items/%04d/statement' "$n"
    st_path+=("$path") st_kind+=(item)
  done
  for path in data/chains/*/*.statement; do st_path+=("$path") st_kind+=(chain); done
  for ((n = 1; n <= items; n++)); do
    printf -v path 'data/items/%04d/receive' "$n"
    [[ -z ${present[$path]:-} ]] || { st_path+=("$path") st_kind+=(receive) && stored=$((stored + 1)); }
  done
  for ((i = 0; i < ${#st_path[@]}; i++)); do read_one "$i"; done
  ok "${#st_path[@]} statements and their receipts have the right form"
  check_all_times
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    here=${st_path[i]} st_hash[i]=${hash_at[${st_path[i]}]}
    printf -v line 'data/chains/%s/%06d.statement' "${st_chain[i]}" "${st_seq[i]}"
    [[ ${st_kind[i]} != chain || $here == "$line" ]] || failed "another chain or place"
    [[ ${st_kind[i]} != item || ${st_act[i]} =~ ^(seal|derive|redact)$ ]] || failed "this act makes no item"
  done
  mapfile -t st_checksum < <(printf %s "${st_hash[@]}" | hash_pieces 32)
  mapfile -t st_extra < <(printf %s "${st_extra[@]}" | base64 -d | basenc --base16 -w192 | tr A-F a-f)
  for ((i = 0; i < ${#st_path[@]}; i++)); do st_signature[i]=${st_extra[i]:0:128} st_member[i]=${st_extra[i]:128}; done
  check_keys_in_order
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    check_rights "$i"
    check_note "$i"
    if [[ -z ${known_chains["${st_chain[i]} ${st_member[i]}"]:-} ]]; then
      own_chain "${st_chain[i]}" "${first_of[${st_member[i]}]}" || failed "not a chain of this signer in this case"
      known_chains["${st_chain[i]} ${st_member[i]}"]=1
    fi
  done
  check_all_signatures
  ok "every statement is signed by a member who may"
  check_all_inclusions
  ok "every statement is in the log"
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    here=${st_path[i]} n=${st_seen[i]%% *}
    ((n <= st_index[i])) || failed "names a checkpoint newer than its own place in the log"
    ((n > 0)) || continue
    line=${st_seen[i]#* }
    [[ -n ${seen_roots[$line]:-} ]] || seen_roots[$line]=$(base64_to_hex "$line")
    same_history "$n" "${seen_roots[$line]}"
  done
  check_all_chains
  ok "each shown chain is complete from its first statement on"
  check_all_facts
  for ((i = 0; i < items; i++)); do
    check_item_files "$i"
    here=${st_path[i]}.sigsum-proof line=""
    read -r -a rest <<<"${st_sibling_hex[i]}"
    printf -v line 'version=2\nlog=%s\nleaf=%s %s\n\n%s\n' "$log_hash" "${st_member[i]}" "${st_signature[i]}" "${note_sigsum[${st_note[i]}]}"
    if ((${note_size[${st_note[i]}]} > 1)); then
      line+=$'\n'"leaf_index=${st_index[i]}"$'\n'
      ((${#rest[@]} == 0)) || { printf -v path 'node_hash=%s\n' "${rest[@]}" && line+=$path; }
    fi
    same_text "$here" "$line"
    check_key_file "${name_of[${st_member[i]}]}" "${key_of[${st_member[i]}]}" "$(key_file "${st_member[i]}")"
    [[ -z ${note_witnessed[${st_note[i]}]} ]] || witnessed_items=$((witnessed_items + 1))
  done
  ok "every shown fact is committed to, and every shown file and object is what the signers committed to"
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    [[ ${st_kind[i]} == receive ]] || continue
    here=${st_path[i]} path=${st_path[i]#data/items/} n=$((10#${path%%/*} - 1))
    [[ ${role_of[${st_member[i]}]} == server && ${st_act[i]} == receive ]] || failed "not a server's answer"
    ((st_index[i] > st_index[n])) || failed "the log has the answer before the statement"
    [[ ${st_objects[i]} == "${st_objects[n]}" ]] || failed "the answer is about other objects"
    [[ ${facts["$i statement"]:-} == "\"${st_hash[n]}\"" ]] || failed "the answer is about another statement"
    check_key_file "${name_of[${st_member[i]}]}" "${key_of[${st_member[i]}]}" "$(key_file "${st_member[i]}")"
  done
  for ((i = 0; i < items; i++)); do item_heads["${note_size[${st_note[i]}]} ${note_root[${st_note[i]}]}"]=1; done
  check_anchors
  n=0
  for path in data/documents/** ; do [[ -d $path ]] || { need "$path" && n=$((n + 1)); }; done
  ((n <= 2000)) || failed "more documents than a dossier may have"
  ((n == 0)) || note "$n documents of the exporter: bound by that signature, proved by nothing else"
  check_bag_info "${hash_at[manifest-sha256.txt]}"

  limits=()
  if ((witnessed_items < items)); then
    limits+=("No independent witness vouches for the log: its operator alone says that it shows everybody the same.")
  fi
  local claimed="" earliest="" text
  for ((i = 0; i < items; i++)); do
    text="${note_size[${st_note[i]}]} ${note_root[${st_note[i]}]}"
    if [[ -z ${note_witnessed[${st_note[i]}]} && -z ${covered[$text]:-} ]]; then claimed=yes
    else
      line=${st_seen[i]#* }
      [[ ${st_seen[i]} != "0 -" && -n ${witnessed_heads["${st_seen[i]%% *} ${seen_roots[$line]:-}"]:-} ]] || earliest=yes
    fi
  done
  [[ -z $claimed ]] || limits+=("The time is claimed only: nobody independent proves when the statement existed.")
  [[ -z $earliest ]] || limits+=("Nobody independent proves a time before which the statement did not exist.")
  ((stored == items)) || limits+=("No statement of the server that it stored the objects is here.")
  [[ -z $unexplained ]] || limits+=("Items are withheld without a reason.")
  [[ -z $revocation_not_shown ]] || limits+=("That the time authority's certificate was not revoked is not shown.")
  [[ -z $unconfirmed ]] || limits+=("Time stamps are here that lead to no authority's root that was given: they prove nothing.")

  echo
  if ((${#limits[@]} == 0)); then outcome=VERIFIED; else outcome="VERIFIED WITH LIMITS"; fi
  echo "$outcome, for the fingerprint and the policy that you gave."
  for line in "${limits[@]}"; do echo "Limit:      $line"; done
  echo "Dossier:    ${hash_at[manifest-sha256.txt]}"
  echo "For:        $(plain "$(field data/dossier for)"), use: $(field data/dossier use), $items items, shown by $exporter_name"
  for line in "${chain_lines[@]}"; do echo "$(plain "$line")"; done
  for ((i = 0; i < items; i++)); do
    text="${note_size[${st_note[i]}]} ${note_root[${st_note[i]}]}"
    line=${note_witnessed[${st_note[i]}]:-}
    line+=${covered[$text]:+${line:+, }${covered[$text]}}
    echo "$(plain "${st_path[i]%/statement}: ${st_hash[i]:0:16} by ${name_of[${st_member[i]}]}, claimed ${st_time[i]}, not after: ${line:-proved by nobody independent}")"
  done
  echo "Not proved: that the scene is real; when and where a picture was taken; who stands behind a"
  echo "            pseudonym; that there is nothing else. Only that nothing was changed since sealing."
  echo "Not checked: that keys and signatures lie in the prime-order subgroup (section 2); of time stamps,"
  echo "            whether clocks contradict each other (section 16): dokaz-verify does."
  ((${#limits[@]} == 0)) || exit 3
  exit 0
}
if [[ -n $many ]]; then check_dossier; fi

