# SPDX-License-Identifier: GPL-3.0-or-later
# check_consistency FROM-SIZE FROM-ROOT TO-SIZE TO-ROOT HASHES…: RFC 9162, 2.1.4.2
check_consistency() {
  local fn=$(($1 - 1)) sn=$(($3 - 1)) old=$2 new=$4 fr sr hash
  shift 4
  (($# > 0)) || failed "the proof of consistency is empty"
  while ((fn & 1)); do fn=$((fn >> 1)) sn=$((sn >> 1)); done
  if ((fn == 0)); then fr=$old sr=$old; else fr=$1 sr=$1 && shift; fi
  for hash in "$@"; do
    ((sn > 0)) || failed "the proof of consistency is too long"
    if ((fn & 1)) || ((fn == sn)); then
      fr=$(hash_of_hex "01$hash$fr") sr=$(hash_of_hex "01$hash$sr")
      while ! ((fn & 1)) && ((fn != 0)); do fn=$((fn >> 1)) sn=$((sn >> 1)); done
    else
      sr=$(hash_of_hex "01$sr$hash")
    fi
    fn=$((fn >> 1)) sn=$((sn >> 1))
  done
  [[ $fr == "$old" && $sr == "$new" && $sn -eq 0 ]] || failed "the log's history was changed"
}

# check_anchors: the time stamps (sections 16 and 19); sets covered ("SIZE ROOT" to what is proved) and unconfirmed
declare -A covered=() covered_at=() item_heads=()
not_shown="" revocation_not_shown="" list_made=""
unconfirmed=""
check_anchors() {
  local folder name base lines heads head gen shown authorities latest imprint anchored=0
  for folder in data/anchors/*/; do
    base=${folder%/} base=${base##*/}
    need "${folder}checkpoint"
    ((++anchored <= 64)) || failed "more anchors than a bag may have"
    (($(size_of "$here") <= 65536)) || failed "not a checkpoint"
    check_checkpoint "$here" stamped
    here=${folder}checkpoint
    [[ $size == "$base" ]] || failed "another size than its folder's"
    local stamped_size=$size stamped_root=$tree_root
    heads=("$size $tree_root") authorities=0
    for name in "$folder"from.*; do
      need "$name"
      shape "$name" dokaz/consistency/v1 "from $dec1 $base64_32" "to $dec1 $base64_32" "*$base64_32"
      mapfile -t lines <"$name"
      read -r _ head gen <<<"${lines[1]}"
      [[ $name == "${folder}from.$head" && ${lines[2]} == "to $stamped_size "* ]] && ((head < stamped_size && ${#lines[@]} <= 130)) &&
        [[ $(base64_to_hex "${lines[2]##* }") == "$stamped_root" ]] || failed "about other checkpoints than its place says"
      gen=$(base64_to_hex "$gen")
      [[ -n ${item_heads["$head $gen"]:-} ]] || failed "from a checkpoint that no receipt here ends with"
      local hashes=()
      for shown in "${lines[@]:3}"; do hashes+=("$(base64_to_hex "$shown")"); done
      check_consistency "$head" "$gen" "$stamped_size" "$stamped_root" "${hashes[@]}"
      heads+=("$head $gen")
    done
    for name in "$folder"*.tsr; do
      need "${name%.tsr}.chain.pem"
      [[ -z ${present[${name%.tsr}.crl]:-} ]] || need "${name%.tsr}.crl"
      need "$name"
      authorities=$((authorities + 1))
      gen="" latest=0 imprint=""
      while IFS= read -r shown; do
        case $shown in
          "Time stamp: "*) gen=${shown#Time stamp: } ;;
          "Hash Algorithm: "*) imprint=${shown#Hash Algorithm: } ;;
          "Accuracy: "*)
            # Seconds, thousandths and millionths, each in hexadecimal or "unspecified": rounded up.
            [[ $shown != "Accuracy: unspecified" ]] || continue
            [[ $shown =~ ^Accuracy:\ (0x([0-9A-F]{1,8})|unspecified)\ seconds,\ (0x([0-9A-F]{1,4})|unspecified)\ millis,\ (0x([0-9A-F]{1,4})|unspecified)\ micros$ ]] ||
              failed "a time stamp of an accuracy that cannot be read"
            latest=$((16#${BASH_REMATCH[2]:-0}))
            ((16#${BASH_REMATCH[4]:-0} + 16#${BASH_REMATCH[6]:-0} == 0)) || latest=$((latest + 1))
            ;;
        esac
      done < <(openssl ts -reply -in "$name" -text 2>/dev/null)
      [[ $imprint == sha256 ]] || failed "not a time stamp over a SHA-256"
      [[ $gen != *.* ]] || latest=$((latest + 1))
      gen=$(date -u -d "$gen" +%s 2>/dev/null) && [[ -n $gen ]] || failed "not a time stamp"
      ((gen <= now + 86400)) || failed "a time stamp of a time that is yet to come"
      latest=$((gen + latest))
      # By the last certificate of its own chain it is whole or it is not; by a root that you gave it proves something.
      shown=$(<"${name%.tsr}.chain.pem")
      echo "-----BEGIN CERTIFICATE-----${shown##*-----BEGIN CERTIFICATE-----}" >"$work/own.pem"
      holds_by "$work/own.pem" "$gen" "${folder}checkpoint" "$name" || failed "a time stamp does not hold, or is not over these bytes"
      list_made=""
      [[ -z ${present[${name%.tsr}.crl]:-} ]] || refuse_revoked "$name"
      if [[ -n $authority ]] && holds_by "$authority" "$gen" "${folder}checkpoint" "$name"; then
        show_revocation "$gen" "${folder}checkpoint" "$name"
        for head in "${heads[@]}"; do
          covered[$head]+="${covered[$head]:+, }time stamp $(date -u -d "@$latest" +%Y-%m-%dT%H:%M:%SZ)"
          [[ -z $not_shown ]] || revocation_not_shown=yes
          if [[ -z ${covered_at[$head]:-} ]] || ((latest < covered_at[$head])); then covered_at[$head]=$latest; fi
        done
      else
        unconfirmed=yes
      fi
    done
    here=${folder}checkpoint
    ((authorities > 0)) || failed "no authority's response"
    ((authorities <= 8)) || failed "more authorities than an anchor may have"
    shown=""
    for head in "${heads[@]}"; do shown+=${item_heads[$head]:-}; done
    [[ -n $shown ]] || failed "it covers nothing here"
  done
  ((${#covered[@]} == 0)) || ok "time stamps hold, by the roots that you gave"
  [[ -z $unconfirmed ]] || note "time stamps are here that lead to no root that you gave"
}

