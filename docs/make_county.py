"""Fills docs/county.md and draws docs/img/county_*.svg from a county of 500 customers, seed 1. `make county-page`.

The county is built in a temporary folder and then read as anybody would read it: exports and answer key. What stands
on the page between `<!-- county: NAME -->` and `<!-- /county -->` is written here; the rest is written by hand.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from benchmarks.county_page import customer_pictures, grid_pictures, style, tables  # noqa: E402
from benchmarks.county_page.exports import Exports  # noqa: E402
from benchmarks.county_page.scenes import Scenes  # noqa: E402

from jicha.county import build  # noqa: E402

CUSTOMERS, SEED = 500, 1


def blocks(scenes: Scenes) -> dict[str, str]:
    """The generated parts of the page, by name."""
    return {
        "organisation": tables.organisation(scenes),
        "trades": tables.shares(),
        "exports": tables.listing(scenes.exports),
        "causes": tables.causes(),
        "planted": tables.planted(scenes.exports),
        "areas": tables.area_losses(scenes),
        "disagreements": tables.disagreements((DOCS / "county-life.md").read_text(encoding="utf-8")),
        "cast": tables.cast(scenes),
    }


def filled(text: str, parts: dict[str, str]) -> str:
    """The page with its parts between their markers. Raises ValueError where a part has no place or a place no part."""
    places = re.findall(r"<!-- county: (\w+) -->", text)
    if sorted(places) != sorted(parts):
        raise ValueError(f"the page has places for {sorted(places)}, there are parts {sorted(parts)}")
    for name, part in parts.items():
        begin, end = f"<!-- county: {name} -->", "<!-- /county -->"
        head, _, rest = text.partition(begin)
        _, found, tail = rest.partition(end)
        if not found or "<!-- county:" in rest.partition(end)[0]:
            raise ValueError(f"the part {name} does not end")
        text = f"{head}{begin}\n\n{part}\n\n{end}{tail}"
    return text


def draw(folder: Path, scenes: Scenes) -> None:
    """Writes the pictures: same county, same bytes."""
    style.look()
    grid_pictures.feeders(folder / "county_feeders.svg", scenes)
    customer_pictures.day_and_week(folder / "county_day_and_week.svg", scenes)
    customer_pictures.thief(folder / "county_thief.svg", scenes)
    grid_pictures.area_year(folder / "county_area_year.svg", scenes)
    customer_pictures.multiplier(folder / "county_multiplier.svg", scenes)


def main(page: Path, pictures: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), customers=CUSTOMERS, seed=SEED)
        scenes = Scenes(Exports(Path(folder)))
        pictures.mkdir(parents=True, exist_ok=True)
        draw(pictures, scenes)
        page.write_text(filled(page.read_text(encoding="utf-8"), blocks(scenes)), encoding="utf-8")


if __name__ == "__main__":
    main(DOCS / "county.md", DOCS / "img")
