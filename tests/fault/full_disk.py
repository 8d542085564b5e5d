#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that is really full, by somebody else's file: what is asked then is refused by name, reading goes on, and with
# that file gone the same server takes in what it refused, without a hand.
import os

import disks
import stage
from stage import MIB, need

DISK = 32 * MIB
SPARE = (0, 4_096, 40_000, 300_000)  # bytes that the filler leaves


def fill(path, spare):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            pass
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass
        file.truncate(max(0, os.fstat(file.fileno()).st_size - spare))


def attempt(member, *step):
    """True once it is done; on a full disk it is refused by that name."""
    answer = member.ask(*step)
    if answer[0] == "ok":
        return True
    need(answer[1] == "server_full", f"{step} on a full disk: {answer}")
    return False


def one_filling(server, member, counsel, filler, size, spare):
    steps = [("note", 3), ("seal", size), ("upload", 65_536), ("collect",)]
    fill(filler, spare)
    refused = 0
    while steps:
        if attempt(member, *steps[0]):
            steps.pop(0)
            continue
        refused += 1
        counsel.do("list")
        os.remove(filler)
        while not attempt(member, *steps[0]):
            need(False, f"{steps[0]} is refused with {MIB} bytes and more free")
        steps.pop(0)
        if steps:
            fill(filler, spare)
    if os.path.exists(filler):
        os.remove(filler)
    return refused


def main():
    random = stage.seeded()
    count = stage.rounds(1, 10)
    with stage.folder() as place, disks.memory_disk(os.path.join(place, "disk"), DISK) as at:
        server = stage.Server(place, os.path.join(at, "server"))
        server.start()
        with stage.members(server, [1]) as (member,), stage.members(server, [201], journal=False) as (counsel,):
            try:
                member.connect()
                counsel.connect()
                member.do("note", 1)
                refused = 0
                for _ in range(count):
                    for spare in SPARE:
                        refused += one_filling(server, member, counsel, os.path.join(at, "filler"),
                                               random.randrange(100_000, 400_000), spare)
                need(refused >= count, "the disk was never full")
                verdict = server.judge(member.journal)
                print(f"{refused} refusals; {verdict}")
                need(verdict["stored"] == count * len(SPARE), f"not all was stored in the end: {verdict}")
                server.stop()
                server.fsck()
            finally:
                if server.child.process.poll() is None:
                    server.child.kill()


if __name__ == "__main__":
    stage.main(main)
