"""Reads a pytest report, prints the skips by reason and fails on one that nobody listed.

A skip is allowed only where the real data are absent; where JICHA_DATA is set, nothing may skip.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path

#: Reasons a test may give, as regular expressions.
ALLOWED_WITHOUT_DATA = (r"JICHA_DATA is not set",)

_SKIP = re.compile(r"^SKIPPED \[(\d+)\] (?:[^:]+:\d+|[^:]+): (.*)$")


def main(report: Path) -> int:
    found: Counter[str] = Counter()
    for line in report.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _SKIP.match(re.sub(r"\x1b\[[0-9;]*m", "", line))
        if match:
            found[match.group(2)] += int(match.group(1))
    allowed = () if os.environ.get("JICHA_DATA") else ALLOWED_WITHOUT_DATA
    unlisted = [reason for reason in found if not any(re.search(pattern, reason) for pattern in allowed)]
    for reason, count in sorted(found.items()):
        print(f"{count:5d} skipped: {reason}{'  <- not listed' if reason in unlisted else ''}")
    if not found:
        print("nothing skipped")
    return 1 if unlisted else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
