#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks a Dokaz exhibit with bash, coreutils and openssl (3.0 or later), and nothing of ours.
#
#   bash verify.sh FINGERPRINT POLICY [EXHIBIT]
#
# FINGERPRINT (64 hexadecimal digits) and POLICY (a file) must come from the legal team by another way
# than this exhibit. So should this script: whoever forges an exhibit can forge the script in it. Read
# it, or compare it with the published one. EXHIBIT is the folder; without it, the folder of the script.
#
# Ends with 0 (verified), with 3 (verified with limits: everything that is there holds, and what nobody
# independent proves is named), with 1 at the first thing that does not hold, with 2 if it was called
# wrongly. Section numbers are those of the format's description, docs/format.md.
#
# One long file on purpose: it is read from top to bottom by somebody who trusts nothing of ours, is
# compared with the published one by a single hash, and works alone. The parts are in the order of the
# check. It checks what is signed and logged; dokaz-verify is stricter about the form of the files.
set -uo pipefail
shopt -s globstar dotglob nullglob
export LC_ALL=C

here=.
failed() {
  echo "FAILED: $1"
  echo "Where:  $here"
  echo "Do not rely on this exhibit. Ask whoever gave it to you for a fresh copy."
  exit 1
}
ok() { echo "ok      $1"; }

[[ $# -ge 2 && $# -le 3 && $1 =~ ^[0-9a-f]{64}$ && -f $2 ]] || {
  echo "Usage: bash verify.sh FINGERPRINT POLICY [EXHIBIT]" >&2
  exit 2
}
fingerprint=$1
policy_given=$(realpath -- "$2") || exit 2
cd -- "${3:-$(dirname -- "${BASH_SOURCE[0]}")}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf -- "$work"' EXIT

# --- Bytes, hashes, signatures ------------------------------------------------------------------------

to_hex() { basenc --base16 -w0 | tr A-F a-f; }
from_hex() { tr a-f A-F | basenc --base16 -d; }
sha256_hex() { openssl dgst -sha256 -binary | to_hex; }
hash_of_hex() { printf %s "$1" | from_hex | sha256_hex; }
base64_to_hex() { printf %s "$1" | base64 -d 2>/dev/null | to_hex; }
size_of() { stat -c %s -- "$1"; }

# Points of small order "sign" everything; openssl does not refuse them (section 2).
refuse_weak() {
  local last=$((0x${1:62:2} & 0x7f)) first=${1:0:62}
  case "$first:$last" in
    01000000000000000000000000000000000000000000000000000000000000:0) failed "a key of small order" ;;
    00000000000000000000000000000000000000000000000000000000000000:0) failed "a key of small order" ;;
    e[cdef]ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff:127) failed "a key of small order" ;;
    26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc:5) failed "a key of small order" ;;
    c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03:122) failed "a key of small order" ;;
  esac
}

