"""Prices re-added from their parts: nothing shipped differs, and one changed digit is told with its cell."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from jicha.law.book import Law, read_law
from jicha.law.readding import Difference, differences, readded
from jicha.lexicon.roots import ContentRoots
from tests.law.tariff_rows import price

JANUARY = date(2026, 1, 15)

#: The tables and books that re-adding the prices of Hubei and Hainan rests on.
COPIED = (
    *(f"tariffs/{name}" for name in (
        "energy_price", "energy_price_part", "system_operation_part", "transmission_price", "basic_charge_price",
        "voltage_class_of_supply", "price_tolerance", "hubei/agent_purchase_2026_01", "hainan/catalogue_2021",
    )),
    *(f"time_of_use/{name}" for name in (
        "time_of_use_scope", "time_of_use_band", "time_of_use_ratio", "floating_part",
        "hubei/tou_2024", "hainan/tou_catalogue_2021",
    )),
    "agent_purchase/purchase_price_part", "surcharges/surcharge_rate", "price_category/price_class",
)  # fmt: skip


class TestReadding:
    def test_nothing_published_differs_from_its_parts(self, shipped: Law) -> None:
        assert [each.text.en for each in differences(shipped)] == []

    def test_all_energy_prices_of_hubei_re_add(self, shipped: Law) -> None:
        """Seven lines of five columns, to the last of six decimals."""
        hubei = [
            each
            for each in readded(shipped)
            if each.row.table == "energy_price" and each.row.values["jurisdiction_code"] == "42"
        ]
        assert len(hubei) == 35
        assert {each.row.values["register_code"] for each in hubei} == {
            "active_total", "active_critical", "active_peak", "active_flat", "active_valley",
        }  # fmt: skip
        assert all(each.recomputed.quantize(D("0.000001")) == each.published for each in hubei)

    def test_one_line_by_hand(self, shipped: Law) -> None:
        """Two-part, 110 kV: base 0.384470 + 0.013643, fixed 0.0884 + 0.0452 + 0.082273."""
        base, fixed = D("0.398113"), D("0.215873")
        on = {"tariff_structure_code": "two_part", "voltage_class_code": "kv_110"}
        for register, multiple, published in (
            ("active_critical", D("2"), "1.012099"),
            ("active_peak", D("1.49"), "0.809061"),
            ("active_flat", D("1"), "0.613986"),
            ("active_valley", D("0.45"), "0.395024"),
        ):
            assert abs(fixed + multiple * base - D(published)) < D("0.000001")
            assert price(shipped, JANUARY, "42", register, **on) == D(published)

    def test_every_province_whose_parts_are_known_is_checked(self, shipped: Law) -> None:
        told = Counter(each.row.values["jurisdiction_code"] for each in readded(shipped))
        assert told["42"] == 35 + 28  # prices; four parts of seven lines have items of their own
        assert told["46"] == 12 + 4

    @pytest.mark.parametrize(
        ("book", "printed", "misread", "cell", "lines"),
        [
            ("hubei/agent_purchase_2026_01", '"0.846961"', '"0.848961"', ("kv_1_10", "active_peak"), 1),
            ("hubei/agent_purchase_2026_01", '"0.395024"', '"0.395034"', ("kv_110", "active_valley"), 1),
            ("hainan/catalogue_2021", '"0.99853"', '"0.99653"', ("kv_110", "active_peak"), 1),
            # a misread item shows at the part of every line it stands in
            (
                "hubei/agent_purchase_2026_01",
                '"0.036657"',
                '"0.036857"',
                ("below_1kv", "system_operation"),
                7,
            ),
        ],
    )
    def test_a_misread_digit_is_told_with_its_cell(
        self, tmp_path: Path, book: str, printed: str, misread: str, cell: tuple[str, str], lines: int
    ) -> None:
        found = self.with_change(tmp_path, f"law/tariffs/{book}.yaml", printed, misread)
        assert len(found) == lines
        assert found[0].cell[-2:] == cell
        assert found[0].place.file.name == book.rpartition("/")[2]
        problem = found[0].problem
        assert problem.code == "price_not_readded"
        assert f"{book}.yaml:" in problem.where
        assert problem.text.zh.startswith("/".join(found[0].cell))

    def test_the_line_told_is_the_line_of_the_cell(self, tmp_path: Path) -> None:
        file = "law/tariffs/hubei/agent_purchase_2026_01.yaml"
        (found,) = self.with_change(tmp_path, file, '"0.395024"', '"0.395034"')
        text = (tmp_path / "content" / file).read_text(encoding="utf-8").splitlines()
        assert '"0.395034"' in text[found.place.line - 1]
        assert (found.published, found.recomputed) == (D("0.395034"), D("0.39502385"))
        assert found.difference == D("0.00001015")

    def test_a_wrong_multiple_is_told_for_every_price_it_makes(self, tmp_path: Path) -> None:
        found = self.with_change(tmp_path, "law/time_of_use/hubei/tou_2024.yaml", '"1.49"', '"1.48"')
        assert {each.cell[-1] for each in found} == {"active_peak"}
        assert len(found) == 7

    def test_a_wrong_flag_of_floating_is_told(self, tmp_path: Path) -> None:
        found = self.with_change(
            tmp_path,
            "law/time_of_use/hubei/tou_2024.yaml",
            "[purchase_line_loss,        whole, true]",
            "[purchase_line_loss,        whole, false]",
        )
        assert {each.cell[-1] for each in found} == {"active_critical", "active_peak", "active_valley"}

    def test_the_tolerance_is_content(self, tmp_path: Path) -> None:
        """Within two millionths nothing is told; with a tolerance of none, the rounding of the sheet is."""
        found = self.with_change(tmp_path, "law/tariffs/price_tolerance.yaml", '"0.000002"', '"0"')
        assert found
        assert all(abs(each.difference) < D("0.000001") for each in found)

    def test_law_without_these_tables_has_nothing_to_re_add(self, shipped: Law) -> None:
        assert differences(Law(shipped.instruments, {}, shipped.settings)) == []

    @staticmethod
    def with_change(tmp_path: Path, file: str, old: str, new: str) -> list[Difference]:
        """The differences of a copy of the shipped tables in which one text stands for another."""
        shipped, public = ContentRoots.find().public, tmp_path / "content"
        shutil.copytree(shipped / "lexicon", public / "lexicon")
        for name in COPIED:
            target = public / "law" / f"{name}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shipped / "law" / f"{name}.yaml", target)
        text = (public / file).read_text(encoding="utf-8")
        assert old in text
        (public / file).write_text(text.replace(old, new), encoding="utf-8")
        return differences(read_law(ContentRoots(public)))
