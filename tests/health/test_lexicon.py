"""Every column anywhere is in the lexicon, and the lexicon holds nothing nobody uses."""

from __future__ import annotations

import csv
import re
from dataclasses import fields as dataclass_fields
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.innocence import load_checks
from jicha.inspection.known import ABSENCES, PRESENCES
from jicha.inspection.policy import load_policy
from jicha.inspection.results import CLEARED_COLUMNS, FINDING_COLUMNS
from jicha.inspection.topic import SUBJECTS, SWEEP_WINDOW, load_topics
from jicha.judging.metric import CASE
from jicha.judging.rulebook import GIVEN, load_rulebook
from jicha.law.book import load_law
from jicha.law.settings import load_settings
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import ORIGIN

ROOTS = ContentRoots.find()
LEXICON = Lexicon.load(ROOTS)
CATALOGUE = load_catalogue(ROOTS)
TYPES = re.compile(r"^(text|integer|boolean|date|timestamp|double|decimal\((\d+),(\d+)\))$")

#: Unit that a name's ending promises.
SUFFIX_UNITS = {
    "_kwh": "kwh", "_kw": "kw", "_kvarh": "kvarh", "_kva": "kva", "_v": "v", "_a": "a", "_yuan": "yuan",
    "_yuan_per_kwh": "yuan_per_kwh", "_yuan_per_kva": "yuan_per_kva", "_pct": "pct", "_ratio": "ratio", "_days": "days",
    "_kwh_per_kva": "kwh_per_kva",
}  # fmt: skip


def used_columns() -> dict[str, str]:
    """Every column of tables, marts, checks, topics, runtime relations and results, with one place of use."""
    used: dict[str, str] = dict.fromkeys(ORIGIN, "core rows")
    for table in CATALOGUE.core.values():
        used |= dict.fromkeys((*table.columns, *table.planned_columns), table.file)
    for reference in CATALOGUE.references.values():
        used |= dict.fromkeys(reference.columns, reference.name)
    for law in load_law(ROOTS, LEXICON).tables.values():
        used |= dict.fromkeys(law.relation_columns, law.relation_name)
    for policy in load_policy(ROOTS, LEXICON, load_settings(ROOTS)).relations:
        used |= dict.fromkeys(policy.relation.columns, policy.relation.name)
    for mart in CATALOGUE.marts.values():
        used |= dict.fromkeys(mart.columns, mart.content.shown)
    for check in load_checks(CATALOGUE).values():
        used |= dict.fromkeys(check.columns, check.content.shown)
    for topic in load_topics(CATALOGUE).values():
        used |= dict.fromkeys(topic.columns, topic.content.shown)
    for model in load_rulebook(CATALOGUE).models.values():
        used |= dict.fromkeys(model.columns, model.content.shown)
    used |= dict.fromkeys((*CASE, *(name for names in GIVEN.values() for name in names)), "judging")
    runtime = (*FINDING_COLUMNS, *CLEARED_COLUMNS, *SWEEP_WINDOW)
    return used | dict.fromkeys(runtime, "results and sweep_window")


def test_every_column_anywhere_is_in_the_lexicon() -> None:
    assert not {c: place for c, place in used_columns().items() if c not in LEXICON.fields}


def test_every_field_is_used() -> None:
    """A field of no table, model or result is a word nobody says."""
    assert not sorted(set(LEXICON.fields) - set(used_columns()))


@pytest.mark.parametrize("name", sorted(LEXICON.fields))
def test_field(name: str) -> None:
    field = LEXICON.fields[name]
    match = TYPES.match(field.type)
    assert match, field.type
    if match.group(2):
        assert int(match.group(3)) <= int(match.group(2)) <= 38
    assert field.en.strip() and field.zh.strip()
    assert re.search(r"[\u4e00-\u9fff]", field.zh), "the Chinese wording is not Chinese"
    ending = max((s for s in SUFFIX_UNITS if name.endswith(s)), key=len, default=None)
    if ending:
        assert field.unit == SUFFIX_UNITS[ending]
    if field.unit:
        assert field.unit in LEXICON.units
    if name.endswith("_on"):
        assert field.type == "date"
    if name.endswith("_at"):
        assert field.type == "timestamp"
    if name.startswith(("is_", "has_")):
        assert field.type == "boolean"
    if name.endswith("_yuan"):
        assert field.type == "decimal(14,2)"
    if name.endswith("_code") and name != "topic_code":
        assert field.code in LEXICON.code_lists