# ed25519 KEY-HEX SIGNATURE-HEX MESSAGE-FILE
ed25519() {
  [[ $1 =~ ^[0-9a-f]{64}$ && $2 =~ ^[0-9a-f]{128}$ ]] || failed "a key or signature has the wrong length"
  refuse_weak "$1"
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

# split_note FILE: the text to $work/text, the signature lines to the array note_lines
split_note() {
  local lines line in_text=1
  note_lines=()
  : >"$work/text"
  mapfile -t lines <"$1"
  for line in "${lines[@]}"; do
    if ((in_text)); then
      if [[ -z $line ]]; then in_text=0; else printf '%s\n' "$line" >>"$work/text"; fi
    else
      [[ $line =~ ^—\ [^\ +]+\ [A-Za-z0-9+/]+=*$ ]] || failed "a signature line is malformed"
      note_lines+=("$line")
    fi
  done
  ((${#note_lines[@]} > 0)) || failed "not a signed note"
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

# --- 1. The files are those that the exporter signed for (sections 12 and 13) --------------------------

[[ -f tagmanifest-sha256.txt ]] || { here=tagmanifest-sha256.txt; failed "a part is missing"; }
declare -A present=() listed=()
for path in **; do
  here=$path
  [[ ! -L $path ]] || failed "a link; an exhibit has none"
  [[ -d $path ]] && continue
  [[ -f $path ]] || failed "not an ordinary file"
  present[$path]=1
done

read_manifest() {
  local line
  here=$1
  [[ -f $1 ]] || failed "a part is missing"
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ ^[0-9a-f]{64}\ \ ([A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*)$ ]] ||
      failed "not a line of a manifest"
    listed[${BASH_REMATCH[1]}]=1
    [[ -n ${present[${BASH_REMATCH[1]}]:-} ]] || { here=${BASH_REMATCH[1]}; failed "a part is missing"; }
  done <"$1"
  here=$1
  sha256sum --check --strict --quiet -- "$1" >&2 || failed "a file is not the one that is listed"
}
read_manifest tagmanifest-sha256.txt
read_manifest manifest-sha256.txt
for path in "${!present[@]}"; do
  here=$path
  case $path in tagmanifest-sha256.txt | tagmanifest-sha256.txt.sig) continue ;; esac
  [[ -n ${listed[$path]:-} ]] || failed "a part that nobody signed for"
done
[[ -n ${listed[manifest-sha256.txt]:-} ]] || failed "the manifest is not signed for"
ok "sha256sum: ${#listed[@]} files are as listed, and there is no other"

here=tagmanifest-sha256.txt.sig
mapfile -t armor <tagmanifest-sha256.txt.sig
[[ ${armor[0]} == "-----BEGIN SSH SIGNATURE-----" && ${armor[-1]} == "-----END SSH SIGNATURE-----" ]] ||
  failed "not an SSH signature"
blob=$(base64_to_hex "$(printf %s "${armor[@]:1:${#armor[@]}-2}")")
ssh_key=0000000b7373682d6564323535313900000020
head=5353485349470000000100000033$ssh_key
tail=0000000d646f6b617a2d65786869626974000000000000000673686135313200000053
tail+=0000000b7373682d6564323535313900000040
exporter=${blob:${#head}:64}
[[ ${#blob} -eq 366 && ${blob:0:${#head}} == "$head" && ${blob:${#head}+64:${#tail}} == "$tail" ]] ||
  failed "not an SSH signature of the kind that exhibits have"
{
  printf 'SSHSIG'
  printf %s 0000000d646f6b617a2d65786869626974000000000000000673686135313200000040 | from_hex
  openssl dgst -sha512 -binary tagmanifest-sha256.txt
} >"$work/message"
ed25519 "$exporter" "${blob: -128}" "$work/message" || failed "the exporter's signature does not match"
ok "the exporter's signature covers all of them (also: ssh-keygen -Y verify)"

# --- 2. Whose authority: from the fingerprint that you gave (section 7) --------------------------------

declare -A name_of=() role_of=() key_of=()
add_member() { # pseudonym role key
  local hash
  hash=$(hash_of_hex "$3")
  [[ -z ${name_of[$hash]:-} ]] || failed "one key for two members"
  name_of[$hash]=$1 role_of[$hash]=$2 key_of[$hash]=$3
}

here=data/roster
root=$(field data/roster root)
[[ $(hash_of_hex "$root") == "$fingerprint" ]] || failed "the case root is another than the fingerprint's"
one_signature data/roster dokaz-case "$root"
[[ $(head -n 1 "$work/text") == dokaz/roster/v1 ]] || failed "not a roster"
while read -r word pseudonym role key; do
  [[ $word == member ]] && add_member "$pseudonym" "$role" "$key"
done <"$work/text"
for ticket in data/members/*.ticket; do
  here=$ticket
  pseudonym=${ticket#data/members/} pseudonym=${pseudonym%.ticket}
  one_signature "$ticket" dokaz-case "$root"
  [[ $(head -n 1 "$work/text") == dokaz/ticket/v1 && $(field "$work/text" root) == "$root" &&
    $(field "$work/text" pseudonym) == "$pseudonym" ]] || failed "not that member's ticket"
  ticket_key=$(field "$work/text" ticket) role=$(field "$work/text" role)
  [[ $role =~ ^(documenter|reviewer|counsel)$ ]] || failed "not a role that a ticket gives"
  here=data/members/$pseudonym.admission
  [[ -f $here ]] || failed "a part is missing"
  split_note "$here"
  key=$(field "$work/text" member)
  [[ ${#note_lines[@]} -eq 2 && ${note_lines[0]} == "— dokaz-ticket "* && ${note_lines[1]} == "— dokaz-member "* ]] ||
    failed "not signed by ticket and member"
  ed25519 "$ticket_key" "$(note_line dokaz-ticket 01 "$ticket_key")" "$work/text" ||
    failed "the ticket's signature does not match"
  ed25519 "$key" "$(note_line dokaz-member 01 "$key")" "$work/text" || failed "the member's signature does not match"
  [[ $(head -n 1 "$work/text") == dokaz/admission/v1 && $(field "$work/text" root) == "$root" &&
    $(field "$work/text" ticket) == "$ticket_key" ]] || failed "not that ticket's admission"
  add_member "$pseudonym" "$role" "$key"
done
here=tagmanifest-sha256.txt.sig
exporter_hash=$(hash_of_hex "$exporter")
[[ ${role_of[$exporter_hash]:-} =~ ^(counsel|reviewer)$ ]] || failed "the exporter is no reviewer or counsel"
ok "roster and invitations lead to the case root; shown by ${name_of[$exporter_hash]}"

# --- 3. Statements in the log (sections 9 and 10) ------------------------------------------------------

here=data/policy
log=$(field "$policy_given" log)
[[ $log =~ ^[0-9a-f]{64}$ ]] || { echo "The policy file that you gave names no log." >&2; exit 2; }
[[ $(field data/policy log) == "$log" ]] || failed "about another log than your policy"
origin=sigsum.org/v1/tree/$(hash_of_hex "$log")
declare -A counted=()
quorum=$(field "$policy_given" quorum)
needed=0
if [[ $quorum != none ]]; then
  needed=1 counted[$quorum]=1
  read -r group k members <<<"$(field "$policy_given" group)"
  if [[ -n $group && $group == "$quorum" ]]; then
    counted=() needed=$k
    for member in $members; do counted[$member]=1; done
  fi
fi

# same_history SIZE ROOT-HEX: every checkpoint of one size, shown or named, has one root
declare -A root_at=() witnessed_heads=()
same_history() {
  [[ ${root_at[$1]:-$2} == "$2" ]] || failed "another history of the log is named elsewhere"
  root_at[$1]=$2
}

# check_checkpoint FILE: the log's signature and the witnesses; sets size, tree_root, witnessed
check_checkpoint() {
  local text word name key line seconds count=0
  split_note "$1"
  mapfile -t text <"$work/text"
  [[ ${#text[@]} -eq 3 && ${text[0]} == "$origin" && ${text[1]} =~ ^(0|[1-9][0-9]{0,17})$ ]] ||
    failed "not a checkpoint of this log"
  size=${text[1]} tree_root=$(base64_to_hex "${text[2]}") witnessed=""
  ed25519 "$log" "$(note_line "$origin" 01 "$log")" "$work/text" || failed "the log's signature does not match"
  while read -r word name key; do
    [[ $word == witness ]] || continue
    line=$(note_line "$name" 04 "$key")
    [[ -n $line ]] || continue
    seconds=$((16#${line:0:16}))
    { printf 'cosignature/v1\ntime %s\n' "$seconds"; cat "$work/text"; } >"$work/cosigned"
    ed25519 "$key" "${line:16}" "$work/cosigned" || failed "a witness's signature does not match"
    witnessed+="${witnessed:+, }$name $(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)"
    [[ -n ${counted[$name]:-} ]] && count=$((count + 1))
  done <"$policy_given"
  ((count >= needed)) || failed "too few witnesses for your policy"
  same_history "$size" "$tree_root"
  [[ -z $witnessed ]] || witnessed_heads["$size $tree_root"]=$witnessed
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

# own_chain CHAIN KEY-HEX: whether it is one of the 64 ids that this case and this key have (section 3)
own_chain() {
  local n id
  for ((n = 0; n < 64; n++)); do
    id=$({ printf 'dokaz/chain/v1\0'; printf '%s%s%08x' "$fingerprint" "$2" "$n" | from_hex; } | sha256_hex)
    [[ ${id:0:32} == "$1" ]] && return
  done
  return 1
}

# check_statement FILE: sets statement_hash, member, index, witnessed, seen ("SIZE ROOT-HEX" or "0")
check_statement() {
  local lines line siblings=() i extra signature checksum seen_size seen_root
  here=$1
  [[ -f $1 && -f $1.tlog-proof ]] || failed "a part is missing"
  [[ $(head -n 1 "$1") == custody/v1 ]] || failed "not a statement"
  here=$1.tlog-proof
  mapfile -t lines <"$1.tlog-proof"
  [[ ${lines[0]} == c2sp.org/tlog-proof@v1 && ${lines[1]} == "extra "* && ${lines[2]} == "index "* ]] ||
    failed "not a proof"
  extra=$(base64_to_hex "${lines[1]#extra }") index=${lines[2]#index }
  [[ ${#extra} -eq 192 && $index =~ ^(0|[1-9][0-9]{0,17})$ ]] || failed "not a proof"
  for ((i = 3; i < ${#lines[@]} && ${#lines[i]} > 0; i++)); do
    line=$(base64_to_hex "${lines[i]}")
    [[ ${#line} -eq 64 ]] || failed "not a proof"
    siblings+=("$line")
  done
  printf '%s\n' "${lines[@]:i+1}" >"$work/checkpoint"
  signature=${extra:0:128} member=${extra:128}
  [[ -n ${name_of[$member]:-} ]] || failed "the signer is not a member of the case"
  statement_hash=$(sha256_hex <"$1")
  checksum=$(hash_of_hex "$statement_hash")
  { printf 'sigsum.org/v1/tree-leaf\0'; printf %s "$checksum" | from_hex; } >"$work/leaf"
  ed25519 "${key_of[$member]}" "$signature" "$work/leaf" || failed "the statement's signature does not match"
  check_checkpoint "$work/checkpoint"
  check_inclusion "$(hash_of_hex "00$checksum$signature$member")" "$index" "$size" "$tree_root" "${siblings[@]}"
  here=$1
  own_chain "$(field "$1" chain)" "${key_of[$member]}" || failed "not a chain of this signer in this case"
  read -r seen_size seen_root <<<"$(field "$1" seen)"
  [[ $seen_size =~ ^(0|[1-9][0-9]{0,17})$ ]] || failed "not a statement"
  ((seen_size <= index)) || failed "names a checkpoint newer than its own place in the log"
  seen=0
  if ((seen_size > 0)); then
    seen="$seen_size $(base64_to_hex "$seen_root")"
    same_history "$seen_size" "${seen#* }"
  fi
}

item=data/item/statement
check_statement "$item"
item_hash=$statement_hash item_member=$member item_index=$index item_witnessed=$witnessed
item_seen=$seen
[[ ${role_of[$member]} != server ]] || failed "a server signs no item"
ok "signed by ${name_of[$member]} (${role_of[$member]}), entry $index of the log's $size"

# --- 4. The chain from its first statement (section 3) -------------------------------------------------

chain=$(field "$item" chain) last=$(field "$item" seq)
[[ $last =~ ^(0|[1-9][0-9]{0,5})$ ]] || { here=$item; failed "not a place in a chain"; }
previous=$(printf '0%.0s' {1..64}) previous_index=-1
for ((seq = 0; seq <= last; seq++)); do
  if ((seq == last)); then
    path=$item statement_hash=$item_hash member=$item_member index=$item_index
  else
    path=$(printf 'data/chain/%06d.statement' "$seq")
    check_statement "$path"
  fi
  here=$path
  [[ $(field "$path" chain) == "$chain" && $(field "$path" seq) == "$seq" && $member == "$item_member" &&
    $(field "$path" prev) == "$previous" ]] || failed "does not follow from the statement before"
  ((index > previous_index)) || failed "the log has it before its predecessor"
  previous=$statement_hash previous_index=$index
done
ok "the chain is complete from its first statement to this one: $((last + 1))"

# --- 5. Facts, files and objects (sections 4 and 5) ----------------------------------------------------

declare -A committed=() fact=()
while read -r word value rest; do
  [[ $word == sd ]] && committed[$value]=1
  if [[ $word == obj ]]; then
    here=data/item/objects/$value.age
    [[ -f $here ]] || failed "a part is missing"
    [[ $(sha256_hex <"$here") == "$value" && $(size_of "$here") == "$rest" ]] ||
      failed "not the object that the statement names"
  fi
done <"$item"

# disclose LINE: sets fact_name and fact_value; the value is JSON
disclose() {
  local padded json
  [[ $1 =~ ^[A-Za-z0-9_-]+$ ]] || failed "not a disclosure"
  padded=$1
  while ((${#padded} % 4)); do padded+="="; done
  json=$(printf %s "$padded" | basenc --base64url -d 2>/dev/null) || failed "not a disclosure"
  [[ $json =~ ^\[\"[A-Za-z0-9_-]{22}\",\"([a-z0-9.]{1,64})\",(.*)\]$ ]] || failed "not a disclosure"
  fact_name=${BASH_REMATCH[1]} fact_value=${BASH_REMATCH[2]}
}
digest_of() { printf %s "$1" | openssl dgst -sha256 -binary | basenc --base64url | tr -d '=\n'; }

here=data/item/disclosures
[[ -f $here ]] || failed "a part is missing"
while IFS= read -r line; do
  [[ -n ${committed[$(digest_of "$line")]:-} ]] || failed "a fact that the signer did not commit to"
  disclose "$line"
  [[ $fact_name == object || $fact_name == decoy || -z ${fact[$fact_name]:-} ]] || failed "two facts of one name"
  fact[$fact_name]=$fact_value
done <"$here"
for path in data/item/clean.* data/item/original.*; do
  here=$path
  stem=${path#data/item/} stem=${stem%%.*}
  [[ ${fact[$stem.sha256]:-} == "\"$(sha256_hex <"$path")\"" && ${fact[$stem.size]:-} == "$(size_of "$path")" ]] ||
    failed "not the file that the signer committed to"
  ok "$path is the file that was sealed"
done
ok "every shown fact is one that the signer committed to"

# --- 6. Stored by the server (section 10) --------------------------------------------------------------

stored=""
if [[ -f data/receive/statement ]]; then
  check_statement data/receive/statement
  here=data/receive/statement
  [[ ${role_of[$member]} == server && $(field "$here" act) == receive ]] || failed "not a server's answer"
  ((index > item_index)) || failed "the log has the answer before the statement"
  objects() { while IFS= read -r line; do [[ $line == "obj "* ]] && echo "$line"; done <"$1"; }
  [[ $(objects "$here") == "$(objects "$item")" ]] || failed "the answer is about other objects"
  declare -A answered=()
  while read -r word value; do [[ $word == sd ]] && answered[$value]=1; done <"$here"
  here=data/receive/disclosures
  [[ -f $here ]] || failed "a part is missing"
  line=$(<"$here")
  [[ -n ${answered[$(digest_of "$line")]:-} ]] || failed "a fact that the server did not commit to"
  disclose "$line"
  [[ $fact_name == statement && $fact_value == "\"$item_hash\"" ]] || failed "the answer is about another statement"
  stored=${name_of[$member]}
  ok "stored: confirmed by $stored"
fi

# --- What this shows, and what it does not -------------------------------------------------------------

limits=()
if [[ -z $item_witnessed ]]; then
  limits+=("No independent witness vouches for the log: its operator alone says that it shows everybody the same.")
  limits+=("The time is claimed only: nobody independent proves when the statement existed.")
elif [[ -z ${witnessed_heads[$item_seen]:-} ]]; then
  limits+=("Nobody independent proves a time before which the statement did not exist.")
fi
[[ -n $stored ]] || limits+=("No statement of the server that it stored the objects is here.")

echo
if ((${#limits[@]} == 0)); then outcome=VERIFIED; else outcome="VERIFIED WITH LIMITS"; fi
echo "$outcome, for the fingerprint and the policy that you gave."
for limit in "${limits[@]}"; do echo "Limit:      $limit"; done
echo "Item:       $item_hash"
echo "Signed by:  ${name_of[$item_member]} (${role_of[$item_member]})"
echo "Time:       claimed by the signer's clock: $(field "$item" time)"
if [[ -n $item_witnessed ]]; then
  echo "            not after the latest of: $item_witnessed"
  [[ -z ${witnessed_heads[$item_seen]:-} ]] || echo "            not before the earliest of: ${witnessed_heads[$item_seen]}"
fi
echo "Not proved: that the scene is real; when and where a picture was taken; who stands behind a"
echo "            pseudonym; that there is nothing else. Only that nothing was changed since sealing."
echo
echo "Other tools for parts of this check:"
echo "  ssh-keygen -Y verify -f allowed_signers -I ${name_of[$exporter_hash]} -n dokaz-exhibit \\"
echo "    -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt"
echo "  sigsum-verify -k data/keys/${name_of[$item_member]}.pub -p POLICY data/item/statement.sigsum-proof \\"
echo "    < data/item/statement"
echo "  age -d -i KEY data/item/objects/NAME.age | tar x        (whoever holds a key of the case)"
((${#limits[@]} == 0)) || exit 3
