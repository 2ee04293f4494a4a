"""Starts Django for a command of the command line, on the casework of one workspace."""

from __future__ import annotations

import os
from pathlib import Path

SETTINGS = "jicha.site.settings"


def start(workspace: Path, *, migrate: bool = False) -> None:
    """Django on this workspace's casework; with `migrate` its database is made or brought up to date first."""
    import django
    from django.conf import settings

    if not settings.configured:
        os.environ["JICHA_WORKSPACE"] = str(workspace)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
