"""For every test: properties are about values, not about how fast a busy machine is, so no deadline.

The files that take longest are begun first, so that no process ends long after the others.
"""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

#: Files of a minute and more, the longest first; the order of all others is their own.
LONGEST = (
    "properties/test_scorecard.py",
    "properties/test_metamorphic.py",
    "spark/test_sweep_on_spark.py",
    "spark/test_content_on_spark.py",
    "properties/test_writers_and_readers.py",
    "warehouse/models/test_closure.py",
    "warehouse/test_kill.py",
    "cli/test_demo.py",
    "warehouse/test_ingest.py",
    "properties/test_answer_key.py",
    "inspection/test_safety.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    place = {here / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
