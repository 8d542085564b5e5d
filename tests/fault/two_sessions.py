#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# One member twice at the door, as after a cut that only one end has noticed, or with a key on two devices that write
# the same: one leaf and one object come of it, the newer session goes on, and the older one is told by name.
import contextlib
import os

import stage
from chaos import Line, Proxy
from stage import MIB, need

SIZE = 3 * MIB
FENCED = "busy"  # what a session is told whose upload another one has taken over: docs/protocol.md section 3


def same_statements(one, other):
    """Both write the same genesis and the same seal: each gets a receipt, for the same place."""
    for member in (one, other):
        member.connect()
    genesis = [member.do("note", 1) for member in (one, other)]
    need(genesis[0] == genesis[1], f"one genesis, two places: {genesis}")
    sealed = [member.do("seal", SIZE) for member in (one, other)]
    need(sealed[0] == sealed[1], "the test's two members do not write the same")


def newer_wins(older, newer):
    """The older has begun; the newer offers the same object and goes on from what is there."""
    older.do("offer")
    older.do("send", 0, MIB)
    at = int(newer.do("offer")[0])
    need(at <= MIB, f"the server claims {at} bytes")
    newer.do("send", at, SIZE)
    late = older.ask("send", MIB, SIZE)
    if late[0] == "ok":
        late = older.ask("kept")
    newer.do("kept")
    # Kept, if all of the older one's bytes had come before the newer one's; else it is told why not.
    need(late[0] == "ok" or late[1] == FENCED, f"the older session was told: {late}")
    older.connect()
    need(older.do("offer")[1] == "whole", "a kept object is asked for again")


def at_once(random, members):
    """Both send the whole object at the same time. Whoever is fenced off tries again."""
    order = random.sample(members, len(members))
    for member in order:
        member.begin("upload", random.choice((20_000, 262_144)))
    outcomes = [member.end() for member in order]
    need(all(outcome[0] == "ok" or outcome[1] == FENCED for outcome in outcomes), f"told: {outcomes}")
    need(any(outcome[0] == "ok" for outcome in outcomes), f"neither went on: {outcomes}")
    for member, outcome in zip(order, outcomes):
        if outcome[0] != "ok":
            member.connect()
            member.do("upload", MIB)
        member.do("collect")


def half_open(server, member, again):
    """A line that has gone silent holds up nobody: the same member comes by another one and ends her upload."""
    with Proxy(server.port, lambda: Line(stall_up=MIB)) as proxy:
        member.connect(proxy.address)
        member.begin("upload", 65_536)
        proxy.stalled.wait(stage.PATIENCE)
        again.connect()
        again.do("upload", MIB)
        again.do("collect")
        proxy.cut_all()
        need(member.end()[0] == "failed", "a line that was cut carried an upload to its end")
    member.connect()
    member.do("upload", MIB)
    member.do("collect")


def too_many(server):
    """Of one member's connections the one that has been quiet longest gives way to the fifth."""
    with stage.members(server, [9] * 5, journal=False) as guests:
        for guest in guests:
            guest.connect()
        need(guests[0].ask("note", 1)[0] == "failed", "five connections of one member")
        guests[4].do("note", 1)


def pair(server, number):
    """Two processes of one member, each with a journal of its own."""
    return [stage.Member(server, number, os.path.join(server.place, f"journal-{number}-{which}"))
            for which in (1, 2)]


def main():
    random = stage.seeded()
    count = stage.rounds(1, 30)
    with stage.scene() as server, contextlib.ExitStack() as ends:
        journals = []
        for round_number in range(count):
            for kind, number in enumerate(range(10 + 3 * round_number, 13 + 3 * round_number)):
                both = pair(server, number)
                for member in both:
                    ends.callback(member.kill)
                    journals.append(member.journal)
                same_statements(*both)
                if kind == 0:
                    newer_wins(*random.sample(both, 2))
                    for member in both:
                        member.do("collect")
                elif kind == 1:
                    at_once(random, both)
                else:
                    half_open(server, *both)
        verdict = server.judge(*journals)
        objects = 3 * count
        # A genesis, a seal and the server's answer for each; and the server's own genesis.
        need(verdict["entries"] == 3 * objects + 1, f"not one leaf for each statement: {verdict}")
        need(verdict["stored"] == 2 * objects, f"not everybody has a stored receipt: {verdict}")
        too_many(server)
        server.stop()
        need(server.fsck()["objects"] == objects, "not one object for each")
        print(verdict)


if __name__ == "__main__":
    stage.main(main)
