"""A casework database for the tests: SQLite in memory, or the PostgreSQL that JICHA_CASEWORK_DATABASE_URL_FILE names.

Every test runs in a transaction that is rolled back; the triggers are part of the schema.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jicha.site.settings")
if "JICHA_CASEWORK_DATABASE_URL_FILE" not in os.environ:
    os.environ["JICHA_CASEWORK_SQLITE"] = ":memory:"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402


@pytest.fixture(scope="session")
def schema() -> None:
    call_command("migrate", verbosity=0)


@pytest.fixture
def casework(schema: None) -> Iterator[Any]:
    """The connection, inside a transaction of its own."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield connection
        transaction.savepoint_rollback(point)
