"""`jicha explain parameter`: the value an organisation gets, everybody who spoke, and why one of them wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.text import Text as Drawn

from jicha.cli.commands.sweep import day
from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, out, rows_out, table, tell
from jicha.inspection.content import load_catalogue
from jicha.inspection.nearest import DEFAULT, EVERYWHERE, OrgTree, holds
from jicha.inspection.organisation import Organisation, organisation_tree, organisations
from jicha.inspection.policy import load_policy
from jicha.inspection.policy_chain import Differing, Said, Standing, Thing, chain, differing, things
from jicha.inspection.policy_setting import LAW, SINCE_EVER
from jicha.inspection.policy_table import SWEEP
from jicha.kernel.errors import UnknownKey
from jicha.kernel.text import Text
from jicha.law.settings import load_settings
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

_SAID = ("value", "unit", "valid_from", "valid_to", "owner", "why_en", "why_zh", "file", "line")

#: Columns of `--org`: one row for every value at every level, and one for a level without any.
CHAIN_COLUMNS = ("key", "item", "level", "place", "org_id", "org_name", "org_level_code", "standing", *_SAID)

#: Columns without `--org`: what holds for all, then every organisation with a value of its own.
TREE_COLUMNS = ("key", "item", "depth", "place", "org_id", "org_name", "org_level_code", "is_in_lake", *_SAID)

#: `place` of a level in json and csv.
_PLACES = {EVERYWHERE: "all", DEFAULT: "default"}

_STANDINGS: Mapping[Standing | None, Text] = {
    "wins": Text(en="✓ holds", zh="✓ 生效"),
    "nearer_wins": Text(en="a nearer one holds", zh="更近一级优先"),
    "replaced": Text(en="a later content folder replaces it", zh="被后加载的内容目录替换"),
    "past": Text(en="ended", zh="已失效"),
    "future": Text(en="not yet", zh="尚未生效"),
    None: Text(en="says nothing", zh="未设置"),
}


def parameter(
    *,
    key: str,
    org: str | None,
    as_of: str | None,
    on: str | None,
    workspace: Path,
    content: Sequence[Path],
    format: Format,
) -> None:
    roots = ContentRoots.find(content)
    catalogue = load_catalogue(roots)
    policy = load_policy(roots, catalogue.lexicon, load_settings(roots))
    found = things(key, catalogue, policy)
    opened = Workspace.open(workspace)
    engine = DuckDBEngine([opened.lake])
    store = Store(opened, Manifest.head(opened), catalogue)
    places, tree = organisations(store, engine), organisation_tree(store, engine)
    at = _day(as_of, on)
    if org is None:
        _show_tree(found, tree, places, at, format)
        return
    if org not in places:
        raise UnknownKey(
            "unknown_organisation", en=f"there is no organisation {org}", zh=f"没有编码为 {org} 的单位"
        )
    _show_chain(found, tree, places, org, at, format)


def _day(as_of: str | None, on: str | None) -> date:
    """`--on` and its older name `--as-of`; today where neither is given."""
    wanted = {text for text in (as_of, on) if text is not None}
    if len(wanted) > 1:
        raise UnknownKey(
            "two_dates",
            en="--on and --as-of are the same option; give one day",
            zh="--on 与 --as-of 是同一选项; 请只给一个日期",
        )
    return day(on, "--on") or day(as_of, "--as-of") or date.today()  # noqa: DTZ011 - the user's own day


# -- one organisation ------------------------------------------------------------------------------------


def _show_chain(
    found: Sequence[Thing],
    tree: OrgTree,
    places: Mapping[str, Organisation],
    org: str,
    on: date,
    format: Format,
) -> None:
    rows = [
        {
            **_named(thing),
            "level": number,
            **_place(level.org_id, places),
            "standing": standing,
            **_columns(thing, said),
        }
        for thing in found
        for number, level in enumerate(chain(thing, tree, org, on))
        for said, standing in level.said or ((None, None),)
    ]
    if format is not Format.table:
        rows_out(rows, CHAIN_COLUMNS, format)
        return
    path = " › ".join(places[each].org_name for each in reversed(tree.chains[org]) if each in places)
    for thing in found:
        _head(thing, on, path)
        shown = []
        for level in chain(thing, tree, org, on):
            for said, standing in level.said or ((None, None),):
                style = {"wins": "bold green", "nearer_wins": "", "replaced": ""}.get(standing or "", "dim")
                cells = (_called(level.org_id, places, thing), *_cells(thing, said, standing))
                shown.append([drawn(cell, style) for cell in cells])
        headings = [(say("level", "层级"), "left"), *_headings(), (say("outcome", "结论"), "left")]
        out.print(table(headings, shown))


# -- all organisations -----------------------------------------------------------------------------------


def _show_tree(
    found: Sequence[Thing], tree: OrgTree, places: Mapping[str, Organisation], on: date, format: Format
) -> None:
    rows: list[dict[str, Any]] = []
    for thing in found:
        for each in _with_all(thing, tree, on):
            rows.append(
                {
                    **_named(thing),
                    "depth": each.depth,
                    **_place(each.org_id, places),
                    "is_in_lake": each.is_known,
                    **_columns(thing, each.said),
                }
            )
    if format is not Format.table:
        rows_out(rows, TREE_COLUMNS, format)
        return
    _head(found[0], on, say("all organisations", "全部单位"), is_whole=True)
    items = [say("of", "对象")] if found[0].called else []
    shown: list[list[Drawn]] = []
    for thing in found:
        for each in _with_all(thing, tree, on):
            name = "　" * each.depth + ("└ " if each.depth else "") + _called(each.org_id, places, thing)
            if not each.is_known:
                name += say(" (not in the lake)", " (数据湖中无此单位)")
            item = [thing.called.in_(current())] if thing.called else []
            cells = (*item, name, *_cells(thing, each.said, None)[:-1])
            shown.append([drawn(cell, "" if each.is_known else "yellow") for cell in cells])
    if not shown:
        tell(say("Nobody gives a value on that day.", "该日没有任何取值。"), "yellow")
        return
    headings = [*((item, "left") for item in items), (say("organisation", "单位"), "left"), *_headings()]
    out.print(table(headings, shown))
    others = sum(not holds(said, on) for thing in found for said in thing.said)
    if others:
        note = say(
            f"{others} more of the past or future; --org or --on shows them.",
            f"另有 {others} 个已失效或尚未生效的取值; 用 --org 或 --on 查看。",
        )
        tell(note, "dim")


def _with_all(thing: Thing, tree: OrgTree, on: date) -> list[Differing]:
    """What holds where no organisation speaks, then those that do, one step below it."""
    whole = thing.wins((EVERYWHERE, DEFAULT), on)
    first = [] if whole is None else [Differing(whole.org_id, 0, whole)]
    step = len(first)
    return first + [
        Differing(each.org_id, each.depth + step, each.said, each.is_known)
        for each in differing(thing, tree, on)
    ]


# -- cells -----------------------------------------------------------------------------------------------


def _head(thing: Thing, on: date, where: str, *, is_whole: bool = False) -> None:
    """What is explained; `is_whole` where all keys of a policy table share one table."""
    lang = current()
    item = f" [{thing.item} {thing.called.in_(lang)}]" if thing.called and not is_whole else ""
    tell(f"{thing.key}{item} · {where} · {on}", "bold")
    tell(thing.title.in_(lang))
    if thing.description is not None:
        tell(thing.description.in_(lang), "dim")
    for name, option in (thing.options or {}).items():
        tell(f"  {name}: {option.in_(lang)}", "dim")


def _headings() -> list[tuple[str, str]]:
    return [
        (say("value", "取值"), "right"),
        (say("days", "有效期"), "left"),
        (say("owner", "责任人"), "left"),
        (say("why", "理由"), "left"),
        (say("file", "文件"), "left"),
    ]


def _cells(thing: Thing, said: Said | None, standing: Standing | None) -> list[str]:
    """Value, days, owner, why, file and outcome; a level that says nothing has only the last."""
    outcome = _STANDINGS[standing].in_(current())
    if said is None:
        return ["—", "", "", "", "", outcome]
    value = f"{said.value} {thing.unit}".strip() if said.value else say("none", "不设")
    place = said.file if said.line is None else f"{said.file}:{said.line}"
    return [value, _span(said), said.owner or "", said.why.in_(current()), place, outcome]


def _span(said: Said) -> str:
    if said.valid_from == SINCE_EVER and said.valid_to is None:
        return say("always", "始终")
    return f"{said.valid_from} – {said.valid_to or ''}".rstrip()


def _called(org_id: str, places: Mapping[str, Organisation], thing: Thing) -> str:
    """A level as a person knows it."""
    if org_id == EVERYWHERE:
        return say("all organisations", "全部单位")
    if org_id == DEFAULT:
        if thing.key.startswith(LAW):
            return say("default of the law file", "法规文件默认值")
        if thing.key.startswith(f"{SWEEP}."):
            return say("default of the installation", "安装包默认值")
        return say("default of the topic", "主题默认值")
    place = places.get(org_id)
    return org_id if place is None else f"{place.org_name} ({org_id})"


def _named(thing: Thing) -> dict[str, Any]:
    return {"key": thing.key, "item": thing.item or None}


def _place(org_id: str, places: Mapping[str, Organisation]) -> dict[str, Any]:
    place = places.get(org_id)
    return {
        "place": _PLACES.get(org_id, "organisation"),
        "org_id": None if org_id in _PLACES else org_id,
        "org_name": place.org_name if place else None,
        "org_level_code": place.org_level_code if place else None,
    }


def _columns(thing: Thing, said: Said | None) -> dict[str, Any]:
    if said is None:
        return dict.fromkeys(_SAID)
    return {
        "value": said.value or None,
        "unit": thing.unit or None,
        "valid_from": None if said.valid_from == SINCE_EVER else said.valid_from,
        "valid_to": said.valid_to,
        "owner": said.owner,
        "why_en": said.why.en,
        "why_zh": said.why.zh,
        "file": said.file,
        "line": said.line,
    }
