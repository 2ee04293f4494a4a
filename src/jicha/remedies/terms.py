"""What the names of a remedy's results and steps mean: unit, English, Chinese and how else people call them."""

from __future__ import annotations

from dataclasses import dataclass

from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """`also` are other Chinese names of the same result, as examination papers write them."""

    unit: str | None
    text: Text
    also: tuple[str, ...] = ()


def _term(unit: str | None, en: str, zh: str, *also: str) -> Term:
    return Term(unit, Text(en=en, zh=zh), also)


TERMS: dict[str, Term] = {
    # money
    "energy_yuan": _term(
        "yuan",
        "Energy money",
        "补交电费",
        "追补电费",
        "应补交电费",
        "应补电费",
        "差额电费",
        "退补电费",
        "补收基本电费",
        "补交基本电费",
        "应追补电费",
        "应退电费",
        "追补电量电费",
    ),
    "breach_charge_yuan": _term("yuan", "Breach charge", "违约使用电费", "违约金", "推算违约使用电费"),
    "total_yuan": _term("yuan", "Total payable", "合计", "总计", "应交合计", "共计"),
    "other_breach_yuan": _term("yuan", "Breach charge of another breach found with it", "另案违约使用电费"),
    "unrounded_yuan": _term("yuan", "Amount before rounding", "取整前金额"),
    "penalty_base": _term("yuan", "Base of the breach charge", "违约使用电费基数"),
    "one_month": _term("yuan", "Charge of one month", "一个月的基本电费"),
    "item_yuan": _term("yuan", "Amount of one item", "单项金额"),
    "replayed_yuan": _term("yuan", "Difference of the month's bill by replay", "该月账单重算差额"),
    "rest_yuan": _term("yuan", "Not at risk of limitation", "未涉时效部分"),
    "supportable_yuan": _term("yuan", "Supportable", "可支持部分"),
    "disputable_yuan": _term("yuan", "Disputable", "存在争议部分"),
    "at_risk_yuan": _term("yuan", "At risk of limitation", "时效风险部分"),
    "split_yuan": _term("yuan", "Whole claim", "主张总额"),
    "certain_yuan": _term("yuan", "What stands under every reading", "各口径下均成立的金额"),
    "other_reading_yuan": _term("yuan", "Amount under another reading", "另一口径下的金额"),
    "contested_yuan": _term("yuan", "Contested on the facts", "事实存在争议的金额"),
    "uncontested_yuan": _term("yuan", "Not contested on the facts", "事实无争议的金额"),
    "nothing_yuan": _term("yuan", "Nothing", "零"),
    # energy
    "stolen_kwh": _term("kwh", "Stolen energy", "窃电量", "窃电电量"),
    "back_billed_kwh": _term(
        "kwh",
        "Energy to be supplemented (+) or refunded (−)",
        "追补电量",
        "应补电量",
        "退补电量",
        "应退电量",
        "应追补电量",
        "补收电量",
        "应补交电量",
        "少计电量",
        "多计电量",
    ),
    "correct_kwh": _term("kwh", "Correct energy", "正确电量", "实际电量", "实际用电量"),
    "metered_kwh": _term("kwh", "Metered energy", "抄见电量", "计费电量", "计量电量"),
    "item_kwh": _term("kwh", "Energy of one item", "单项电量"),
    "breach_kwh": _term("kwh", "Energy of the breach", "违约用电量"),
    "power_kwh": _term("kwh", "Energy of power equipment", "动力电量"),
    "lighting_kwh": _term("kwh", "Energy of lighting", "照明电量", "商业电量"),
    "compared_kwh": _term("kwh", "Energy of the comparison", "比对电量"),
    "normal_kwh": _term("kwh", "Energy of a normal month", "正常月用电量"),
    "output_kwh": _term("kwh", "Energy by output", "按产量推算电量"),
    "lost_kwh": _term("kwh", "Losses", "损耗电量", "线损电量", "损失电量"),
    "possible_kwh": _term("kwh", "Energy not supplied", "可能用电量", "停电期间可能用电量"),
    # sizes
    "kw": _term("kw", "Power", "容量(功率)"),
    "kva": _term("kva", "Capacity", "容量"),
    "capacity_kw": _term("kw", "Capacity", "容量", "设备容量", "窃电容量", "电能表容量"),
    "voltage_v": _term("v", "Voltage", "电压"),
    "current_a": _term("a", "Current", "电流"),
    "days": _term("days", "Days", "天数", "窃电天数", "逾期天数"),
    "daily_use_hours": _term("hours", "Hours of a day", "日用电小时"),
    "hours": _term("hours", "Hours", "小时数", "窃电时间"),
    "months": _term("months", "Months", "月数", "使用月数"),
    "occurrences": _term(None, "Occurrences", "次数"),
    "price": _term("yuan_per_kwh", "Price", "电价"),
    "right_price": _term("yuan_per_kwh", "Price that is right", "应执行电价"),
    "wrong_price": _term("yuan_per_kwh", "Price that was billed", "已执行电价"),
    "price_difference": _term("yuan_per_kwh", "Difference of price", "电价差"),
    "price_ratio": _term("ratio", "Ratio of the price to the flat one", "电价比例"),
    "basic_price": _term("yuan_per_kva_month", "Basic charge price", "基本电价"),
    "penalty_multiple_ratio": _term("ratio", "Multiple of the breach charge", "违约使用电费倍数"),
    "contract_multiple": _term("ratio", "Multiple the contract states", "合同约定倍数"),
    # metering errors
    "correction_factor": _term("ratio", "Correction factor K", "更正系数", "更正系数K", "K"),
    "correction_rate": _term("ratio", "Correction rate", "更正率", "差额率"),
    "correction_rate_pct": _term("pct", "Correction rate", "更正率(%)"),
    "right_power": _term(None, "Power of the right wiring, in voltage × current", "正确接线功率(以UI计)"),
    "wrong_power": _term(None, "Power as metered, in voltage × current", "错误接线功率(以UI计)"),
    "wrong_cosine": _term(None, "Part of the metered power with cos φ", "错误功率的余弦系数"),
    "wrong_sine": _term(None, "Part of the metered power with sin φ", "错误功率的正弦系数"),
    "tan_phi": _term("ratio", "Tangent of the load angle", "功率因数角正切"),
    "element_share": _term("ratio", "Share of the right power an element meters", "元件计量比例"),
    "element_sum": _term("ratio", "Sum over the elements", "各元件之和"),
    "elements": _term("ratio", "Number of elements", "元件数"),
    "error_ratio": _term("ratio", "Relative error", "相对误差"),
    "error_pct": _term("pct", "Relative error", "误差", "相对误差", "计量误差"),
    "drop_pct": _term("pct", "Voltage drop", "电压降"),
    "excess_drop": _term("ratio", "Drop beyond what is allowed", "超出允许值的压降"),
    "share_of_time": _term("ratio", "Share of the time", "退补时间比例"),
    "multiplier": _term(
        "ratio", "Multiplier", "倍率", "实用倍率", "计费倍率", "实际倍率", "综合倍率", "一匝倍率", "电表倍率"
    ),
    "multiplier_2": _term("ratio", "Multiplier of the second way", "二匝倍率"),
    "multiplier_used": _term("ratio", "Multiplier billed by", "所用倍率"),
    "multiplier_difference": _term("ratio", "Difference of the multipliers", "倍率差"),
    "ratio": _term("ratio", "Ratio of a transformer", "变比"),
    "turns": _term(None, "Turns of the primary", "穿心匝数"),
    "reading": _term(None, "Register reading", "示数"),
    "register_difference": _term(None, "Difference of the readings", "示数差"),
    "used_kwh": _term("kwh", "Energy", "用电量", "实际用电量", "总用电量", "电量", "抄见电量"),
    "charge_yuan": _term("yuan", "Charge", "电费", "电度电费"),
    # field test
    "meter_constant": _term(None, "Meter constant (impulses or turns a kWh)", "电能表常数"),
    "pulses": _term(None, "Impulses or turns counted", "脉冲(转)数"),
    "seconds": _term("seconds", "Seconds", "时间(秒)", "实测时间"),
    "metered_kw": _term("kw", "Power the meter shows", "表计功率", "实测功率", "计量功率", "功率"),
    "actual_kw": _term("kw", "Power that really flows", "实际功率"),
    "expected_seconds": _term("seconds", "Time the count should take", "理论时间", "算定时间", "标准时间"),
    "creep_kwh": _term("kwh", "Energy of creeping", "潜动电量"),
    # late fee
    "arrears_yuan": _term("yuan", "Arrears", "欠费"),
    "late_fee_yuan": _term("yuan", "Late-payment charge", "电费违约金", "合计", "违约金", "滞纳金"),
    "same_year_yuan": _term("yuan", "Late-payment charge of arrears of the year", "当年欠费违约金"),
    "next_year_yuan": _term(
        "yuan", "Late-payment charge of arrears carried over", "跨年欠费违约金", "跨年度欠费违约金"
    ),
    "late_days": _term("days", "Days late", "逾期天数"),
    # liability
    "compensation_yuan": _term("yuan", "Compensation", "赔偿金额", "赔偿", "应赔偿"),
    "years_used": _term("years", "Years used", "已使用年限"),
    "years_of_life": _term("years", "Average years of life", "平均使用年限"),
    "price_paid_yuan": _term("yuan", "Price paid", "原购置价"),
    "left_share": _term("years", "Years left", "剩余年限"),
    "owner_kwh": _term("kwh", "Losses the customer bears", "用户承担损耗电量"),
    "utility_kwh": _term("kwh", "Losses the utility bears", "供电企业承担损耗电量"),
    # instrument transformers
    "rated_va": _term("va", "Rated burden", "额定容量(VA)"),
    "burden_va": _term("va", "Burden of the meters", "表计负荷(VA)"),
    "actual_va": _term("va", "Burden on the transformer", "实际二次负荷", "二次负荷"),
    "wire_ohm": _term("ohm", "Resistance the wires may have", "允许接线电阻", "导线电阻"),
    "length_m": _term("m", "Length of the wires", "导线长度"),
    "conductivity": _term(None, "Conductivity (m/(Ω·mm²))", "导电率"),
    "calculated_mm2": _term("mm2", "Section by calculation", "计算截面", "导线截面"),
    "section_mm2": _term("mm2", "Section chosen", "选用截面"),
    "primary_current_a": _term("a", "Primary current chosen", "一次额定电流", "选用一次电流"),
    "load_current_a": _term("a", "Load current", "计算电流", "负荷电流"),
    "composite_error_pct": _term("pct", "Composite error of the transformers", "合成误差", "互感器合成误差"),
    "total_error_pct": _term(
        "pct", "Error of the whole installation", "综合误差", "总误差", "计量装置综合误差"
    ),
    "ratio_error_pct": _term("pct", "Ratio error", "比差"),
    "phase_minutes": _term(None, "Phase displacement (minutes of arc)", "角差(分)"),
    "coefficient": _term(None, "Coefficient", "系数"),
    "secondary_current_a": _term("a", "Secondary current", "二次电流"),
    # tiers
    "tier_price": _term("yuan_per_kwh", "Price of the tier", "阶梯电价"),
    "tier_kwh": _term("kwh", "Energy of the tier", "该档电量"),
}


def result_named(title: str) -> str | None:
    """The name of a result by its Chinese title, as an examination paper writes it."""
    for name, term in TERMS.items():
        if title in (term.text.zh, *term.also):
            return name
    return None
