"""What can be told of a column from its header and its values, and what must be left open."""

from __future__ import annotations

from typing import Any

import pytest

from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import load_core_tables
from jicha.warehouse.drafting.header_matching import Vocabulary
from jicha.warehouse.drafting.mapping import (
    Certainty,
    ColumnDraft,
    Sample,
    SampleColumn,
    TableDraft,
    first_mapping,
)
from jicha.warehouse.drafting.models import CoreDraft, core_drafts, with_keys_required
from jicha.warehouse.source import Source
from jicha.warehouse.to_core import load_to_core

ROOTS = ContentRoots.find()
LEXICON = Lexicon.load(ROOTS)
CORE = load_core_tables(ROOTS, LEXICON)
CIS = Source.load("cis_zh", ROOTS, LEXICON)
KNOWN = Vocabulary.of(LEXICON, [CIS])
#: Nobody has mapped anything yet.
WORDS_ALONE = Vocabulary.of(LEXICON, [])

EVERYTHING = ("month", "date", "timestamp", "integer", "decimal")


def seen(header: str, *fits: str, rows: int = 40, filled: int = 40, **more: Any) -> SampleColumn:
    """A column all of whose values are of the types `fits` and of no other."""
    refused = {kind: 0 if kind in fits else filled for kind in EVERYTHING}
    return SampleColumn(header, rows, filled, refused, **more)


def drafted(*columns: SampleColumn, vocabulary: Vocabulary = KNOWN, stem: str = "样例") -> TableDraft:
    (draft,) = first_mapping([Sample(stem, columns)], vocabulary, LEXICON, CORE)
    return draft


def line(column: SampleColumn, vocabulary: Vocabulary = KNOWN) -> ColumnDraft:
    return drafted(column, vocabulary=vocabulary).columns[0]


# -- headers ------------------------------------------------------------------------------------------


def test_a_header_that_a_source_maps_is_sure() -> None:
    found = line(seen("变压器容量", "decimal"))
    assert (found.column, found.type, found.note.en) == ("transformer_capacity_kva", "decimal(12,2)", "sure")


@pytest.mark.parametrize("header", ["账单号", " 账 单\n号 ", "bill_id", "BILL ID", "ｂｉｌｌ＿ｉｄ"])
def test_a_name_of_the_lexicon_is_sure_however_it_is_spelled(header: str) -> None:
    assert line(seen(header), WORDS_ALONE).column == "bill_id"
    assert line(seen(header), WORDS_ALONE).certainty is Certainty.sure


def test_a_similar_header_is_a_guess_that_names_what_it_is_like() -> None:
    found = line(seen("合同容量（兆伏安）", "decimal"))
    assert (found.column, found.certainty) == ("contract_capacity_kva", Certainty.guess)
    assert found.note.en == "guess: similar to 合同容量 (cis_zh.customer)"
    assert found.note.zh == "推测: 与 合同容量 相近 (cis_zh.customer)"


def test_a_header_like_nothing_is_not_taken() -> None:
    found = line(seen("备用字段甲乙丙丁"))
    assert (found.column, found.certainty) == ("", Certainty.unknown)
    assert found.note.en == "unknown: not taken yet"


def test_a_header_with_two_meanings_is_a_guess_that_names_both() -> None:
    """本次示数 is the register of a reading and of a bill line."""
    found = line(seen("本次示数", "decimal"))
    assert found.certainty is Certainty.guess
    assert "register_kwh" in found.note.en and "current_register_kwh" in found.note.en


def test_beside_the_other_columns_of_its_table_it_has_one() -> None:
    headers = [column.header for column in CIS.tables["bill_line"].taken]
    draft = drafted(*(seen(header, "decimal") for header in headers))
    assert draft.sibling is not None and draft.sibling.name == "cis_zh.bill_line"
    assert next(c for c in draft.columns if c.header == "本次示数").column == "current_register_kwh"


def test_one_column_of_the_house_comes_from_one_header() -> None:
    """The same name wins over one that is like it, wherever it stands; the other says who took its place."""
    draft = drafted(seen("变压器容量(兆伏安)", "decimal"), seen("变压器容量", "decimal"))
    like, same = draft.columns
    assert (same.column, same.note.en) == ("transformer_capacity_kva", "sure")
    assert (like.column, like.certainty) == ("", Certainty.unknown)
    assert like.note.en == (
        "unknown: not taken yet; like 变压器容量, but transformer_capacity_kva is 变压器容量 already"
    )


def test_a_name_whose_values_are_something_else_is_no_more_than_a_guess() -> None:
    found = line(seen("立户日期", "integer"))
    assert (found.column, found.certainty) == ("opened_on", Certainty.guess)
    assert "40 of 40 values are no date" in found.note.en


