"""The tables of docs/county.md, counted from a county's exports and from the county's own lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.county_page.exports import Exports, count, title
from benchmarks.county_page.scenes import Fall, Scenes
from benchmarks.county_page.style import month_name

from jicha.county.tables import PlannedCause, cause_plan, trades

SYSTEMS = {
    "cis_zh": "customer information system 营销业务系统",
    "ami_zh": "metering data system 用电信息采集系统",
    "pms_zh": "production management system 生产管理系统",
    "call_centre_zh": "customer service line 95598客户服务系统",
    "finance_zh": "collection and accounting system 电费账务系统",
}
#: The sixteen themes of inspection, in the order of the catalogue.
THEMES = {
    "BE": "new connection 业扩报装",
    "SV": "service 优质服务",
    "BI": "base data 基础信息",
    "MR": "meter reading 抄表管理",
    "PR": "prices 电价执行",
    "ME": "metering 计量管理",
    "AQ": "acquisition 用电采集",
    "BM": "business 营业管理",
    "FA": "accounting 电费账务",
    "LL": "losses 线损管理",
    "UC": "usage inspection 用电检查",
    "AT": "theft 反窃查违",
    "PV": "photovoltaic 光伏并网",
    "EV": "charging 充电设施",
    "MK": "market 市场化交易",
    "IC": "internal control 内控管理",
}
BLAMES = ("guilty", "data", "innocent")


def organisation(scenes: Scenes) -> str:
    """The county companies with what each has."""
    exports = scenes.exports
    names = {row["单位编码"]: row["单位名称"] for row in exports.rows("组织机构")}
    stations: dict[str, list[str]] = defaultdict(list)
    for row in exports.rows("组织机构"):
        if row["单位层级"] == "所":
            stations[row["上级单位编码"]].append(row["单位编码"])
    lines = [
        "| county company 县公司 | stations 供电所 | feeders 线路 | public areas 公变台区 | own transformers 专变 "
        "| accounts 用户 | load curves 负荷曲线 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    feeders = exports.rows("线路")
    for company, own in sorted(stations.items()):
        areas = Counter(row["台区类型"] for row in exports.areas.values() if row["管理单位"] in own)
        accounts = {
            name
            for name, row in exports.customers.items()
            if row["管理单位"] in own and row["用电类别"] != "考核"
        }
        lines.append(
            f"| {names[company]} | {'、'.join(names[each] for each in own)} "
            f"| {sum(row['管理单位'] in own for row in feeders)} | {areas['公变']} | {areas['专变']} "
            f"| {len(accounts)} | {len(accounts & set(exports.curves))} |"
        )
    return "\n".join(lines)


def shares() -> str:
    """Trades with their share of the customers, from the county's list."""
    lines = [
        "| trade | share, ‰ | type 用户类型 | price 用电类别 | supply 供电电压 | kVA 合同容量 |",
        "|---|---:|---|---|---|---|",
    ]
    for trade in trades().values():
        tariff = trade.usage + (f", {trade.structure}" if trade.structure != "单一制" else "")
        tariff += ", 分时" if trade.is_time_of_use else ""
        capacities = sorted(set(trade.capacities))
        span = str(capacities[0]) if len(capacities) == 1 else f"{capacities[0]} … {capacities[-1]}"
        lines.append(
            f"| {trade.code.replace('_', ' ')} {trade.name_zh} | {trade.per_mille} | {trade.customer_type} "
            f"| {tariff} | {trade.voltage} | {span} |"
        )
    return "\n".join(lines)


