"""The workspace: one folder that holds what was delivered, what was made of it, and the results.

* `raw/`         delivered rows, typed; append-only, never migrated
* `lake/`        core tables as immutable Parquet and numbered manifests; can be rebuilt from `raw/`
* `quarantine/`  what was not taken, with file, row and reason
* `results/`     what sweeps found

`workspace.yaml` holds its version and the number of customer buckets, chosen once: a customer keeps the
bucket first given, so the number is never changed silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from jicha.kernel.errors import ContentError, WorkspaceError
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.disk import telling_full_disk

SETTINGS_FILE = "workspace.yaml"
VERSION = 1

DEFAULT_BUCKETS = 4
MOST_BUCKETS = 1000

_FOLDERS = ("raw", "lake", "quarantine", "results")


class _Settings(msgspec.Struct, frozen=True):
    version: int
    buckets: int


@dataclass(frozen=True, slots=True)
class Workspace:
    """An opened workspace. `buckets` is its number of customer buckets."""

    path: Path
    buckets: int

    @classmethod
    def create(cls, path: Path, *, buckets: int = DEFAULT_BUCKETS) -> Workspace:
        """Makes a new workspace in a folder that is missing or empty.

        Raises `WorkspaceError` where the folder holds something already.
        """
        if not 1 <= buckets <= MOST_BUCKETS:
            raise WorkspaceError(
                "buckets_out_of_range",
                en=f"a workspace has 1 to {MOST_BUCKETS} customer buckets, not {buckets}",
                zh=f"工作区的用户分桶数须在 1 到 {MOST_BUCKETS} 之间, 不能是 {buckets}",
                file=path,
            )
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise WorkspaceError(
                "workspace_not_empty",
                en="a new workspace needs a folder that is missing or empty; choose another one",
                zh="新建工作区需要不存在的或空的目录; 请另选目录",
                file=path,
            )
        with telling_full_disk(path):
            _furnish(path, buckets)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Workspace:
        """Opens an existing workspace; raises `WorkspaceError` where there is none this version can read."""
        if not path.is_dir():
            raise WorkspaceError(
                "workspace_missing",
                en="this folder does not exist; check --workspace or JICHA_WORKSPACE",
                zh="目录不存在; 请检查 --workspace 或环境变量 JICHA_WORKSPACE",
                file=path,
            )
        settings_file = path / SETTINGS_FILE
        if not settings_file.is_file():
            raise WorkspaceError(
                "not_a_workspace",
                en=f"this folder is not a workspace: it holds no {SETTINGS_FILE}",
                zh=f"该目录不是工作区: 缺少 {SETTINGS_FILE}",
                file=path,
            )
        settings = _read_settings(settings_file)
        if settings.version > VERSION:
            raise WorkspaceError(
                "workspace_newer",
                en=f"version {settings.version} is newer than this program reads ({VERSION}); upgrade it",
                zh=f"工作区版本为 {settings.version}, 本程序最高支持 {VERSION}; 请升级程序",
                file=settings_file,
            )
        return cls(path.resolve(), settings.buckets)

    @property
    def raw(self) -> Path:
        return self.path / "raw"

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def quarantine(self) -> Path:
        return self.path / "quarantine"

    @property
    def results(self) -> Path:
        return self.path / "results"

    @property
    def manifests(self) -> Path:
        return self.lake / "manifests"

    @property
    def staging(self) -> Path:
        """Scratch of the writer that holds the lock; the next writer empties it."""
        return self.lake / ".staging"

    @property
    def lock_file(self) -> Path:
        return self.path / "writer.lock"


def _furnish(path: Path, buckets: int) -> None:
    """Folders and settings, or nothing: half a workspace would be taken for somebody's folder by the next try."""
    path.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    try:
        for folder in _FOLDERS:
            (path / folder).mkdir()
            made.append(path / folder)
        settings = f"version: {VERSION}\nbuckets: {buckets}\n"
        (path / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    except OSError:
        if len(made) == len(_FOLDERS):
            (path / SETTINGS_FILE).unlink(missing_ok=True)
        for each in made:
            each.rmdir()
        raise


def _read_settings(file: Path) -> _Settings:
    try:
        settings = typed(file.read_text(encoding="utf-8"), _Settings, file=file)
    except (ContentError, UnicodeDecodeError) as error:
        raise WorkspaceError(
            "workspace_damaged",
            en=f"{SETTINGS_FILE} cannot be read: {error}",
            zh=f"{SETTINGS_FILE} 无法读取: {error.text.zh if isinstance(error, ContentError) else error}",
            file=file,
        ) from error
    if settings.version < 1 or not 1 <= settings.buckets <= MOST_BUCKETS:
        version, buckets = settings.version, settings.buckets
        raise WorkspaceError(
            "workspace_damaged",
            en=f"{SETTINGS_FILE} names version {version} and {buckets} buckets; restore a backup",
            zh=f"{SETTINGS_FILE} 中的版本 {version} 或分桶数 {buckets} 无效; 请从备份恢复",
            file=file,
        )
    return settings
