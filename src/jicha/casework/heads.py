"""Signed heads of the journal: once a day, the newest digest of every chain that grew, outside the database.

A head lists chains that grew since the head before it, as (case, length, digest), and carries the digest of that
head; one Ed25519 signature covers all of it. Whoever rewrites events and recomputes every digest meets the old digests
here; whoever takes lines away meets a day without a head.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localtime

from jicha.casework import clock
from jicha.casework.models import Case, Event
from jicha.casework.secret_files import made_once, read_secret
from jicha.kernel.canonical import digest, dumps
from jicha.kernel.errors import WorkspaceError


@dataclass(frozen=True, slots=True)
class Head:
    """One line of the heads file. `chains`: case key -> (length, digest)."""

    day: date
    signed_at: str
    chains: Mapping[str, tuple[int, str]]
    previous: str
    signature: str
    line: int

    @property
    def signed(self) -> dict[str, Any]:
        """What the signature covers."""
        chains = [[key, length, found] for key, (length, found) in sorted(self.chains.items())]
        return {"day": self.day, "signed_at": self.signed_at, "chains": chains, "previous": self.previous}

    @property
    def digest(self) -> str:
        return digest([self.signed, self.signature])

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(base64.b64decode(self.signature, validate=True), dumps(self.signed).encode("utf-8"))
        except (InvalidSignature, ValueError):
            return False
        return True


def signing_key(file: Path) -> Ed25519PrivateKey:
    """The installation's key, made at its first use and readable by its owner alone."""
    if not file.exists():
        made_once(file, base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()))
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(read_secret(file), validate=True))
    except ValueError as error:
        raise WorkspaceError(
            "journal_key",
            en="this is no Ed25519 key (32 bytes in base64)",
            zh="该文件不是 Ed25519 密钥(32 字节 base64)",
            file=file,
        ) from error


def public_key(text: str) -> Ed25519PublicKey:
    """From its base64, as `public_text` writes it."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except ValueError as error:
        raise WorkspaceError(
            "public_key",
            en="this is no Ed25519 public key (32 bytes in base64)",
            zh="不是 Ed25519 公钥(32 字节 base64)",
        ) from error


def public_text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def read_heads(file: Path) -> list[Head]:
    """All heads in order; none where nothing was signed yet. Raises `WorkspaceError` for a line that is none."""
    if not file.is_file():
        return []
    return [
        _head(file, number, line) for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
    ]


def sign_head(heads_file: Path, key_file: Path) -> Head | None:
    """Signs what grew since the last head and appends it; None where nothing did."""
    key = signing_key(key_file)
    heads_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(heads_file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "a+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        heads = read_heads(heads_file)
        moment = localtime(clock.now())
        head = Head(
            day=moment.date(),
            signed_at=moment.replace(tzinfo=None).isoformat(timespec="seconds"),
            chains=_grown({key: chain for each in heads for key, chain in each.chains.items()}),
            previous=heads[-1].digest if heads else "",
            signature="",
            line=len(heads) + 1,
        )
        if not head.chains:
            return None
        signature = base64.b64encode(key.sign(dumps(head.signed).encode("utf-8"))).decode("ascii")
        handle.write((dumps({**head.signed, "signature": signature}) + "\n").encode("utf-8"))
        handle.flush()
        os.fsync(handle.fileno())
    beside = heads_file.with_name("public_key")
    if not beside.exists():
        beside.write_text(public_text(key.public_key()) + "\n", encoding="ascii")
    return read_heads(heads_file)[-1]


def _grown(signed: Mapping[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    with transaction.atomic():
        lengths = dict(Case.objects.annotate(length=Max("events__sequence")).values_list("key", "length"))
        grown = {
            key: length for key, length in lengths.items() if length and length > signed.get(key, (0, ""))[0]
        }
        newest: dict[str, tuple[int, str]] = {}
        for key, length in grown.items():
            newest[key] = (length, Event.objects.get(case__key=key, sequence=length).digest)
    return newest


def _head(file: Path, number: int, line: str) -> Head:
    try:
        told = json.loads(line)
        return Head(
            day=date.fromisoformat(told["day"]),
            signed_at=str(told["signed_at"]),
            chains={str(key): (int(length), str(found)) for key, length, found in told["chains"]},
            previous=str(told["previous"]),
            signature=str(told["signature"]),
            line=number,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            "head_unreadable",
            en="this line is no head of the journal; restore the file from a backup",
            zh="该行不是日志签名记录; 请从备份恢复文件",
            file=file,
            line=number,
        ) from error
