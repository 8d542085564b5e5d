#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Clocks that leap, the server's and a member's, back and forth by years, between sessions and within them. A ticket is
# judged by the server's clock when it is shown, and what it made somebody stays; everything else goes on as before.
import os
import time

import stage
from control import Control
from stage import need

YEAR = 365 * 86_400
LEAPS = (0, 40 * YEAR, -30 * YEAR, 86_400, -3_600, 100 * YEAR, -1, -50 * YEAR)
GUEST = 180  # not in the roster: comes by a ticket


def work(member, size):
    member.do("note", 2)
    member.do("seal", size)
    member.do("upload", 9_000)
    member.do("collect")


def tickets(server, clock, guests, random):
    """Before its end a ticket admits, after it not, whatever the clock was before; who was admitted stays so."""
    until = int(time.time()) + 10 * YEAR
    early, late = guests
    clock.set_clock(11 * YEAR)
    need(late.ask("connect", server.address, until) == ["failed", "ticket_expired"], "a ticket outlived its end")
    clock.set_clock(random.choice((-20 * YEAR, 0, 9 * YEAR)))
    early.connect(None, until)
    early.do("note", 1)
    clock.set_clock(30 * YEAR)
    early.connect(None, until)
    early.do("note", 1)
    early.connect()
    early.do("note", 1)


def main():
    random = stage.seeded()
    count = stage.rounds(1, 20)
    with stage.folder() as place, \
            Control(os.path.join(place, "clock-server")) as clock, Control(os.path.join(place, "clock-member")) as own:
        server = stage.Server(place).start(clock.environment("clock"))
        with server:
            with stage.members(server, [1], environment=own.environment("clock")) as (member,), \
                    stage.members(server, [GUEST, GUEST + 1]) as guests:
                member.connect()
                tickets(server, clock, guests, random)
                for _ in range(count):
                    for leap in random.sample(LEAPS, len(LEAPS)):
                        clock.set_clock(leap)             # within the session
                        own.set_clock(random.choice(LEAPS))
                        work(member, 20_000)
                        if random.randrange(3) == 0:      # or between two servers
                            server.stop()
                            clock.set_clock(random.choice(LEAPS))
                            server.start(clock.environment("clock"))
                        member.connect()
                verdict = server.judge(member.journal, *(guest.journal for guest in guests if
                                                         os.path.exists(guest.journal)))
                print(f"{count * len(LEAPS)} leaps; {verdict}")
                need(verdict["stored"] == count * len(LEAPS), f"not all is stored: {verdict}")
            server.stop()
            server.fsck()


if __name__ == "__main__":
    stage.main(main)
