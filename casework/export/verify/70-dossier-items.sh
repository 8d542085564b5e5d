# SPDX-License-Identifier: GPL-3.0-or-later
# Facts: each shown one is committed to and in the one spelling; all are hashed and decoded at a time
check_all_facts() {
  local i number line lines=() owner=() digests=() decoded=() committed_hex=() k=0 total=0 previous padded n
  declare -A committed=()
  rm -rf -- "$work/facts"
  mkdir -- "$work/facts"
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    case ${st_kind[i]} in
      item) number=${st_path[i]%statement}disclosures ;;
      receive) number=${st_path[i]}.disclosures ;;
      *) continue ;;
    esac
    need "$number"
    ((${sizes[$number]} == 0)) || read_text "$number"
    previous="" n=0
    while IFS= read -r line; do
      [[ $line =~ ^[A-Za-z0-9_-]+$ && ${#line} -le 65536 ]] || failed "not a disclosure"
      [[ $line > $previous ]] || failed "facts are not ascending"
      previous=$line
      case $((${#line} % 4)) in
        0) ;;
        2) [[ $line == *[AQgw] ]] || failed "not a disclosure" ;;
        3) [[ $line == *[AEIMQUYcgkosw048] ]] || failed "not a disclosure" ;;
        *) failed "not a disclosure" ;;
      esac
      printf -v padded %07d "$total"
      printf %s "$line" >"$work/facts/f$padded"
      lines+=("$line") owner+=("$i") total=$((total + 1)) n=$((n + 1))
    done <"$number"
    [[ ${st_kind[i]} == item || $n -eq 1 ]] || failed "one fact is expected"
    for line in ${st_facts[i]}; do k=$((k + 1)); done
  done
  mapfile -t digests < <(
    cd -- "$work/facts" || exit
    names=(*)
    for ((i = 0; i < ${#names[@]}; i += 1000)); do sha256sum -- "${names[@]:i:1000}"; done | cut -c1-64
  )
  # What the statements commit to, in hex.
  local sd=() whose=()
  for ((i = 0; i < ${#st_path[@]}; i++)); do
    [[ ${st_kind[i]} != chain ]] || continue
    for line in ${st_facts[i]}; do sd+=("$line=") whose+=("$i"); done
  done
  mapfile -t committed_hex < <(printf %s "${sd[@]}" | basenc --base64url -d | basenc --base16 -w64 | tr A-F a-f)
  for ((k = 0; k < ${#whose[@]}; k++)); do committed["${whose[k]} ${committed_hex[k]}"]=1; done
  mapfile -t decoded < <(for line in "${lines[@]}"; do
    padded=$line
    while ((${#padded} % 4)); do padded+="="; done
    printf '%sCg==' "$padded"
  done | basenc --base64url -d 2>/dev/null | tr '\0' '\1')
  here=data/items
  ((${#decoded[@]} == total)) || failed "not a disclosure"
  for ((k = 0; k < total; k++)); do
    i=${owner[k]}
    if [[ ${st_kind[i]} == item ]]; then here=${st_path[i]%statement}disclosures; else here=${st_path[i]}.disclosures; fi
    [[ -n ${committed["$i ${digests[k]}"]:-} ]] || failed "a fact that the signer did not commit to"
    [[ ${decoded[k]} =~ ^\[\"[A-Za-z0-9_-]{21}[AQgw]\",\"([a-z0-9.]{1,64})\",(.*)\]$ ]] || failed "not a disclosure"
    fact_name=${BASH_REMATCH[1]} fact_value=${BASH_REMATCH[2]}
    local rest=$fact_value
    json 1
    [[ -z $rest ]] || failed "not a disclosure"
    [[ -z ${facts["$i $fact_name"]:-} || $fact_name =~ ^(object|decoy|removed|warning|contradiction|testimony)$ ]] || failed "two facts of one name"
    facts["$i $fact_name"]=$fact_value
    facts_shown[i]=$((${facts_shown[i]:-0} + 1))
  done
}

# check_item_files I: clean copy, original and objects are what facts and statement say
check_item_files() {
  local i=$1 folder=${st_path[$1]%statement} stem paths path id bytes count=0
  while read -r id bytes; do
    [[ -n $id ]] || continue
    need "$folder$id.age"
    [[ ${hash_at[$here]} == "$id" && ${sizes[$here]} == "$bytes" ]] || failed "not the object that the statement names"
    count=$((count + 1))
  done <<<"${st_objects[i]}"
  for stem in clean original; do
    paths=("$folder$stem".*)
    here=$folder
    ((${#paths[@]} < 2)) || failed "two files for one"
    for path in "${paths[@]}"; do
      need "$path"
      [[ ${path#"$folder"} =~ ^$stem\.[a-z0-9]{1,5}$ ]] || failed "a part that has no place in an exhibit"
      [[ ${facts["$i $stem.sha256"]:-} == "\"${hash_at[$path]}\"" && ${facts["$i $stem.size"]:-} == "${sizes[$path]}" ]] ||
        failed "not the file that the signer committed to"
      [[ -z ${facts["$i $stem.sha512"]:-} || ${facts["$i $stem.sha512"]} == "\"${longer_hash_at[$path]}\"" ]] ||
        failed "not the file that the signer committed to"
    done
  done
  here=${folder}disclosures
  if [[ -n ${facts["$i cleaned"]:-}${facts["$i uncleaned.reason"]:-} ]]; then
    local reasons='too_large|(unknown|unsupported|truncated|malformed)_media|parser_died|not_clean|not_recoverable'
    [[ ${facts["$i cleaned"]:-} == false && ${facts["$i uncleaned.reason"]:-} =~ ^\"($reasons)\"$ ]] ||
      failed "whether and why the item is not cleaned"
    paths=("${folder}clean".*)
    ((count == 1 && ${#paths[@]} == 0)) &&
      [[ -z ${facts["$i clean.sha256"]:-}${facts["$i clean.size"]:-}${facts["$i coded.sha256"]:-}${facts["$i recovery.sha256"]:-} ]] ||
      failed "a clean copy of an item that is not cleaned"
    note "NOT CLEANED (${BASH_REMATCH[1]:-}): $folder is shown as it was, with all that it may betray"
  else
    paths=("${folder}original".*)
    ((count != 1 || ${#paths[@]} == 0)) || failed "it is not said that the item is not cleaned"
  fi
}

