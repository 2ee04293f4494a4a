"""A pytest plugin: tests listed in a file must fail, all others must pass.

Run with `-p tests.duckdb2.known_failures --known-failures FILE`. A listed test becomes a strict xfail: failing is
expected of it, passing fails the run. A listed test that was not collected fails the run as well, so that the list
cannot name what no longer exists.
"""

from __future__ import annotations

from pathlib import Path

import pytest

#: Between a node id, which may hold blanks and #, and its reason.
SEPARATOR = "  # "


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--known-failures", metavar="FILE", type=Path, help="tests that must fail, and why")


class Gone(pytest.Item):
    """Stands for a listed test that was not collected. An item, because every worker of a parallel run sees it."""

    def runtest(self) -> None:
        pytest.fail(f"known failure that was not collected: {self.name}", pytrace=False)


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    file = config.getoption("--known-failures")
    if file is None:
        return
    known = read(file)
    for item in items:
        reason = known.pop(item.nodeid, None)
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    items += [Gone.from_parent(session, name=node) for node in known]


def read(file: Path) -> dict[str, str]:
    """Node id -> reason. A line without a reason is refused."""
    known: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        node, separator, reason = line.partition(SEPARATOR)
        if not separator or not reason.strip():
            raise pytest.UsageError(f"{file}:{number}: write `node id{SEPARATOR}reason`")
        if node in known:
            raise pytest.UsageError(f"{file}:{number}: {node} stands twice")
        known[node] = reason.strip()
    return known
