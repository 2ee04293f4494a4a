"""A utility's private content overrides policy and adds law of its own province; it never redefines law.

Every way of changing public law by a file of one's own that we could think of is tried here, and refused by
file and line, in both languages.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.kernel.errors import ContentError
from jicha.law.book import Law, load_law
from jicha.lexicon.lexicon import Lexicon

from .policies import BASE, FEE, LOSS, PARENTS, RULES, House, block, choice

CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: A book of a private root: the province's own rule, by its own instrument.
OWN_RULES = RULES.replace("CN", '"43"').replace("1996", "2020").replace("rules_1996", "rules_2020")
OWN_BOOK = """\
title: {en: Our province, zh: 本省}
blocks:
  - table: late_fee_rate
    valid_from: 2020-10-08
    cite: province_2020#98
    confidence: source-read
    confirmed_on: 2026-11-21
    fixed: {jurisdiction_code: "43"}
    rows:
      - [resident, "0.0005"]
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def law(house: House) -> Law:
    return load_law(house.roots, Lexicon.load(house.roots))


def rates(found: Law) -> dict[tuple[object, ...], object]:
    table = found.tables["late_fee_rate"]
    return {key: rows[0].values["late_fee_ratio"] for key, rows in table.by_key().items()}


PUBLIC = {("CN", "resident"): Decimal("0.001"), ("CN", "other"): Decimal("0.002")}


# -- policy: replaced and added to -----------------------------------------------------------------------


def test_a_private_file_of_the_same_path_replaces_a_policy_table(house: House) -> None:
    house.put("local/policy/line_loss.yaml", LOSS.replace("[area, 10, ~]", "[area, 7, ~]"))
    table = house.policy().tables["line_loss"]
    assert {row[2] for row in table.rows(PARENTS) if row[1] == "area"} == {Decimal(7)}
    assert {row.file for row in table.stated} == {"local/policy/line_loss.yaml"}


def test_the_last_private_root_wins(house: House) -> None:
    house.put("province/policy/line_loss.yaml", LOSS.replace("[area, 10, ~]", "[area, 8, ~]"))
    house.put("county/policy/line_loss.yaml", LOSS.replace("[area, 10, ~]", "[area, 9, ~]"))
    assert {row.values["high_above_pct"] for row in house.policy().tables["line_loss"].stated} == {
        Decimal(9),
        Decimal("6.5"),
    }


def test_it_may_add_values_to_a_table_but_not_take_any_away(house: House) -> None:
    """Topics read the public columns by name."""
    wider = LOSS.replace("limit_days]", "limit_days, is_strict]")
    wider = wider.replace("[area, 10, ~]", "[area, 10, ~, true]").replace('"6.5", 3]', '"6.5", 3, ~]')
    house.put("local/policy/line_loss.yaml", wider)
    assert "is_strict" in house.policy().tables["line_loss"].columns
    narrow = LOSS.replace(", limit_days]", "]").replace("[area, 10, ~]", "[area, 10]")
    for text in (
        narrow.replace('"6.5", 3]', '"6.5"]'),
        LOSS.replace("key: [loss_object_code]", "key: []").replace(
            "[high_above", "[loss_object_code, high_above"
        ),
    ):
        house.put("local/policy/line_loss.yaml", text)
        with pytest.raises(ContentError) as refused:
            house.policy()
        assert (refused.value.code, refused.value.file, refused.value.line) == (
            "policy_table_changed",
            "local/policy/line_loss.yaml",
            1,
        )


def test_a_private_root_adds_rows_and_choices(house: House) -> None:
    house.choices(block("      - [area, 7, 5]\n") + "settings:\n" + choice())
    policy = house.policy()
    assert [row[2] for row in policy.tables["line_loss"].rows(PARENTS) if row[:2] == ("4301", "area")] == [
        10,
        7,
    ]
    assert "contract" in {row[2] for row in policy.law_settings.rows(PARENTS)}


def test_a_private_table_of_its_own(house: House) -> None:
    house.put("local/policy/our_loss.yaml", LOSS)
    house.choices(block("      - [area, 7, 5]\n", table="our_loss"))
    assert sorted(house.policy().tables) == ["line_loss", "our_loss"]


# -- law: added to ---------------------------------------------------------------------------------------


def test_a_private_root_may_tell_its_own_instrument_and_book(house: House) -> None:
    house.put("local/law/instruments/province_2020.yaml", OWN_RULES)
    house.put("local/law/late_fee/provinces/hunan.yaml", OWN_BOOK)
    found = law(house)
    assert rates(found) == PUBLIC | {("43", "resident"): Decimal("0.0005")}
    row = found.tables["late_fee_rate"].by_key()["43", "resident"][0]
    assert row.place.file.shown == "local/law/late_fee/provinces/hunan.yaml"


def test_a_private_root_may_name_a_question_of_its_own(house: House) -> None:
    house.put("local/law/settings/our_base.yaml", BASE)
    house.choices("settings:\n" + choice(of="law/our_base"))
    assert sorted(house.policy().law_settings.settings) == ["charge_base", "our_base"]


