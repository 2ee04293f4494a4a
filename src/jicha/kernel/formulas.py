"""Formulas that lead from what is given to what is asked: each result is a derivation, none is looked for twice.

    LOSS = FormulaBook("loss", {"p0_kw": "kw", "hours": "hours"}, (product("iron_kwh", ("p0_kw", "hours"), "kwh"),))
    LOSS.work_out({"p0_kw": Decimal("0.29"), "hours": Decimal("720")})["iron_kwh"]

A book names the fields that may be given, with their units, and formulas in the order of preference. What is
given is never worked out again. A result nobody's inputs lead to is left out, and asking for it says what is
missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.errors import JichaError
from jicha.kernel.money import Rounding, as_fraction
from jicha.kernel.text import Text

#: One given thing that is many: machines, groups, observations; each row with its own fields.
Rows: TypeAlias = "tuple[Mapping[str, Node], ...]"
Known: TypeAlias = "Node | Rows"
Make: TypeAlias = Callable[[str, Sequence[Known]], Step]

#: Places of quotients and roots on the way to a result; results are rounded by whoever states them.
PLACES: Final = 12
#: How quotients and roots on the way are rounded.
ON_THE_WAY: Final = Rounding.HALF_EVEN


class FormulaError(JichaError):
    """A field no formula knows, a value that is no number, or a result that what is given does not lead to."""


@dataclass(frozen=True, slots=True)
class Formula:
    """`gives` follows from `takes`, in their order, by `make(name, inputs)`."""

    gives: str
    takes: tuple[str, ...]
    make: Make


@dataclass(frozen=True)
class FormulaBook:
    """`fields` maps what may be given to its unit; `rows` what may be given as rows to their fields; `constants`
    are known without being given: the number of phases, what a kilo is."""

    name: str
    fields: Mapping[str, str | None]
    formulas: tuple[Formula, ...]
    rows: Mapping[str, Mapping[str, str | None]] | None = None
    constants: tuple[Input, ...] = ()

    def work_out(self, given: Mapping[str, object]) -> dict[str, Step]:
        """Every result that what is given leads to, in the order of the book. Raises `FormulaError`."""
        known = self.read(given)
        found: dict[str, Step] = {}
        for formula in self.formulas:
            result = self._found(formula.gives, known, ())
            if isinstance(result, Step):
                found[formula.gives] = result
        if not found:
            raise self._missing(known)
        return found

    def derive(self, wanted: str, given: Mapping[str, object]) -> Step:
        """One result; raises `FormulaError` saying what each of its formulas lacks."""
        known = self.read(given)
        result = self._found(wanted, known, ())
        if isinstance(result, Step):
            return result
        raise self._missing(known, wanted)

    def read(self, given: Mapping[str, object]) -> dict[str, Known]:
        """What is given, as inputs with their units. Nodes are taken as they are (a value of law, a result)."""
        known: dict[str, Known] = {each.name: each for each in self.constants}
        for name, value in given.items():
            if value is None:
                continue
            if self.rows and name in self.rows:
                known[name] = self._rows(name, value, self.rows[name])
                continue
            if name not in self.fields:
                raise self._unknown(name, [*self.fields, *(self.rows or {})])
            known[name] = _node(name, value, self.fields[name])
        return known

    def _rows(self, name: str, value: object, fields: Mapping[str, str | None]) -> Rows:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise FormulaError(
                "not_rows",
                en=f"{name} is a list of at least one row, not {value!r}",
                zh=f"{name} 须为至少一行的列表, 现为 {value!r}",
            )
        read: list[Mapping[str, Node]] = []
        for number, row in enumerate(value, start=1):
            # A row may be written in the order of its fields: [22, 2].
            cells = row if isinstance(row, Mapping) else dict(zip(fields, row, strict=False))
            for field in cells:
                if field not in fields:
                    raise self._unknown(f"{name}[{number}].{field}", list(fields))
            read.append({f: _node(f"{f} [{number}]", cells[f], fields[f]) for f in fields if f in cells})
        return tuple(read)

    def _found(self, wanted: str, known: dict[str, Known], above: tuple[str, ...]) -> Known | None:
        """What is known, or the first formula whose inputs can be found without `above`."""
        if wanted in known:
            return known[wanted]
        if wanted in above:
            return None
        for formula in self.formulas:
            if formula.gives != wanted:
                continue
            inputs = [self._found(name, known, (*above, wanted)) for name in formula.takes]
            ready = [each for each in inputs if each is not None]
            if len(ready) == len(inputs):
                known[wanted] = formula.make(wanted, ready)
                return known[wanted]
        return None

    def _missing(self, known: Mapping[str, Known], wanted: str | None = None) -> FormulaError:
        lacking = [
            f"{formula.gives}: {', '.join(name for name in formula.takes if name not in known)}"
            for formula in self.formulas
            if wanted in (None, formula.gives)
        ]
        said = wanted or "any result"
        if wanted is not None and not lacking:
            return self._unknown(wanted, [formula.gives for formula in self.formulas])
        return FormulaError(
            "nothing_leads_there",
            en=f"{self.name}: what is given does not lead to {said}; missing: {'; '.join(lacking)}",
            zh=f"{self.name}: 由所给条件得不出 {wanted or '任何结果'}; 缺少: {'; '.join(lacking)}",
        )

    def _unknown(self, name: str, known: Sequence[str]) -> FormulaError:
        near = difflib.get_close_matches(name, known, n=3) or list(known)[:8]
        return FormulaError(
            "unknown_field",
            en=f"{self.name} knows no {name}; there are {', '.join(near)}",
            zh=f"{self.name} 没有字段 {name}; 可用 {'、'.join(near)}",
        )


def _node(name: str, value: object, unit: str | None) -> Node:
    if isinstance(value, Input | Step):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise FormulaError(
            "not_exact",
            en=f"{name} is {value!r}; an exact number is needed (Decimal, int or a decimal text)",
            zh=f"{name} 为 {value!r}; 必须是精确数值(Decimal、整数或十进制文本)",
        )
    try:
        number = Decimal(value)
        as_fraction(number)
    except (ArithmeticError, JichaError) as error:
        raise FormulaError(
            "not_exact", en=f"{name} is {value!r}, no number", zh=f"{name} 为 {value!r}, 不是数值"
        ) from error
    return Input(name, number, unit)


def node(known: Known) -> Node:
    """The single input a formula expects; rows in its place are a mistake of the book."""
    if isinstance(known, tuple):
        raise TypeError("rows where one value is taken")
    return known


def rows(known: Known) -> Rows:
    """The rows a formula expects."""
    if not isinstance(known, tuple):
        raise TypeError("one value where rows are taken")
    return known


def _simple(
    operation: Operation,
    gives: str,
    takes: tuple[str, ...],
    unit: str | None,
    clause: str | None,
    note: Text | None,
) -> Formula:
    rounds = operation.rounds

    def make(name: str, inputs: Sequence[Known]) -> Step:
        return compute(
            operation,
            name,
            [node(each) for each in inputs],
            unit=None if operation.keeps_unit else unit,
            clause=clause,
            note=note,
            places=PLACES if rounds else None,
            rounding=ON_THE_WAY if rounds else None,
        )

    return Formula(gives, takes, make)


def product(
    gives: str,
    takes: tuple[str, ...],
    unit: str | None,
    *,
    clause: str | None = None,
    note: Text | None = None,
) -> Formula:
    """`gives` = the exact product of `takes`."""
    return _simple(Operation.PRODUCT, gives, takes, unit, clause, note)


def quotient(
    gives: str,
    takes: tuple[str, ...],
    unit: str | None,
    *,
    clause: str | None = None,
    note: Text | None = None,
) -> Formula:
    """`gives` = the first of `takes` divided by the others, to `PLACES` places."""
    return _simple(Operation.QUOTIENT_ROUNDED, gives, takes, unit, clause, note)


def total(
    gives: str, takes: tuple[str, ...], *, clause: str | None = None, note: Text | None = None
) -> Formula:
    """`gives` = the sum of `takes`, which share a unit."""
    return _simple(Operation.SUM, gives, takes, None, clause, note)


def difference(
    gives: str, takes: tuple[str, ...], *, clause: str | None = None, note: Text | None = None
) -> Formula:
    """`gives` = the first of `takes` less the others, which share its unit."""
    return _simple(Operation.DIFFERENCE, gives, takes, None, clause, note)


def square_root(gives: str, takes: str, unit: str | None, *, note: Text | None = None) -> Formula:
    """`gives` = the square root of `takes`, to `PLACES` places."""
    return _simple(Operation.SQUARE_ROOT_ROUNDED, gives, (takes,), unit, None, note)
