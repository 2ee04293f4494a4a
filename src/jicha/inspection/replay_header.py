"""What a topic's header says under `replay`: which facts of a bill its hits put right, and on which days."""

from __future__ import annotations

from collections.abc import Mapping

from jicha.billing.scenario import FIELDS
from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.header import ContentFile

#: Keys of `replay` that name the columns of the span; without them it is the row's period.
SPAN = {"valid_from": "period_from", "valid_to": "period_to"}


def replay_fields(replay: Mapping[str, str]) -> dict[str, str]:
    """Fields of `mart.billing_input` with the columns that give their values."""
    return {field: column for field, column in replay.items() if field not in SPAN}


def span_columns(replay: Mapping[str, str]) -> tuple[str, str]:
    """The columns of the first day an override holds and of the first it does not."""
    start, end = (replay.get(key, column) for key, column in SPAN.items())
    return start, end


def check_replay(
    replay: Mapping[str, str], columns: Mapping[str, str], content: ContentFile, lexicon: Lexicon
) -> None:
    """Refuses a field nobody can override, a column that is not selected, and one of another kind, with its line."""
    if not replay:
        return
    if "customer_id" not in columns:
        raise _refuse(
            content,
            None,
            "a topic that replays bills selects customer_id: it says whose",
            "声明 replay 的主题须输出 customer_id, 以指明重算谁的账单",
        )
    for field, column in replay.items():
        if field not in FIELDS and field not in SPAN:
            raise _refuse(
                content,
                field,
                f"{field} cannot be replayed; these fields of mart.billing_input can: {', '.join(sorted(FIELDS))}",
                f"{field} 不可重算; mart.billing_input 中可改写的字段为: {'、'.join(sorted(FIELDS))}",
            )
        if column not in columns:
            raise _refuse(
                content,
                field,
                f"replay takes {field} from the column {column}, which the topic does not select",
                f"replay 中 {field} 取自列 {column}, 但主题未输出该列",
            )
        kinds = ("date" if field in SPAN else _kind(lexicon.type_of(field)), _kind(columns[column]))
        if kinds[0] != kinds[1]:
            raise _refuse(
                content,
                field,
                f"{field} is a {kinds[0]}, the column {column} a {kinds[1]}",
                f"{field} 为 {kinds[0]} 类型, 列 {column} 为 {kinds[1]} 类型",
            )


def _kind(lexicon_type: str) -> str:
    return lexicon_type if lexicon_type in ("text", "boolean", "date", "timestamp") else "number"


def _refuse(content: ContentFile, field: str | None, en: str, zh: str) -> ContentError:
    line = content.line_of("replay") if field is None else content.line_of("replay", field)
    return ContentError("bad_replay", en=en, zh=zh, file=content.shown, line=line)
