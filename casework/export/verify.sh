#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks a Dokaz exhibit or dossier with bash, coreutils and openssl (3.0 or later), and nothing of ours.
#
#   bash verify.sh FINGERPRINT POLICY [EXHIBIT [AUTHORITY]]
#
# FINGERPRINT (64 hexadecimal digits) and POLICY (a file) must come from the legal team by another way
# than this exhibit. So should this script: whoever forges an exhibit can forge the script in it. Read
# it, or compare it with the published one. EXHIBIT is the folder; without it, the folder of the script.
# AUTHORITY (PEM) holds the root certificates of time authorities, from them and not from the exhibit.
#
# Ends with 0 (verified), with 3 (verified with limits: everything that is there holds, and what nobody
# independent proves is named), with 1 at the first thing that does not hold, with 2 if it was called
# wrongly. Section numbers are those of the format's description, docs/format.md.
#
# One long file on purpose: it is read from top to bottom by somebody who trusts nothing of ours, is
# compared with the published one by a single hash, and works alone. The parts are in the order of the
# check. What it does not check is said at the end.
set -uo pipefail
shopt -s globstar dotglob nullglob
export LC_ALL=C

unset CDPATH GLOBIGNORE

# What an exhibit holds is shown only where it cannot play tricks on a terminal.
plain() { printf '%s' "${1//[!\ -~]/?}"; }
here=.
failed() {
  echo "FAILED: $1"
  echo "Where:  $(plain "$here")"
  echo "Do not rely on this exhibit. Ask whoever gave it to you for a fresh copy."
  exit 1
}
ok() { echo "ok      $(plain "$1")"; }
note() { echo "note    $(plain "$1")"; }

