# SPDX-License-Identifier: GPL-3.0-or-later
# --- The forms of lines (sections 1, 3, 7, 8, 10): one regular expression for each ----------------------

hex32='[0-9a-f]{32}' hex64='[0-9a-f]{64}' dec='(0|[1-9][0-9]{0,17})' dec1='[1-9][0-9]{0,17}'
base64_32='[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=' base64_64='[A-Za-z0-9+/]{85}[AQgw]==' base64_96='[A-Za-z0-9+/]{128}'
base64='([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)'
note_name='[!-*,-~]+' pseudonym='[a-z0-9-]{1,32}' day='[0-9]{4}-[0-9]{2}-[0-9]{2}'
second="${day}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
signature_line="— $note_name $base64"
acts='genesis|seal|derive|redact|transfer-out|transfer-in|receive|access|verify|export|disclose|note|consent'
acts+='|withdraw|heartbeat|close|fork-found|key-bind|key-rotate|key-revoke|device-lost|renew|destroy'
statement_form=(custody/v1 "chain $hex32" "seq (0|[1-9][0-9]{0,5})" "prev $hex64" "act ($acts)" "time $day(T.{8}Z)?"
  "seen (0 -|$dec1 $base64_32)" "*key $hex64 $base64_64" "+obj $hex64 $dec1" 'sd [A-Za-z0-9_-]{43}' '+sd [A-Za-z0-9_-]{43}')
checkpoint_form=("sigsum\.org/v1/tree/$hex64" "$dec" "$base64_32" '' "$signature_line" "*$signature_line")
proof_form=('c2sp\.org/tlog-proof@v1' "extra $base64_96" "index $dec" "*$base64_32" '' "${checkpoint_form[@]}")
roster_form=(dokaz/roster/v1 "root $hex64" "number $dec1"
  "+member $pseudonym (documenter|reviewer|counsel|server) $hex64" '+recipient (team|legal) age1[a-z0-9]{58}'
  "+revoked $hex64 $dec" '' "$signature_line")
ticket_form=(dokaz/ticket/v1 "root $hex64" "ticket $hex64" "pseudonym $pseudonym"
  'role (documenter|reviewer|counsel)' "until $second" '' "$signature_line")
admission_form=(dokaz/admission/v1 "root $hex64" "ticket $hex64" "member $hex64" '' "$signature_line" "$signature_line")
policy_form=("log $hex64" "*witness $note_name $hex64" "*group $note_name $dec1( $note_name)+" "quorum $note_name")

# read_text FILE: its bytes in content; they are LF and 0x20 to 0x7E, in notes also the dash, and LF ends them
read_text() {
  local odd
  content=""
  IFS= read -r -d '' content <"$1"
  odd=${content//$'\n'/}
  odd=${odd//—/}
  [[ ${#content} -eq ${sizes[$1]:-$(size_of "$1")} && $odd != *[!\ -~]* && $content == *$'\n' ]] ||
    failed "bytes that no text of an exhibit has"
}

# shape FILE FORM…: each form is one line; with * any number of lines, with + any number in ascending order
shape() {
  local file=$1 line form previous="" lines
  shift
  read_text "$file"
  mapfile -t lines <"$file"
  for line in "${lines[@]}"; do
    while [[ ${1:-} == [*+]* && ! $line =~ ^${1:1}$ ]]; do shift; done
    (($# > 0)) || failed "a line that has no place there"
    form=$1
    if [[ $form != [*+]* ]]; then
      [[ $line =~ ^$form$ ]] || failed "a line is malformed"
      previous=$line
      shift
      continue
    fi
    [[ $line == "obj "* ]] && line=${line:0:68}
    if [[ $form == +* && ${previous%% *} == "${line%% *}" ]]; then
      [[ $line > $previous ]] || failed "lines are not ascending"
    fi
    previous=$line
  done
  while [[ ${1:-} == [*+]* ]]; do shift; done
  (($# == 0)) || failed "a line is missing"
}

# is_time TEXT: a real date, and a time of day without a second 60
is_time() {
  local form=%Y-%m-%d
  [[ $1 == *T* ]] && form=%Y-%m-%dT%H:%M:%SZ
  [[ $1 =~ ^($day|$second)$ && ${1:0:4} -ge 1970 && $(date -u -d "$1" +"$form" 2>/dev/null) == "$1" ]] ||
    failed "not a time"
}

# split_note FILE: the text to $work/text, the signature lines to the array note_lines
split_note() {
  local lines line dash name value in_text=1
  declare -A by=()
  note_lines=()
  : >"$work/text"
  (($(size_of "$1") <= 65536)) || failed "a note that is too long"
  mapfile -t lines <"$1"
  for line in "${lines[@]}"; do
    if ((in_text)); then
      if [[ -z $line ]]; then in_text=0; else printf '%s\n' "$line" >>"$work/text"; fi
    else
      [[ $line =~ ^$signature_line$ ]] || failed "a signature line is malformed"
      read -r dash name value <<<"$line"
      value=$(base64_to_hex "$value")
      [[ -z ${by["$name ${value:0:8}"]:-} ]] || failed "two lines by one key"
      by["$name ${value:0:8}"]=1
      note_lines+=("$line")
    fi
  done
  ((${#note_lines[@]} > 0 && ${#note_lines[@]} <= 32)) || failed "not a signed note"
}

# note_line NAME TYPE KEY-HEX: the hex after the key id of the line by that key, or nothing
note_line() {
  local line dash name value bytes id
  id=$(key_id "$1" "$2" "$3")
  for line in "${note_lines[@]}"; do
    read -r dash name value <<<"$line"
    bytes=$(base64_to_hex "$value")
    if [[ $name == "$1" && ${bytes:0:8} == "$id" ]]; then
      echo "${bytes:8}"
      return
    fi
  done
}

# one_signature FILE NAME KEY-HEX: a note of section 7
one_signature() {
  split_note "$1"
  ((${#note_lines[@]} == 1)) || failed "more than one signature"
  ed25519 "$3" "$(note_line "$2" 01 "$3")" "$work/text" || failed "the signature does not match"
}

# field FILE KEY: the rest of the line that starts with KEY
field() {
  local line
  while IFS= read -r line; do
    [[ $line == "$2 "* ]] && { echo "${line#"$2 "}"; return; }
  done <"$1"
}

# same_text FILE TEXT: the file is exactly this
same_text() {
  need "$1"
  read_text "$1"
  [[ $content == "$2" ]] || failed "not what the rest of the exhibit gives"
}

