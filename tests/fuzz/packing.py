"""Zip archives taken apart and packed again, so that a change reaches what is inside and its checksums stay right."""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from collections.abc import Callable

#: Parts that are worth a change, by how their names end; others are changed too, but seldom.
_TELLING = (
    "sheet1.xml",
    "sheet2.xml",
    "workbook.xml",
    "workbook.xml.rels",
    "sharedstrings.xml",
    "styles.xml",
)

_MOST_BYTES = 60_000


def with_parts_changed(data: bytes, most: int, seed: int, change: Callable[[bytes, int], bytes]) -> bytes:
    """The archive with one part changed; where it is none, or once in eight times, its own bytes changed."""
    chance = random.Random(seed)  # noqa: S311 - chooses a part, guards nothing
    packed, choice = data[:-2], data[-2:]
    if chance.randrange(8) == 0:
        return change(data, most)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:
        return change(data, most)
    telling = [place for place, (name, _) in enumerate(parts) if name.lower().endswith(_TELLING)]
    if not parts:
        return change(data, most)
    place = chance.choice(telling if telling and chance.randrange(6) else range(len(parts)))
    name, content = parts[place]
    match chance.randrange(24):
        case 0:
            parts.pop(place)
        case 1:
            parts.append((name, content))
        case 2:
            renamed = change(name.encode(), 40).decode("utf-8", "replace")
            parts[place] = (renamed, content)
        case 3:
            choice = change(choice, 2)[:2].ljust(2, b"\0")
        case _:
            parts[place] = (name, change(content, min(len(content) + 200, _MOST_BYTES)))
    out = io.BytesIO()
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            warnings.simplefilter("ignore")  # a name that stands twice
            for name, content in parts:
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    except Exception:
        return change(data, most)
    changed = out.getvalue() + choice
    return changed if len(changed) <= most else data
