# SPDX-License-Identifier: GPL-3.0-or-later
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
# check_key_file NAME KEY-HEX FILE: once for each
declare -A key_files=()
check_key_file() {
  here=$3
  [[ ${key_files[$3]:-} != "$1 $2" ]] || return 0
  same_text "$3" "$(key_text "$2") $1"$'\n'
  key_files[$3]="$1 $2"
}
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

