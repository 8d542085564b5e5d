# SPDX-License-Identifier: GPL-3.0-or-later
# --- Facts (section 4), what is in a bag besides, and time stamps ------------------------------------------

# json DEPTH: takes one value off the front of $rest, in the one spelling of section 4
utf8=$'[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]'
utf8+=$'|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}'
escape='\\["\\bfnrt]|\\u00(0[0-7be-f]|1[0-9a-f])'
string='"([] !#-[^-'$'\x7f'"]|$escape|$utf8)*\""
json() {
  local key last=""
  if [[ $rest =~ ^$string ]] || [[ $rest =~ ^(true|false|null) ]]; then
    rest=${rest:${#BASH_REMATCH[0]}}
  elif [[ $rest =~ ^(0|-?[1-9][0-9]{0,15}) ]]; then
    rest=${rest:${#BASH_REMATCH[0]}} key=${BASH_REMATCH[0]#-}
    ((key <= 9007199254740991)) && [[ $rest != [0-9.eE]* ]] || failed "not a disclosure"
  elif [[ $rest == "["* || $rest == "{"* ]] && (($1 < 9)); then
    if [[ $rest == "[]"* || $rest == "{}"* ]]; then rest=${rest:2} && return; fi
    if [[ $rest == "["* ]]; then
      rest=,${rest:1}
      while [[ $rest == ,* ]]; do rest=${rest:1} && json $(($1 + 1)); done
      [[ $rest == "]"* ]] || failed "not a disclosure"
    else
      rest=,${rest:1}
      while [[ $rest =~ ^,(\"[]\ !#-[^-~]*\"): ]]; do
        key=${BASH_REMATCH[1]}
        [[ $key > $last ]] || failed "not a disclosure"
        last=$key rest=${rest:${#BASH_REMATCH[0]}}
        json $(($1 + 1))
      done
      [[ $rest == "}"* ]] || failed "not a disclosure"
    fi
    rest=${rest:1}
  else
    failed "not a disclosure"
  fi
}

# disclose LINE: sets fact_name and fact_value; the value is JSON
disclose() {
  local padded json
  [[ $1 =~ ^[A-Za-z0-9_-]+$ && ${#1} -le 65536 ]] || failed "not a disclosure"
  padded=$1
  while ((${#padded} % 4)); do padded+="="; done
  json=$(printf %s "$padded" | basenc --base64url -d 2>/dev/null | tr '\0' '\1') || failed "not a disclosure"
  [[ $(printf %s "$json" | basenc --base64url -w0) == "$padded" &&
    $json =~ ^\[\"[A-Za-z0-9_-]{21}[AQgw]\",\"([a-z0-9.]{1,64})\",(.*)\]$ ]] || failed "not a disclosure"
  fact_name=${BASH_REMATCH[1]} fact_value=${BASH_REMATCH[2]}
  local rest=$fact_value
  json 1
  [[ -z $rest ]] || failed "not a disclosure"
}
digest_of() { printf %s "$1" | openssl dgst -sha256 -binary | basenc --base64url | tr -d '=\n'; }

# check_bag_info IDENTIFIER: and that no file is without a place
check_bag_info() {
  local bytes=0 count=0 path bagging_day
  for path in "${!present[@]}"; do
    if [[ $path == data/* ]]; then bytes=$((bytes + ${sizes[$path]})) count=$((count + 1)); fi
  done
  need bag-info.txt
  bagging_day=$(field bag-info.txt Bagging-Date:)
  is_time "$bagging_day"
  same_text bag-info.txt "Bagging-Date: $bagging_day
External-Identifier: $1
Payload-Oxum: $bytes.$count
"
  [[ ${#bagging_day} -eq 10 ]] || failed "not a date"
  for path in "${!present[@]}"; do
    here=$path
    [[ -n ${used[$path]:-} ]] || failed "a part that has no place in an exhibit"
  done
  ok "every file has its place in an exhibit"
  [[ $(sha256_hex <verify.sh) == "$(sha256_hex <"$script")" ]] ||
    note "verify.sh in this exhibit is not the script that runs here: do not run it"
}

