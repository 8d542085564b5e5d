# SPDX-License-Identifier: GPL-3.0-or-later
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

