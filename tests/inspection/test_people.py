"""Names as they are shown: of a person no more than the first character, whatever the length of the name."""

from __future__ import annotations

import pytest

from jicha.inspection.people import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修文", "欧***"),
        ("迪丽热巴", "迪***"),
        ("古丽巴哈尔", "古****"),
        ("买买提·艾力", "买*****"),
        ("阿不都热合曼·吐尔逊", "阿*********"),
        ("努尔·行园买提", "努******"),
        ("John Smith", "J*********"),
    ],
)
def test_of_a_person_the_first_character_is_shown(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("示例电子有限公司", "示例****公司"),
        ("城东供电所", "城东*电所"),
        ("示例·光明电子公司", "示例*****公司"),
        ("下坝村村委会", "下坝**委会"),
    ],
)
def test_of_an_organisation_both_ends_are_shown(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize("name", ["李记饭店", "王家店", "东厂"])
def test_a_short_name_is_masked_like_a_persons_whatever_it_says(name: str) -> None:
    assert masked(name) == name[0] + "*" * (len(name) - 1)


def test_no_name_no_mask() -> None:
    assert masked("") == ""
