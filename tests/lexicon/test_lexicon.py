"""The dictionary: unknown names suggest near ones, nothing is defined twice, broken files say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

FIELDS = """\
customer_id: {type: text, en: Customer, zh: 户号}
billed_kwh: {type: "decimal(14,2)", unit: kwh, en: Energy billed, zh: 计费电量}
from_on: {type: date, en: First day, zh: 起始日期}
"""


def house(root: Path, files: dict[str, str | bytes]) -> ContentRoots:
    for name, text in ({"lexicon/fields.yaml": FIELDS} | files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ContentRoots(root)


def test_an_unknown_field_suggests_near_names(tmp_path: Path) -> None:
    lexicon = Lexicon.load(house(tmp_path / "content", {}))
    with pytest.raises(ContentError) as caught:
        lexicon.field("biled_kwh", file="content/marts/x.sql", line=7)
    error = caught.value
    assert (error.code, error.file, error.line) == ("unknown_field", "content/marts/x.sql", 7)
    assert "billed_kwh" in error.text.en
    assert "billed_kwh" in error.text.zh
    assert "from_on" not in error.text.en


def test_a_name_like_no_other_suggests_nothing(tmp_path: Path) -> None:
    lexicon = Lexicon.load(house(tmp_path / "content", {}))
    with pytest.raises(ContentError) as caught:
        lexicon.field("zzzzz")
    assert "did you mean" not in caught.value.text.en
    assert "是否应为" not in caught.value.text.zh


def test_types_keep_their_order(tmp_path: Path) -> None:
    lexicon = Lexicon.load(house(tmp_path / "content", {}))
    assert list(lexicon.types(["from_on", "billed_kwh"]).items()) == [
        ("from_on", "date"),
        ("billed_kwh", "decimal(14,2)"),
    ]
    assert lexicon.field("billed_kwh").text.zh == "计费电量"


def test_a_private_root_adds_fields_and_redefines_none(tmp_path: Path) -> None:
    public = house(tmp_path / "content", {}).public
    own = house(
        tmp_path / "own", {"lexicon/fields.yaml": "own_code: {type: text, en: Own, zh: 自有}\n"}
    ).public
    again = house(tmp_path / "again", {"lexicon/fields.yaml": "from_on: {type: text, en: x, zh: y}\n"}).public
    assert Lexicon.load(ContentRoots(public, (own,))).type_of("own_code") == "text"
    with pytest.raises(ContentError) as caught:
        Lexicon.load(ContentRoots(public, (again,)))
    assert caught.value.code == "field_redefined"
    assert caught.value.file == "again/lexicon/fields.yaml"
    assert "from_on" in caught.value.text.en


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a_id: {type: text, en: A, zh: 甲}\nb_id: {type: text, en: B}\n", 2),
        ("a_id: {type: text, en: A, zh: 甲}\nb_id: {type: text, en: B, zh: 乙, units: kwh}\n", 2),
        ("a_id: {type: text, en: A, zh: 甲}\nb_id: {type: number, en: B, zh: 乙}\n", 2),
        ("a_id: {type: text, en: A, zh: 甲}\nb_kwh: {type: 'decimal(14.2)', en: B, zh: 乙}\n", 2),
        ("a_id: {type: text, en: A, zh: 甲}\nb_kwh: {type: 'decimal(40,2)', en: B, zh: 乙}\n", 2),
    ],
)
def test_a_broken_field_names_its_file_and_itself(tmp_path: Path, text: str, line: int) -> None:
    """A type nobody knows must be found here and not when the first Parquet file is written."""
    with pytest.raises(ContentError) as caught:
        Lexicon.load(house(tmp_path / "content", {"lexicon/fields.yaml": text}))
    assert caught.value.file == "content/lexicon/fields.yaml"
    assert caught.value.line == line


def test_code_lists_are_read_in_file_order(tmp_path: Path) -> None:
    roots = house(tmp_path / "content", {"lexicon/codes/kind.csv": "code,en,zh\nz,Z,丁\na,A,甲\n"})
    lexicon = Lexicon.load(roots)
    assert list(lexicon.codes("kind")) == ["z", "a"]
    assert lexicon.codes("kind")["a"].zh == "甲"
    assert lexicon.code_lists == ("kind",)
    with pytest.raises(ContentError, match="unknown_code_list"):
        lexicon.codes("kinds")


@pytest.mark.parametrize(
    "text",
    [
        "code,en,zh\na,A,甲\na,B,乙\n",  # the same code twice
        "code,en\na,A\n",  # a column is missing
        "code,en,zh\na,A\n",  # a value is missing
        "",
        "code,en,zh\na,A,甲\n".encode("utf-16"),
    ],
)
def test_a_broken_code_list_says_which(tmp_path: Path, text: str | bytes) -> None:
    lexicon = Lexicon.load(house(tmp_path / "content", {"lexicon/codes/kind.csv": text}))
    with pytest.raises(ContentError) as caught:
        lexicon.codes("kind")
    assert caught.value.file == "content/lexicon/codes/kind.csv"


def test_fields_that_are_not_utf8_say_so(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        Lexicon.load(house(tmp_path / "content", {"lexicon/fields.yaml": FIELDS.encode("gb18030")}))
    assert caught.value.file == "content/lexicon/fields.yaml"


def test_every_field_of_the_house_stands_on_what_exists() -> None:
    lexicon = Lexicon.load(ContentRoots.find())
    units = {unit.code if hasattr(unit, "code") else str(unit) for unit in lexicon.units}
    for name, field in lexicon.fields.items():
        assert field.en.strip(), name
        assert field.zh.strip(), name
        if field.code is not None:
            assert lexicon.codes(field.code), name
        if field.unit is not None:
            assert field.unit in units, name


KINDS: dict[str, str | bytes] = {
    "lexicon/open_codes.yaml": "- kind\n",
    "lexicon/codes/kind.csv": "code,en,zh\na,A,甲\nb,B,乙\n",
    "lexicon/codes/shut.csv": "code,en,zh\na,A,甲\n",
}


def with_private(tmp_path: Path, *lists: tuple[str, str]) -> Lexicon:
    """The house of `KINDS` and a private root for each list and its rows."""
    roots = [
        house(
            tmp_path / f"own{number}",
            {"lexicon/fields.yaml": "{}", f"lexicon/codes/{name}.csv": "code,en,zh\n" + rows},
        )
        for number, (name, rows) in enumerate(lists)
    ]
    return Lexicon.load(
        ContentRoots(house(tmp_path / "content", KINDS).public, tuple(root.public for root in roots))
    )


def test_private_roots_add_codes_to_an_open_list(tmp_path: Path) -> None:
    lexicon = with_private(tmp_path, ("kind", "c,C,丙\n"), ("kind", "d,D,丁\n"))
    assert list(lexicon.codes("kind")) == ["a", "b", "c", "d"]
    assert lexicon.codes("kind")["c"].zh == "丙"
    assert list(lexicon.codes("shut")) == ["a"]


@pytest.mark.parametrize("rows", ["c,C,丙\nb,Other,另\n", "c,C,乙\n"], ids=["code", "label"])
def test_a_code_or_label_of_an_open_list_is_not_redefined(tmp_path: Path, rows: str) -> None:
    """A label that meant another code would recode every export to it."""
    with pytest.raises(ContentError) as caught:
        with_private(tmp_path, ("kind", rows)).codes("kind")
    assert (caught.value.code, caught.value.file) == ("code_redefined", "own0/lexicon/codes/kind.csv")
    assert "b (B)" in caught.value.text.en and "b (乙)" in caught.value.text.zh


def test_two_private_roots_do_not_add_the_same_code(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="code_redefined"):
        with_private(tmp_path, ("kind", "c,C,丙\n"), ("kind", "c,D,丁\n")).codes("kind")


def test_a_closed_list_says_which_are_open(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        with_private(tmp_path, ("shut", "c,C,丙\n")).codes("kind")
    assert caught.value.code == "content_redefined"
    assert "kind" in caught.value.text.en and "kind" in caught.value.text.zh
