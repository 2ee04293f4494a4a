"""`jicha explain law`: a value of law on a day, the clause it rests on, and how well that is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from jicha.cli.commands.sweep import day
from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, out, plain, print_table, rows_out, table, tell
from jicha.cli.show_law import confidence_shown, heading, value_shown
from jicha.law.book import Law, load_law
from jicha.law.files import Confidence
from jicha.law.instrument import Instrument
from jicha.law.question import Answer, Question, ask
from jicha.law.settings import Setting
from jicha.law.table import LawRow, LawTable
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

#: A table longer than this is shown from its beginning; `--format csv` gives it whole.
ROWS_SHOWN = 60

#: Sources of an instrument told beside its clause; the instrument itself tells them all.
SOURCES_SHOWN = 2

#: A table wider than this is told row by row: columns of two characters cannot be read.
COLUMNS_SHOWN = 9


def law(*, key: str | None, on: str | None, content: Sequence[Path], format: Format) -> None:
    roots = ContentRoots.find(content)
    lexicon = Lexicon.load(roots)
    book = load_law(roots, lexicon)
    asked = day(on, "--on") or date.today()  # noqa: DTZ011 - the user's own day
    if key is None:
        _tables(book.tables.values(), lexicon, format)
        return
    found = ask(book, key, asked)
    if isinstance(found, Answer):
        _answer(found, book, lexicon, format)
    elif isinstance(found, Setting):
        _setting(found, book, lexicon, format)
    elif isinstance(found, Instrument):
        _instrument(found, book, lexicon, format)
    else:
        _tables(found, lexicon, format)


# -- values ------------------------------------------------------------------------------------------


def _answer(answer: Answer, book: Law, lexicon: Lexicon, format: Format) -> None:
    if format is not Format.table:
        rows = [_record(row, answer.question.table, book) for row in answer.rows]
        rows_out(rows, _record_columns(answer.question.table), format)
        return
    asked = answer.question
    _head(asked, lexicon)
    if not answer.rows:
        _nothing(answer)
        return
    clauses = _numbered(answer.rows)
    notes = _lettered(answer.rows)
    listed = sorted(answer.rows, key=lambda row: _order(row, asked.table, lexicon))[:ROWS_SHOWN]
    headings = _headings(asked.table, lexicon)
    cells = [_cells(row, asked.table, clauses, notes, lexicon) for row in listed]
    common, kept = _shared(headings, cells)
    for place in common:
        out.print(Text.assemble(f" {headings[place][0]}: ", cells[0][place]))
    title = say(f"In force on {asked.on}", f"{asked.on} 有效的取值")
    if len(kept) <= COLUMNS_SHOWN:
        print_table(title, table([headings[p] for p in kept], [[row[p] for p in kept] for row in cells]))
    else:
        _cards(title, headings, cells, kept, len(asked.table.key))
    if len(listed) < len(answer.rows):
        tell(
            say(
                f"… {len(answer.rows)} rows in all; narrow it with {asked.table.path}/<{asked.table.key[0]}>, "
                "or take all with --format csv",
                f"… 共 {len(answer.rows)} 行; 可用 {asked.table.path}/<{asked.table.key[0]}> 缩小范围, "
                "或用 --format csv 取全部",
            ),
            "dim",
        )
    _clauses(clauses, book)
    _notes(notes)


def _head(question: Question, lexicon: Lexicon) -> None:
    lang, asked = current(), question.table
    filters = ", ".join(
        f"{lexicon.field(column).text.in_(lang)} = {value_shown(column, value, lexicon)}"
        for column, value in question.wanted.items()
    )
    lines = [drawn(asked.description.in_(lang))]
    if filters:
        lines.append(drawn(filters, "bold"))
    lines.append(drawn(asked.file.shown, "dim"))
    title = f"{asked.title.in_(lang)} · {asked.path}"
    out.print(Panel(Text("\n").join(lines), title=drawn(title), title_align="left"))


def _headings(asked: LawTable, lexicon: Lexicon) -> list[tuple[str, str]]:
    headings = [
        (heading(column, lexicon), "right" if kind == "integer" or kind.startswith("decimal") else "left")
        for column, kind in asked.columns.items()
    ]
    return [
        *headings,
        (say("from", "自"), "left"),
        (say("until before", "至(不含)"), "left"),
        (say("clause", "条款"), "left"),
        (say("confidence", "可信度"), "left"),
        (say("note", "说明"), "left"),
    ]


def _order(row: LawRow, asked: LawTable, lexicon: Lexicon) -> list[tuple[int, str]]:
    """Rows in the order of their key: codes as their list has them, which is how people expect them."""
    found = []
    for column in asked.key:
        value, code = row.values[column], lexicon.field(column).code
        places = list(lexicon.codes(code)) if code else []
        place = places.index(str(value)) if str(value) in places else 0
        found.append((value if isinstance(value, int) else place, str(value)))
    return found


def _cells(
    row: LawRow, asked: LawTable, clauses: Mapping[str, int], notes: Mapping[str, str], lexicon: Lexicon
) -> list[Any]:
    return [
        *(value_shown(column, row.values[column], lexicon) for column in asked.columns),
        str(row.valid_from),
        str(row.valid_to or say("open", "长期")),
        " ".join(f"[{clauses[citation]}]" for citation in row.citations),
        confidence_shown(row.confidence, lexicon),
        notes[row.note.in_(current())] if row.note else "",
    ]


def _cards(
    title: str,
    headings: Sequence[tuple[str, str]],
    cells: Sequence[Sequence[Any]],
    kept: Sequence[int],
    keys: int,
) -> None:
    """Each row as a heading of its key and a line of what it says."""
    tell(title, "bold")
    for row in cells:
        out.print(Text(" · ").join(drawn(row[place], "bold cyan") for place in kept if place < keys))
        said = [
            Text.assemble((f"{headings[place][0]} ", "dim"), row[place])
            for place in kept
            if place >= keys and str(row[place])
        ]
        out.print(Padding(Text("   ").join(said), (0, 0, 0, 4)))
    tell("")


def _shared(headings: Sequence[Any], cells: Sequence[Sequence[Any]]) -> tuple[list[int], list[int]]:
    """Places of columns that say the same in every row, told once above a table of several rows, and of those
    that are shown; a column that is empty throughout is neither."""
    common: list[int] = []
    kept: list[int] = []
    for place in range(len(headings)):
        held = {str(row[place]) for row in cells}
        if held == {""}:
            continue
        (common if len(cells) > 1 and len(held) == 1 else kept).append(place)
    return common, kept or common


def _numbered(rows: Iterable[LawRow]) -> dict[str, int]:
    """Each clause once, numbered in the order of its first use."""
    found: dict[str, int] = {}
    for row in rows:
        for citation in row.citations:
            found.setdefault(citation, len(found) + 1)
    return found


def _clauses(clauses: Mapping[str, int], book: Law) -> None:
    lang = current()
    tell(say("Clauses", "条款依据"), "bold")
    for citation, number in clauses.items():
        clause = book.clause(citation)
        tell(f" [{number}] {clause.text.in_(lang)}  {clause.instrument.number or ''}".rstrip())
        tell(f"     {clause.says.in_(lang)}")
        sources = clause.instrument.sources
        for source in sources[:SOURCES_SHOWN]:
            tell(f"     {source.url or source.title}", "dim")
        if len(sources) > SOURCES_SHOWN:
            name = clause.instrument.id
            tell(
                say(
                    f"     {len(sources)} sources in all: jicha explain law {name}",
                    f"     共 {len(sources)} 个来源: jicha explain law {name}",
                ),
                "dim",
            )


def _lettered(rows: Iterable[LawRow]) -> dict[str, str]:
    """Each note once, with the mark its rows carry: a, b, … z, aa."""
    found: dict[str, str] = {}
    for row in rows:
        if row.note is not None and row.note.in_(current()) not in found:
            rounds, place = divmod(len(found), 26)
            found[row.note.in_(current())] = chr(ord("a") + place) * (rounds + 1)
    return found


def _notes(notes: Mapping[str, str]) -> None:
    if notes:
        tell(say("Notes", "说明"), "bold")
    for note, mark in notes.items():
        tell(f" {mark}  {note}", "yellow")


def _nothing(answer: Answer) -> None:
    """What is known around a day without a value."""
    asked = answer.question
    tell(
        say(
            f"No value holds on {asked.on}. What is known:",
            f"{asked.on} 没有有效取值。已知的时段:",
        ),
        "yellow",
    )
    for first, last, count in answer.spans:
        until = last or say("open", "长期")
        tell(f"  {first} → {until}  ({count} {say('rows', '行')})")


def _record_columns(asked: LawTable) -> list[str]:
    return [
        *asked.columns,
        "valid_from",
        "valid_to",
        "law_citation",
        "clause",
        "law_confidence_code",
        "confirmed_on",
        "note",
    ]


def _record(row: LawRow, asked: LawTable, book: Law) -> dict[str, Any]:
    lang = current()
    clauses = [book.clause(citation) for citation in row.citations]
    return {
        **{column: plain(row.values[column]) for column in asked.columns},
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "law_citation": ", ".join(row.citations),
        "clause": "; ".join(f"{clause.text.in_(lang)}: {clause.says.in_(lang)}" for clause in clauses),
        "law_confidence_code": row.confidence,
        "confirmed_on": row.confirmed_on,
        "note": row.note.in_(lang) if row.note else None,
    }


# -- tables, settings, instruments -------------------------------------------------------------------


def _tables(tables: Iterable[LawTable], lexicon: Lexicon, format: Format) -> None:
    lang = current()
    listed = sorted(tables, key=lambda each: each.path)
    if format is not Format.table:
        rows = [
            {"table": t.path, "title": t.title.in_(lang), "key": ", ".join(t.key), "rows": len(t.rows)}
            for t in listed
        ]
        rows_out(rows, ["table", "title", "key", "rows"], format)
        return
    shown = [(t.path, t.title.in_(lang), ", ".join(t.key), len(t.rows), _worst(t, lexicon)) for t in listed]
    headings = [
        (say("key", "键"), "left"),
        (say("what", "内容"), "left"),
        (say("narrowed by", "可按…缩小"), "left"),
        (say("rows", "行数"), "right"),
        (say("least confirmed", "最低可信度"), "left"),
    ]
    print_table(say("Law tables", "法规表"), table(headings, shown))


def _worst(asked: LawTable, lexicon: Lexicon) -> Text:
    order: tuple[Confidence, ...] = ("unverified", "secondary", "source-read")
    held = {row.confidence for row in asked.rows}
    return confidence_shown(next(each for each in order if each in held), lexicon)


def _setting(setting: Setting, book: Law, lexicon: Lexicon, format: Format) -> None:
    lang = current()
    rows = [
        {
            "setting": setting.name,
            "option": name,
            "is_default": name == setting.default,
            "meaning": meaning.in_(lang),
            "law_citation": setting.citation,
            "law_confidence_code": setting.confidence,
        }
        for name, meaning in setting.options.items()
    ]
    if format is not Format.table:
        rows_out(rows, list(rows[0]), format)
        return
    lines = [drawn(setting.question.in_(lang)), drawn(setting.file, "dim")]
    title = f"{setting.title.in_(lang)} · settings/{setting.name}"
    out.print(Panel(Text("\n").join(lines), title=drawn(title), title_align="left"))
    headings = [
        (say("reading", "选项"), "left"),
        (say("default", "默认"), "left"),
        (say("means", "含义"), "left"),
    ]
    shown = [(r["option"], "✓" if r["is_default"] else "", r["meaning"]) for r in rows]
    print_table(say("Readings", "可选读法"), table(headings, shown))
    tell(say("Why this default: ", "默认理由: ") + setting.why.in_(lang))
    tell(
        say("An organisation chooses in policy: ", "单位可在 policy 中选择: ")
        + f"jicha explain parameter law/{setting.name}",
        "dim",
    )
    out.print(confidence_shown(setting.confidence, lexicon))
    _clauses({citation: number for number, citation in enumerate(setting.citations, 1)}, book)


def _instrument(instrument: Instrument, book: Law, lexicon: Lexicon, format: Format) -> None:
    lang = current()
    resting: dict[str, list[str]] = {article: [] for article in instrument.articles}
    for each in book.tables.values():
        for citation in {c for row in each.rows for c in row.citations}:
            name, _, article = citation.partition("#")
            if name == instrument.id:
                resting[article].append(each.path)
    rows = [
        {"article": article, "says": says.in_(lang), "rests_on_it": ", ".join(sorted(resting[article]))}
        for article, says in instrument.articles.items()
    ]
    if format is not Format.table:
        rows_out(rows, ["article", "says", "rests_on_it"], format)
        return
    ends = instrument.effective_to or say("in force", "现行有效")
    lines = [
        drawn(f"{instrument.issuer.in_(lang)}  {instrument.number or ''}"),
        drawn(f"{instrument.effective_from} → {ends}"),
        confidence_shown(instrument.confidence, lexicon),
    ]
    if instrument.repealed_by:
        lines.append(drawn(say("repealed by ", "被取代: ") + instrument.repealed_by))
    if instrument.note:
        lines.append(drawn(instrument.note.in_(lang), "yellow"))
    lines += [drawn(source.url or source.title, "dim") for source in instrument.sources]
    title = f"{instrument.title.in_(lang)} · {instrument.id}"
    out.print(Panel(Text("\n").join(lines), title=drawn(title), title_align="left"))
    headings = [
        (say("clause", "条款"), "left"),
        (say("says", "内容"), "left"),
        (say("tables resting on it", "依据它的法规表"), "left"),
    ]
    print_table(say("Clauses", "条款"), table(headings, [tuple(row.values()) for row in rows]))
