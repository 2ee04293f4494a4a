"""docs/county.md: what is written between its markers is what the county has, and its pictures can be looked at."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest
from benchmarks.county_page import customer_pictures, style, tables
from benchmarks.county_page.exports import Exports, count, title
from benchmarks.county_page.scenes import Scenes

from jicha.county.domains import domains
from jicha.county.exports import bills

from .exported import Exported

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = ("county_feeders", "county_day_and_week", "county_thief", "county_area_year", "county_multiplier")
MOST_BYTES = 150_000
#: A table with fewer rows in one county may have none in another.
RARE_ROWS = 30


@pytest.fixture(scope="module")
def text() -> str:
    return (DOCS / "county.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    found = importlib.util.spec_from_file_location("make_county", DOCS / "make_county.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def scenes(county: Exported) -> Scenes:
    return Scenes(Exports(county.path))


def part(text: str, name: str) -> str:
    found = re.search(rf"<!-- county: {name} -->\n\n(.*?)\n\n<!-- /county -->", text, flags=re.S)
    assert found is not None, name
    return found[1]


def test_the_page_lists_every_cause_and_trade_there_is(text: str) -> None:
    assert part(text, "causes") == tables.causes()
    assert part(text, "trades") == tables.shares()


def test_the_page_says_where_the_county_is_unlike_life(text: str) -> None:
    life = (DOCS / "county-life.md").read_text(encoding="utf-8")
    said = part(text, "disagreements")
    assert said == tables.disagreements(life)
    assert said.count("**no**") == life.count("**no**") > 0


def test_the_page_lists_the_tables_that_are_exported(text: str, county: Exported) -> None:
    listed = set(
        re.findall(r"^\| (\S+) \| (?:csv|xlsx|parquet|csv/xlsx) \| ", part(text, "exports"), flags=re.M)
    )
    declared = {table.title for domain in domains() for table in domain.tables}
    declared |= {table.title for table in bills.TABLES} | {"日冻结", "负荷曲线"}
    assert listed <= declared
    rows: defaultdict[str, int] = defaultdict(int)
    for system in tables.SYSTEMS:
        for path in (county.path / system).iterdir():
            rows[title(path)] += count(path)
    assert {name for name, number in rows.items() if number >= RARE_ROWS} <= listed


def test_every_system_of_a_county_is_on_the_page(county: Exported) -> None:
    assert {path.name for path in county.path.iterdir() if path.is_dir()} == set(tables.SYSTEMS)


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_small_and_readable_without_chinese_fonts(text: str, name: str) -> None:
    path = DOCS / "img" / f"{name}.svg"
    assert f"](img/{name}.svg)" in text
    assert_readable(path)


def assert_readable(path: Path) -> None:
    picture = path.read_text(encoding="utf-8")
    root = ET.fromstring(picture)  # noqa: S314 - written by ourselves
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert path.stat().st_size < MOST_BYTES
    assert not re.search(r"[\u2e80-\u9fff\uff00-\uffef]", picture)
    assert "dc:date" not in picture
    said = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert not [each for each in said if "nan" in each.split()]


def test_any_county_can_be_drawn_and_told(
    maker: ModuleType, scenes: Scenes, tmp_path: Path, text: str
) -> None:
    maker.draw(tmp_path, scenes)
    for name in PICTURES:
        assert_readable(tmp_path / f"{name}.svg")
    parts = maker.blocks(scenes)
    again = maker.filled(text, parts)
    assert all(part(again, name) == said for name, said in parts.items())
    assert maker.filled(again, parts) == again
    assert "<!-- sizes -->" in again and "<!-- /sizes -->" in again


def test_the_same_county_is_the_same_picture(scenes: Scenes, tmp_path: Path) -> None:
    style.look()
    for name in ("one.svg", "two.svg"):
        customer_pictures.multiplier(tmp_path / name, scenes)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_registers_and_bills_part_by_the_money_of_the_key(scenes: Scenes) -> None:
    """The picture of the wrong multiplier tells the truth: from bills and meter file alone to the key's yuan."""
    answer = scenes.multiplier
    _, registered, billed, owed = scenes.exports.registers_and_bills(answer["customer_id"])
    assert sum(registered) - sum(billed) == pytest.approx(float(answer["true_kwh"]), rel=0.02)
    assert sum(owed) == pytest.approx(float(answer["energy_yuan"]), rel=0.02)


def test_a_thief_is_seen_in_the_area_and_an_innocent_is_not(scenes: Scenes) -> None:
    (before, after), (still, yet) = scenes.thief.loss, scenes.innocent.loss
    assert after - before > 2 * abs(yet - still)
    assert scenes.innocent.own[1] < scenes.innocent.own[0]


@pytest.mark.parametrize(
    "page", ["nothing", "<!-- county: a -->\nold", "<!-- county: a -->\n<!-- county: b -->\n<!-- /county -->"]
)
def test_a_page_without_the_right_markers_is_refused(maker: ModuleType, page: str) -> None:
    with pytest.raises(ValueError, match=r"places for|does not end"):
        maker.filled(page, {"a": "new"})
    with pytest.raises(ValueError, match="places for"):
        maker.filled("<!-- county: a -->\n<!-- /county -->\n<!-- county: c -->\n<!-- /county -->", {"a": "x"})
    assert maker.filled("x\n<!-- county: a -->\nold\n<!-- /county -->\ny", {"a": "new"}) == (
        "x\n<!-- county: a -->\n\nnew\n\n<!-- /county -->\ny"
    )