# -- law: never redefined --------------------------------------------------------------------------------

#: Attempts: what a private root puts where, and the code it is refused with.
REDEFINED = {
    "an instrument by the same path": ("law/instruments/rules_1996.yaml", RULES, "content_redefined"),
    "an instrument repealed in one's own copy": (
        "law/instruments/rules_1996.yaml",
        RULES + "effective_to: 2000-01-01\nrepealed_by: rules_1996\n",
        "content_redefined",
    ),
    "a table by the same path": ("law/late_fee/late_fee_rate.yaml", FEE, "content_redefined"),
    "a setting by the same path": (
        "law/settings/charge_base.yaml",
        BASE.replace("default: metered", "default: contract"),
        "content_redefined",
    ),
    "a table by another area": ("law/our/late_fee_rate.yaml", FEE, "law_table_twice"),
    "a table by an area that comes first": ("law/a_first/late_fee_rate.yaml", FEE, "law_table_twice"),
    "an instrument by another case": ("law/instruments/Rules_1996.yaml", RULES, "law_place"),
    "a setting by another case": ("law/settings/CHARGE_BASE.yaml", BASE, "law_place"),
    "a table by another case": ("law/Late_Fee/late_fee_rate.yaml", FEE, "law_place"),
    "an instrument by a letter that looks alike": (
        "law/instruments/rules_1996\u0430.yaml",
        RULES,
        "law_place",
    ),
    "an instrument below another folder": ("law/instruments/ours/rules_1996.yaml", RULES, "law_place"),
    "a setting below another folder": ("law/settings/ours/charge_base.yaml", BASE, "law_place"),
    "a value by a book of the same days": (
        "law/late_fee/provinces/hunan.yaml",
        OWN_BOOK.replace('"43"', "CN").replace("province_2020", "rules_1996"),
        "law_overlap",
    ),
    "a value by a book that begins before the public one": (
        "law/late_fee/provinces/hunan.yaml",
        OWN_BOOK.replace('"43"', "CN").replace("province_2020", "rules_1996").replace("2020-10", "1996-10"),
        "law_overlap",
    ),
    "a table under another ending": ("law/late_fee/late_fee_rate.yml", FEE, "yaml_suffix"),
    "a setting under another ending": ("law/settings/charge_base.YAML", BASE, "yaml_suffix"),
    "a public list of codes": (
        "lexicon/codes/customer_kind.csv",
        "code,en,zh\nresident,Other,其他\n",
        "content_redefined",
    ),
    "a field of the public lexicon": (
        "lexicon/fields.yaml",
        "late_fee_ratio: {type: integer, en: Ratio, zh: 比例}\n",
        "field_redefined",
    ),
}


@pytest.mark.parametrize("attempt", REDEFINED)
def test_law_is_never_redefined(house: House, attempt: str) -> None:
    name, text, code = REDEFINED[attempt]
    house.put(f"local/{name}", text)
    with pytest.raises(ContentError) as refused:
        law(house)
    error = refused.value
    assert error.code == code
    assert error.file is not None and error.file.endswith(f"local/{name}"), "the private file is blamed"
    assert CHINESE.search(error.text.zh) and error.text.en
    if code not in (
        "content_redefined",
        "law_place",
        "field_redefined",
        "yaml_suffix",
    ):  # these speak of the whole file
        assert error.line


@pytest.mark.parametrize(
    "name",
    ["law/instruments/rules_1996.yaml", "law/settings/charge_base.yaml", "law/late_fee/late_fee_rate.yaml"],
)
def test_a_symbolic_link_is_a_file_like_any_other(house: House, name: str) -> None:
    """One that leads to changed law is refused by its path, wherever it leads."""
    changed = house.put(
        "elsewhere/changed.yaml", (house.folder / "content" / name).read_text(encoding="utf-8")
    )
    link = house.folder / "local" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(changed)
    house.private = ("local",)
    with pytest.raises(ContentError) as refused:
        law(house)
    assert refused.value.code == "content_redefined"
    assert refused.value.file == str(link)


def test_a_link_to_a_folder_of_law_changes_nothing(house: House) -> None:
    """Linked folders are read or not, but never replace what is public."""
    house.put("elsewhere/late_fee/late_fee_rate.yaml", FEE.replace('"0.001"', '"0.0001"'))
    (house.folder / "local").mkdir()
    (house.folder / "local" / "law").symlink_to(house.folder / "elsewhere")
    house.private = ("local",)
    with pytest.raises(ContentError) as refused:
        law(house)
    assert refused.value.code == "content_redefined"
    (house.folder / "local" / "law").unlink()
    (house.folder / "local" / "law").mkdir()
    (house.folder / "local" / "law" / "late_fee").symlink_to(house.folder / "elsewhere" / "late_fee")
    try:
        assert rates(law(house)) == PUBLIC
    except ContentError as error:
        assert error.code == "content_redefined"


