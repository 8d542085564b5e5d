#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""interleaved.py ROUNDS COUNT UNIT <rows   measures shell commands in turn, so that other work disturbs all alike.

Each line is a name, a command that prepares (not measured) and the command that is measured, parted by tabs. After a
round that warms up come ROUNDS rounds; in each every command runs once. Prints the medians of the wall clock, of CPU
seconds (user and system, children too) and of the peak memory of its largest process, and how many times the first
row's CPU seconds each took. COUNT things of UNIT ("photo", or "byte") are in each run.
"""
import statistics
import subprocess
import sys

from measure import run


def measure(rows, rounds):
    results = {row[0]: [] for row in rows}
    for turn in range(rounds + 1):
        for name, prepare, command in rows:
            subprocess.run(["sh", "-c", prepare], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            result = run(["sh", "-c", command])
            if turn > 0:
                results[name].append(result)
    return results


def text_of(name, runs, count, unit, first):
    wall, cpu, memory = (statistics.median(run[i] for run in runs) for i in range(3))
    failed = "  (failed)" if any(run[3] != 0 for run in runs) else ""
    if unit == "photo":
        figures = f"{count / cpu:8.1f} a CPU s  {count / wall:8.1f} a second"
    else:
        gib = count / 2**30
        figures = f"{cpu / gib:8.2f} CPU s a GiB  {count / wall / 1e6:7.0f} MB/s"
    return f"{name:<58} {figures}  {memory:5.0f} MiB  {cpu / first:6.2f}{failed}"


def main():
    rounds, count, unit = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    rows = [line.rstrip("\n").split("\t") for line in sys.stdin]
    results = measure(rows, rounds)
    first = statistics.median(run[1] for run in results[rows[0][0]])
    for name, _, _ in rows:
        print(text_of(name, results[name], count, unit, first), flush=True)


if __name__ == "__main__":
    main()
