"""The processes that are measured: started on free ports, watched for memory and processor time, always stopped."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "var" / "bench"
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05
_LAST_BYTES = 3000
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


class BenchError(Exception):
    """A measurement could not be made; the message says why."""


@dataclass(frozen=True)
class Memory:
    """Resident memory in MiB of a process with all its descendants.

    Attributes:
        rss: Sum of what each has in memory; pages that several share are counted more than once.
        uss: Sum of what each has for itself alone.
        processes: How many they are.
    """

    rss: float
    uss: float
    processes: int


@dataclass(frozen=True)
class Cost:
    """What one finished command took: seconds by the clock, seconds of the processor, peak memory in MiB."""

    wall: float
    processor: float
    peak: float


def note(text: str) -> None:
    """Tell on standard error how far the run is."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def free_ports(count: int) -> tuple[int, ...]:
    """Return ``count`` different ports of loopback that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return tuple(probe.getsockname()[1] for probe in probes)
    finally:
        for probe in probes:
            probe.close()


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without proxies and Clearline's settings, with telemetry off and ``extra``."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy") and not name.startswith("CLEARLINE_")}
    return {**kept, **_QUIET, **extra}


class Child:
    """One process in a group of its own; whatever it starts is stopped with it."""

    def __init__(self, name: str, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=_end_with_parent,  # noqa: PLW1509 -- this process has no threads
            )  # fmt: skip

    def check(self) -> None:
        """Return while it runs. Raises: BenchError, with its last words."""
        if self._process.poll() is not None:
            raise BenchError(f"{self.name} ended with code {self._process.returncode}:\n{self.last_words()}")

    def wait_for_line(self, start: str, *, seconds: float) -> None:
        """Return when a line of its output begins with ``start``. Raises: BenchError."""
        deadline = time.monotonic() + seconds
        while not any(line.startswith(start) for line in self._log.read_text(errors="replace").splitlines()):
            self.check()
            if time.monotonic() > deadline:
                raise BenchError(f"{self.name} did not say {start!r} within {seconds:.0f} s:\n{self.last_words()}")
            time.sleep(_POLL_SECONDS)

    def last_words(self) -> str:
        """Return the end of its output."""
        return self._log.read_bytes()[-_LAST_BYTES:].decode(errors="replace")

    def family(self) -> list[psutil.Process]:
        """Return the process and all its descendants."""
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def stop(self) -> None:
        """End it and everything it started: politely first, then for certain."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def memory(children: Sequence[Child]) -> Memory:
    """Return what ``children`` have in memory now, together."""
    infos = [process.memory_full_info() for child in children for process in child.family()]
    mib = 1024 * 1024
    return Memory(sum(one.rss for one in infos) / mib, sum(one.uss for one in infos) / mib, len(infos))


def processor_seconds(children: Sequence[Child]) -> float:
    """Return the processor time that ``children`` have used since they started, together."""
    times = [process.cpu_times() for child in children for process in child.family()]
    return float(sum(one.user + one.system for one in times))


def run_command(name: str, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], codes: Sequence[int] = (0,)) -> tuple[str, Cost]:
    """Run ``command`` to its end; return what it wrote on standard output and what it cost.

    Args:
        codes: The exit codes that are no failure.

    Raises:
        BenchError: It failed; the message has its last words.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
            start_new_session=True, preexec_fn=_end_with_parent,  # noqa: PLW1509 -- this process has no threads
        )  # fmt: skip
        try:
            # Not ``Popen.wait``: only wait4 tells what this one child used.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        output.seek(0), errors.seek(0)
        said, complained = output.read(), errors.read()
    if process.returncode not in codes:
        raise BenchError(f"{name} ended with code {process.returncode}:\n{(said + complained)[-_LAST_BYTES:]}")
    return said, Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def stopping(children: list[Child]) -> Iterator[None]:
    """Stop all ``children`` at the end, however it ends; the list may grow meanwhile."""
    try:
        yield
    finally:
        for child in reversed(children):
            child.stop()


def _end_with_parent() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
