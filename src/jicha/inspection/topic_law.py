"""The law a topic names in its header: keys as `jicha explain law` takes them, answered for the day of the fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jicha.inspection.topic import Topic
from jicha.kernel.errors import ContentError, UnknownKey
from jicha.law.book import Law
from jicha.law.question import Answer, ask


def law_of(topic: Topic, law: Law, on: date) -> list[Answer]:
    """One answer for each key of the header, in its order; an answer without rows says what is known around."""
    return [_answer(topic, law, key, on) for key in topic.header.law]


def refuse_unknown_law(topics: Iterable[Topic], law: Law) -> None:
    """Raises `ContentError` for a key no law table answers, at the header's `law`."""
    for topic in topics:
        law_of(topic, law, date.min)


def _answer(topic: Topic, law: Law, key: str, on: date) -> Answer:
    try:
        found = ask(law, key, on)
    except UnknownKey as error:
        raise _error(topic, error.text.en, error.text.zh) from error
    if not isinstance(found, Answer):
        raise _error(
            topic,
            f"{key} is no law table; a topic names <area>/<table>, narrowed by values of its key",
            f"{key} 不是法规表; 主题应写 <领域>/<表>, 可再用键值缩小范围",
        )
    return found


def _error(topic: Topic, en: str, zh: str) -> ContentError:
    content = topic.content
    return ContentError("topic_law", en=en, zh=zh, file=content.shown, line=content.line_of("law"))
