#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Power cuts: while the server works on a file system in a file, that file is copied at once, which is what a disk
# holds when the power goes. Everything that was acknowledged before the copy began is in the copy.
# So that the test is known to be able to fail, the same is done to a server whose database was talked into
# synchronous=NORMAL: that one must lose something.
# Modelled is the loss of what only memory held, not that of a disk's own cache.
import os
import shutil
import signal

import disks
import stage
from control import preload
from stage import need

CLIENTS = 3
LAZY_CUTS = 8  # of the control at most, until it has lost something


def image_of(server_disk, store):
    copy = os.path.join(store, "cut.ext4")
    disks.call("cp", "--reflink=always", server_disk, copy)
    return copy


def judge_cut(server, copy, at, journals):
    """What the disk would have shown after the cut."""
    with disks.mounted(copy, at, "-o", "loop"):
        survivor = os.path.join(at, "server")
        server.fsck(survivor)
        server.start(data=survivor)
        try:
            return server.judge(*journals)
        finally:
            server.stop()
            server.fsck(survivor)


def cut_once(random, server, clients, disk, store, environment):
    """Load, a cut in its midst, and the verdict over what had been promised by then."""
    server.start(environment)
    child = server.child
    for client in clients:
        client.connect()
        client.begin("load", 20_000)
    first = random.choice(clients)
    for _ in range(random.randrange(2, 8)):
        first.progress()
    promised = []
    for client in clients:  # what is written down here was acknowledged before the copy begins
        journal = os.path.join(server.place, f"promised-{len(promised)}")
        shutil.copyfile(client.journal, journal)
        promised.append(journal)
    copy = image_of(disk, store)
    child.kill(signal.SIGKILL)
    for client in clients:
        client.end()
    try:
        return judge_cut(server, copy, os.path.join(server.place, "after"), promised)
    finally:
        server.child.kill()
        os.remove(copy)


def trial(random, store, count, lazy=False):
    """So many cuts of one server's power. Of a lazy one only until the first loss: what was lost."""
    disk = disks.sparse_file(os.path.join(store, "server.ext4"), 1 << 30)
    disks.call("mkfs.ext4", "-q", disk)
    with stage.folder() as place:
        with disks.mounted(disk, os.path.join(place, "disk"), "-o", "loop") as at:
            server = stage.Server(place, os.path.join(at, "server"))
            environment = preload("lazy") if lazy else None
            with stage.members(server, range(1, CLIENTS + 1)) as clients:
                for number in range(count):
                    try:
                        verdict = cut_once(random, server, clients, disk, store, environment)
                    except stage.Broken as loss:
                        if not lazy:
                            raise
                        return str(loss)
                    print(f"cut {number + 1}{' of the lazy one' if lazy else ''}: {verdict}", flush=True)
                    need(verdict["receipts"] > 0, "nothing was promised before the cut")
    os.remove(disk)
    return None


def main():
    random = stage.seeded()
    count = stage.rounds(2, 20)
    with stage.folder() as place, disks.reflink_store(place) as store:
        trial(random, store, count)
        loss = trial(random, store, LAZY_CUTS, lazy=True)
        need(loss, f"{LAZY_CUTS} cuts of a server with synchronous=NORMAL lost nothing: this test cannot fail")
        print(f"synchronous=NORMAL lost: {loss[:300]}")


if __name__ == "__main__":
    stage.main(main)
