"""The list of known failures fails a run in both directions, and cannot name what is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest

@pytest.mark.parametrize("n", ["a + b", "c # d"])
def test_each(n):
    assert n == "a + b"

def test_other():
    pass
"""


@pytest.fixture
def run(tmp_path: Path):
    (tmp_path / "test_made.py").write_text(TESTS, encoding="utf-8")

    def go(*lines: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        known = tmp_path / "known.txt"
        known.write_text("\n".join(("# a comment", "", *lines)), encoding="utf-8")
        plugin = ["-p", "tests.duckdb2.known_failures", "--known-failures", known]
        apart = ["--rootdir", tmp_path, "-c", "/dev/null", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", "-q", *plugin, *apart, *options, tmp_path / "test_made.py"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return go


def test_a_listed_test_may_fail(run) -> None:
    code, told = run("test_made.py::test_each[c # d]  # the engine says otherwise")
    assert (code, "2 passed, 1 xfailed" in told) == (0, True), told


def test_a_test_that_is_not_listed_may_not(run) -> None:
    code, told = run()
    assert (code, "1 failed, 2 passed" in told) == (1, True), told


def test_a_listed_test_that_passes_fails_the_run(run) -> None:
    code, told = run("test_made.py::test_each[c # d]  # why", "test_made.py::test_each[a + b]  # why")
    assert (code, "XPASS(strict)" in told) == (1, True), told


@pytest.mark.parametrize("parallel", [(), ("-n", "2")])
def test_a_listed_test_that_is_gone_fails_the_run(run, parallel: tuple[str, ...]) -> None:
    code, told = run(
        "test_made.py::test_each[c # d]  # why", "test_made.py::test_gone  # why", options=parallel
    )
    assert code == 1
    assert "known failure that was not collected: test_made.py::test_gone" in told, told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("test_made.py::test_other", ":3: write `node id"),
        ("test_made.py::test_other  #  ", ":3: write `node id"),
        (
            "test_made.py::test_other  # a\ntest_made.py::test_other  # b",
            ":4: test_made.py::test_other stands twice",
        ),
    ],
)
def test_a_list_that_says_nothing_is_refused(run, line: str, told: str) -> None:
    code, said = run(line)
    assert (code, told in said) == (4, True), said
