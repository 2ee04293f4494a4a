"""`python -m jicha.warehouse.portable` writes docs/sql.md to standard output."""

from __future__ import annotations

import sys

from jicha.warehouse.portable import sql_doc

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(sql_doc())
