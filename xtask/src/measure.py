"""Runs commands in turn and prints the median of wall time and CPU time, and the peak memory, of each, as JSON.

measure.py TIMES COMMANDS: COMMANDS is a JSON array of argument arrays. Output is dropped, exit codes are not looked at.
"""

import json
import os
import re
import statistics
import sys
import time

NULL = os.open(os.devnull, os.O_RDWR)


def spawn(arguments):
    actions = [(os.POSIX_SPAWN_DUP2, NULL, 1), (os.POSIX_SPAWN_DUP2, NULL, 2)]
    return os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=actions)


def once(arguments):
    started = time.perf_counter()
    usage = os.wait4(spawn(arguments), 0)[2]
    wall = time.perf_counter() - started
    return wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3


def peak(arguments):
    """Watches the high-water mark while the command runs: what wait4 tells would count this Python too."""
    child, high = spawn(arguments), 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        with open(f"/proc/{child}/status") as status:
            mark = re.search(r"VmHWM:\s+(\d+)", status.read())
        high = max(high, int(mark[1])) if mark else high
        time.sleep(0.0005)
    return high


def main():
    times, commands = int(sys.argv[1]), json.loads(sys.argv[2])
    # Taken first, which warms the page cache too.
    peaks = [peak(command) for command in commands]
    runs = [[] for _ in commands]
    for _ in range(times):
        for command, run in zip(commands, runs):
            run.append(once(command))
    medians = [[statistics.median(column) for column in zip(*run)] for run in runs]
    print(json.dumps([{"wall_ms": wall, "cpu_ms": cpu, "peak_kb": kb} for (wall, cpu), kb in zip(medians, peaks)]))


main()