def listing(exports: Exports) -> str:
    """Every table of every system, with files and rows of this build."""
    lines = []
    for system in sorted(SYSTEMS, key=list(SYSTEMS).index):
        files: dict[str, list[Path]] = defaultdict(list)
        for path in sorted((exports.path / system).glob("*")):
            files[title(path)].append(path)
        rows = {name: sum(count(path) for path in paths) for name, paths in files.items()}
        lines += [
            f"**{SYSTEMS[system]}** (`{system}`): {len(files)} tables, "
            f"{sum(len(paths) for paths in files.values()):,} files, {sum(rows.values()):,} rows.",
            "",
            "| table | form | files | rows |",
            "|---|---|---:|---:|",
        ]
        for name in sorted(files, key=lambda each: (-rows[each], each)):
            forms = "/".join(sorted({path.suffix[1:] for path in files[name]}))
            lines.append(f"| {name} | {forms} | {len(files[name])} | {rows[name]:,} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def causes() -> str:
    """Every kind that the county can plant, by theme and blame."""
    by_theme: dict[str, dict[str, list[PlannedCause]]] = {
        theme: {blame: [] for blame in BLAMES} for theme in THEMES
    }
    for cause in cause_plan().values():
        by_theme[cause.theme][cause.blame].append(cause)
    totals = {blame: sum(len(kinds[blame]) for kinds in by_theme.values()) for blame in BLAMES}
    lines = [
        f"{sum(totals.values())} kinds: {totals['guilty']} for which somebody has to answer, {totals['data']} faults "
        f"of data or devices that are nobody's guilt, {totals['innocent']} that look odd and are right.",
        "",
        "| theme | guilty | data | innocent |",
        "|---|---|---|---|",
    ]
    for theme, kinds in by_theme.items():
        cells = [
            "<br>".join(f"{cause.name.zh} `{cause.kind}`" for cause in kinds[blame]) or "–"
            for blame in BLAMES
        ]
        lines.append(f"| {theme} {THEMES[theme]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def planted(exports: Exports) -> str:
    """What the answer key of this build holds."""
    kinds = {row["cause"] for row in exports.key}
    rows = Counter(row["blame"] for row in exports.key)
    owed = sum(float(row["energy_yuan"]) for row in exports.key if float(row["energy_yuan"]) > 0)
    due = -sum(float(row["energy_yuan"]) for row in exports.key if float(row["energy_yuan"]) < 0)
    breach = sum(float(row["breach_yuan"]) for row in exports.key)
    return (
        f"The answer key of this build has {len(exports.key)} rows of {len(kinds)} kinds: {rows['guilty']} guilty, "
        f"{rows['data']} data, {rows['innocent']} innocent. Energy money owed to the utility {owed:,.0f} yuan, to "
        f"customers {due:,.0f} yuan; breach money {breach:,.0f} yuan."
    )


def area_losses(scenes: Scenes) -> str:
    """Public areas with their loss in the last month and what the answer key says of it."""
    exports = scenes.exports
    month = month_name(exports.months[-1])
    lines = [
        f"| area 台区 | name | kVA | accounts | loss in {month} 线损率 | what the answer key says of energy in it |",
        "|---|---|---:|---:|---:|---|",
    ]
    for area in sorted(scenes.balances):
        row = exports.areas[area]
        told = Counter(cause_plan()[each["cause"]].name.zh for each in scenes.holding(area))
        said = "、".join(name if number == 1 else f"{name} × {number}" for name, number in told.items())
        lines.append(
            f"| {row['管理单位'][-3:]}·{area[-3:]} | {row['台区名称']} | {row['变压器容量']} "
            f"| {len(exports.accounts_of(area))} | {scenes.last_month_loss(area):.1f} % | {said or '–'} |"
        )
    return "\n".join(lines)


def disagreements(life: str) -> str:
    """The rows of docs/county-life.md that say no, as they stand there, under their headings."""
    found, heading = [], ""
    for line in life.splitlines():
        if line.startswith("### "):
            heading = line.removeprefix("### ").partition(",")[0]
        elif line.startswith("| ") and "**no**" in line:
            found.append(f"| {heading}: {line.removeprefix('| ')}")
    said = next((line for line in life.splitlines() if " figures agree within " in line), "")
    return "\n".join(
        [said, "", "| what | county | measured | agrees within | agrees |", "|---|---:|---:|---|---|", *found]
    )


def cast(scenes: Scenes) -> str:
    """Who is in the pictures."""
    exports = scenes.exports

    def name(account: str) -> str:
        row = exports.customers[account]
        area = exports.areas.get(row["台区编号"], {}).get("台区名称", "")
        return f"{row['户名']} {account} ({row['合同容量']} kVA, {area})"

    def fall(each: Fall) -> str:
        return f"{name(each.account)}: {each.answer['note']}."

    lines = ["| in the picture | account of this build |", "|---|---|"]
    lines.append(f"| household 居民 | {name(scenes.household[0])} |")
    lines.append(f"| factory 工厂 | {name(scenes.factory[0])} |")
    if scenes.panels is not None:
        lines.append(f"| rooftop panels 屋顶光伏 | {name(scenes.panels[0])} |")
    lines.append(f"| thief 窃电户 | {fall(scenes.thief)} |")
    lines.append(f"| innocent 清白户 | {fall(scenes.innocent)} |")
    if scenes.tampered is not None:
        answer = scenes.tampered[0]
        lines.append(f"| phases 分相 | {name(answer['customer_id'])}: {answer['note']}. |")
        lines.append(f"| sound meter 正常表 | {name(scenes.sound(answer['customer_id']))} |")
    lines.append(f"| year of an area 台区全年 | {exports.areas[scenes.area]['台区名称']} {scenes.area} |")
    answer = scenes.multiplier
    lines.append(f"| wrong multiplier 倍率差错 | {name(answer['customer_id'])}: {answer['note']}. |")
    return "\n".join(lines)
