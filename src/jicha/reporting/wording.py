"""How the nodes of a derivation are called and written: names, units, numbers and clauses in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Operation, Step, Value
from jicha.kernel.errors import UnknownKey
from jicha.kernel.operation import value_text
from jicha.kernel.text import Language, Text
from jicha.law.book import Law
from jicha.law.files import Confidence
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed

NAMES = "derivation_names.yaml"

#: Units that are written as nothing: a bare ratio, a count.
_SILENT_UNITS = {"ratio"}

#: Units of time are written out: d and mo are for engineers.
_TIMES = {"time", "calendar_months", "working_days"}

#: The Chinese letters of the units' symbols, for readers of English.
_ENGLISH = str.maketrans({"元": "yuan", "月": "month", "万": "10⁴ "})

_SIGNS = {
    Operation.SUM: " + ",
    Operation.DIFFERENCE: " − ",
    Operation.PRODUCT: " × ",
    Operation.PRODUCT_ROUNDED: " × ",
    Operation.QUOTIENT_ROUNDED: " ÷ ",
}
_CALLED = {
    Operation.SQUARE_ROOT_ROUNDED: Text(en="square root of", zh="平方根"),
    Operation.LARGEST: Text(en="the largest of", zh="取最大值"),
    Operation.SMALLEST: Text(en="the smallest of", zh="取最小值"),
    Operation.CHOOSE: Text(en="chosen", zh="选取"),
    Operation.LOOKUP: Text(en="looked up", zh="查表"),
}
_OPERATIONS = {
    Operation.SUM: Text(en="sum", zh="相加"),
    Operation.DIFFERENCE: Text(en="difference", zh="相减"),
    Operation.PRODUCT: Text(en="exact product", zh="相乘(不修约)"),
    Operation.PRODUCT_ROUNDED: Text(en="product, rounded once", zh="相乘后一次修约"),
    Operation.QUOTIENT_ROUNDED: Text(en="quotient, rounded once", zh="相除后一次修约"),
    **_CALLED,
}


def load_names(roots: ContentRoots) -> dict[str, Text]:
    """Names of nodes that are no column of a table, from every content root."""
    found: dict[str, Text] = {}
    for folder in roots.folders("lexicon"):
        path = folder / NAMES
        if path.is_file():
            read = typed(read_text(path, roots.shown(path)), dict[str, Bilingual], file=roots.shown(path))
            found.update({name: text.text for name, text in read.items()})
    return found


@dataclass(frozen=True)
class Wording:
    """Names and clauses in `language`. What no book names is shown as it stands; nothing is left out."""

    language: Language
    lexicon: Lexicon
    law: Law
    names: Mapping[str, Text]

    def with_language(self, language: Language) -> Wording:
        return replace(self, language=language)

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def name(self, node: Node) -> str:
        return self.called(node.name)

    def called(self, name: str) -> str:
        """A node's name: the book of names, else the lexicon's field, else itself; a trailing [x] is kept."""
        stem, bracket, rest = name.partition("[")
        key = stem.strip()
        found = self.names.get(key)
        if found is None and key in self.lexicon.fields:
            found = self.lexicon.fields[key].text
        said = key.replace("_", " ") if found is None else found.in_(self.language)
        return f"{said} [{rest}" if bracket else said

    def unit(self, code: str | None) -> str:
        if code is None or code in _SILENT_UNITS:
            return ""
        units = self.lexicon.units
        if code in units and units[code].dimension in _TIMES:
            said = units[code].title.in_(self.language)
            return said if self.language == "zh" else f"{said.lower()}s"
        symbol = units[code].symbol if code in units else code
        return symbol if self.language == "zh" else symbol.translate(_ENGLISH)

    def value(self, value: Value) -> str:
        """A decimal with its digits grouped and none dropped, a day in ISO form, a text by its name."""
        if isinstance(value, Decimal):
            return f"{value:,f}".replace("-", "−")
        if isinstance(value, date):
            return value.isoformat()
        return self.called(value)

    def amount(self, node: Node) -> str:
        """Value and unit."""
        unit = self.unit(node.unit)
        joined = "" if unit in ("", "%") else " "
        return f"{self.value(node.value)}{joined}{unit}"

    def formula(self, step: Step) -> str:
        """The formula in this language; a formula its author wrote stands as written."""
        own = step.operation.formula([part.name for part in step.inputs])
        if step.formula == own:
            return self._joined(step, [self.name(part) for part in step.inputs])
        return step.formula

    def calculation(self, step: Step) -> str:
        """The formula with numbers in it: what a person types into a pocket calculator."""
        values = [self.value(part.value) for part in step.inputs]
        if step.operation.picks:
            return f"{self.name(step.inputs[0])} = {self.called(value_text(step.inputs[0].value))}"
        bracketed = [
            f"({text})" if place and text.startswith("−") else text for place, text in enumerate(values)
        ]
        return self._joined(step, bracketed)

    def _joined(self, step: Step, texts: list[str]) -> str:
        sign = _SIGNS.get(step.operation)
        if sign is not None:
            return sign.join(texts)
        listed = ", ".join(texts[1:] if step.operation.picks else texts)
        return f"{_CALLED[step.operation].in_(self.language)} ({listed})"

    def operation(self, step: Step) -> str:
        return _OPERATIONS[step.operation].in_(self.language)

    def rounding(self, step: Step) -> str:
        """The named rounding and its places, or nothing."""
        if step.rounding is None or step.places is None:
            return ""
        how = step.rounding.text.in_(self.language)
        return self.say(f"{how}, {step.places} places", f"{how}, 保留 {step.places} 位")

    def note(self, node: Node) -> str:
        return "" if node.note is None else node.note.in_(self.language)

    def clause(self, citation: str | None) -> str:
        """Citations as a reader quotes them; one that no instrument tells stays as it is written."""
        return self.say("; ", "；").join(self._clause(each)[0] for each in cited(citation))

    def clause_says(self, citation: str) -> str:
        return self._clause(citation)[1]

    def confidence(self, citation: str) -> str:
        code = self._clause(citation)[2]
        if code is None:
            return self.say("not in the book of law", "法规库中未收录")
        known = self.lexicon.codes("law_confidence")[code]
        return str(getattr(known, self.language))

    def _clause(self, citation: str) -> tuple[str, str, Confidence | None]:
        try:
            clause = self.law.clause(citation)
        except UnknownKey:
            return citation, "", None
        said = clause.says.in_(self.language)
        return clause.text.in_(self.language), said, clause.instrument.confidence


_BETWEEN = re.compile(r"\s*;\s*")


def cited(citation: str | None) -> list[str]:
    """The single citations of a node's clause, which may name several."""
    return [each for each in _BETWEEN.split(citation or "") if each]


