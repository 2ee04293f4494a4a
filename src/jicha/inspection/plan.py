"""All content a sweep needs, loaded and checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jicha.inspection.content import catalogue_of
from jicha.inspection.innocence import InnocenceCheck, checks_of, load_checks
from jicha.inspection.parameter import Override
from jicha.inspection.policy import load_policy
from jicha.inspection.topic import Topic, load_topics
from jicha.inspection.topic_law import refuse_unknown_law
from jicha.kernel.errors import ContentError, UnknownKey
from jicha.law.book import Law, load_law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue


@dataclass(frozen=True)
class Plan:
    """Everything loaded and checked before any topic runs."""

    catalogue: Catalogue
    topics: Mapping[str, Topic]
    checks: Mapping[str, InnocenceCheck]
    law: Law
    overrides: tuple[Override, ...]
    selected: tuple[str, ...]


def load_plan(roots: ContentRoots, selected: Sequence[str] = ()) -> Plan:
    """All content a sweep needs; raises `ContentError` (file, line) or `UnknownKey` for a topic."""
    lexicon = Lexicon.load(roots)
    law = load_law(roots, lexicon)
    catalogue = catalogue_of(roots, lexicon, law)
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
    # Read whether or not a statement needs it: a choice nobody can take is told before anything runs.
    overrides = load_policy(roots, lexicon, law.settings).overrides
    known = {*topics, *(f"innocence/{name}" for name in checks)}
    for override in overrides:
        if override.of not in known:
            raise ContentError(
                "policy_of_nothing",
                en=f"policy sets a parameter of {override.of}, which is neither a topic nor innocence/<check>",
                zh=f"policy 为 {override.of} 设置参数, 但它既不是主题也不是 innocence/<check>",
                file=override.file,
                line=override.line,
            )
    refuse_unknown_law(topics.values(), law)
    return Plan(catalogue, topics, checks, law, overrides, tuple(sorted(set(selected))))
