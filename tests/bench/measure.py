#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# measure.py ROUNDS -- COMMAND …   runs the command once to warm up and ROUNDS times counted, and prints the medians of
# wall seconds, CPU seconds (user and system, children too) and the peak memory of its largest process in MiB.
import os
import statistics
import sys
import time


def run(command):
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(quiet, descriptor)
        os.execvp(command[0], command)
    _, status, used = os.wait4(child, 0)
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, status


def main():
    rounds, command = int(sys.argv[1]), sys.argv[3:]
    results = [run(command) for _ in range(rounds + 1)][1:]
    wall, cpu, memory = (statistics.median(result[i] for result in results) for i in range(3))
    failed = sum(result[3] != 0 for result in results)
    print(f"{wall:.3f} {cpu:.3f} {memory:.0f} {failed}")


if __name__ == "__main__":
    main()