def test_a_few_bad_values_are_told_and_change_nothing() -> None:
    few = SampleColumn("立户日期", 100, 100, {"date": 2, "month": 100})
    found = line(few)
    assert (found.certainty, found.note.en) == (Certainty.sure, "sure; 2 of 100 values are no date")


def test_personal_columns_are_told() -> None:
    assert line(seen("联系电话")).note.en == "sure; personal"


# -- types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (seen("甲乙丙", "date", "integer", digits=(8, 0)), "date"),
        (seen("甲乙丙", "timestamp"), "timestamp"),
        (seen("甲乙丙", "month", "integer", digits=(6, 0)), "month"),
        (seen("甲乙丙", "integer", "decimal", digits=(3, 0)), "integer"),
        (seen("甲乙丙", "decimal", digits=(5, 4)), "decimal(18,4)"),
        (seen("甲乙丙", "integer", "decimal", digits=(4, 0), has_leading_zero=True), "text"),
        (seen("甲乙丙", "integer", "decimal", digits=(12, 0)), "text"),
        (seen("甲乙丙", "integer", "decimal", digits=(11, 0)), "integer"),
        (seen("甲乙丙编号", "integer", "decimal", digits=(4, 0)), "text"),
        (seen("甲乙丙"), "text"),
        (seen("甲乙丙", *EVERYTHING, filled=0), "text"),
    ],
)
def test_an_unknown_column_has_the_type_of_its_values(column: SampleColumn, kind: str) -> None:
    assert line(column, WORDS_ALONE).type == kind


def test_a_date_of_the_house_that_comes_as_a_month_is_read_as_one() -> None:
    assert line(seen("发行日期", "month", "integer", digits=(6, 0))).type == "month"
    assert line(seen("发行日期", "date")).type == "date"


# -- required and codes -------------------------------------------------------------------------------


def required(draft: TableDraft) -> set[str]:
    (after,) = with_keys_required([draft], core_drafts([draft], LEXICON, CORE, {}))
    return {column.column for column in after.columns if column.required}


def areas(**more: Any) -> TableDraft:
    rest = [seen(header) for header in ("台区名称", "线路编号", "变压器容量")]
    return drafted(seen("台区编号", is_unique=True, **more), *rest, vocabulary=WORDS_ALONE)


def test_only_a_key_that_is_always_filled_is_required() -> None:
    assert required(areas()) == {"area_id"}
    assert required(areas(filled=39)) == set()
    assert required(areas(rows=0, filled=0)) == set()


def test_a_table_another_source_maps_requires_what_it_requires() -> None:
    headers = [column.header for column in CIS.tables["bill"].taken]
    draft = drafted(*(seen(header, filled=39 if header == "账单类型" else 40) for header in headers))
    wanted = {c.column for c in CIS.tables["bill"].taken if c.required}
    assert {c.column for c in draft.columns if c.required} == wanted - {"bill_type_code"}


def test_where_another_source_maps_the_table_its_key_is_required_as_there() -> None:
    """A public transformer has no customer: the map of it asks for none, whatever core.power_transformer says."""
    columns = [seen(c.header, is_unique=True) for c in CIS.tables["power_transformer"].taken]
    draft = drafted(*columns)
    (after,) = with_keys_required([draft], list(drafts(draft).values()))
    assert {c.column for c in after.columns if c.required} == {
        c.column for c in CIS.tables["power_transformer"].taken if c.required
    }


def test_what_may_be_absent_there_may_be_absent_here() -> None:
    draft = drafted(*(seen(column.header) for column in CIS.tables["bill"].taken))
    assert {c.column for c in draft.columns if c.may_be_absent} == {
        c.column for c in CIS.tables["bill"].taken if c.may_be_absent
    }
    assert not line(seen("计费月数"), WORDS_ALONE).may_be_absent


@pytest.mark.parametrize("header", ["装表日期", "冻结日期", "附件名称甲"])
def test_a_common_end_alone_makes_no_guess(header: str) -> None:
    assert line(seen(header, "date"), WORDS_ALONE).column == ""


def test_values_that_are_labels_of_the_list_are_recoded() -> None:
    labels = frozenset(value.zh for value in LEXICON.codes("usage_category").values())
    codes = frozenset(LEXICON.codes("usage_category"))
    assert line(seen("用电类别", words=labels)).recode == "usage_category"
    assert line(seen("usage_category_code", words=labels), WORDS_ALONE).recode == "usage_category"
    assert line(seen("用电类别", words=codes)).recode == ""


def test_words_the_list_does_not_know_are_counted_not_shown() -> None:
    found = line(seen("用电类别", words=frozenset({"居民生活", "张三"})))
    assert found.recode == "usage_category"
    assert "1 of 2 words not in the list" in found.note.en
    assert "张三" not in found.note.en + found.note.zh