[[ $# -ge 2 && $# -le 4 && $1 =~ ^[0-9a-f]{64}$ && -f $2 && (-z ${4:-} || -f $4) ]] || {
  echo "Usage: bash verify.sh FINGERPRINT POLICY [EXHIBIT [AUTHORITY]]" >&2
  exit 2
}
fingerprint=$1 authority="" now=$(date +%s)
[[ -z ${4:-} ]] || authority=$(realpath -e -- "$4") || exit 2
policy_given=$(realpath -e -- "$2") && script=$(realpath -e -- "${BASH_SOURCE[0]}") || exit 2
exhibit=$(realpath -e -- "${3:-$(dirname -- "$script")}") && cd -- "$exhibit" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf -- "$work"' EXIT

# --- 0. Names: before anything is read, and nothing else is ever shown ---------------------------------

path_form='[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}'
declare -A present=() used=() sizes=()
most=20000 many=""
if [[ -f data/dossier && ! -L data/dossier ]]; then most=250000 many=yes; fi
for path in **; do
  here="a name that no exhibit has, so it is not shown"
  [[ $path =~ ^$path_form$ && ${#path} -le 200 ]] || failed "a part that nobody signed for"
  here=$path
  [[ ! -L $path ]] || failed "a link; an exhibit has none"
  if [[ -d $path ]]; then
    inside=("$path"/*)
    ((${#inside[@]} > 0)) || failed "an empty folder"
    continue
  fi
  [[ -f $path ]] || failed "not an ordinary file"
  present[$path]=1
  ((${#present[@]} <= most)) || failed "more files than an exhibit may have"
done
names=("${!present[@]}")
for ((i = 0; i < ${#names[@]}; i += 1000)); do
  while read -r size path; do sizes[$path]=$size; done < <(stat -c '%s %n' -- "${names[@]:i:1000}")
done

# need PATH: it is there, and it has a place here
need() {
  here=$1
  [[ -n ${present[$1]:-} ]] || failed "a part is missing"
  used[$1]=1
}

# --- Bytes, hashes, signatures ------------------------------------------------------------------------

to_hex() { basenc --base16 -w0 | tr A-F a-f; }
from_hex() { tr a-f A-F | basenc --base16 -d; }
sha256_hex() { openssl dgst -sha256 -binary | to_hex; }
hash_of_hex() { printf %s "$1" | from_hex | sha256_hex; }
base64_to_hex() { printf %s "$1" | base64 -d 2>/dev/null | to_hex; }
size_of() { stat -c %s -- "$1"; }

# Points of small order "sign" everything, and openssl does not refuse them nor what is not canonical
# (section 2): neither may be a key or the first half of a signature.
refuse_weak() {
  local last=$((0x${1:62:2} & 0x7f)) first=${1:0:62}
  case "$first:$last" in
    01000000000000000000000000000000000000000000000000000000000000:0) failed "a point of small order" ;;
    00000000000000000000000000000000000000000000000000000000000000:0) failed "a point of small order" ;;
    e[cdef]ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff:127) failed "a point of small order" ;;
    f?ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff:127) failed "a point that is not canonical" ;;
    26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc:5) failed "a point of small order" ;;
    c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03:122) failed "a point of small order" ;;
  esac
}

# ed25519 KEY-HEX SIGNATURE-HEX MESSAGE-FILE
ed25519() {
  [[ $1 =~ ^[0-9a-f]{64}$ && $2 =~ ^[0-9a-f]{128}$ ]] || failed "a key or signature has the wrong length"
  refuse_weak "$1"
  refuse_weak "${2:0:64}"
  {
    echo "-----BEGIN PUBLIC KEY-----"
    printf %s "302a300506032b6570032100$1" | from_hex | base64
    echo "-----END PUBLIC KEY-----"
  } >"$work/key.pem"
  printf %s "$2" | from_hex >"$work/signature"
  openssl pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$3" -sigfile "$work/signature" \
    >/dev/null 2>&1
}

# key_id NAME TYPE-HEX KEY-HEX: the first four bytes of H(name || 0A || type || key), section 7
key_id() {
  local id
  id=$({ printf '%s\n' "$1"; printf %s "$2$3" | from_hex; } | sha256_hex)
  echo "${id:0:8}"
}

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

# --- 1. The files are those that the exporter signed for (sections 12 and 13) --------------------------

declare -A listed=() hash_at=() longer_hash_at=()
read_manifest() { # FILE PATTERN [sha512sum]: of the paths that it may list
  local line last="" path lines sums paths=() i tool=${3:-sha256sum} digits=64
  [[ $tool == sha256sum ]] || digits=128
  need "$1"
  ((${sizes[$1]} <= most * 331)) || failed "more lines than an exhibit has files"
  read_text "$1"
  mapfile -t lines <"$1"
  for line in "${lines[@]}"; do
    here=$1
    [[ $line =~ ^[0-9a-f]{$digits}\ \ ($path_form)$ ]] || failed "not a line of a manifest"
    path=${line:digits+2}
    [[ $path > $last ]] || failed "paths are not ascending"
    [[ $path =~ $2 ]] || failed "lists a file of the other manifest"
    last=$path
    if [[ $tool == sha512sum ]]; then
      [[ -n ${listed[$path]:-} ]] || failed "lists other files than the other manifest"
      longer_hash_at[$path]=${line:0:128}
    else
      listed[$path]=1 hash_at[$path]=${line:0:64}
    fi
    [[ -n ${present[$path]:-} ]] || { here=$path; failed "a part is missing"; }
    paths+=("$path")
  done
  for ((i = 0; i < ${#lines[@]}; i++)); do
    ((i % 1000)) || mapfile -t sums < <("$tool" -- "${paths[@]:i:1000}")
    here=${paths[i]}
    [[ ${lines[i]} == "${sums[i % 1000]:-}" ]] || failed "a file is not the one that is listed"
  done
}
read_manifest tagmanifest-sha256.txt '^[^/]+$'
read_manifest manifest-sha256.txt '^data/'
if [[ -n $many ]]; then
  read_manifest manifest-sha512.txt '^data/' sha512sum
  for path in "${!listed[@]}"; do
    here=manifest-sha512.txt
    [[ $path != data/* || -n ${longer_hash_at[$path]:-} ]] || failed "lists other files than the other manifest"
  done
  [[ -n ${listed[manifest-sha512.txt]:-} ]] || failed "the manifest is not signed for"
fi
for path in "${!present[@]}"; do
  here=$path
  case $path in tagmanifest-sha256.txt | tagmanifest-sha256.txt.sig) continue ;; esac
  [[ -n ${listed[$path]:-} ]] || failed "a part that nobody signed for"
done
for path in README.html verify.sh; do need "$path"; done
same_text bagit.txt $'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
[[ -n ${listed[manifest-sha256.txt]:-} ]] || failed "the manifest is not signed for"
ok "sha256sum: ${#listed[@]} files are as listed, and there is no other"

need tagmanifest-sha256.txt.sig
read_text tagmanifest-sha256.txt.sig
mapfile -t armor <tagmanifest-sha256.txt.sig
[[ ${#armor[@]} -gt 2 && ${armor[0]} == "-----BEGIN SSH SIGNATURE-----" && ${armor[-1]} == "-----END SSH SIGNATURE-----" ]] ||
  failed "not an SSH signature"
blob=$(base64_to_hex "$(printf %s "${armor[@]:1:${#armor[@]}-2}")")
ssh_key=0000000b7373682d6564323535313900000020
head=5353485349470000000100000033$ssh_key
tail=0000000d646f6b617a2d65786869626974000000000000000673686135313200000053
tail+=0000000b7373682d6564323535313900000040
exporter=${blob:${#head}:64}
[[ ${#blob} -eq 366 && ${blob:0:${#head}} == "$head" && ${blob:${#head}+64:${#tail}} == "$tail" ]] ||
  failed "not an SSH signature of the kind that exhibits have"
same_text tagmanifest-sha256.txt.sig "${armor[0]}
$(printf %s "$blob" | from_hex | base64 -w70)
${armor[-1]}
"
{
  printf 'SSHSIG'
  printf %s 0000000d646f6b617a2d65786869626974000000000000000673686135313200000040 | from_hex
  openssl dgst -sha512 -binary tagmanifest-sha256.txt
} >"$work/message"
ed25519 "$exporter" "${blob: -128}" "$work/message" || failed "the exporter's signature does not match"
ok "the exporter's signature covers all of them (also: ssh-keygen -Y verify)"

# --- 2. Whose authority: from the fingerprint that you gave (section 7) --------------------------------

declare -A name_of=() role_of=() key_of=() first_of=() epoch_of=() taken=() second_role=()
add_member() { # pseudonym role key
  local hash
  hash=$(hash_of_hex "$3")
  [[ -z ${name_of[$hash]:-} && $3 != "$root" ]] || failed "one key for two"
  [[ -z ${taken[$1]:-} && $1 != log ]] || failed "a pseudonym that is taken"
  name_of[$hash]=$1 role_of[$hash]=$2 key_of[$hash]=$3 first_of[$hash]=$3 epoch_of[$hash]=0 taken[$1]=1
}
# add_epoch HASH KEY: the key that a key-rotate by the key of that hash names (section 3)
add_epoch() {
  local hash
  hash=$(hash_of_hex "$2")
  [[ -z ${name_of[$hash]:-} && $2 != "$root" && -z ${second_role[$2]:-} ]] || failed "the next key is somebody's already"
  ((epoch_of[$1] + 1 < 1024)) || failed "more keys than a member may have"
  name_of[$hash]=${name_of[$1]} role_of[$hash]=${role_of[$1]} key_of[$hash]=$2 first_of[$hash]=${first_of[$1]}
  epoch_of[$hash]=$((epoch_of[$1] + 1))
  signer=$hash
}
# key_text KEY-HEX: as OpenSSH writes it
key_text() { printf 'ssh-ed25519 '; printf %s "$ssh_key$1" | from_hex | base64 -w0; }

need data/roster
shape data/roster "${roster_form[@]}"
root=$(field data/roster root)
[[ $(hash_of_hex "$root") == "$fingerprint" ]] || failed "the case root is another than the fingerprint's"
one_signature data/roster dokaz-case "$root"
roster=$(field "$work/text" number)
declare -A revoked=() revoked_from=()
while read -r word name role key; do
  [[ $word == member ]] && add_member "$name" "$role" "$key"
  if [[ $word == revoked ]]; then
    [[ $name != "$root" && -z ${revoked[$name]:-} ]] || failed "a key that cannot be revoked, or twice"
    revoked[$name]=$role
  fi
done <"$work/text"
[[ -n $(field "$work/text" "recipient team") && -n $(field "$work/text" "recipient legal") ]] ||
  failed "a group without recipient"

# Only who is listed in the roster: a copied invitation must not make exporters.
here=tagmanifest-sha256.txt.sig
exporter_hash=$(hash_of_hex "$exporter")
[[ ${role_of[$exporter_hash]:-} =~ ^(counsel|reviewer)$ ]] || failed "the exporter is no reviewer or counsel of the roster"
exporter_name=${name_of[$exporter_hash]}
[[ -z ${revoked[$exporter]:-} ]] || failed "the exporter's key is revoked"
same_text allowed_signers "$exporter_name namespaces=\"dokaz-exhibit\" $(key_text "$exporter")"$'\n'

# key_file HASH: where the key is for other tools
key_file() {
  local epoch=${epoch_of[$1]}
  echo "data/keys/${name_of[$1]}$([[ $epoch == 0 ]] || echo ".$epoch").pub"
}
check_key_file() { same_text "$3" "$(key_text "$2") $1"$'\n'; }
check_key_file "$exporter_name" "$exporter" "$(key_file "$exporter_hash")"

for ticket in data/members/*.ticket; do
  need "$ticket"
  name=${ticket#data/members/} name=${name%.ticket}
  shape "$ticket" "${ticket_form[@]}"
  one_signature "$ticket" dokaz-case "$root"
  [[ $(field "$work/text" root) == "$root" && $(field "$work/text" pseudonym) == "$name" ]] ||
    failed "not that member's ticket"
  is_time "$(field "$work/text" until)"
  ticket_key=$(field "$work/text" ticket) role=$(field "$work/text" role)
  [[ $ticket_key != "$root" ]] || failed "one key for two"
  need "data/members/$name.admission"
  shape "$here" "${admission_form[@]}"
  split_note "$here"
  key=$(field "$work/text" member)
  [[ ${note_lines[0]} == "— dokaz-ticket "* && ${note_lines[1]} == "— dokaz-member "* ]] ||
    failed "not signed by ticket and member"
  ed25519 "$ticket_key" "$(note_line dokaz-ticket 01 "$ticket_key")" "$work/text" ||
    failed "the ticket's signature does not match"
  ed25519 "$key" "$(note_line dokaz-member 01 "$key")" "$work/text" || failed "the member's signature does not match"
  [[ $(field "$work/text" root) == "$root" && $(field "$work/text" ticket) == "$ticket_key" ]] ||
    failed "not that ticket's admission"
  [[ $key != "$ticket_key" ]] || failed "one key for two"
  add_member "$name" "$role" "$key"
  # Who came by an invitation that was closed signs nothing from that place of the log on.
  [[ -z ${revoked[$ticket_key]:-} || -n ${revoked[$key]:-} ]] || revoked[$key]=${revoked[$ticket_key]}
  [[ -z ${revoked[$ticket_key]:-} ]] || ((revoked[$ticket_key] >= revoked[$key])) || revoked[$key]=${revoked[$ticket_key]}
  second_role[$ticket_key]=1
done
ok "roster and invitations lead to the case root; shown by $exporter_name"
note "the exporter's key has the fingerprint $exporter_hash"
note "and is in roster $roster: ask the case whether this is the current one"

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
# holds_by ROOTS TIME CHECKPOINT RESPONSE: as at that time, every key and hash of at least 112 bits
holds_by() {
  openssl ts -verify -attime "$2" -data "$3" -in "$4" -CAfile "$1" -untrusted "${4%.tsr}.chain.pem" \
    -partial_chain -auth_level 2 >/dev/null 2>&1
}

# is_listed_revoked TIME CHECKPOINT RESPONSE: whether a list beside it names one of the certificates, for whatever reason.
# Sets not_shown where the lists do not say that none of them was revoked.
is_listed_revoked() {
  local said
  not_shown=yes
  [[ -f ${3%.tsr}.crl ]] || return 1
  cat -- "$authority" "${3%.tsr}.crl" >"$work/lists.pem"
  if said=$(openssl ts -verify -attime "$1" -data "$2" -in "$3" -CAfile "$work/lists.pem" -untrusted "${3%.tsr}.chain.pem" \
    -partial_chain -auth_level 2 -crl_check_all 2>&1); then
    not_shown=""
    return 1
  fi
  [[ $said == *revoked* ]] || return 1
  note "a certificate of a time stamp stands in a list of revoked ones; dokaz-verify judges why: $3"
}

declare -A covered=() covered_at=() item_heads=()
not_shown="" revocation_not_shown=""
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
            [[ $shown =~ ^Accuracy:\ (0x([0-9A-F]+)|unspecified)\ seconds,\ (0x([0-9A-F]+)|unspecified)\ millis,\ (0x([0-9A-F]+)|unspecified)\ micros$ ]] || continue
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
      if [[ -n $authority ]] && holds_by "$authority" "$gen" "${folder}checkpoint" "$name" && ! is_listed_revoked "$gen" "${folder}checkpoint" "$name"; then
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
st_member=() st_index=() st_siblings=() st_note=() st_checksum=() st_signature=() st_extra=()
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
    mapfile -t rest < <(printf %s "${st_siblings[i]}" | base64 -d | basenc --base16 -w64 | tr A-F a-f)
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
    echo "$(plain "${st_path[i]%/statement}: ${st_hash[i]:0:16} by ${name_of[${st_member[i]}]}, claimed ${st_time[i]}, not after: ${note_witnessed[${st_note[i]}]:-}${covered[$text]:+ ${covered[$text]}}")"
  done
  echo "Not proved: that the scene is real; when and where a picture was taken; who stands behind a"
  echo "            pseudonym; that there is nothing else. Only that nothing was changed since sealing."
  echo "Not checked: that keys and signatures lie in the prime-order subgroup (section 2); of time stamps, why a"
  echo "            certificate was revoked, and whether clocks contradict each other (section 16): dokaz-verify does."
  ((${#limits[@]} == 0)) || exit 3
  exit 0
}
if [[ -n $many ]]; then check_dossier; fi

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

# --- What this shows, and what it does not -------------------------------------------------------------

limits=()
stamped=${covered["$item_head"]:-}
if [[ -z $item_witnessed ]]; then
  limits+=("No independent witness vouches for the log: its operator alone says that it shows everybody the same.")
fi
if [[ -z $item_witnessed && -z $stamped ]]; then
  limits+=("The time is claimed only: nobody independent proves when the statement existed.")
elif [[ -z ${witnessed_heads[$item_seen]:-} ]]; then
  limits+=("Nobody independent proves a time before which the statement did not exist.")
fi
[[ -n $stored ]] || limits+=("No statement of the server that it stored the objects is here.")
[[ -z $stamped || -z $revocation_not_shown ]] || limits+=("That the time authority's certificate was not revoked is not shown.")
[[ -z $unconfirmed ]] || limits+=("Time stamps are here that lead to no authority's root that was given: they prove nothing.")

echo
if ((${#limits[@]} == 0)); then outcome=VERIFIED; else outcome="VERIFIED WITH LIMITS"; fi
echo "$outcome, for the fingerprint and the policy that you gave."
for limit in "${limits[@]}"; do echo "Limit:      $limit"; done
echo "Item:       $item_hash"
echo "Signed by:  ${name_of[$item_member]} (${role_of[$item_member]})"
echo "Time:       claimed by the signer's clock: $(field "$item" time)"
[[ -z $stamped ]] || echo "            not after: $stamped"
if [[ -n $item_witnessed ]]; then
  echo "            not after the latest of: $item_witnessed"
  [[ -z ${witnessed_heads[$item_seen]:-} ]] || echo "            not before the earliest of: ${witnessed_heads[$item_seen]}"
fi
echo "Not proved: that the scene is real; when and where a picture was taken; who stands behind a"
echo "            pseudonym; that there is nothing else. Only that nothing was changed since sealing."
echo "Not checked: that keys and signatures lie in the prime-order subgroup (section 2); of time stamps, why a"
echo "            certificate was revoked, and whether clocks contradict each other (section 16): dokaz-verify does."
echo
echo "Other tools for parts of this check:"
echo "  ssh-keygen -Y verify -f allowed_signers -I ${name_of[$exporter_hash]} -n dokaz-exhibit \\"
echo "    -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt"
echo "  sigsum-verify -k $(key_file "$item_member") -p POLICY data/item/statement.sigsum-proof \\"
echo "    < data/item/statement"
echo "  age -d -i KEY data/item/objects/NAME.age | tar x        (whoever holds a key of the case)"
((${#limits[@]} == 0)) || exit 3
