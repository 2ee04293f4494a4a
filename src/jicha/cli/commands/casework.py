"""`jicha casework daily` and `jicha verify journal`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import print_table, rows_out, table, tell
from jicha.site.start import start
from jicha.warehouse.workspace import Workspace

COLUMNS = ("code", "case", "sequence", "reason_en", "reason_zh")


def daily(*, workspace: Path) -> None:
    start(Workspace.open(workspace).path, migrate=True)
    from django.conf import settings

    from jicha.casework.heads import sign_head
    from jicha.casework.services.erasing import erase_texts
    from jicha.casework.services.timekeeping import keep_time

    kept = keep_time()
    erased = erase_texts()
    head = sign_head(settings.JOURNAL_HEADS_FILE, settings.JOURNAL_KEY_FILE)
    counts = asdict(kept)
    tell(
        say(
            f"{counts['warned']} warnings, {counts['escalated']} escalated, {counts['woken']} leads woken, "
            f"{counts['resumed']} orders resumed, {erased} texts erased; "
            + (f"head signed over {len(head.chains)} chains" if head else "nothing new to sign"),
            f"预警 {counts['warned']} 件, 超期上报 {counts['escalated']} 件, 恢复线索 {counts['woken']} 条, "
            f"恢复工单 {counts['resumed']} 件, 清除附文 {erased} 条; "
            + (f"已签名 {len(head.chains)} 条链" if head else "无新增记录需签名"),
        )
    )


def verify(*, workspace: Path, public_key: Path | None, format: Format) -> None:
    start(Workspace.open(workspace).path, migrate=True)
    from django.conf import settings
    from django.utils.timezone import localtime

    from jicha.casework import heads
    from jicha.casework.verify import verify_journal

    beside = settings.JOURNAL_HEADS_FILE.with_name("public_key")
    file = public_key or (beside if beside.is_file() else None)
    key = None if file is None else heads.public_key(file.read_text(encoding="ascii"))
    verified = verify_journal(heads.read_heads(settings.JOURNAL_HEADS_FILE), key, localtime().date())
    rows = [
        {
            "code": each.code,
            "case": each.case,
            "sequence": each.sequence,
            "reason_en": each.text.en,
            "reason_zh": each.text.zh,
        }
        for each in verified.problems
    ]
    if format is not Format.table:
        rows_out(rows, COLUMNS, format)
    else:
        fingerprint = "" if key is None else heads.public_text(key)
        tell(
            say(
                f"{verified.cases} cases, {verified.events} events, {verified.heads} heads "
                f"({verified.unsigned} events not signed yet); public key {fingerprint or '-'}",
                f"{verified.cases} 个案卷, {verified.events} 条记录, {verified.heads} 次签名 "
                f"(尚未签名 {verified.unsigned} 条); 公钥 {fingerprint or '-'}",
            )
        )
        if rows:
            headings = [
                (say("problem", "问题"), "left"),
                (say("case", "案卷"), "left"),
                ("#", "right"),
                (say("why", "说明"), "left"),
            ]
            cells = [(row["code"], row["case"], row["sequence"], row[f"reason_{current()}"]) for row in rows]
            print_table(say(f"{len(rows)} problems", f"{len(rows)} 处问题"), table(headings, cells))
    if rows:
        raise SystemExit(1)
