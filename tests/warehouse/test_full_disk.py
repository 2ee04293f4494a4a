"""A disk that is full, a real one: the lake stays as it was, the message says so, and with room all goes in.

A limit on the size of files refuses writes in the same places, and is tried everywhere; a small disk only where the
system lets one be mounted.
"""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from jicha.kernel.errors import ContentError, SourceError, WorkspaceError
from jicha.warehouse.disk import telling_full_disk
from jicha.warehouse.workspace import Workspace

from .deliveries import cis_delivery
from .grounds import Grounds

MESSAGE = {
    "en": "the disk is full, or a quota or limit of file size is reached; this run has changed nothing: make room and "
    "run the same command again [disk_full]",
    "zh": "磁盘已满, 或已达到配额或文件大小上限; 本次运行未作任何更改: 请清理磁盘空间后重新执行同一命令 [disk_full]",
}

#: What a delivery of this size needs beside the workspace is some 2000 kB; the kB there are, from none on: it fails
#: over the lock, over raw files, over rows laid aside and over the lake.
SPARE = {0: "zh", 200: "en", 500: "zh", 900: "en"}

#: In a mount namespace of its own: the small disk is gone with the process, whatever happens to that.
ON_A_SMALL_DISK = """
set -eu
disk=$1 base=$2 data=$3 out=$4 python=$5
mount -t tmpfs -o size=64m none "$disk"
cp -a "$base" "$disk/w"
used=$(df -k --output=used "$disk" | tail -1)
state() {
  (cd "$disk/w" && find . -type f ! -name writer.lock -exec sha256sum {} + | sort)
}
ingest() {
  code=0
  JICHA_LANG=$1 "$python" -m jicha.cli ingest cis_zh --data "$data" --workspace "$disk/w" \
    >"$out/$2.out" 2>"$out/$2.err" || code=$?
  echo $code >"$out/$2.code"
  state >"$out/$2.state"
}
state >"$out/before.state"
shift 5
for try in "$@"; do
  spare=${try%:*}
  mount -o remount,size=$((used + spare))k "$disk"
  ingest ${try#*:} $spare
done
mount -o remount,size=64m "$disk"
ingest en roomy
cp -a "$disk/w" "$out/w"
"""

NAMESPACES = (["unshare", "-m"], ["unshare", "-Urm"])


def namespace() -> list[str] | None:
    """How a process gets a mount namespace of its own here, if at all."""
    for command in NAMESPACES:
        try:
            tried = subprocess.run(
                [*command, "mount", "-t", "tmpfs", "none", "/tmp"],  # noqa: S108 - in its own namespace
                capture_output=True,
            )
        except OSError:
            return None
        if tried.returncode == 0:
            return command
    return None


def large_delivery(folder: Path) -> Path:
    return cis_delivery(customers=3000, months=3).write(folder)


def check(grounds: Grounds) -> None:
    """The large delivery is in, and adds up."""
    grounds.adds_up()
    assert grounds.bench.head.number == 2
    assert grounds.bench.head.rows("core.bill") == 9000


def on_a_small_disk(first_month: Grounds, tmp_path: Path, enter: list[str]) -> None:
    """Tried at each size in turn, each time refused; with room, taken."""
    data, disk, out = large_delivery(tmp_path / "d"), tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.mkdir()
    tries = [f"{spare}:{lang}" for spare, lang in SPARE.items()]
    places = [disk, first_month.bench.workspace.path, data, out, sys.executable]
    command = [*enter, "sh", "-c", ON_A_SMALL_DISK, "sh", *map(str, places), *tries]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def left(name: str, kind: str) -> str:
        return (out / f"{name}.{kind}").read_text(encoding="utf-8").strip()

    for spare, lang in SPARE.items():
        name = str(spare)
        assert left(name, "code") == "1", spare
        assert left(name, "err") == f"{disk}/w: {MESSAGE[lang]}"
        assert left(name, "state") == left("before", "state"), spare
    assert (left("roomy", "code"), left("roomy", "err")) == ("0", "")
    bench = first_month.bench
    check(Grounds(type(bench)(Workspace.open(out / "w"), bench.roots, bench.lexicon), data))


if (enter := namespace()) is not None:

    def test_a_small_disk(first_month: Grounds, tmp_path: Path) -> None:
        on_a_small_disk(first_month, tmp_path, enter)


@pytest.mark.parametrize(("most", "lang"), [(1, "zh"), (20_000, "en"), (100_000, "zh")])
def test_a_limit_on_the_size_of_files(grounds: Grounds, tmp_path: Path, most: int, lang: str) -> None:
    grounds.data = large_delivery(tmp_path / "large")
    before = grounds.files()
    workspace = grounds.bench.workspace.path
    done = subprocess.run(
        [
            *(sys.executable, "-m", "jicha.cli", "--lang", lang, "ingest", "cis_zh"),
            *("--data", str(grounds.data), "--workspace", str(workspace)),
        ],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert (done.returncode, done.stderr.strip()) == (1, f"{workspace}: {MESSAGE[lang]}")
    assert {**grounds.files(), "writer.lock": b""} == before
    grounds.taken()
    check(grounds)


def test_a_disk_too_small_for_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could be made of it is taken away: the next try finds the folder as it was."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WorkspaceError, match="disk_full"):
        Workspace.create(tmp_path / "w")
    monkeypatch.undo()
    assert Workspace.create(tmp_path / "w").path.is_dir()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_whoever_met_it(tmp_path: Path, number: int) -> None:
    """Python says so by number, the engine by words, and either may have been wrapped."""
    with pytest.raises(WorkspaceError, match="disk_full"), telling_full_disk(tmp_path):
        raise OSError(number, "")
    with pytest.raises(WorkspaceError, match="disk_full"), telling_full_disk(tmp_path):
        raise ContentError("engine_refused", en=f'Could not write "x": {os.strerror(number)}', zh="满")
    with pytest.raises(WorkspaceError, match="disk_full"), telling_full_disk(tmp_path):
        try:
            raise OSError(number, "")
        except OSError as error:
            raise SourceError("any", en="any", zh="满") from error


def test_any_other_error_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="any"), telling_full_disk(tmp_path):
        raise SourceError("any", en="any", zh="满")
    with pytest.raises(FileNotFoundError), telling_full_disk(tmp_path):
        (tmp_path / "nowhere").read_bytes()
    told = WorkspaceError("disk_full", en="no room to unpack", zh="满")
    with pytest.raises(WorkspaceError, match="unpack"), telling_full_disk(tmp_path):
        raise told from OSError(errno.ENOSPC, "")
