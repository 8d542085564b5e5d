# SPDX-License-Identifier: GPL-3.0-or-later
# What the fault tests share: a real server with a case, members at its door, and the judging afterwards.
import contextlib
import json
import os
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

from control import Control

BIN = os.environ["DOKAZ_BIN"]
TESTS = os.environ["DOKAZ_TESTS"]
SERVER = os.path.join(BIN, "dokaz-server")
ACTOR = os.path.join(TESTS, "dokaz-fault-actor")

MIB = 1 << 20
# Seconds that one answer may take on a loaded machine; nothing waits for it to pass. The long form sends 64 MiB in
# pieces of 1,000 bytes, which alone takes a minute on an idle one.
PATIENCE = 120 if len(sys.argv) < 2 or sys.argv[1] == "short" else 900


class Broken(Exception):
    """What must hold does not."""


def need(holds, what):
    if not holds:
        raise Broken(what)


def rounds(short, long):
    """How often: the gate's number, or the argument: a number, or `all` for the long form."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "short"
    return {"short": short, "all": long}.get(asked) or int(asked)


def is_long():
    return len(sys.argv) > 1 and sys.argv[1] != "short"


def seeded():
    seed = int(os.environ.get("DOKAZ_FAULT_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"seed {seed} (again with DOKAZ_FAULT_SEED={seed})", flush=True)
    return random.Random(seed)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


@contextlib.contextmanager
def folder(within=None):
    place = tempfile.mkdtemp(prefix="dokaz-fault-", dir=within)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


class Child:
    """A program whose lines are read as they come, and that never outlives its test."""

    def __init__(self, *command, environment=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, **(environment or {})})
        self.lines = queue.SimpleQueue()
        self.said = []
        self.readers = [threading.Thread(target=self._read_lines, daemon=True),
                        threading.Thread(target=self._read_complaints, daemon=True)]
        for reader in self.readers:
            reader.start()

    def _read_lines(self):
        for line in self.process.stdout:
            self.lines.put(line.decode().rstrip("\n"))
        self.lines.put(None)

    def _read_complaints(self):
        for line in self.process.stderr:
            self.said.append(line.decode(errors="replace").rstrip("\n"))

    def line(self, patience=PATIENCE):
        """The next line; None at the end."""
        try:
            return self.lines.get(timeout=patience)
        except queue.Empty:
            raise Broken(f"no answer in {patience} s") from None

    def kill(self, how=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Broken(f"not ended {PATIENCE} s after signal {how}") from None
        for reader in self.readers:
            reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        return code


class Member(Child):
    """A member as tests/fault/actor plays her."""

    def __init__(self, server, number, journal="", environment=None):
        super().__init__(ACTOR, "member", str(number), server.card, *([journal] if journal else []),
                         environment=environment)
        self.server = server
        self.journal = journal

    def begin(self, *words):
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.process.stdin.flush()

    def progress(self):
        """One more item is stored."""
        answer = self.line()
        need(answer == "at", f"load ended by itself: {answer} {' '.join(self.said)}")

    def end(self):
        answer = self.line()
        while answer == "at":
            answer = self.line()
        need(answer is not None, "the member's program has ended: " + " ".join(self.said))
        need(not answer.startswith("broken"), answer)
        return answer.split()

    def ask(self, *words):
        self.begin(*words)
        return self.end()

    def do(self, *words):
        """Asked, and it must succeed: what was answered after ok."""
        answer = self.ask(*words)
        need(answer[0] == "ok", f"{' '.join(map(str, words))}: {' '.join(answer)}")
        return answer[1:]

    def connect(self, address=None, *more):
        return self.do("connect", address or self.server.address, *more)


class Server:
    """A data folder with one case in it, and the server that runs on it."""

    def __init__(self, place, data=None, quota=1 << 42):
        self.place = place
        self.data = data or os.path.join(place, "server")
        self.card = os.path.join(place, "card")
        self.child = None
        self.address = None
        made = run(SERVER, "init", "--data", self.data)
        need(made.returncode == 0, made.stderr)
        with open(self.card, "w", encoding="utf-8") as card:
            card.write(made.stdout)
        roster = os.path.join(place, "roster")
        with open(roster, "w", encoding="utf-8") as file:
            file.write(run(ACTOR, "roster", self.card).stdout)
        let_in = run(SERVER, "case", "grant", "--data", self.data, roster, "--quota", str(quota))
        need(let_in.returncode == 0, let_in.stderr)

    def start(self, environment=None, data=None):
        """On a port of the system. Restart after any crash needs no hand, so that a failure here is one of the test."""
        self.child = Child(SERVER, "run", "--allow-root", "--data", data or self.data, "--listen", "127.0.0.1:0",
                           environment=environment)
        line = self.child.line()
        if line is None:
            self.child.kill()
            raise Broken("the server does not start: " + " ".join(self.child.said))
        self.address = re.fullmatch(r"listening on (\S+)", line).group(1)
        return self

    def stop(self, how=signal.SIGTERM):
        code = self.child.kill(how)
        need(code in (0, -how), f"the server ended with {code}: {' '.join(self.child.said)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """It outlives no test, however that ended."""
        if self.child.process.poll() is None:
            self.child.kill()

    @property
    def pid(self):
        return self.child.process.pid

    @property
    def port(self):
        return int(self.address.rpartition(":")[2])

    def memory(self):
        """MiB in use."""
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024

    def fsck(self, data=None):
        checked = run(SERVER, "fsck", "--data", data or self.data, "--json")
        need(checked.stdout, checked.stderr)
        report = json.loads(checked.stdout)
        need(report.get("sound"), f"fsck: {checked.stdout}")
        return report

    def judge(self, *journals):
        """Every promise of the journals, held against what counsel is shown now."""
        judged = run(ACTOR, "judge", self.address, self.card, *journals)
        need(judged.returncode == 0, judged.stdout.strip() or judged.stderr)
        names = ("entries", "checkpoints", "receipts", "kept", "stored")
        return dict(zip(names, map(int, judged.stdout.split()[1:])))


@contextlib.contextmanager
def scene(data=None, environment=None, within=None):
    """A server that runs, in a folder that vanishes. Children that are still there at the end are ended."""
    with folder(within) as place:
        server = Server(place, data)
        server.start(environment)
        with server:
            yield server


@contextlib.contextmanager
def members(server, numbers, journal=True, environment=None):
    present = []
    try:
        for number in numbers:
            path = os.path.join(server.place, f"journal-{number}") if journal else ""
            present.append(Member(server, number, path, environment))
        yield present
    finally:
        for member in present:
            member.kill()


@contextlib.contextmanager
def control(place):
    with Control(os.path.join(place, "control")) as made:
        yield made


def main(test):
    try:
        test()
    except Broken as why:
        print(f"BROKEN: {why}", file=sys.stderr)
        sys.exit(1)
