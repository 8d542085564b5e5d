#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The judge of the other tests says so when a promise is broken: by a store that was set back, an object that is gone or
# changed, and a log that is another one.
import glob
import os
import shutil

import stage
from stage import need


def must_break(server, words, *journals):
    try:
        verdict = server.judge(*journals)
    except stage.Broken as why:
        need(words in str(why), f"broken by other words: {why}")
        return
    need(False, f"not noticed, {words}: {verdict}")


def work(member):
    member.connect()
    member.do("note", 2)
    member.do("seal", 30_000)
    member.do("upload", 65_536)
    member.do("collect")


def main():
    stage.rounds(1, 1)
    with stage.folder() as place:
        server = stage.Server(place).start()
        with server:
            with stage.members(server, [1]) as (member,):
                work(member)
                server.stop()
                backup = os.path.join(place, "backup")
                shutil.copytree(server.data, backup)
                server.start()
                work(member)
                server.judge(member.journal)
                server.stop()

                server.start(data=backup)
                must_break(server, "is not there", member.journal)
                server.stop()

                files = [path for path in glob.glob(os.path.join(server.data, "objects", "*", "*"))
                         if os.path.isfile(path)]
                need(len(files) == 2, f"objects are elsewhere: {files}")
                os.chmod(files[0], 0o600)
                with open(files[0], "r+b") as file:
                    file.write(b"\0\0\0\0")
                server.start()
                must_break(server, "damaged", member.journal)
                server.stop()
                os.remove(files[0])
                server.start()
                must_break(server, "is gone", member.journal)
                server.stop()

                other = os.path.join(place, "other")
                os.makedirs(other)
                another = stage.Server(other).start()
                server.child = another.child
                with stage.members(another, [1]) as (guest,):
                    work(guest)
                    work(guest)
                    with open(member.journal, encoding="utf-8") as ours, \
                            open(os.path.join(other, "mixed"), "w", encoding="utf-8") as mixed:
                        mixed.writelines(line for line in ours if line.startswith("checkpoint"))
                    must_break(another, "does not begin as", os.path.join(other, "mixed"))


if __name__ == "__main__":
    stage.main(main)
