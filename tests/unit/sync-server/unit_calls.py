#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: unit_calls.py UNIT BIN — every system call that the server makes from its start to its end is one that its unit
# allows: what is filtered away there fails, and a server that keeps evidence must not learn so on a bad day.
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

# Only for root, so that its files stay the owner's.
OF_ROOT = {"fchown"}


def calls_of(name):
    """A set of systemd's, and the sets in it."""
    said = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
    words = [line.strip() for line in said.splitlines()[1:]]
    out = set()
    for word in words:
        if word and not word.startswith("#"):
            out |= calls_of(word) if word.startswith("@") else {word}
    return out


def allowed_by(unit):
    out = calls_of("@default")
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE):
        named = set()
        for word in line.lstrip("~").split():
            named |= calls_of(word) if word.startswith("@") else {word}
        out = out - named if line.startswith("~") else out | named
    return out


def calls_made(program, folder):
    subprocess.run([program, "init", "--data", folder + "/data"], check=True, capture_output=True)
    trace = folder + "/trace"
    command = ["strace", "-f", "-o", trace, program, "run", "--data", folder + "/data", "--listen", "127.0.0.1:0",
               "--publish", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]
    if os.geteuid() == 0:
        command.append("--allow-root")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as traced:
        for _ in range(3):
            assert traced.stdout.readline(), "the server did not start"
        with open(trace, encoding="ascii", errors="replace") as lines:
            server = int(lines.readline().split()[0])
        os.kill(server, signal.SIGTERM)
        assert traced.wait() == 0, "the server did not end well"
    with open(trace, encoding="ascii", errors="replace") as lines:
        return {found.group(1) for line in lines if (found := re.match(r"\d+ +([a-z0-9_]+)\(", line))}


def main():
    for needed in ("strace", "systemd-analyze"):
        if not shutil.which(needed):
            print(f"skipped: {needed} is not there")
            sys.exit(77)
    with open(sys.argv[1], encoding="utf-8") as file:
        allowed = allowed_by(file.read())
    with tempfile.TemporaryDirectory() as folder:
        made = calls_made(sys.argv[2] + "/dokaz-server", folder)
    assert "landlock_restrict_self" in made or "landlock_create_ruleset" in made, "the server did not ask for its walls"
    assert "mount" not in allowed and "openat" in allowed, "the filter was not understood"
    forbidden = made - allowed - (OF_ROOT if os.geteuid() == 0 else set())
    print(f"{len(made)} calls, of which {len(forbidden)} are forbidden: {' '.join(sorted(forbidden))}")
    sys.exit(1 if forbidden else 0)


main()