def test_another_instrument_that_claims_to_repeal_changes_no_value(house: House) -> None:
    """Only the repealed instrument itself can say so, and that file is public."""
    house.put("local/law/instruments/province_2020.yaml", OWN_RULES)
    house.put("local/law/late_fee/provinces/hunan.yaml", OWN_BOOK)
    before = law(house).instruments["rules_1996"]
    house.put(
        "local/law/instruments/province_2020.yaml",
        OWN_RULES + "effective_to: 2025-01-01\nrepealed_by: rules_1996\n",
    )
    with pytest.raises(ContentError) as refused:
        law(house)
    assert refused.value.code == "outlives_instrument", "its own value must end, the public one stays"
    assert refused.value.file == "local/law/late_fee/provinces/hunan.yaml"
    assert before.effective_to is None


@pytest.mark.parametrize("place", ["CN", '"44"'])
def test_a_province_makes_no_law_for_the_nation_or_for_another(house: House, place: str) -> None:
    """Where the public law has ended or is silent there is nothing to overlap with; the instrument still tells."""
    house.put(
        "content/law/late_fee/late_fee_rate.yaml",
        FEE.replace("    cite:", "    valid_to: 2019-01-01\n    cite:"),
    )
    house.put(
        "content/lexicon/codes/jurisdiction.csv",
        "code,en,zh\nCN,China,全国\n43,Hunan,湖南\n44,Guangdong,广东\n",
    )
    house.put("local/law/instruments/province_2020.yaml", OWN_RULES)
    house.put("local/law/late_fee/provinces/hunan.yaml", OWN_BOOK.replace('"43"', place))
    with pytest.raises(ContentError) as refused:
        law(house)
    assert (refused.value.code, refused.value.file, refused.value.line) == (
        "foreign_instrument",
        "local/law/late_fee/provinces/hunan.yaml",
        10,
    )
    assert CHINESE.search(refused.value.text.zh)


def test_a_public_instrument_cannot_lend_a_private_value_days_it_does_not_hold(house: House) -> None:
    house.put(
        "local/law/late_fee/provinces/hunan.yaml",
        OWN_BOOK.replace("province_2020", "rules_1996").replace("2020-10-08", "1990-01-01"),
    )
    with pytest.raises(ContentError) as refused:
        law(house)
    assert refused.value.code == "before_instrument"


def test_a_private_value_cannot_cite_a_clause_the_public_instrument_does_not_tell(house: House) -> None:
    house.put(
        "local/law/late_fee/provinces/hunan.yaml", OWN_BOOK.replace("province_2020#98", "rules_1996#99")
    )
    with pytest.raises(ContentError) as refused:
        law(house)
    assert refused.value.code == "unknown_article"


def test_a_policy_chooses_only_among_the_options_law_names(house: House) -> None:
    house.choices("settings:\n" + choice("our_own_reading"))
    with pytest.raises(ContentError) as refused:
        house.policy()
    assert refused.value.code == "unknown_option"


@pytest.mark.parametrize("kind", ["parameters", "tables"])
def test_a_policy_cannot_set_a_value_of_law(house: House, kind: str) -> None:
    text = (
        block("      - [CN, resident, '0.1']\n", table="law.late_fee_rate")
        if kind == "tables"
        else "parameters:\n  - {of: law/late_fee_rate, parameter: late_fee_ratio, value: 1, "
        "valid_from: 2026-01-01, owner: city, why: {en: a number of ours, zh: 本公司口径}}\n"
    )
    house.choices(text)
    if kind == "tables":
        with pytest.raises(ContentError) as refused:
            house.policy()
        assert refused.value.code == "unknown_policy_table"
    else:  # nothing of that name declares parameters; a sweep's plan refuses it
        policy = house.policy()
        assert {override.of for override in policy.overrides} == {"law/late_fee_rate"}
        assert rates(law(house)) == PUBLIC


def test_a_policy_table_never_takes_the_place_of_law(house: House) -> None:
    """`policy.late_fee_rate` and `law.late_fee_rate` are two relations; a statement names the one it means."""
    house.put("local/policy/late_fee_rate.yaml", LOSS)
    house.put(
        "content/innocence/made.sql",
        "/* ---\ntitle: {en: made, zh: 自制}\nreason: {en: made, zh: 自制}\nsubject: customer\n--- */\n"
        "select p.org_id as customer_id from policy.late_fee_rate as p "
        "left join law.late_fee_rate as l on l.customer_kind_code = p.loss_object_code\n",
    )
    relations = load_catalogue(house.roots).judging_relations
    assert "late_fee_ratio" in relations["law.late_fee_rate"].columns
    assert "late_fee_ratio" not in relations["policy.late_fee_rate"].columns


def test_private_roots_may_lie_in_each_other(house: House) -> None:
    """`--content local --content local/county`: each file counts by the root it was found in."""
    house.put("local/county/policy/our_loss.yaml", LOSS)
    house.choices(block("      - [area, 7, 5]\n", table="our_loss"), root="local/county")
    house.private = ("local", "local/county")
    assert "our_loss" in house.policy().tables
