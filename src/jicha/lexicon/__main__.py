"""Writes docs/glossary.md to stdout: every field, unit and code list, from the lexicon."""

from __future__ import annotations

import sys

from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots


def glossary(lexicon: Lexicon) -> str:
    """The dictionary of the house as one Markdown page."""
    lines = [
        "# Glossary",
        "",
        "Made from `content/lexicon` by `make docs`; do not edit.",
        "",
        "## Fields",
        "",
        "| field | 中文 | English | type | unit | IEC CIM | personal |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, field in sorted(lexicon.fields.items()):
        unit = field.unit or (f"list `{field.code}`" if field.code else "")
        personal = "yes" if field.personal else ""
        lines.append(
            f"| `{name}` | {field.zh} | {field.en} | {field.type} | {unit} | {field.cim or ''} | {personal} |"
        )
    lines += ["", "## Code lists", ""]
    for list_name in sorted(lexicon.code_lists):
        values = "; ".join(f"`{v.code}` {v.zh} {v.en}" for v in lexicon.codes(list_name).values())
        lines.append(f"- **{list_name}**: {values}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(glossary(Lexicon.load(ContentRoots.find())))
