# SPDX-License-Identifier: GPL-3.0-or-later
# --- 4. The chain from its first statement to the item, each by the key of its epoch (section 3) --------

item=data/item/statement
need "$item"
(($(size_of "$item") <= 16384)) || failed "not a statement"
shape "$item" "${statement_form[@]}"
chain=$(field "$item" chain) last=$(field "$item" seq)
previous=$(printf '0%.0s' {1..64}) previous_index=-1 previous_seen=0 closed=no signer=""
for ((seq = 0; seq <= last; seq++)); do
  if ((seq == last)); then
    path=$item
    check_statement "$path" sigsum
  else
    path=$(printf 'data/chain/%06d.statement' "$seq")
    check_statement "$path"
  fi
  here=$path
  [[ $(field "$path" chain) == "$chain" && $(field "$path" seq) == "$seq" &&
    $(field "$path" prev) == "$previous" ]] || failed "does not follow from the statement before"
  if ((seq == 0)) && [[ ${epoch_of[$member]} == 0 ]]; then signer=$member; fi
  [[ $member == "$signer" ]] || failed "signed by another member, or by the key of another epoch"
  ((index > previous_index)) || failed "the log has it before its predecessor"
  ((${seen% *} >= previous_seen)) || failed "has seen less than its predecessor"
  [[ $closed != yes ]] || failed "the statement before closed the chain"
  if [[ $act == close ]]; then closed=yes; fi
  previous=$statement_hash previous_index=$index previous_seen=${seen% *}
  if [[ $act == key-rotate ]]; then add_epoch "$member" "$next_key"; fi
done
item_hash=$statement_hash item_member=$member item_index=$index item_witnessed=$witnessed
item_seen=$seen item_head="$size $tree_root"
[[ $act =~ ^(seal|derive|redact)$ ]] || failed "this act makes no item"
ok "signed by ${name_of[$member]} (${role_of[$member]}), entry $index of the log's $size"
ok "the chain is complete from its first statement to this one: $((last + 1))"
((epoch_of[$item_member] == 0)) ||
  ok "the signer's key was changed ${epoch_of[$item_member]} times before; each change is signed for and in the log"

# --- 5. Facts, files and objects (sections 4 and 5) ----------------------------------------------------

declare -A committed=() fact=()
while read -r word value rest; do
  [[ $word == sd ]] && committed[$value]=1
  if [[ $word == obj ]]; then
    need "data/item/objects/$value.age"
    [[ $(sha256_hex <"$here") == "$value" && $(size_of "$here") == "$rest" ]] ||
      failed "not the object that the statement names"
  fi
done <"$item"

need data/item/disclosures
shown=0 previous=""
if (($(size_of "$here") > 0)); then read_text "$here"; fi
while IFS= read -r line; do
  ((++shown <= ${#committed[@]})) || failed "more facts than the signer committed to"
  [[ $line > $previous ]] || failed "facts are not ascending"
  previous=$line
  [[ -n $line && -n ${committed[$(digest_of "$line")]:-} ]] || failed "a fact that the signer did not commit to"
  disclose "$line"
  [[ -z ${fact[$fact_name]:-} || $fact_name =~ ^(object|decoy|removed|warning|contradiction|testimony)$ ]] || failed "two facts of one name"
  fact[$fact_name]=$fact_value
done <"$here"
for stem in clean original; do
  paths=("data/item/$stem".*)
  ((${#paths[@]} < 2)) || { here=data/item; failed "two files for one"; }
  for path in "${paths[@]}"; do
    need "$path"
    [[ $path =~ ^data/item/$stem\.[a-z0-9]{1,5}$ ]] || failed "a part that has no place in an exhibit"
    [[ ${fact[$stem.sha256]:-} == "\"$(sha256_hex <"$path")\"" && ${fact[$stem.size]:-} == "$(size_of "$path")" ]] ||
      failed "not the file that the signer committed to"
    [[ -z ${fact[$stem.sha512]:-} || ${fact[$stem.sha512]} == "\"$(openssl dgst -sha512 -binary "$path" | to_hex)\"" ]] ||
      failed "not the file that the signer committed to"
    ok "$path is the file that was sealed"
  done
done
here=data/item/disclosures
not_cleaned=""
objects_named=$(objects "$item" | wc -l)
if [[ -n ${fact[cleaned]:-}${fact[uncleaned.reason]:-} ]]; then
  reasons='too_large|(unknown|unsupported|truncated|malformed)_media|parser_died|not_clean|not_recoverable'
  [[ ${fact[cleaned]:-} == false && ${fact[uncleaned.reason]:-} =~ ^\"($reasons)\"$ ]] ||
    failed "whether and why the item is not cleaned"
  not_cleaned=${BASH_REMATCH[1]}
  paths=(data/item/clean.*)
  ((objects_named == 1 && ${#paths[@]} == 0)) &&
    [[ -z ${fact[clean.sha256]:-}${fact[clean.size]:-}${fact[coded.sha256]:-}${fact[recovery.sha256]:-} ]] ||
    failed "a clean copy of an item that is not cleaned"
  note "NOT CLEANED ($not_cleaned): sealed as it was, with all that it may betray"
else
  paths=(data/item/original.*)
  ((objects_named != 1 || ${#paths[@]} == 0)) || failed "it is not said that the item is not cleaned"
fi
ok "every shown fact is one that the signer committed to"
note "$((${#committed[@]} - shown)) of ${#committed[@]} committed facts are not shown"

# --- 6. Stored by the server (section 10) --------------------------------------------------------------

stored=""
if [[ -n ${present[data/receive/statement]:-} ]]; then
  check_statement data/receive/statement sigsum
  [[ ${role_of[$member]} == server && $act == receive ]] || failed "not a server's answer"
  ((index > item_index)) || failed "the log has the answer before the statement"
  [[ $(objects "$here") == "$(objects "$item")" ]] || failed "the answer is about other objects"
  declare -A answered=()
  while read -r word value; do [[ $word == sd ]] && answered[$value]=1; done <"$here"
  need data/receive/disclosures
  shape "$here" '[A-Za-z0-9_-]+'
  line=$(<"$here")
  [[ -n ${answered[$(digest_of "$line")]:-} ]] || failed "a fact that the server did not commit to"
  disclose "$line"
  [[ $fact_name == statement && $fact_value == "\"$item_hash\"" ]] || failed "the answer is about another statement"
  stored=${name_of[$member]}
  ok "stored: confirmed by $stored"
fi

# --- 7. Nothing else (section 12) ----------------------------------------------------------------------

item_heads[$item_head]=1
check_anchors
check_bag_info "$item_hash"

