#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: locked_in.sh BIN — a server that runs is nobody's root, and reaches nothing outside its folder: not by a
# link that somebody lays there, and not where it has to ask for its passphrase first.
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
program=$1/dokaz-server
"$program" init --data "$work/data" >/dev/null

start() { # options
  rm -f "$work/said"
  mkfifo "$work/said"
  "$program" run --allow-root --data "$work/data" --listen 127.0.0.1:0 --publish 127.0.0.1:0 "$@" >"$work/said" 2>"$work/events" &
  server=$!
  { read -r _ && read -r _ _ log; } <"$work/said"
}
stop() {
  kill "$server"
  wait "$server"
  server=
}
published() { # prints the status
  exec 3<>"/dev/tcp/${log%:*}/${log##*:}"
  printf 'GET /checkpoint HTTP/1.0\r\n\r\n' >&3
  head -n 1 <&3 | cut -d' ' -f2
  exec 3>&-
}

# Root is refused, and told what to do. Who is not root needs no leave.
if [ "$(id -u)" = 0 ]; then
  code=0
  "$program" run --data "$work/data" --listen 127.0.0.1:0 >/dev/null 2>"$work/refused" || code=$?
  [ "$code" = 82 ]
  grep -q "run by root" "$work/refused"
  grep -q "What to do: .*runuser" "$work/refused"
fi

start
for status in /proc/"$server"/task/*/status; do
  grep -qP '^Seccomp:\t2$' "$status"
  grep -qP '^NoNewPrivs:\t1$' "$status"
done
[ "$(published)" = 200 ]
# Within the folder a link is as good as the folder itself …
mv "$work/data/log" "$work/data/elsewhere" && ln -s elsewhere "$work/data/log"
[ "$(published)" = 200 ]
rm "$work/data/log"
# … and the same link out of it leads nowhere.
mv "$work/data/elsewhere" "$work/outside" && ln -s ../outside "$work/data/log"
if grep -q "does not limit which files" "$work/events"; then
  echo "not shown: this kernel has no Landlock"
  [ -z "${DOKAZ_NEED_SANDBOX:-}" ]
else
  [ "$(published)" != 200 ]
fi
rm "$work/data/log" && mv "$work/outside" "$work/data/log"
[ "$(published)" = 200 ]

# Who takes in a parcel by hand reads a stranger's file, and is locked in before: files first, then calls.
stop
printf 'not a parcel' >"$work/parcel"
if command -v strace >/dev/null; then
  strace -f -o "$work/calls" -e trace=landlock_restrict_self,seccomp,openat,read,pread64 \
    "$program" receive --data "$work/data" "$work/parcel" --answer "$work/answer" 2>"$work/refused" && exit 1
  grep -q "The parcel is not whole" "$work/refused"
  line() { grep -nm 1 "$1" "$work/calls" | cut -d: -f1; }
  grep -q "does not limit which files" "$work/events" ||
    [ "$(line 'landlock_restrict_self(.* = 0$')" -lt "$(line 'openat(.*parcel", O_RDONLY|O_NOCTTY')" ]
  [ "$(line 'seccomp(SECCOMP_SET_MODE_FILTER.* = 0$')" -lt "$(line 'not a parcel')" ]
else
  echo "not shown: strace is not here"
fi
start

# An address may have a name, which is looked up.
stop
rm -f "$work/said" && mkfifo "$work/said"
"$program" run --allow-root --data "$work/data" --listen localhost:0 >"$work/said" &
server=$!
read -r listening <"$work/said"
[[ $listening == "listening on localhost:"* ]]
stop

# The files that options name lie anywhere; the passphrase may come through a pipe.
mkdir "$work/keys"
"$program" db-key move --data "$work/data" --to "$work/keys/db.key" >/dev/null
printf 'correct horse battery\n' >"$work/keys/passphrase"
"$program" db-key protect --data "$work/data" --db-key "$work/keys/db.key" --new-passphrase-file "$work/keys/passphrase" >/dev/null
start --db-key "$work/keys/db.key" --passphrase-file "$work/keys/passphrase"
stop
start --db-key "$work/keys/db.key" --passphrase-file <(cat "$work/keys/passphrase")
stop
# Or from the terminal.
python3 -B - "$program" "$work" <<'END'
import os, pty, signal, sys, termios
program, work = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(program, [program, "run", "--allow-root", "--data", work + "/data", "--db-key", work + "/keys/db.key",
                       "--listen", "127.0.0.1:0"])
def until(words):
    heard = b""
    while words not in heard:
        heard += os.read(terminal, 4096)
until(b"Passphrase of the database's key: ")
while termios.tcgetattr(terminal)[3] & termios.ECHO:
    os.sched_yield()  # what is typed before is thrown away
os.write(terminal, b"correct horse battery\n")
until(b"listening on ")
os.kill(child, signal.SIGTERM)
try:
    while os.read(terminal, 4096):
        pass
except OSError:
    pass  # the terminal closes with the server
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
