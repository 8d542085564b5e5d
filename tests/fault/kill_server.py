#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The server is killed under load, again and again. Whatever it had promised anybody by then holds after each restart,
# which needs no hand.
import os
import signal

import stage
from stage import need

CLIENTS = 4


def main():
    random = stage.seeded()
    count = stage.rounds(4, 100)
    with stage.scene() as server, stage.members(server, range(1, CLIENTS + 1)) as clients:
        journals = [os.path.join(server.place, f"journal-{n + 1}") for n in range(CLIENTS)]
        for number in range(count):
            for client in clients:
                client.connect()
                client.begin("load", 20_000)
            # By what was promised, not by time: the others are anywhere in their work then.
            first = random.choice(clients)
            for _ in range(random.randrange(1, 8)):
                first.progress()
            server.stop(signal.SIGKILL)
            for client in clients:
                ended = client.end()
                need(ended[1] in ("connection_lost", "timed_out"), f"load: {ended}")
            server.start()
            if number % 10 == 9 or number == count - 1:
                report = server.fsck()  # beside the server that runs
                need(report["objects"] > 0, "nothing was stored")
            verdict = server.judge(*journals)
            print(f"round {number + 1}: {verdict}", flush=True)
        need(verdict["receipts"] > 4 * count and verdict["stored"] >= count, f"too little was promised: {verdict}")
        server.stop()
        server.fsck()


if __name__ == "__main__":
    stage.main(main)
