#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the exhibit and the dossier in exhibits/ anew, by the real programs and three witnesses of the Sigsum project, and a time
# authority of OpenSSL: make-exhibit.sh PROGRAMS
# Needed only when the formats change: it is kept, so that the tests of the page need neither programs nor minutes.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
export PATH=$(realpath "$1"):$PATH
place=$(mktemp -d "${TMPDIR:-/tmp}/dokaz-exhibit.XXXXXX")
. "$here/../scenario/words.sh"
trap 'stop_servers; rm -rf "$place"' EXIT
cd "$place" && mkfifo .nothing

# A root and a signer of time stamps, of which nobody keeps the keys.
new_authority() {
  cat >authority.conf <<'CONF'
[req]
distinguished_name = nobody
[nobody]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[stamps]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[tsa]
default_tsa = clock
[clock]
serial = serial
signer_cert = clock.pem
signer_key = clock.key
certs = root.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256
ess_cert_id_alg = sha256
ess_cert_id_chain = no
CONF
  echo 01 >serial
  openssl req -config authority.conf -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout root.key -out root.pem -days 9000 -subj "/CN=Test Root" -extensions root
  openssl req -config authority.conf -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout clock.key -out clock.csr -subj "/CN=Test Clock"
  openssl x509 -req -in clock.csr -CA root.pem -CAkey root.key -days 9000 -extfile authority.conf -extensions stamps -out clock.pem
}
stamp() { # folder of an anchor
  openssl ts -query -data "$1/checkpoint" -sha256 -cert -out query
  openssl ts -reply -config authority.conf -section clock -queryfile query -out "$1/clock.tsr"
  cat clock.pem root.pem >"$1/clock.chain.pem"
}
new_witnessed_case
field join invitation
make_photo one.jpg
field add one.jpg
field sync --server "$ADDRESS"
until_true is_cosigned server
# This sync brings home the cosigned checkpoint that the next statement has seen; this pull keeps it as a receipt.
field sync --server "$ADDRESS"
team pull --server "$ADDRESS"
make_photo two.jpg Second 9
field add two.jpg --note "Seen from the gate."
field sync --server "$ADDRESS"
until_true is_cosigned server
team pull --server "$ADDRESS"
agreed "$(nth_item 2)" court
team export "$(nth_item 2)" --use court --out exhibit --original
dokaz-verify exhibit --root "$FINGERPRINT" --policy case/policy
keep() { tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rwX,go= -cf "$here/exhibits/$2" "$1"; }
keep exhibit witnessed.tar

# A third photo that nobody agreed to show, a fourth that is shown; so one item of the chain is withheld.
for n in 3 4; do
  make_photo photo$n.jpg "Number $n" $((n + 10))
  field add photo$n.jpg
done
field sync --server "$ADDRESS"
until_true is_cosigned server
team pull --server "$ADDRESS"
agreed "$(nth_item 4)" court
# A time stamp over the checkpoint that the receipts end with, as the operator's folder would have it.
new_authority
size=$(size_of server)
mkdir -p "copy/anchors/$size"
cp server/log/cosigned "copy/anchors/$size/checkpoint"
stamp "copy/anchors/$size"
cp -r server/log/tile copy/ 2>/dev/null || :
cp server/log/checkpoint copy/
team dossier "$(nth_item 2)" "$(nth_item 4)" --to "a court" --use court --original --withheld-reason consent --anchors copy --out dossier
dokaz-verify dossier --root "$FINGERPRINT" --policy case/policy --authority root.pem
keep dossier dossier.tar
cp root.pem "$here/exhibits/authority.pem"
cp case/policy "$here/exhibits/witnessed.policy.txt"
echo "$FINGERPRINT" >"$here/exhibits/witnessed.fingerprint.txt"
