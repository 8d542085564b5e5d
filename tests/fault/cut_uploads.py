#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Uploads that are cut at random bytes, either way: each ends, little is sent twice, one leaf and one object come of it.
import os

import stage
from chaos import Line, Proxy
from stage import MIB, need

# What one cut may cost: the credit of an upload (docs/protocol.md section 7).
WINDOW = 8 * MIB
PER_FOLDER = 10  # uploads until a fresh server, so that the long form fits a small disk


def cut_line(random, size):
    """Broken somewhere in what is still to come; now and then within the handshake or in an answer."""
    where = random.randrange(10)
    if where == 0:
        return Line(cut_up=random.randrange(3000))
    if where == 1:
        return Line(cut_down=random.randrange(4000))
    return Line(cut_up=random.randrange(3000, size), piece=random.choice((65536, 65536, 8192, 1000)),
                jitter=random.choice((0, 0, 0.0005)))


class Upload:
    """One object of one member, until it is stored."""

    def __init__(self, member, size):
        self.member = member
        self.size = size
        self.cuts = 0
        self.wasted = 0   # bytes sent in vain
        self.highest = 0  # where the bytes sent so far end

    def attempt(self, address):
        """Whether it is whole now; whatever else happens is a cut."""
        self.answer = self.member.ask("connect", address)
        if self.answer[0] != "ok":
            return False
        self.answer = self.member.ask("upload", 262_144)
        whole = self.answer[0] == "ok"
        places = self.answer[1 if whole else 2:]
        if places:
            offset, until = map(int, places)
            need(offset <= self.highest, f"the server claims {offset} bytes, {self.highest} were sent")
            need(self.highest - offset <= WINDOW, f"one cut cost {self.highest - offset} bytes")
            self.wasted += self.highest - offset
            self.highest = until
        return whole


def one_upload(random, server, member, size):
    wanted = random.randrange(1, 5)
    lines = []
    with Proxy(server.port, lambda: lines.pop(0) if lines else Line()) as proxy:
        member.connect()
        member.do("seal", size)
        upload = Upload(member, size)
        while True:
            if upload.cuts < wanted:
                lines.append(cut_line(random, size))
            if upload.attempt(proxy.address):
                break
            upload.cuts += 1
            need(upload.cuts <= wanted, f"a line that was whole gave {upload.answer}")
        member.connect()  # by a good line: this one may still break
        member.do("collect")
    return upload


def main():
    random = stage.seeded()
    count = stage.rounds(4, 200)
    size = 64 * MIB if stage.is_long() else 8 * MIB
    cuts = wasted = done = 0
    while done < count:
        with stage.scene() as server, stage.members(server, [1]) as (member,):
            here = min(PER_FOLDER, count - done)
            for _ in range(here):
                upload = one_upload(random, server, member, size + random.randrange(1000))
                cuts += upload.cuts
                wasted += upload.wasted
            verdict = server.judge(os.path.join(server.place, "journal-1"))
            # A genesis, and for each upload a seal, the server's answer; and the server's own genesis.
            need(verdict["entries"] == 2 + 2 * here, f"not one leaf for each: {verdict}")
            need(verdict["kept"] == here and verdict["stored"] == here, f"not one object for each: {verdict}")
            server.stop()
            need(server.fsck()["objects"] == here, "not one object for each upload")
            done += here
            print(f"{done} uploads of {size // MIB} MiB, {cuts} cuts, {wasted / max(cuts, 1) / MIB:.2f} MiB "
                  f"sent twice by a cut", flush=True)


if __name__ == "__main__":
    stage.main(main)
