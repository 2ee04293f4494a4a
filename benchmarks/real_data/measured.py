"""A command run by itself, with what it cost."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock seconds, and the most memory the process held at a time, in MB."""

    seconds: float
    peak_mb: float


def measured_command(command: Sequence[str]) -> Cost:
    """Runs a command to its end; raises `CalledProcessError` where it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command line
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Cost(time.monotonic() - started, usage.ru_maxrss / 1024)
