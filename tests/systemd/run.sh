#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: run.sh BUILD — the installed unit, started by a systemd of its own: a minimal Debian 12 is made under BUILD (once), what
# `cmake --install` installs is put into it, and within.sh judges there. Needs root, debootstrap and systemd-nspawn.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
build=$(realpath "$1")
root=$build/minimal-root
[ "$(id -u)" = 0 ] || { echo "this needs root: a container is started"; exit 77; }

packages_of() { # programs: which packages their libraries are from
  ldd "$@" | awk '$3 ~ /^\// { print $3 }' | sort -u | while read -r library; do
    library=$(realpath "$library")  # which a package may list without /usr
    dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "${library#/usr}"
  done | cut -d: -f1 | sort -u
}

programs=("$build"/bin/dokaz-server "$build"/tests/dokaz-fault-actor)
if ! [ -e "$root/.complete" ]; then
  rm -rf "$root"
  mapfile -t libraries < <(packages_of "${programs[@]}")
  debootstrap --variant=minbase --include="$(IFS=,; echo "systemd,systemd-sysv,${libraries[*]}")" bookworm "$root"
  touch "$root/.complete"
fi
DESTDIR=$root cmake --install "$build" --prefix /usr >/dev/null
cp "$build/tests/dokaz-fault-actor" "$here/within.sh" "$root/usr/local/bin/"
cat >"$root/etc/systemd/system/judge.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
ExecStart=/usr/local/bin/within.sh
StandardOutput=file:/var/log/judged
StandardError=file:/var/log/judged
ExecStopPost=systemctl poweroff --force
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sf ../judge.service "$root/etc/systemd/system/multi-user.target.wants/"
rm -rf "$root"/var/lib/dokaz-server "$root"/etc/credstore "$root"/var/log/{judged,journal} "$root"/var/tmp/{card,journal-*}
# Without the container's own filter, which hides Landlock from what runs in it.
SYSTEMD_SECCOMP=0 timeout 300 systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --private-network --boot \
  >"$build/minimal-root.said" 2>&1 </dev/null || true
[ -e "$root/var/log/judged" ] || { tail "$build/minimal-root.said"; exit 1; }
cat "$root/var/log/judged"
tail -n 1 "$root/var/log/judged" | grep -qx "the unit held"
