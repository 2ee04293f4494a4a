"""What a paper is about: one or more derivations and the case they belong to, held to themselves before use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jicha.kernel.derivation import Step
from jicha.kernel.errors import JichaError
from jicha.kernel.text import Text


class ReportError(JichaError):
    """A file that is no case, or a derivation that must not be put on paper."""


@dataclass(frozen=True, slots=True)
class Case:
    """Derivations with what a paper says beside them.

    `subject` says in a sentence what was found; `addressee` is whom a letter is for (an id or a masked name);
    `office` who writes, `contacts` where to object (a line each). `on` is the day the paper bears. `is_claim`: an
    amount is to be paid or given back; otherwise it is told and no more (a whole bill). `notes` say what was taken
    for granted and what is left to decide.
    """

    derivations: tuple[Step, ...]
    on: date
    number: str | None = None
    subject: Text | None = None
    addressee: str | None = None
    office: Text | None = None
    contacts: tuple[str, ...] = field(default=())
    is_claim: bool = True
    notes: tuple[Text, ...] = field(default=())

    def check(self) -> None:
        """Raises `ReportError` naming the first step that does not follow from its inputs."""
        for number, tree in enumerate(self.derivations, start=1):
            faults = tree.faults()
            if not faults:
                continue
            # A wrong result also makes the steps above it disagree: the deepest fault is where to look.
            deepest, *others = sorted(faults, key=lambda fault: -len(fault.path))
            where = " > ".join(deepest.path)
            above = ", ".join(fault.path[-1] for fault in others)
            raise ReportError(
                "derivation_at_fault",
                en=f"derivation {number} contradicts itself and is not put on paper: step {where}: "
                f"{deepest.text.en}" + (f" (also: {above})" if others else "") + "; compute it again",
                zh=f"第 {number} 项推导自相矛盾, 不予出具: 步骤 {where}: {deepest.text.zh}"
                + (f" (另有: {above})" if others else "")
                + "; 请重新计算",
            )


_KEYS = {"derivation", "derivations", "on", "number", "subject", "addressee", "office", "contacts"}


def read_case(document: object, *, on: date | None = None, file: str | None = None) -> Case:
    """A case from JSON: a bare derivation (`Step.to_dict`), or a mapping with `derivation` or `derivations`.

    `on` is used where the document names no day. Raises `ReportError` (shape) or `DerivationError` (tree).
    """
    if not isinstance(document, Mapping):
        raise _refused("a case is a JSON object", "案件文件须为 JSON 对象", file)
    if document.get("kind") == "step":
        return Case((Step.from_dict(document),), _day(None, on, file))
    unknown = sorted(set(document) - _KEYS)
    if unknown or not {"derivation", "derivations"} & set(document):
        named = ", ".join(map(str, unknown)) or "derivation"
        raise _refused(
            f"{'unknown key ' if unknown else 'missing key '}{named}; a case has the keys "
            + ", ".join(sorted(_KEYS)),
            f"{'未知键 ' if unknown else '缺少键 '}{named}; 案件文件的键为 " + "、".join(sorted(_KEYS)),
            file,
        )
    trees = document.get("derivations", [document.get("derivation")])
    if not isinstance(trees, list) or not trees:
        raise _refused("derivations is a list of at least one tree", "derivations 须为至少一项的列表", file)
    return Case(
        derivations=tuple(Step.from_dict(tree) for tree in trees),
        on=_day(document.get("on"), on, file),
        number=_optional_text(document, "number", file),
        subject=_both(document, "subject", file),
        addressee=_optional_text(document, "addressee", file),
        office=_both(document, "office", file),
        contacts=_lines(document, "contacts", file),
    )


def _day(told: Any, otherwise: date | None, file: str | None) -> date:
    if told is None and otherwise is not None:
        return otherwise
    try:
        return date.fromisoformat(told)
    except (TypeError, ValueError):
        raise _refused(
            f"the day of the paper is {told!r}; give `on` as YYYY-MM-DD",
            f"文书日期为 {told!r}; 请以 YYYY-MM-DD 填写 on",
            file,
        ) from None


def _optional_text(document: Mapping[Any, Any], key: str, file: str | None) -> str | None:
    said = document.get(key)
    if said is None or isinstance(said, str):
        return said
    raise _refused(f"{key} is a text", f"{key} 须为文本", file)


def _both(document: Mapping[Any, Any], key: str, file: str | None) -> Text | None:
    said = document.get(key)
    if said is None:
        return None
    if (
        isinstance(said, Mapping)
        and set(said) == {"en", "zh"}
        and all(isinstance(t, str) for t in said.values())
    ):
        return Text(en=said["en"], zh=said["zh"])
    raise _refused(f"{key} has its English and its Chinese text", f"{key} 须有中英文文本", file)


def _lines(document: Mapping[Any, Any], key: str, file: str | None) -> tuple[str, ...]:
    said = document.get(key, [])
    if isinstance(said, list) and all(isinstance(line, str) for line in said):
        return tuple(said)
    raise _refused(f"{key} is a list of texts", f"{key} 须为文本列表", file)


def _refused(en: str, zh: str, file: str | None) -> ReportError:
    return ReportError("unreadable_case", en=en, zh=zh, file=file)
