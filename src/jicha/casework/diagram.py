"""The state machines as mermaid, from the data; `python -m jicha.casework.diagram` writes them into the docs page."""

from __future__ import annotations

import sys
from pathlib import Path

from jicha.casework.charter import PREVIOUS, SAME, Machine, load_charter
from jicha.lexicon.roots import ContentRoots

BEGIN, END = "<!-- machines: begin -->", "<!-- machines: end -->"


def diagram(machine: Machine) -> str:
    """A state diagram: every step that changes a status."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for name, status in machine.statuses.items():
        lines.append(f"  {name}: {status.title.zh} · {status.title.en}")
    for verb in machine.verbs.values():
        if verb.to == SAME:
            continue
        for source in verb.sources or ("[*]",):
            targets = [verb.to]
            if verb.to == PREVIOUS:
                targets = sorted({s for v in machine.verbs.values() if v.to == source for s in v.sources})
            lines += [f"  {source} --> {target}: {verb.title.zh}" for target in targets]
    lines += [f"  {name} --> [*]" for name, status in machine.statuses.items() if status.ends]
    return "\n".join([*lines, "```"])


def page(text: str) -> str:
    """The page with its generated part made anew."""
    machines = load_charter(ContentRoots.find()).machines
    parts = [
        f"### {machine.title.zh} · {machine.title.en}\n\n{diagram(machine)}" for machine in machines.values()
    ]
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(page(file.read_text(encoding="utf-8")), encoding="utf-8")
