#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Within the container, as root: the unit as the operator's guide sets it up, a member at its door, a kill, a stop, and
# the key of the database as a credential.
set -euo pipefail
data=/var/lib/dokaz-server
server() { runuser -u dokaz-server -- dokaz-server "$@" --data "$data"; }
need() { # what, command …
  local what=$1
  shift
  "$@" || { echo "BROKEN: $what"; journalctl --no-pager -u dokaz-server | tail -n 20; exit 1; }
}
until_it_listens() { # since when
  timeout 60 bash -c "until journalctl --no-pager -u dokaz-server --after-cursor='$1' | grep -q 'listening on'; do read -rt 0.2 <> <(:) || :; done"
}
cursor() { journalctl --no-pager -n 0 --show-cursor | sed -n 's/^-- cursor: //p'; }
member() { # seed: seals, uploads and collects; prints the answers
  printf '%s\n' "connect 127.0.0.1:7430" "seal 300000" "upload 65536" "collect" |
    dokaz-fault-actor member 1 /var/tmp/card "/var/tmp/journal-$1"
}

systemd-sysusers
systemd-tmpfiles --create dokaz-server.conf
server init >/var/tmp/card
dokaz-fault-actor roster /var/tmp/card >/tmp/roster
chmod a+r /tmp/roster
server case grant /tmp/roster --quota 100000000

from=$(cursor)
need "the unit starts" systemctl start dokaz-server
need "it listens" until_it_listens "$from"
pid=$(systemctl show -p MainPID --value dokaz-server)
need "not as root" grep -qP "^Uid:\t(?!0\t)" "/proc/$pid/status"
need "without a capability" grep -qP '^CapEff:\t0+$' "/proc/$pid/status"
need "without new privileges" grep -qP '^NoNewPrivs:\t1$' "/proc/$pid/status"
need "with a filter of calls" grep -qP '^Seccomp:\t2$' "/proc/$pid/status"
journalctl --no-pager -u dokaz-server | grep "does not limit" || true  # said, where the kernel is old
answers=$(member first)
echo "a member's answers: $answers"
need "an object is stored" test "$(grep -c '^ok' <<<"$answers")" = 4

from=$(cursor)
kill -KILL "$pid"
need "it is started again after a kill" until_it_listens "$from"
need "once" test "$(systemctl show -p NRestarts --value dokaz-server)" = 1
need "an object is stored after it" test "$(member second | grep -c '^ok')" = 4

systemctl stop dokaz-server
need "it stops cleanly" test "$(systemctl show -p Result --value dokaz-server)" = success
need "fsck is clean" server fsck

# The key as a credential of the service manager, and no longer beside the database.
install -d -m 0700 /etc/credstore
mv "$data/db.key" /etc/credstore/dokaz-db-key
from=$(cursor)
need "it starts with its key as a credential" systemctl start dokaz-server
need "it listens with it" until_it_listens "$from"
need "what was promised holds" dokaz-fault-actor judge 127.0.0.1:7430 /var/tmp/card /var/tmp/journal-first /var/tmp/journal-second
systemctl stop dokaz-server
need "it stops cleanly with it" test "$(systemctl show -p Result --value dokaz-server)" = success
echo "the unit held"
