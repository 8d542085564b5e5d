#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that somebody else's file fills, wholly or as far as the server leaves it for its log and its database: what
# is asked then is refused by name, reading goes on, and with that file gone the same server takes in what it refused,
# without a hand. (What a single write does that finds no room is in failing_disk.py.)
import os

import disks
import stage
from stage import MIB, need

DISK = 320 * MIB
SPARE = (0, 4_096, 31 * MIB, 60 * MIB, 127 * MIB)  # bytes that the filler leaves; below 128 MiB no upload is taken in


def fill(path, spare):
    with open(path, "wb", buffering=0) as file:
        for _ in range(100):  # the server may take some of it meanwhile
            room = os.statvfs(os.path.dirname(path))
            try:
                return os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - spare)
            except OSError:
                file.truncate(0)
    need(False, "the disk cannot be filled")


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
            with server:
                member.connect()
                counsel.connect()
                member.do("note", 1)
                refused = 0
                for _ in range(count):
                    for spare in SPARE:
                        refused += one_filling(server, member, counsel, os.path.join(at, "filler"),
                                               random.randrange(100_000, 400_000), spare)
                need(refused >= count * len(SPARE), "the disk was not always full")
                verdict = server.judge(member.journal)
                print(f"{refused} refusals; {verdict}")
                need(verdict["stored"] == count * len(SPARE), f"not all was stored in the end: {verdict}")
                server.stop()
                server.fsck()


if __name__ == "__main__":
    stage.main(main)
