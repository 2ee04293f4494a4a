"""The generated part of docs/county-life.md: one table a subject, between two markers."""

from __future__ import annotations

from pathlib import Path

from benchmarks.county_life.measures import Row

BEGIN = "<!-- county-life: begin (made by `make county-life`) -->"
END = "<!-- county-life: end -->"


def table(title: str, note: str, rows: list[Row], digits: int = 2) -> str:
    """A section; its last column says whether the simulated figure lies within the range that is stated."""
    lines = [
        f"### {title}",
        "",
        note,
        "",
        "| what | simulated | real | agrees within | agrees |",
        "|---|---:|---:|---|---|",
    ]
    for row in rows:
        span = f"{row.low:.{digits}f} … {row.high:.{digits}f}"
        lines.append(
            f"| {row.what} | {row.simulated:.{digits}f} | {row.real:.{digits}f} | {span} "
            f"| {'yes' if row.agrees else '**no**'} |"
        )
    return "\n".join(lines) + "\n"


def summary(sections: list[list[Row]]) -> str:
    every = [row for rows in sections for row in rows]
    good = sum(row.agrees for row in every)
    return f"{good} of {len(every)} figures agree within the range that is stated beside each.\n"


def written(page: Path, body: str) -> str:
    """The page with `body` between its markers. Raises ValueError without them."""
    text = page.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no markers of county-life")
    return f"{head}{BEGIN}\n\n{body}\n{END}{tail}"