def test_words_of_another_source_come_along() -> None:
    headers = [column.header for column in CIS.tables["register_reading"].taken]
    columns = [seen(h, words=frozenset({"有功总", "有功峰"}) if h == "示数类型" else None) for h in headers]
    draft = drafted(*columns)
    assert draft.words["register"]["有功总"] == "active_total"
    assert next(c for c in draft.columns if c.header == "示数类型").note.en == "sure"


@pytest.mark.parametrize("words", [frozenset(), None])
def test_they_come_along_where_the_sample_has_none(words: frozenset[str] | None) -> None:
    headers = [column.header for column in CIS.tables["register_reading"].taken]
    draft = drafted(*(seen(h, words=words if h == "示数类型" else None) for h in headers))
    assert draft.words["register"]["有功总"] == "active_total"


def test_the_files_are_found_as_the_other_source_finds_them() -> None:
    """What stands before the month may be a county's name; who maps this table knows."""
    headers = [column.header for column in CIS.tables["bill"].taken]
    assert drafted(*map(seen, headers), stem="电费账单_青禾县_202601").files == "电费账单*"
    assert drafted(*map(seen, headers), stem="账单_青禾县_202601").files == "账单_青禾县*"
    assert drafted(*map(seen, headers), vocabulary=WORDS_ALONE, stem="电费账单_青禾县_202601").files == (
        "电费账单_青禾县*"
    )


def test_an_unknown_column_of_labels_proposes_the_list() -> None:
    labels = frozenset(value.zh for value in LEXICON.codes("usage_category").values())
    found = line(seen("甲乙丙", words=labels), WORDS_ALONE)
    assert (found.column, found.type, found.recode) == ("", "text", "usage_category")
    assert "usage_category" in found.note.en


# -- core ---------------------------------------------------------------------------------------------


def drafts(*tables: TableDraft) -> dict[str, CoreDraft]:
    models = {"cis_zh": load_to_core(CIS, ROOTS, CORE)}
    return {draft.target.name: draft for draft in core_drafts(tables, LEXICON, CORE, models)}


def table_of(name: str, *, leave_out: str = "", vocabulary: Vocabulary = KNOWN) -> TableDraft:
    columns = [c for c in CIS.tables[name].taken if c.column != leave_out]
    types = {"date": "date", "month": "month"}
    return drafted(
        *(seen(c.header, types.get(c.type, "decimal"), is_unique=c is columns[0]) for c in columns),
        vocabulary=vocabulary,
    )


def test_a_model_follows_the_source_that_maps_the_same_table() -> None:
    found = drafts(table_of("bill"))
    assert set(found) == {"core.bill"}
    assert found["core.bill"].columns["to_on"] == "cast(r.last_on + interval '1' day as date)"
    assert found["core.bill"].like == "cis_zh"


def test_columns_the_sample_lacks_are_left_null() -> None:
    found = drafts(table_of("customer", leave_out="opened_on"))
    assert set(found) == {"core.customer", "core.person"}
    assert found["core.customer"].columns["opened_on"] is None
    assert found["core.customer"].columns["org_id"] == "r.org_id"


def test_without_its_key_a_core_table_is_not_drafted() -> None:
    assert "core.bill" not in drafts(table_of("bill", leave_out="bill_id"))


def test_a_customer_number_alone_makes_no_customer_table() -> None:
    reading = table_of("register_reading", vocabulary=WORDS_ALONE)
    assert "core.customer" not in drafts(reading)
    rest = [seen(header) for header in ("台区名称", "单位编码", "变压器容量")]
    area = drafted(seen("台区编号", is_unique=True), *rest, vocabulary=WORDS_ALONE)
    assert area.sibling is None
    assert "core.area" in drafts(area)
    twice = drafted(seen("台区编号"), *rest, vocabulary=WORDS_ALONE)
    assert "core.area" not in drafts(twice)


def test_what_the_mapped_table_does_not_fill_its_like_fills_with_something_more() -> None:
    """A transformer's states have a customer and a day, and so has a contract demand; nobody meant that."""
    states = [seen(c.header, is_unique=True) for c in CIS.tables["transformer_status"].taken]
    assert set(drafts(drafted(*states))) == {"core.transformer_status"}
    bare_names = drafted(*states, vocabulary=WORDS_ALONE)
    assert "core.contract_demand" in drafts(bare_names)
    demand = [seen(c.header) for c in CIS.tables["contract_demand"].taken if c.header == "合同需量"]
    assert set(drafts(drafted(*states, *demand))) == {"core.transformer_status", "core.contract_demand"}
