"""`python -m tests.golden FILE.json`: every example of an outside file beside ours, one line each.

Exit status 1 where an answer does not come out as it ought to, or something in the file is not known.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jicha.kernel.errors import JichaError
from jicha.lexicon.roots import ContentRoots

from .raw import outcome, read_examples
from .working import House


def main(file: Path) -> int:
    house, wrong = House(ContentRoots.find()), []
    examples = read_examples(file)
    for example in examples:
        name = f"{example.get('kind')} {example.get('id')}"
        try:
            made = outcome(example, house)
            said = "; ".join(made.unmet) or f"ok, {len(made.answers)} answers"
            reading = "".join(f" ({setting}: {option})" for setting, option in made.reading.items())
            if made.unmet:
                wrong.append(name)
        except JichaError as error:
            said, reading = str(error), ""
            wrong.append(name)
        sys.stdout.write(f"{name}: {said}{reading}\n")
    sys.stdout.write(f"{len(examples)} examples, {len(wrong)} not met\n")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
