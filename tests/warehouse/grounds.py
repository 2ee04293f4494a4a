"""Grounds to try bad deliveries on: a workspace with one good month in it. What is refused must leave no trace,
what is taken must add up, and afterwards the good delivery must go in as if nothing had been."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.kernel.errors import JichaError
from jicha.warehouse.ingest import IngestReport
from jicha.warehouse.ledger import reconcile
from jicha.warehouse.quarantine_summary import Tally
from jicha.warehouse.workspace import Workspace

from .deliveries import Bench, Row, as_csv, cis_delivery

#: The files that go wrong: bills of a second month, and customers 7 to 12.
BILLS = "电费账单_202602.csv"
CUSTOMERS = "用户档案_新.csv"

#: What was told of one thing not taken: row, column, value, reason, effect.
Told = tuple[int, str | None, str | None, str, str]


def good_bills() -> list[Row]:
    return cis_delivery(customers=6, months=2).files[BILLS]


def good_customers() -> list[Row]:
    return cis_delivery(customers=12, months=0).files["用户档案.csv"][6:]


@dataclass
class Grounds:
    bench: Bench
    data: Path

    @classmethod
    def new(cls, folder: Path) -> Grounds:
        bench = Bench.new(folder / "w", buckets=2)
        bench.take(cis_delivery(customers=6, months=1).write(folder / "first"))
        return cls(bench, folder / "d")

    def copy(self, folder: Path) -> Grounds:
        """The same workspace again, and no delivery."""
        workspace = shutil.copytree(self.bench.workspace.path, folder / "w")
        data = folder / "d"
        data.mkdir()
        return Grounds(Bench(Workspace.open(workspace), self.bench.roots, self.bench.lexicon), data)

    def put(self, name: str, content: bytes | str | list[Row], *, encoding: str = "gb18030") -> Path:
        """A file of the delivery."""
        if isinstance(content, list):
            content = as_csv(content)
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def refused(self, source: str = "cis_zh") -> JichaError:
        """The delivery is refused, and every file of the workspace is what it was."""
        before = self.files()
        with pytest.raises(JichaError) as error:
            self.bench.take(self.data, source)
        assert self.files() == before
        return error.value

    def says(self, en: str, zh: str) -> None:
        """The refusal in both languages, to the letter; `{d}` is the delivery's folder."""
        rendered = self.refused().rendered
        assert rendered.en.replace(str(self.data), "{d}") == en
        assert rendered.zh.replace(str(self.data), "{d}") == zh

    def taken(self, source: str = "cis_zh") -> tuple[IngestReport, list[Told]]:
        """The delivery is taken and adds up; what was told of its files."""
        number = self.bench.head.number
        report = self.bench.take(self.data, source)
        assert self.bench.head.number == number + 1
        self.adds_up()
        names = {file.file for file in report.files}
        return report, [
            (each.row, each.column, each.value, each.reason_code, each.effect)
            for each in self.bench.set_aside()
            if each.file in names
        ]

    def adds_up(self) -> None:
        """The ledger with the lake, the quarantine with the ledger, and what is shown with the quarantine."""
        head = self.bench.head
        reconcile(head)
        tally = Tally()
        for each in self.bench.set_aside():
            tally.add(each)
        assert all(balance.is_balanced for balance in tally.balances(head, "*"))
        shown = self.quarantine()
        assert len(shown) == tally.total
        for row in shown:
            assert all(row[name] for name in ("reason_en", "advice_en"))
            assert all(_is_chinese(row[name]) for name in ("reason_zh", "advice_zh"))
        for table in head.tables:
            assert len(self.bench.rows(table)) == head.rows(table)
        assert self.leftovers() == []

    def quarantine(self) -> list[dict[str, Any]]:
        """As `jicha quarantine` gives it to a program."""
        command = ["quarantine", "--format", "json", "--workspace", str(self.bench.workspace.path)]
        result = CliRunner().invoke(app, command)
        if result.exception is not None:
            raise result.exception
        rows: list[dict[str, Any]] = json.loads(result.stdout)
        return rows

    def recovers(self) -> None:
        """The bad delivery replaced by the good one: every row of it is in the lake."""
        shutil.rmtree(self.data)
        self.put(BILLS, good_bills())
        self.put(CUSTOMERS, good_customers())
        self.taken()
        assert len(self.bench.rows("core.bill")) == 12
        assert len(self.bench.rows("core.customer")) == 12
        names = {BILLS, CUSTOMERS}
        assert not [each for each in self.bench.set_aside() if each.file in names]

    def files(self) -> Mapping[str, bytes]:
        """Every file of the workspace with its content."""
        root = self.bench.workspace.path
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    def leftovers(self) -> list[Path]:
        workspace = self.bench.workspace
        return [*workspace.path.rglob(".tmp-*"), *workspace.path.rglob(workspace.staging.name)]


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