def numbered(root: Step) -> Iterator[tuple[str, Node, str | None]]:
    """Every node with its number in the tree (1, 1.1, 1.2.1 …), a step before its inputs.

    A step that stood before with the very same inputs is told once; again it comes with the number it has there.
    """
    yield from _numbered(root, "1", {})


def _numbered(node: Node, number: str, seen: dict[Step, str]) -> Iterator[tuple[str, Node, str | None]]:
    first = seen.get(node) if isinstance(node, Step) else None
    yield number, node, first
    if isinstance(node, Step) and first is None:
        seen[node] = number
        for place, part in enumerate(node.inputs, start=1):
            yield from _numbered(part, f"{number}.{place}", seen)


def bottom_up(root: Step) -> list[Step]:
    """Every step once, each after the steps it uses; equal subtrees stand once."""
    ordered: dict[Step, None] = {}
    _climb(root, ordered)
    return list(ordered)


def _climb(step: Step, ordered: dict[Step, None]) -> None:
    for part in step.inputs:
        if isinstance(part, Step):
            _climb(part, ordered)
    ordered.setdefault(step, None)


def leaves(root: Step) -> list[Input]:
    """Every leaf once, in the order of the tree."""
    return list(dict.fromkeys(node for _, node in root.walk() if isinstance(node, Input)))


def clauses(root: Step) -> list[str]:
    """Every single citation once, in the order of the tree."""
    return list(dict.fromkeys(each for _, node in root.walk() for each in cited(node.clause)))
