"""The command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point `jicha`: errors made on purpose end in one readable line and exit status 1."""
    from jicha.cli.app import app
    from jicha.cli.language import current
    from jicha.kernel.errors import JichaError

    try:
        app()
    except JichaError as error:
        print(error.render(current()), file=sys.stderr)  # noqa: T201 - the terminal is where it belongs
        raise SystemExit(1) from None
