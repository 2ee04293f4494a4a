"""Django's settings. Everything that differs between installations comes from the environment:

* `JICHA_WORKSPACE`                    the workspace; `casework.db` and `keys/` lie in it (default `./workspace`)
* `JICHA_CASEWORK_SQLITE`              another place for `casework.db`; `:memory:` for tests
* `JICHA_CASEWORK_DATABASE_URL_FILE`   file with the URL of a PostgreSQL database, instead of `casework.db`
* `JICHA_JOURNAL_KEY_FILE`             file with the key that signs the journal's heads, instead of `keys/journal_key`
* `JICHA_SECRET_KEY_FILE`              file with the key that signs sessions, instead of `keys/secret_key`
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from jicha.casework.secret_files import keys_folder, made_once, read_secret
from jicha.site.database_settings import postgresql, sqlite

WORKSPACE = Path(os.environ.get("JICHA_WORKSPACE", "workspace"))


def _secret_key() -> str:
    named = os.environ.get("JICHA_SECRET_KEY_FILE")
    if named:
        return read_secret(Path(named)).decode("ascii")
    fresh = secrets.token_urlsafe(48)
    if not WORKSPACE.is_dir():
        return fresh  # nothing to sign for: checks of types, migrations being made
    return made_once(keys_folder(WORKSPACE) / "secret_key", fresh.encode("ascii")).decode("ascii")


SECRET_KEY = _secret_key()
#: Both outside the database: who can change rows can neither sign a head nor take one back.
JOURNAL_KEY_FILE = Path(os.environ.get("JICHA_JOURNAL_KEY_FILE", keys_folder(WORKSPACE) / "journal_key"))
JOURNAL_HEADS_FILE = WORKSPACE / "journal" / "heads.jsonl"
DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "treebeard",
    "jicha.casework",
]

_URL_FILE = os.environ.get("JICHA_CASEWORK_DATABASE_URL_FILE")
_SQLITE = os.environ.get("JICHA_CASEWORK_SQLITE") or WORKSPACE / "casework.db"
DATABASES = {"default": postgresql(Path(_URL_FILE)) if _URL_FILE else sqlite(_SQLITE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "casework.Person"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
