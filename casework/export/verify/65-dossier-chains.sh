# SPDX-License-Identifier: GPL-3.0-or-later
# The chains: complete from their first statements on, each by the key of its epoch
check_all_chains() {
  local i key chain seq before kind previous=""
  declare -A place=() count=() shown=() signer_of=() withheld=()
  chain_lines=()
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    [[ ${st_kind[i]} != receive ]] || continue
    here=${st_path[i]} key="${st_chain[i]} ${st_seq[i]}"
    if [[ -n ${place[$key]:-} ]]; then
      [[ ${st_hash[i]} == "${st_hash[place[$key]]}" ]] || failed "another statement has this place"
      failed "a statement that is here twice"
    fi
    place[$key]=$i count[${st_chain[i]}]=$((${count[${st_chain[i]}]:-0} + 1))
  done
  here=data/dossier
  while read -r kind chain seq key; do
    [[ $kind == withheld ]] || continue
    printf -v seq_padded '%024d' "$seq"
    [[ "$chain $seq_padded" > $previous ]] || failed "what is withheld is not ascending"
    previous="$chain $seq_padded" withheld["$chain $seq"]=$key
  done <data/dossier
  for chain in "${!count[@]}"; do
    local items="" gaps=""
    before=""
    for ((seq = 0; seq < count[$chain]; seq++)); do
      printf -v here 'data/chains/%s/%06d.statement' "$chain" "$seq"
      i=${place[$chain $seq]:-}
      [[ -n $i ]] || failed "a part is missing"
      here=${st_path[i]}
      if [[ -n $before ]]; then
        [[ ${st_prev[i]} == "${st_hash[before]}" ]] || failed "does not follow from the statement before"
        [[ ${st_act[before]} != close ]] || failed "the statement before closed the chain"
        [[ ${st_member[i]} == "${st_next[before]:-${st_member[before]}}" ]] ||
          failed "signed by another member, or by the key of another epoch"
        ((st_index[i] > st_index[before])) || failed "the log has it before its predecessor"
        ((${st_seen[i]%% *} >= ${st_seen[before]%% *})) || failed "has seen less than its predecessor"
      else
        [[ ${st_prev[i]} == 0000000000000000000000000000000000000000000000000000000000000000 ]] ||
          failed "does not follow from the statement before"
        [[ ${epoch_of[${st_member[i]}]} == 0 ]] || failed "signed by the key of another epoch"
      fi
      if [[ ${st_kind[i]} == item ]]; then
        items+=" $seq"
      elif [[ ${st_act[i]} =~ ^(seal|derive|redact)$ ]]; then
        gaps+=" $seq(${withheld[$chain $seq]:-NO REASON STATED})"
        if [[ -z ${withheld[$chain $seq]:-} ]]; then unexplained=yes; fi
        unset "withheld[$chain $seq]"
      fi
      before=$i
    done
    [[ -n $items ]] || failed "a chain of which no item is here"
    chain_lines+=("Chain:      ${chain:0:8} of ${name_of[${st_member[before]}]}, statements 0 to $((seq - 1)); shown:$items; not in this dossier:${gaps:- none}")
  done
  here=data/dossier
  ((${#withheld[@]} == 0)) || failed "names a withheld item that is not one"
}

