"""A casework database for the tests: SQLite in memory, or the PostgreSQL that JICHA_CASEWORK_DATABASE_URL_FILE names.

Every test runs in a transaction that is rolled back; the triggers are part of the schema.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jicha.site.settings")
if "JICHA_CASEWORK_DATABASE_URL_FILE" not in os.environ:
    os.environ["JICHA_CASEWORK_SQLITE"] = ":memory:"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from jicha.casework import clock  # noqa: E402
from tests.casework.play import START, Play, play  # noqa: E402


@pytest.fixture(scope="session")
def schema() -> None:
    call_command("migrate", verbosity=0)


@contextmanager
def undone() -> Iterator[None]:
    """A block whose changes of the database are taken back."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


@pytest.fixture
def casework(schema: None) -> Iterator[Any]:
    """The connection, inside a transaction of its own."""
    with undone():
        yield connection


@pytest.fixture(scope="module")
def cast(schema: None) -> Iterator[Play]:
    """A whole utility with its people, once a module."""
    with undone():
        yield play()


@pytest.fixture
def stage(cast: Play) -> Iterator[Play]:
    """The utility as it was founded, on the Monday on which every play begins."""
    with undone(), clock.at(START):
        yield cast


@pytest.fixture
def memory(schema: None) -> None:
    """The search keeps and puts back whole databases, which SQLite in memory can."""
    assert connection.vendor == "sqlite" and not connection.in_atomic_block
