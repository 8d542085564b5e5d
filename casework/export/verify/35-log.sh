# SPDX-License-Identifier: GPL-3.0-or-later
# --- 3. Statements in the log (sections 9 and 10) ------------------------------------------------------

# read_policy FILE: sets log, witnesses ("NAME KEY"), needed and counted
read_policy() {
  local groups=0 quorum="" group="" k="" members="" word rest name key
  declare -A names=([none]=1) keys=() members_seen=()
  shape "$1" "${policy_form[@]}"
  declare -gA counted=()
  witnesses=() needed=0
  (($(size_of "$1") <= 16384)) || failed "not a policy"
  while read -r word rest; do
    case $word in
      log) log=$rest keys[$rest]=1 ;;
      witness)
        read -r name key <<<"$rest"
        [[ -z ${names[$name]:-} && -z ${keys[$key]:-} ]] || failed "not a policy"
        names[$name]=1 keys[$key]=1 witnesses+=("$rest")
        ;;
      group)
        groups=$((groups + 1))
        read -r group k members <<<"$rest"
        [[ $groups -eq 1 && -z ${names[$group]:-} ]] || failed "not a policy"
        ;;
      quorum) quorum=$rest ;;
    esac
  done <"$1"
  for name in $members; do
    [[ $name != none && -n ${names[$name]:-} && -z ${members_seen[$name]:-} ]] || failed "not a policy"
    members_seen[$name]=1
  done
  [[ -z $group ]] || ((k <= ${#members_seen[@]})) || failed "not a policy"
  if [[ -n $group && $quorum == "$group" ]]; then
    needed=$k
    for name in $members; do counted[$name]=1; done
  elif [[ $quorum != none ]]; then
    [[ -n ${names[$quorum]:-} ]] || failed "not a policy"
    needed=1 counted[$quorum]=1
  fi
}
need data/policy
read_policy data/policy
log_enclosed=$log witnesses_enclosed=("${witnesses[@]}")
here="the policy that you gave"
read_policy "$policy_given"
here=data/policy
[[ $log_enclosed == "$log" ]] || failed "about another log than your policy"
check_key_file log "$log" data/keys/log.pub
second_role[$log]=1
for pair in "${witnesses[@]}"; do second_role[${pair#* }]=1; done
for key in "${key_of[@]}"; do
  [[ -z ${second_role[$key]:-} ]] || failed "a member's key has a second role"
done
origin=sigsum.org/v1/tree/$(hash_of_hex "$log")

# same_history SIZE ROOT-HEX: every checkpoint of one size, shown or named, has one root
declare -A root_at=() witnessed_heads=()
same_history() {
  [[ ${root_at[$1]:-$2} == "$2" ]] || failed "another history of the log is named elsewhere"
  root_at[$1]=$2
}

# check_checkpoint FILE: the log's signature and the witnesses; sets size, tree_root, witnessed
check_checkpoint() {
  local text pair name key line seconds count=0
  shape "$1" "${checkpoint_form[@]}"
  split_note "$1"
  mapfile -t text <"$work/text"
  [[ ${#text[@]} -eq 3 && ${text[0]} == "$origin" && ${text[1]} =~ ^(0|[1-9][0-9]{0,17})$ ]] ||
    failed "not a checkpoint of this log"
  size=${text[1]} tree_root=$(base64_to_hex "${text[2]}") witnessed=""
  signature_of_log=$(note_line "$origin" 01 "$log")
  line=$(base64_to_hex "${note_lines[0]##* }")
  [[ $signature_of_log == "${line:8}" ]] || failed "the first line is not the log's"
  ed25519 "$log" "$signature_of_log" "$work/text" || failed "the log's signature does not match"
  for pair in "${witnesses[@]}"; do
    name=${pair% *} key=${pair#* }
    line=$(note_line "$name" 04 "$key")
    [[ -n $line ]] || continue
    [[ ${#line} -eq 144 && ${line:0:8} == 00000000 ]] || failed "a witness's signature is malformed"
    seconds=$((16#${line:0:16}))
    ((seconds >= 0 && seconds <= now + 86400)) || failed "a witness's time is yet to come"
    { printf 'cosignature/v1\ntime %s\n' "$seconds"; cat "$work/text"; } >"$work/cosigned"
    ed25519 "$key" "${line:16}" "$work/cosigned" || failed "a witness's signature does not match"
    witnessed+="${witnessed:+, }$name $(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)"
    [[ -n ${counted[$name]:-} ]] && count=$((count + 1))
  done
  [[ ${2:-} == stamped ]] || ((count >= needed)) || failed "too few witnesses for your policy"
  same_history "$size" "$tree_root"
  # What an anchor is over proves no time before: only what receipts end with does.
  [[ -z $witnessed || ${2:-} == stamped ]] || witnessed_heads["$size $tree_root"]=$witnessed
}

# check_inclusion LEAF-HASH INDEX SIZE ROOT SIBLINGS…: RFC 9162, 2.1.3.2
check_inclusion() {
  local hash=$1 fn=$2 sn=$(($3 - 1)) wanted=$4 sibling
  shift 4
  ((fn <= sn)) || failed "not in the log: the index is beyond its end"
  for sibling in "$@"; do
    ((sn > 0)) || failed "not in the log: the proof is too long"
    if ((fn & 1)) || ((fn == sn)); then
      hash=$(hash_of_hex "01$sibling$hash")
      while ! ((fn & 1)) && ((fn != 0)); do fn=$((fn >> 1)) sn=$((sn >> 1)); done
    else
      hash=$(hash_of_hex "01$hash$sibling")
    fi
    fn=$((fn >> 1)) sn=$((sn >> 1))
  done
  [[ $sn -eq 0 && $hash == "$wanted" ]] || failed "the proof does not show that the statement is in the log"
}

# sigsum_head: of the checkpoint that was checked last, as Sigsum's tools want it (section 10)
log_hash=$(hash_of_hex "$log")
sigsum_head() {
  local pair name key line
  printf 'size=%s\nroot_hash=%s\nsignature=%s\n' "$size" "$tree_root" "$signature_of_log"
  for pair in "${witnesses_enclosed[@]}"; do
    name=${pair% *} key=${pair#* }
    line=$(note_line "$name" 04 "$key")
    [[ -z $line ]] || printf 'cosignature=%s %s %s\n' "$(hash_of_hex "$key")" "$((16#${line:0:16}))" "${line:16}"
  done
}

# sigsum_text: the same proof for Sigsum's tools, from what check_statement read
sigsum_text() { # K S siblings…
  printf 'version=2\nlog=%s\nleaf=%s %s\n\n' "$log_hash" "$1" "$2"
  sigsum_head
  shift 2
  ((size == 1)) && return
  printf '\nleaf_index=%s\n' "$index"
  (($# == 0)) || printf 'node_hash=%s\n' "$@"
}

