"""All content a sweep needs, loaded and checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jicha.inspection.innocence import InnocenceCheck, checks_of, load_checks
from jicha.inspection.parameter import Override, load_overrides
from jicha.inspection.topic import Topic, load_topics
from jicha.kernel.errors import ContentError, UnknownKey
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue


@dataclass(frozen=True)
class Plan:
    """Everything loaded and checked before any topic runs."""

    catalogue: Catalogue
    topics: Mapping[str, Topic]
    checks: Mapping[str, InnocenceCheck]
    overrides: tuple[Override, ...]
    selected: tuple[str, ...]


def load_plan(roots: ContentRoots, selected: Sequence[str] = ()) -> Plan:
    """All content a sweep needs; raises `ContentError` (file, line) or `UnknownKey` for a topic."""
    catalogue = Catalogue.load(roots)
    topics = load_topics(catalogue)
    for name in selected:
        if name not in topics:
            raise UnknownKey(
                "unknown_topic",
                en=f"there is no topic {name}; `jicha topics` lists them",
                zh=f"没有主题 {name}; 用 `jicha topics` 查看全部主题",
            )
    checks = load_checks(catalogue)
    for topic in topics.values():
        checks_of(topic, checks)
    overrides = load_overrides(roots)
    known = {*topics, *(f"innocence/{name}" for name in checks)}
    for override in overrides:
        if override.of not in known:
            raise ContentError(
                "policy_of_nothing",
                en=f"policy sets a parameter of {override.of}, which is neither a topic nor innocence/<check>",
                zh=f"policy 为 {override.of} 设置参数, 但它既不是主题也不是 innocence/<check>",
                file=override.file,
            )
    return Plan(catalogue, topics, checks, overrides, tuple(sorted(set(selected))))
