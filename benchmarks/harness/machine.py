"""What is read from and asked of the machine: CPUs, CPU time, memory, ports."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
from pathlib import Path

# The contender has one core to itself; whatever asks it, and whatever it asks, shares the other.
CONTENDER_CPU = 1
OTHERS_CPU = 0


def require_two_cpus():
    if not {CONTENDER_CPU, OTHERS_CPU} <= os.sched_getaffinity(0):
        raise SystemExit("bench: needs CPUs 0 and 1: one for the contender, one for the load")
    os.sched_setaffinity(0, {OTHERS_CPU})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, cpu, log, environment=None):
    def pin():
        os.sched_setaffinity(0, {cpu})

    with open(log, "ab") as output:
        return subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            preexec_fn=pin, env=os.environ | (environment or {}))


def family(pid):
    """The process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    members = {pid}
    while grown := {child for child, parent in parents.items() if parent in members} - members:
        members |= grown
    return members


def kill(pids):
    """At once, as a crash does."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def cpu_seconds(pids):
    """Time on a CPU of all threads, user and kernel, to the nanosecond."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            total += int(task.read_text().split()[0])
    return total / 1e9


def resident_bytes(pids):
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGESIZE")
