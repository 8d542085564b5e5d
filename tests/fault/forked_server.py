#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A server that shows one member a history of its own: the real program, its folder copied at a moment, runs twice with
# one log key, and who stands between decides which of the two a connection reaches. Receipts from the hidden one free
# nothing, the member's program says so, and to the one that does not grow out of what was seen nothing is sent.
import json
import os
import shutil
import signal
import socket
import threading

import stage
from collector import Documenter, documenter_and_case, photo
from stage import SERVER, need

ROLLED_BACK, OTHER_HISTORY, NOT_SAFE = 91, 47, 19


class Switch:
    """Passes each connection on to the port that `route` names when it comes."""

    def __init__(self, route):
        self.route = route
        self.taken = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            port = self.route()
            self.taken.append(port)
            far = socket.create_connection(("127.0.0.1", port))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one, other):
        try:
            while piece := one.recv(1 << 16):
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            for each in (one, other):
                each.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.door.close()


class Twin:
    """The server's folder as it is now, run by itself."""

    def __init__(self, case, place):
        self.data = os.path.join(place, "twin")
        case.server.kill(signal.SIGTERM)
        shutil.copytree(case.data, self.data)
        case.start()
        self.server = stage.Child(SERVER, "run", "--allow-root", "--data", self.data, "--listen", "127.0.0.1:0")
        line = self.server.line()
        need(line and line.startswith("listening on "), f"the twin does not start: {self.server.said}")
        self.address = line.removeprefix("listening on ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.kill()


def size_of(data):
    with open(os.path.join(data, "log", "checkpoint"), encoding="utf-8") as file:
        return int(file.read().split("\n")[1])


def objects_in(data):
    return sorted(name for _, _, names in os.walk(os.path.join(data, "objects")) for name in names)


def port_of(address):
    return int(address.rsplit(":", 1)[1])


def states(member):
    return {item["number"]: item["state"] for item in member.items()}


def receipts_of_the_hidden_history(member, case, twin, place):
    """Statements and objects go to the twin, and whoever asks for proofs afterwards is let to the server."""
    member.do("add", photo(os.path.join(place, "second.png"), 2))
    before = size_of(twin.data)
    # Its statements, and behind them the twin's own that it has everything.
    with Switch(lambda: port_of(case.address if size_of(twin.data) > before + 1 else twin.address)) as switch:
        answer = member.answer("sync", "--server", switch.address)
        need({port_of(twin.address), port_of(case.address)} == set(switch.taken), f"both were to be met: {switch.taken}")
    need(answer["items_unproved"] == 1, f"what the hidden history says was believed: {answer}")
    dropped = member.ask("drop", "2")
    need(dropped.returncode == NOT_SAFE, f"drop by hidden receipts: {dropped.returncode}: {dropped.stdout}{dropped.stderr}")
    freed = json.loads(member.ask("drop", "--stored", "--json").stdout)
    need(not any(item["number"] == 2 and item["outcome"] == "dropped" for item in freed["items"]), f"freed: {freed}")


def nothing_for_another_log(member, twin, place):
    """What the twin shows does not grow out of what the server showed: it is named, and gets nothing."""
    member.do("add", photo(os.path.join(place, "third.png"), 3))
    before = size_of(twin.data), objects_in(twin.data)
    told = member.ask("sync", "--server", twin.address)
    need(told.returncode in (ROLLED_BACK, OTHER_HISTORY), f"told: {told.returncode}: {told.stdout}{told.stderr}")
    need((size_of(twin.data), objects_in(twin.data)) == before, "something was sent to a log that is another one")
    need(states(member)[max(states(member))] != "received", f"received: {states(member)}")
    need(member.ask("drop", "2").returncode == NOT_SAFE, "freed after the fork was seen")


def main():
    with documenter_and_case() as (member, case, place):
        member.do("add", photo(os.path.join(place, "first.png"), 1))
        member.do("sync")
        with Twin(case, place) as twin:
            aside = os.path.join(place, "aside")
            os.makedirs(aside)
            other = Documenter(case, aside, name="witness-2")
            other.do("add", photo(os.path.join(place, "others.png"), 9))
            other.do("sync", "--server", case.address)
            receipts_of_the_hidden_history(member, case, twin, place)
            nothing_for_another_log(member, twin, place)
            print("receipts of a hidden history freed nothing; to another log nothing was sent")


if __name__ == "__main__":
    stage.main(main)
