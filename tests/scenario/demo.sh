#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole path, told to somebody who has never seen it: ./dev demo [PHOTO …]
# Everything is real: the server, the encryption, the log, the checks by other people's tools.
set -euo pipefail
programs=$(realpath "$1")
shift
photos=()
for photo in "$@"; do photos+=("$(realpath -- "$photo")"); done
export PATH=$programs:$PATH
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-demo.XXXXXX")
. "$here/words.sh"

finish() {
  local status=$?
  stop_servers
  rm -rf "$place"
  if [ $status = 0 ]; then
    printf '\nEverything held. The demonstration folder was removed.\n'
  else
    printf '\nA STEP FAILED (%d). The demonstration folder was removed.\n' "$status" >&2
  fi
  exit "$status"
}
trap finish EXIT
cd "$place"

step=0
say() { printf '%s\n' "$*" | fold -s -w 96 | sed 's/ *$//'; }
tell() { say "$*" | sed 's/^/   /'; }
chapter() {
  step=$((step + 1))
  printf '\n%d. %s\n' "$step" "$1"
  shift
  for text in "$@"; do tell "$text"; done
}
# The words field and team stand for a program with its folder and passphrase file.
spoken() {
  case $1 in
    field) shift && printf 'dokaz --vault field %s' "$*" ;;
    team) shift && printf 'dokaz-case %s --case case' "$*" ;;
    *) printf '%s' "$*" ;;
  esac
}
# Prints a command as a person would type it, runs it, indents what it says.
run() {
  printf '   $ %s\n' "$(spoken "$@")"
  local status=0
  "$@" >.said 2>&1 || status=$?
  sed 's/^/     /' .said
  return "$status"
}
expect() { # exit code, command …
  local wanted=$1 status=0
  shift
  run "$@" || status=$?
  [ "$status" = "$wanted" ] || { tell "this ended with $status, not with $wanted"; return 1; }
}

say "Dokaz: from a photo taken far from any network to evidence that a stranger can check." \
  "This runs on this machine alone, in a folder that is removed at the end."

chapter "A server is set up" \
  "The operator makes a server. It will hold encrypted objects and a public log of signed statements, and it has no key that opens anything. Its card tells the legal team what to trust: a key pin and two public keys."
run dokaz-server init --data server
dokaz-server card --data server >server.card
start_server server
tell "It listens on $ADDRESS."

chapter "The legal team opens a case and writes an invitation" \
  "The case has one root key; its fingerprint is what everybody later compares by another way, for example on paper. The invitation admits one person under a pseudonym, once, until a date."
printf 'demonstration passphrase of counsel\n' >case.pass
printf 'demonstration passphrase of the documenter\n' >field.pass
run dokaz-case create --case case --server "$ADDRESS" --card server.card --passphrase-file case.pass
run dokaz-server case grant --data server case/roster
run dokaz-case invite --case case --pseudonym witness-1 --out invitation --passphrase-file case.pass
FINGERPRINT=$(dokaz-case fingerprint --case case --passphrase-file case.pass | grep -oE '[0-9a-f]{64}')
stop_server

chapter "A documenter joins, with no network at all" \
  "The server is switched off, to show that nothing is asked of it. The collector makes its own key and signs it with the ticket from the invitation."
run field join invitation

