#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 before each call that changes something on a disk, while the collector seals and while it syncs, in whichever
# of its threads. Without any hand the vault opens afterwards; what was said to be sealed is there; the same files given
# again make no second item; the next sync ends with each item at the server once; and nothing half-made stays.
# In the gate every few calls, in the long form each one, and chains of several deaths.
import collections
import os
import re
import shutil
import signal

import stage
from collector import documenter_and_case, photo
from control import ALL_KINDS
from stage import need

FILES = 2  # to one add
TRACED = ("write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate,rename,"
          "renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,mknod,mknodat,"
          "copy_file_range,sendfile,splice,io_uring_setup")
OBJECT = re.compile(r"room-[01]/outbox/(orphans/)?[0-9a-f]{64}\.age")
KNOWN = re.compile(r"key|\.lock|reserve|room-[01]/vault\.db")


class Cut:
    """Commands of one documenter that die at a call, and the verdicts."""

    def __init__(self, documenter, case, place, hand):
        self.by = documenter
        self.case = case
        self.place = place
        self.hand = hand
        self.environment = hand.environment("disk")
        self.made = 0
        self.names = {}  # of what was said to be sealed, to its number
        self.deaths = collections.Counter()

    def photos(self):
        paths = []
        for _ in range(FILES):
            self.made += 1
            paths.append(photo(os.path.join(self.place, f"{self.made}.png"), self.made))
        return paths

    def run(self, call, *words):
        """True if it died. What it said before is written down."""
        self.hand.kill(ALL_KINDS, call)
        done = self.by.ask(*words, environment=self.environment)
        self.hand.rest()
        self.note_sealed(done.stdout)
        if done.returncode == -signal.SIGKILL:
            self.deaths[words[0]] += 1
            return True
        need(done.returncode == 0, f"{words[0]} that was to die at call {call}: {done.returncode}: {done.stderr}")
        return False

    def note_sealed(self, text):
        for number, name in re.findall(r"^sealed +(\d+) +[0-9a-f]{8} +.*?([^/\s]+\.png)$", text, re.MULTILINE):
            need(self.names.get(name, number) == number, f"{name} was sealed as {self.names.get(name)} and as {number}")
            self.names[name] = number

    def seal_as_one(self, paths):
        """All of them are sealed, or none is."""
        there = len(self.by.items()) - (self.made - FILES)
        need(there in (0, FILES), f"{there} of {FILES} files that belong together")
        self.seal_again(paths, "--as-one")

    def seal_again(self, paths, *how):
        """The same files again: each is sealed now or was there, and in the end each is one item."""
        answer = self.by.answer("add", *how, *paths)
        need(answer["given"] == FILES == answer["sealed"] + answer["already_there"], f"add again: {answer}")
        for item in answer["items"]:
            name, number = os.path.basename(item["file"]), str(item["number"])
            need(self.names.get(name, number) == number, f"{name} was {self.names.get(name)} and is {number} now")
            self.names[name] = number
        self.hold()

    def hold(self):
        """The items are those that were sealed, each with its objects; nothing else is in the vault's folder."""
        items = self.by.items()
        need(len(items) == self.made == len(set(self.names.values())),
             f"{len(items)} items, {len(self.names)} sealed, of {self.made} files")
        left = [name for name in self.by.files() if not KNOWN.fullmatch(name) and not OBJECT.fullmatch(name)]
        need(not left, f"half-made: {left}")
        whole = [name for name in self.by.files() if OBJECT.fullmatch(name) and "orphans" not in name]
        need(len(whole) == 2 * len(items), f"{len(whole)} objects of {len(items)} items")

    def bring(self):
        self.by.do("sync")
        states = collections.Counter(item["state"] for item in self.by.items())
        need(states == {"received": self.made}, f"after a sync: {states}")

    def judge(self):
        """The server has each once, in an order that it can show, and counsel sees as many."""
        report = self.case.fsck()
        need(report["objects"] == 2 * self.made, f"{report['objects']} objects of {self.made} items at the server")
        self.case.counsel("pull")
        lines = self.case.counsel("list").splitlines()
        need(len({line.split()[0] for line in lines}) == len(lines) == self.made,
             f"counsel is shown {len(lines)} items of {self.made}")


def every(step, cut, prepare, command, afterwards):
    """Dies at each step-th call in turn, until one is reached that there is not."""
    call = 1
    while True:
        given = prepare()
        died = cut.run(call, *command(given))
        afterwards(given)
        if not died:
            return call
        call += step


def seen_by_both(cut, *words):
    """No call that a tracer sees is missed here: a shim stands before those of the C library alone."""
    if shutil.which("strace") is None:
        return
    trace = os.path.join(cut.place, "trace")
    cut.hand.watch(ALL_KINDS)
    cut.by.do(*words, environment=cut.environment,
              before=("strace", "-f", "-y", "-qq", "-o", trace, "-e", f"trace={TRACED}"))
    with open(trace, encoding="utf-8", errors="replace") as file:
        calls = [line for line in file if re.search(r"\((AT_FDCWD<)?[^,]*</(?!memfd|dev|proc)|\(\"/", line)]
    need(0 < len(calls) <= cut.hand.count, f"{words[0]}: {len(calls)} calls were traced, {cut.hand.count} counted")


def seal_each(cut, step):
    seen_by_both(cut, "add", *(first := cut.photos()))
    cut.seal_again(first)
    calls = every(step, cut, cut.photos, lambda paths: ("add", *paths), cut.seal_again)
    every(3 * step, cut, cut.photos, lambda paths: ("add", "--as-one", *paths), cut.seal_as_one)
    return calls


def sync_each(cut, step):
    def prepare():
        paths = cut.photos()
        cut.note_sealed(cut.by.do("add", *paths))
        return paths

    seen_by_both(cut, "sync")
    return every(step, cut, prepare, lambda _: ("sync",), lambda _: (cut.bring(), cut.hold()))


def chain(cut, random, most):
    """Deaths one after the other, with nothing between them but the next command."""
    paths = cut.photos()
    for _ in range(random.randrange(2, 6)):
        cut.run(random.randrange(1, most), *(("sync",) if random.random() < 0.5 else ("add", *paths)))
    cut.seal_again(paths)
    cut.bring()


def main():
    random = stage.seeded()
    step = 1 if stage.is_long() else 4
    with documenter_and_case() as (documenter, case, place), stage.control(place) as hand:
        cut = Cut(documenter, case, place, hand)
        in_add = seal_each(cut, step)
        in_sync = sync_each(cut, step)
        cut.judge()
        for _ in range(stage.rounds(4, 200)):
            chain(cut, random, max(in_add, in_sync))
        cut.judge()
        print(f"{in_add} calls of an add, {in_sync} of a sync; deaths: {dict(cut.deaths)}; {cut.made} items, each once")
        need(cut.deaths["add"] > 5 and cut.deaths["sync"] > 5, "too few died")


if __name__ == "__main__":
    stage.main(main)