def test_every_code_list_is_named_by_a_field() -> None:
    named = {field.code for field in LEXICON.fields.values() if field.code}
    assert set(LEXICON.code_lists) == named


def test_open_code_lists_exist() -> None:
    assert LEXICON.open_code_lists and set(LEXICON.code_lists) >= LEXICON.open_code_lists


def test_codes_are_unique_and_worded() -> None:
    for path in ROOTS.files("lexicon/codes", "*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        codes = [row["code"] for row in rows]
        assert rows and len(codes) == len(set(codes)), path
        assert all(row["en"].strip() and row["zh"].strip() for row in rows), path


def test_code_lists_hold_what_the_program_writes() -> None:
    assert set(LEXICON.codes("presence")) == {*PRESENCES, *ABSENCES}
    assert set(LEXICON.codes("subject_type")) == set(SUBJECTS)
    assert set(LEXICON.codes("severity")) == {"high", "medium", "low"}
    assert set(LEXICON.codes("identity")) == {"state", "episode", "event"}
    assert set(LEXICON.codes("impact_method")) == {"replayed", "computed", "estimated", "none"}


def test_personal_data_stands_only_with_persons() -> None:
    personal = {name for name, field in LEXICON.fields.items() if field.personal}
    assert personal
    for table in CATALOGUE.core.values():
        if table.name not in ("core.person", "core.staff_person"):
            assert not personal & {*table.columns, *table.planned_columns}, table.name
    for topic in load_topics(CATALOGUE).values():
        assert "core.person" not in topic.reads
    for mart in CATALOGUE.marts.values():
        assert "core.person" not in mart.reads


class TestNeeds:
    """`needs.csv`: what each catalogue topic needs, in our names."""

    def rows(self) -> list[dict[str, str]]:
        with (ROOTS.public / "core" / "needs.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def test_needs_are_sorted_and_unique(self) -> None:
        rows = [(r["topic"], r["table"], r["column"]) for r in self.rows()]
        assert rows == sorted(set(rows))

    def test_every_catalogue_topic_has_needs_and_no_other(self) -> None:
        with (ROOTS.public / "topics" / "catalogue.csv").open(encoding="utf-8", newline="") as handle:
            codes = [row["code"] for row in csv.DictReader(handle)]
        assert len(codes) == len(set(codes)) >= 203
        assert {row["topic"] for row in self.rows()} == set(codes)

    def test_every_need_stands_in_a_header(self) -> None:
        known = {
            (table.name, column)
            for table in CATALOGUE.core.values()
            for column in (*table.columns, *table.planned_columns)
        }
        assert not [row for row in self.rows() if (row["table"], row["column"]) not in known]

    def test_every_planned_column_is_needed(self) -> None:
        """Keys, and references to who owns the row, come with the table; everything else somebody needs."""
        needed = {(row["table"], row["column"]) for row in self.rows()}
        owners = {"org_id", "customer_id", "area_id", "feeder_id", "metering_point_id"}
        for table in CATALOGUE.core.values():
            planned = table.columns if table.status == "planned" else table.planned_columns
            extra = [c for c in planned if (table.name, c) not in needed and c not in {*table.key, *owners}]
            assert not extra, table.name

    def test_a_written_topic_reads_no_more_than_its_needs_say(self) -> None:
        tables: dict[str, set[str]] = {}
        for row in self.rows():
            tables.setdefault(row["topic"], set()).add(row["table"])
        billing = {f"mart.{path.stem}" for path in ROOTS.files("marts", "billing/*.sql")}
        terms = set(CATALOGUE.core_upstream(sorted(billing)))
        for topic in load_topics(CATALOGUE).values():
            upstream = set(CATALOGUE.core_upstream(topic.reads))
            # bills and installations turn indices into energy wherever a topic speaks of energy
            plumbing = {
                "core.bill",
                "core.bill_line",
                "core.meter_installation",
                "core.daily_reading",
                "core.customer",
            }
            plumbing |= {"core.register_reading"}
            # a bill recalculated, or its input, rests on all terms of the account
            if billing & set(topic.reads):
                plumbing |= terms
            assert upstream <= tables[topic.header.code] | plumbing, topic.name


def test_known_has_no_field_that_is_not_text_date_or_number() -> None:
    from jicha.inspection.known import Known

    assert {str(field.type) for field in dataclass_fields(Known)} <= {
        "str",
        "str | None",
        "int",
        "int | None",
        "date",
    }


def test_glossary_is_up_to_date() -> None:
    from jicha.lexicon.__main__ import glossary

    page = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
    assert page.read_text(encoding="utf-8") == glossary(LEXICON), "run `make docs`"
