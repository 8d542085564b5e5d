#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# One scripted session, over and over; each time another call to the disk fails: the first write, the second, … the
# last. Nothing that was not done is acknowledged, reading goes on, and after it work resumes: by itself when it was
# space that lacked, by a restart when the disk said that it could not keep what it was given.
import errno
import os

import stage
from control import KINDS
from stage import need

SESSION = (("note", 2), ("seal", 40_000), ("upload", 9_000), ("collect",), ("note", 1))
AT_MOST = 40  # attempts of one step, so that a server that never recovers is found
WRITING = KINDS["write"] | KINDS["create"] | KINDS["size"] | KINDS["name"]


class Trial:
    def __init__(self, server, shim, member, counsel):
        self.server, self.shim, self.member, self.counsel = server, shim, member, counsel
        self.environment = shim.environment("disk")
        self.journal = os.path.join(server.place, "journal-1")
        self.refusals = {}

    def begin(self):
        self.server.start(self.environment)
        self.member.connect()
        self.counsel.connect()

    def restart(self):
        self.shim.rest()
        self.server.stop()
        self.begin()

    def session(self, after_failure):
        for step in SESSION:
            for _ in range(AT_MOST):
                answer = self.member.ask(*step)
                if answer[0] == "ok":
                    break
                self.refusals[answer[1]] = self.refusals.get(answer[1], 0) + 1
                # Whatever became of writing, what is there can be read.
                self.counsel.do("list")
                after_failure(answer[1], step)
            else:
                need(False, f"{step} never succeeds again: {answer}")

    def calls(self, kinds):
        """How many such calls the session makes."""
        self.shim.watch(kinds)
        self.session(lambda *what: need(False, f"without a fault: {what}"))
        return self.shim.count

    def judge(self):
        self.shim.rest()
        return self.server.judge(self.journal)


def some(random, numbers, most):
    numbers = list(numbers)
    return sorted(random.sample(numbers, min(most, len(numbers))))


def no_space(trial, random, most):
    """From the n-th call on the disk is full, until somebody makes room."""
    def make_room(name, step):
        need(name == "server_full", f"{step} on a disk that is full from call {n} on: {name}")
        trial.shim.rest()
    for n in some(random, range(1, trial.calls(WRITING) + 1), most):
        trial.shim.fail(WRITING, errno.ENOSPC, n)
        trial.session(make_room)
        trial.shim.rest()
        trial.judge()


def failed_call(trial, random, most, kinds, stops):
    """The n-th call fails once, by EIO."""
    for n in some(random, range(1, trial.calls(kinds) + 1), most):
        def repair(name, step):
            need(name in ("internal", "writes_stopped"), f"{step} after EIO of call {n}: {name}")
            if stops:
                # Nobody knows what the disk has kept: nothing is written on until an operator has looked.
                again = trial.member.ask("note", 1)
                need(again[0] == "failed", f"call {n} failed by EIO in {step}, and writing went on")
            trial.restart()
        trial.shim.fail(kinds, errno.EIO, n, n)
        trial.session(repair)
        if trial.shim.failed and stops:
            trial.restart()  # it may have failed where nobody waited for it
        trial.judge()


def main():
    random = stage.seeded()
    most = stage.rounds(5, 1 << 20)
    with stage.folder() as place, stage.control(place) as shim:
        server = stage.Server(place)
        with stage.members(server, [1]) as (member,), stage.members(server, [201], journal=False) as (counsel,):
            trial = Trial(server, shim, member, counsel)
            trial.begin()
            with server:
                trial.session(lambda *what: need(False, f"without a fault: {what}"))
                for name, test in (("space", lambda: no_space(trial, random, most)),
                                   ("sync", lambda: failed_call(trial, random, most, KINDS["sync"], True)),
                                   ("write", lambda: failed_call(trial, random, most, WRITING, False))):
                    trial.refusals.clear()
                    test()
                    print(f"{name}: refused {trial.refusals}; {trial.judge()}", flush=True)
                    need(trial.refusals, "no fault was ever met")
                server.stop()
                server.fsck()


if __name__ == "__main__":
    stage.main(main)
