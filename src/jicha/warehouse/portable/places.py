"""From a node of the tree back to its line in the author's file."""

from __future__ import annotations

import sqlglot.expressions as exp


def line_of(node: exp.Expr, *, first_line: int = 1) -> int:
    """Line of the node's first token. Only identifiers, literals and functions know theirs, so a node
    without one takes that of its leftmost descendant, or else of the nearest ancestor that has one."""
    seeker: exp.Expr | None = node
    while seeker is not None:
        line = _first_line_below(seeker)
        if line is not None:
            return line + first_line - 1
        seeker = seeker.parent
    return first_line


def _first_line_below(node: exp.Expr) -> int | None:
    own = node.meta.get("line")
    if own is not None:
        return int(own)
    places = [part.meta for part in node.walk() if "line" in part.meta]
    if not places:
        return None
    return int(min(places, key=lambda place: place["start"])["line"])
