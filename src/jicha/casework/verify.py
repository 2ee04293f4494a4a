"""Is the journal what it was? Chains recomputed, texts compared, signed heads held against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jicha.casework.heads import Head
from jicha.casework.journal import event_digest, salted
from jicha.casework.models import Event
from jicha.casework.statuses import STATUSED
from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold; `case` and `sequence` say where, empty and 0 for the heads file."""

    code: str
    case: str
    sequence: int
    text: Text


@dataclass
class Verified:
    """What was looked at, and what does not hold."""

    cases: int
    events: int
    heads: int
    unsigned: int
    problems: list[Problem]


def verify_journal(heads: Iterable[Head], key: Ed25519PublicKey | None, today: date) -> Verified:
    """Reads the whole journal once. Without a key there is nothing to hold it against but itself: a problem."""
    listed = list(heads)
    problems = list(_heads(listed, key))
    signed: dict[str, dict[int, str]] = {}
    for head in listed:
        for case, (length, digest) in head.chains.items():
            signed.setdefault(case, {})[length] = digest
    verified = Verified(0, 0, len(listed), 0, problems)
    unseen = {case: dict(lengths) for case, lengths in signed.items()}
    last: dict[tuple[str, str], str] = {}
    previous, case, expected = "", "", 0
    for event in Event.objects.select_related("case", "text").order_by("case__key", "sequence").iterator():
        if event.case.key != case:
            previous, case, expected = "", event.case.key, 0
            verified.cases += 1
        expected += 1
        verified.events += 1
        problems += _event(event, previous, expected, unseen.get(case, {}).pop(event.sequence, None))
        expected, previous = event.sequence, event.digest
        if event.sequence > max(signed.get(case, {0: ""})):
            verified.unsigned += 1
            if date.fromisoformat(event.at[:10]) < today:
                problems.append(_unsigned(event))
        if event.new_status:
            last[event.subject_kind, event.subject_key] = event.new_status
    for case, lengths in sorted(unseen.items()):
        for length in sorted(lengths):
            text = Text("a signed event is missing", "已签名的记录缺失")
            problems.append(Problem("event_missing", case, length, text))
    problems += _statuses(last)
    return verified


def _heads(heads: list[Head], key: Ed25519PublicKey | None) -> Iterator[Problem]:
    previous = ""
    for head in heads:
        if key is not None and not head.is_signed_by(key):
            text = Text(
                f"the head of {head.day} is not signed by this key", f"{head.day} 的签名记录与密钥不符"
            )
            yield Problem("bad_signature", "", head.line, text)
        if head.previous != previous:
            text = Text(f"the head before that of {head.day} is missing", f"{head.day} 之前的签名记录缺失")
            yield Problem("head_missing", "", head.line, text)
        previous = head.digest
    if key is None:
        text = Text("there is no key to verify the heads with", "没有用于核验签名的公钥")
        yield Problem("no_key", "", 0, text)


def _event(event: Event, previous: str, expected: int, signed: str | None) -> Iterator[Problem]:
    def problem(code: str, en: str, zh: str) -> Problem:
        return Problem(code, event.case.key, event.sequence, Text(en, zh))

    if event.sequence != expected:
        yield problem("gap", f"event {expected} is missing", f"缺少第 {expected} 条记录")
    if event.previous != previous:
        yield problem("broken_chain", "does not follow the event before it", "与前一条记录不衔接")
    if event.digest != event_digest(event.case.key, event):
        yield problem("changed", "was changed after it was written", "写入后被修改")
    if signed is not None and signed != event.digest:
        yield problem("not_as_signed", "is not what was signed", "与已签名内容不符")
    kept = event.text
    if kept is not None and kept.erased_at is None and salted(kept.text, kept.salt) != event.text_digest:
        yield problem("text_changed", "its text was changed", "附文被修改")


def _unsigned(event: Event) -> Problem:
    text = Text("an event of an earlier day is in no signed head", "往日记录未纳入签名")
    return Problem("unsigned", event.case.key, event.sequence, text)


def _statuses(last: dict[tuple[str, str], str]) -> Iterator[Problem]:
    """A status that no event gave."""
    for kind, model in STATUSED.items():
        for key, status in model.objects.values_list("key", "status").iterator():
            told = last.get((kind, key), "")
            if told != status:
                text = Text(
                    f"the {kind} stands at {status}, the journal at {told or 'nothing'}",
                    f"状态为 {status}, 日志为 {told or '无'}",
                )
                yield Problem("status_without_event", key, 0, text)