if [ ${#photos[@]} = 0 ]; then
  make_photo photo-1.jpg "Marker-Of-The-Demonstration" 7
  make_photo photo-2.jpg "Marker-Of-The-Demonstration" 8
  make_png photo-3.png "Marker-Of-The-Demonstration"
  photos=(photo-1.jpg photo-2.jpg photo-3.png)
  chapter "Photos are taken in" \
    "Three photos were made for this, with a place, a camera and its serial number inside. Each is read in a locked-down process of its own, cleaned without touching a pixel, checked, and sealed to keys that this collector does not have."
else
  chapter "Photos are taken in" \
    "Your photos are copied, read in a locked-down process of their own, cleaned without touching a pixel, checked, and sealed to keys that this collector does not have."
fi
first=${photos[0]}
run exiftool -s -G1 -Make -Model -SerialNumber -GPSPosition -DateTimeOriginal "$first" || :
added=0
run field add "${photos[@]}" --note "Seen from the gate; two officers present." || added=$?
sealed=$(field list --json | jq '.items | length')
[ "$sealed" -gt 0 ] || { tell "none of the photos could be sealed"; exit "${added:-1}"; }
run field list

chapter "The network is back: the collector syncs" \
  "Signed statements go first, objects after. The server answers with receipts: logged, when a statement is in the append-only log, and stored, when every object is complete and durable. Each receipt is checked before it counts."
start_server server
run field sync --server "$ADDRESS"
run field list
run field status

chapter "What somebody who seizes the server finds" \
  "No camera, no place, no note, no file name: only ciphertext, salted digests and signatures."
if [ "$first" = photo-1.jpg ]; then
  nowhere "Marker-Of-The-Demonstration" server
  tell "The photos' marker text was searched in every file of server and collector, as ASCII, UTF-16, base64 and hex: not found."
  nowhere "Marker-Of-The-Demonstration" field
fi
plain=$(sha256sum <"$first" | cut -d' ' -f1)
nowhere "$plain" server
tell "Not even the hash of the photo is there, so nobody can confirm that a photo they have was handed in."

chapter "The legal team pulls, opens and verifies" \
  "Every object is decrypted, each fact is held against what was signed, and the original is rebuilt to the bit from the clean copy and the sealed recovery."
run team pull --server "$ADDRESS"
run team list
expect 3 dokaz-case verify --case case --passphrase-file case.pass
item=$(nth_item 1)
run team open "$item" --out opened --reason "first review"
original=$(find opened -name 'original.*')
clean=$(find opened -name 'clean.*')
run cmp "$first" "$original"
tell "The rebuilt original equals the photo, byte for byte. The clean copy, seen by exiftool:"
run exiftool -s -G1 -EXIF:all -GPS:all -XMP:all -IPTC:all -Comment "$clean" || :

chapter "An exhibit for the court, and the server is switched off for good" \
  "One folder with everything that is needed to check it, in standard formats."
expect 100 dokaz-case export "$item" --case case --passphrase-file case.pass --use court --out exhibit --original
tell "Nothing leaves the case for a use that nobody agreed to. The person in the photo agreed to the court and to the UN, and refused the press:"
run team consent "$item" --uses court,un --refused press --by birch --form written --language be
run team allowed "$item"
run dokaz-case export "$item" --case case --passphrase-file case.pass --use court --to "the court" --out exhibit --original
tell "Who opened what, and what left for whom, are statements of the legal team's own chain:"
run team custody "$item"
run team ledger
stop_server
(cd exhibit && find . -type f | sort | sed 's/^/     /')

chapter "Checked by our verifier, offline" \
  "It is told two things by another way than the exhibit: the fingerprint of the case and the policy that says whose signatures suffice. It answers each question apart. With one log and no independent witness yet, the honest answer is: verified, with limits."
expect 3 dokaz-verify exhibit --root "$FINGERPRINT" --policy case/policy

chapter "Checked by tools that we did not write"
run bash -c 'cd exhibit && sha256sum --quiet -c manifest-sha256.txt && sha256sum --quiet -c tagmanifest-sha256.txt && echo "sha256sum: every file is the one that was listed"'
exporter=$(cut -d' ' -f1 exhibit/allowed_signers)
run bash -c "cd exhibit && ssh-keygen -Y verify -f allowed_signers -I '$exporter' -n dokaz-exhibit -s tagmanifest-sha256.txt.sig <tagmanifest-sha256.txt"
tell "verify.sh: bash and openssl, signatures and the place in the log:"
expect 3 bash exhibit/verify.sh "$FINGERPRINT" case/policy
tell "age: the object that the server held, opened with the team's key and nothing of ours:"
team keys --group team --out team.key >/dev/null
team keys --group legal --out legal.key >/dev/null
for object in exhibit/data/item/objects/*.age; do
  for key in team.key legal.key; do
    if age -d -i "$key" "$object" >object.tar 2>/dev/null; then
      tar -xf object.tar && printf '     age -d -i %s: %s\n' "$key" "$(tar -tf object.tar | tr '\n' ' ')"
    fi
  done
done
rm -f object.tar
cmp clean.* "$clean"
tell "xdelta3: the original, rebuilt from clean copy and recovery with nothing of ours:"
xdelta3 -d -f -s clean.* recovery rebuilt && cmp rebuilt "$first" && printf '     xdelta3 -d -s clean recovery: equal to the photo\n'
if command -v sigsum-verify >/dev/null; then
  tell "sigsum-verify, from the Sigsum project:"
  run bash -c 'sigsum-verify -k exhibit/data/keys/witness-1.pub -p case/policy exhibit/data/item/statement.sigsum-proof <exhibit/data/item/statement && echo "sigsum-verify: the statement is in the log"'
else
  tell "sigsum-verify is not installed here (Debian: package sigsum-go in bookworm-backports); left out."
fi

chapter "One byte is changed" \
  "A single bit in the photo of the exhibit is turned over, as a forger or a bad disk would."
change_byte "$(find exhibit/data/item -maxdepth 1 -name 'clean.*')" 100
expect 48 dokaz-verify exhibit --root "$FINGERPRINT" --policy case/policy
! bash -c 'cd exhibit && sha256sum --quiet -c manifest-sha256.txt' >/dev/null 2>&1
! bash exhibit/verify.sh "$FINGERPRINT" case/policy >/dev/null 2>&1
tell "All three refuse: ours, sha256sum and verify.sh."
