"""The journal: chained, append-only, its heads signed; whoever forges it is found."""

from __future__ import annotations

import base64
import itertools
import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from jicha.casework import clock
from jicha.casework.errors import CaseworkError
from jicha.casework.heads import public_key, public_text, read_heads, sign_head, signing_key
from jicha.casework.journal import Actor, Entry, event_digest, open_case, write
from jicha.casework.models import Case, Event, FreeText, Order
from jicha.casework.services import leads, reviewing
from jicha.casework.services.erasing import erase_texts
from jicha.casework.verify import verify_journal
from jicha.kernel.errors import WorkspaceError
from tests.casework.play import Play, at, seen

TODAY = date(2026, 3, 2)


def codes(folder: Path, today: date = TODAY) -> set[str]:
    key = signing_key(folder / "key").public_key()
    return {
        problem.code for problem in verify_journal(read_heads(folder / "heads.jsonl"), key, today).problems
    }


def sign(folder: Path) -> Any:
    return sign_head(folder / "heads.jsonl", folder / "key")


class no_triggers:
    """What an administrator of the database can do: the triggers are off inside the block."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE casework_event DISABLE TRIGGER USER")
                cursor.execute("ALTER TABLE casework_order DISABLE TRIGGER USER")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            self.made = cursor.fetchall()
            for name, _ in self.made:
                cursor.execute(f"DROP TRIGGER {name}")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE casework_event ENABLE TRIGGER USER")
                cursor.execute("ALTER TABLE casework_order ENABLE TRIGGER USER")
                return
            for _, sql in self.made:
                cursor.execute(sql)


def forge(case: Case) -> None:
    """Changes who did the first thing in a case and recomputes every digest, as somebody with the code would."""
    previous = ""
    for event in case.events.order_by("sequence"):
        if event.sequence == 1:
            event.actor = "somebody_else"
        event.previous = previous
        event.digest = event_digest(case.key, event)
        previous = event.digest
        event.save()


def test_a_chain_is_whole(stage: Play, tmp_path: Path) -> None:
    order = stage.archived()
    events = list(order.case.events.order_by("sequence"))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert all(later.previous == earlier.digest for earlier, later in itertools.pairwise(events))
    assert all(event.actor for event in events)
    sign(tmp_path)
    assert codes(tmp_path) == set()


@pytest.mark.parametrize("how", ["update", "delete", "raw_update", "raw_delete", "truncate"])
def test_the_database_refuses_to_change_an_event(stage: Play, how: str) -> None:
    stage.lead()
    sql = {"raw_update": "UPDATE casework_event SET actor = 'x'", "raw_delete": "DELETE FROM casework_event"}
    is_postgresql = connection.vendor == "postgresql"
    sql["truncate"] = "TRUNCATE casework_event CASCADE" if is_postgresql else sql["raw_delete"]
    if is_postgresql:
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if how == "update":
            Event.objects.update(actor="x")
        elif how == "delete":
            Event.objects.filter(verb="take_in")._raw_delete(Event.objects.db)
        else:
            connection.cursor().execute(sql[how])


@pytest.mark.parametrize(
    "sql", ["UPDATE casework_order SET status = 'archived'", "UPDATE casework_lead SET status = 'closed'"]
)
def test_the_database_refuses_a_status_without_its_event(stage: Play, sql: str) -> None:
    stage.order()
    with pytest.raises(DatabaseError, match="with its event"), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_made_up_order_is_refused(stage: Play) -> None:
    order = stage.order()
    order.pk, order.key, order.status = None, "made_up", "archived"  # type: ignore[assignment]
    with pytest.raises(DatabaseError, match="with its event"), transaction.atomic():
        order.save(force_insert=True)


def test_a_forger_who_recomputes_everything_is_found(stage: Play, tmp_path: Path) -> None:
    order = stage.answered()
    sign(tmp_path)
    with no_triggers():
        forge(order.case)
    assert codes(tmp_path) == {"not_as_signed"}


def test_one_who_does_not_is_found_without_a_head(stage: Play, tmp_path: Path) -> None:
    order = stage.answered()
    with no_triggers():
        Event.objects.filter(case=order.case, sequence=2).update(actor="x")
    assert codes(tmp_path) == {"changed", "unsigned"}
    with no_triggers():
        Event.objects.filter(case=order.case, sequence=3)._raw_delete(Event.objects.db)
    assert {"gap", "broken_chain", "changed"} <= codes(tmp_path)


def test_a_case_that_vanishes_is_missed(stage: Play, tmp_path: Path) -> None:
    case = stage.lead().case
    sign(tmp_path)
    with no_triggers():
        Event.objects.filter(case=case)._raw_delete(Event.objects.db)
    assert {"event_missing", "status_without_event"} <= codes(tmp_path)


def test_cutting_the_tail_off_is_found(stage: Play, tmp_path: Path) -> None:
    order = stage.answered()
    sign(tmp_path)
    last = order.case.events.order_by("-sequence")[0]
    with no_triggers():
        Event.objects.filter(pk=last.pk)._raw_delete(Event.objects.db)
    assert "event_missing" in codes(tmp_path)


def test_a_status_set_behind_the_journal_is_found(stage: Play, tmp_path: Path) -> None:
    order = stage.answered()
    sign(tmp_path)
    with no_triggers():
        Order.objects.filter(pk=order.pk).update(status="archived")
    assert codes(tmp_path) == {"status_without_event"}


class TestHeads:
    def test_a_head_lists_what_grew(self, stage: Play, tmp_path: Path) -> None:
        order = stage.order()
        first = sign(tmp_path)
        assert sign(tmp_path) is None
        leads.take_in(2, [seen("f2", customer_id="K2")])
        second = sign(tmp_path)
        assert order.case.key in first.chains and list(second.chains) != list(first.chains)
        assert second.previous == first.digest and len(read_heads(tmp_path / "heads.jsonl")) == 2

    def test_the_key_is_the_owners_alone_and_outside_the_database(self, stage: Play, tmp_path: Path) -> None:
        stage.lead()
        sign(tmp_path)
        assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
        (tmp_path / "key").chmod(0o640)
        with pytest.raises(WorkspaceError, match="secret_open"):
            sign(tmp_path)
        secret = (tmp_path / "key").read_text()
        assert all(
            secret not in json.dumps(list(model.objects.values()), default=str) for model in (Event, Case)
        )

    def test_a_head_signed_by_another_key_is_found(self, stage: Play, tmp_path: Path) -> None:
        order = stage.answered()
        sign(tmp_path)
        other = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
        public = public_text(signing_key(tmp_path / "key").public_key())
        with no_triggers():
            forge(order.case)
        (tmp_path / "key").write_bytes(other)
        (tmp_path / "heads.jsonl").unlink()
        sign(tmp_path)  # the forger signs what was forged, with a key of the forger's own
        found = verify_journal(read_heads(tmp_path / "heads.jsonl"), public_key(public), TODAY)
        assert {problem.code for problem in found.problems} == {"bad_signature"}

    def test_a_head_taken_away_is_missed(self, stage: Play, tmp_path: Path) -> None:
        for key in ("f1", "f2", "f3"):
            leads.take_in(1, [seen(key, customer_id=key)])
            sign(tmp_path)
        file = tmp_path / "heads.jsonl"
        lines = file.read_text().splitlines(keepends=True)
        file.write_text(lines[0] + lines[2])
        assert "head_missing" in codes(tmp_path)
        file.write_text(lines[0])
        assert "unsigned" in codes(tmp_path, date(2026, 3, 3))

    def test_a_head_that_was_edited_is_found(self, stage: Play, tmp_path: Path) -> None:
        stage.lead()
        sign(tmp_path)
        file = tmp_path / "heads.jsonl"
        told = json.loads(file.read_text())
        told["chains"] = told["chains"][:-1]
        file.write_text(json.dumps(told) + "\n")
        assert "bad_signature" in codes(tmp_path)
        file.write_text("{}\n")
        with pytest.raises(WorkspaceError, match="head_unreadable"):
            codes(tmp_path)

    def test_without_a_key_nothing_is_proven(self, stage: Play, tmp_path: Path) -> None:
        stage.lead()
        assert "no_key" in {problem.code for problem in verify_journal([], None, TODAY).problems}


class TestWords:
    def test_words_are_beside_the_journal_and_can_go(self, stage: Play, tmp_path: Path) -> None:
        order = stage.answered()
        reviewing.return_answer(
            order, stage.who("county_reviewer"), reason="template_text", text="张三的答复"
        )
        sign(tmp_path)
        told = json.dumps(list(Event.objects.values()), ensure_ascii=False)
        assert "张三" not in told and "现场核实" not in told
        assert FreeText.objects.filter(text__contains="张三").count() == 1
        with at("2040-01-01T00:00"):
            assert erase_texts() == FreeText.objects.count() > 0
        assert not FreeText.objects.exclude(text="").exists()
        assert codes(tmp_path) == set()

    def test_changed_words_are_found(self, stage: Play, tmp_path: Path) -> None:
        stage.answered()
        FreeText.objects.update(text="另一说法")
        assert codes(tmp_path) == {"text_changed", "unsigned"}

    @pytest.mark.parametrize("words", ["张三", "two words", "x" * 200])
    def test_the_journal_takes_no_words(self, stage: Play, words: str) -> None:
        with pytest.raises(CaseworkError, match="words_in_journal"), transaction.atomic():
            write(open_case("c", "lead"), Actor(system="setup"), Entry("v", "lead", "k", data={"a": [words]}))

    def test_an_event_without_its_transaction_is_refused(self, schema: None) -> None:
        if not transaction.get_connection().in_atomic_block:
            with pytest.raises(RuntimeError):
                write(Case(key="c"), Actor(system="setup"), Entry("v", "lead", "k"))


def test_time_is_the_time_of_the_step(stage: Play) -> None:
    with at("2026-03-05T10:20"):
        lead = stage.lead()
    assert lead.case.events.get(sequence=1).at == "2026-03-05T10:20:00.000000"
    assert clock.now() != lead.created_at
