"""Triggers that make the database itself refuse what no service does: one wording for SQLite and PostgreSQL.

On SQLite a later migration that rebuilds a table drops its triggers; it must make them again (a test looks).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Kinds of databases there are triggers for; any other is refused rather than left open.
VENDORS = ("sqlite", "postgresql")


def refuse_changes(table: str, message: str) -> Callable[[Any, Any], None]:
    """A migration step: rows of the table are added, never updated, deleted or truncated."""

    def apply(_apps: Any, editor: Any) -> None:
        if _vendor(editor) == "sqlite":
            for event in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
            return
        editor.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
        editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
        )

    return apply


def status_needs_event(table: str, kind: str, message: str) -> Callable[[Any, Any], None]:
    """A migration step: a row begins with, and changes to, only what the newest event of its key says."""
    newest = (
        f"SELECT 1 FROM casework_event e WHERE e.subject_kind = '{kind}' AND e.subject_key = NEW.key "
        "AND e.new_status = NEW.status AND e.id = (SELECT MAX(l.id) FROM casework_event l "
        f"WHERE l.subject_kind = '{kind}' AND l.subject_key = NEW.key)"
    )
    asked = {
        "INSERT": f"NOT EXISTS ({newest} AND e.old_status = '')",
        "UPDATE": f"NEW.status <> OLD.status AND NOT EXISTS ({newest} AND e.old_status = OLD.status)",
    }

    def apply(_apps: Any, editor: Any) -> None:
        for event, condition in asked.items():
            name = f"{table}_status_{event.lower()}"
            if _vendor(editor) == "sqlite":
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
                continue
            editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
                f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                "RETURN NEW; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )

    return apply


def _vendor(editor: Any) -> str:
    vendor = str(editor.connection.vendor)
    if vendor not in VENDORS:
        raise NotImplementedError(f"casework runs on {' and '.join(VENDORS)}, not on {vendor}")
    return vendor
