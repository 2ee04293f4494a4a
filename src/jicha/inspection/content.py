"""The whole content library as statements see it: tables, marts, the dated law and the policy beside them.

The warehouse and the law do not know each other; they meet here, through tables.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from pathlib import Path

from jicha.inspection.policy import load_policy
from jicha.law.book import Law, load_law
from jicha.law.settings import load_settings
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue, ReferenceTable

_LAW = re.compile(rb"\blaw\.([a-z][a-z0-9_]*)")


def load_catalogue(roots: ContentRoots, *, named_in: Iterable[Path] | None = None) -> Catalogue:
    """The catalogue with `law.*` and `policy.*` among its relations; `named_in` as in `Catalogue.load`.

    Law is read where some statement names it, and only the tables named are handed over: reading and digesting
    all of it takes a second, which a command would spend for nothing.
    """
    lexicon = Lexicon.load(roots)
    law = load_law(roots, lexicon) if _law_named(roots) else None
    return catalogue_of(roots, lexicon, law, named_in=named_in)


def catalogue_of(
    roots: ContentRoots, lexicon: Lexicon, law: Law | None, *, named_in: Iterable[Path] | None = None
) -> Catalogue:
    """The same for law that is read already; None where no statement names any."""
    settings = load_settings(roots) if law is None else law.settings
    return Catalogue.load(
        roots,
        lexicon,
        named_in=named_in,
        given=[] if law is None else law_tables(law, _law_named(roots)),
        by_organisation=load_policy(roots, lexicon, settings).relations,
    )


def law_tables(law: Law, named: Container[str]) -> list[ReferenceTable]:
    """The tables of law as statements read them: columns, span, clause and confidence."""
    return [
        ReferenceTable(table.relation_name, table.relation_columns, table.relation_rows, table.digest)
        for table in law.tables.values()
        if table.name in named
    ]


def _law_named(roots: ContentRoots) -> set[str]:
    files = (path for folder in ("marts", "innocence", "topics") for path in roots.files(folder, "*.sql"))
    return {name.decode() for path in files for name in _LAW.findall(path.read_bytes())}
