"""`python -m jicha.law check`: every problem of content/law. Without `check`: writes docs/law.md to stdout."""

from __future__ import annotations

import sys

from jicha.kernel.errors import JichaError
from jicha.law.book import read_law
from jicha.law.document import document
from jicha.law.review import review
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots


def main(arguments: list[str]) -> int:
    roots = ContentRoots.find()
    lexicon = Lexicon.load(roots)
    try:
        law = read_law(roots, lexicon)
    except JichaError as error:
        sys.stderr.write(error.render("en") + "\n")
        return 1
    found = review(law)
    for problem in found:
        sys.stderr.write(problem.render("en") + "\n")
    if arguments == ["check"]:
        rows = sum(len(table.rows) for table in law.tables.values())
        sys.stderr.write(
            f"{len(law.instruments)} instruments, {len(law.tables)} tables, {rows} rows, "
            f"{len(law.settings)} settings, {len(found)} problems\n"
        )
    else:
        sys.stdout.write(document(law))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
