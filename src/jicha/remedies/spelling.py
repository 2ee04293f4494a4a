"""How people spell the codes of apparatus: wiring, kind of load, fault. The codes themselves are the lexicon's."""

from __future__ import annotations

import re

WIRINGS = {
    "single_phase": ("1", "1P2W", "1P", "单相", "单相二线", "single"),
    "three_phase_three_wire": ("3P3W", "三相三线"),
    "three_phase_four_wire": ("3", "3P4W", "三相四线"),
}

LOAD_KINDS = {
    "power": ("动力", "电力", "motor", "industry"),
    "lighting": ("照明", "light", "lamp", "resident"),
}

FAULTS = {
    "current_reversed_a": ("A相电流反接", "ia reversed", "A reversed", "CT A reversed", "A相电流互感器反接"),
    "current_reversed_c": ("C相电流反接", "ic reversed", "C reversed", "CT C reversed", "C相电流互感器反接"),
    "voltage_open_a": ("A相电压断线", "ua open", "A voltage open", "A相断压", "A相失压"),
    "voltage_open_b": ("B相电压断线", "ub open", "B voltage open", "B相断压", "B相失压"),
    "voltage_open_c": ("C相电压断线", "uc open", "C voltage open", "C相断压", "C相失压"),
    "one_phase_lost": (
        "one phase lost",
        "one voltage lost",
        "one current lost",
        "one voltage open",
        "one CT open",
        "one CT shorted",
        "一相断压",
        "一相失压",
        "一相断流",
        "一相电压断线",
        "一相电流短接",
        "一相电流断线",
    ),
    "two_phases_lost": (
        "two phases lost",
        "two voltages lost",
        "two voltages open",
        "two CTs open",
        "两相断压",
        "两相失压",
        "两相断流",
        "两相电压断线",
    ),
    "one_current_reversed": (
        "one CT reversed",
        "one current reversed",
        "一相电流反接",
        "一相CT反接",
        "一只电流互感器反接",
    ),
    "two_currents_reversed": ("two CTs reversed", "two CT reversed", "two currents reversed", "两相电流反接"),
}

BREACHES = {
    "change_of_category": ("擅自改变用电类别", "高价低接", "price_difference"),
    "over_capacity": ("私自增容", "私增容", "超容用电"),
    "over_quota": ("超指标用电",),
    "sealed_equipment": ("擅自启用封存设备", "私自启封", "suspended_equipment"),
    "moved_equipment": ("擅自迁移、更动供电设施", "私自移表", "moved_meter", "opened_seal"),
    "unauthorised_source": (
        "擅自引入、供出电源",
        "私自转供电",
        "supply_out",
        "resupply",
        "private_source",
        "grid_connection",
    ),
}

CUSTOMER_KINDS = {"resident": ("居民", "居民用户"), "other": ("其他", "非居民", "其他用户")}

STRUCTURES = {"single_part": ("单一制", "single"), "two_part": ("两部制", "two")}

METERING_ERRORS = {
    "beyond_error_limit": ("误差超差", "meter_error", "M1"),
    "line_voltage_drop": ("电压降超差", "voltage_drop", "M2"),
    "other_without_fault": ("其他非人为原因", "meter_stopped", "other", "M3"),
    "wrong_wiring": ("接线错误", "wiring", "M4"),
    "voltage_fuse": ("保险熔断", "fuse", "fuse_blown", "M5"),
    "wrong_multiplier": ("倍率不符", "multiplier", "M6"),
    "instrument_transformer_fault": ("互感器故障",),
}

LIABILITIES = {
    "outage": ("停电", "outage_compensation"),
    "voltage": ("电压不合格", "voltage_out_of_limits"),
    "frequency": ("频率不合格", "frequency_out_of_limits"),
    "appliance": ("家电赔偿", "家用电器损坏", "appliance_damage"),
    "ownership_loss": ("产权分界损耗", "loss"),
}

APPLIANCES = {
    "electronic": ("电子类", "tv", "电视机", "音响", "录像机", "充电器"),
    "motor": ("电机类", "refrigerator", "电冰箱", "空调器", "空调", "洗衣机", "电风扇", "吸尘器"),
    "heating": ("电阻电热类", "电饭煲", "电热水器", "电茶壶", "电炒锅"),
    "light": ("电光源类", "白炽灯", "气体放电灯", "调光灯"),
}

_REVERSED = re.compile(r"revers|反|opposite|wrong polarity")
_LOST = re.compile(r"lost|loss|open|broken|missing|断|失|short|短接|fuse|熔")
_CURRENT = re.compile(r"current|\bct\b|\bta\b|\bi[abcuvw]?\b|电流")
_TWO = re.compile(r"two|2|两|二")
_PHASE = re.compile(r"(?<![a-z])[ui]?([abcuvw])(?![a-z])")


def fault_of(words: str) -> str | None:
    """A wiring fault told in other words: `A-phase CT reversed`, `C 相断压`, `two CTs reversed`."""
    said = words.casefold().replace("-", " ")
    letter = _PHASE.search(re.sub(r"phase|相", " ", said))
    phase = None if letter is None else letter[1].translate(str.maketrans("uvw", "abc"))
    if _REVERSED.search(said):
        if phase is not None:
            return f"current_reversed_{phase}" if phase != "b" else None
        return "two_currents_reversed" if _TWO.search(said) else "one_current_reversed"
    if _LOST.search(said):
        if phase is not None and not _CURRENT.search(said):
            return f"voltage_open_{phase}"
        return "two_phases_lost" if _TWO.search(said) else "one_phase_lost"
    return None
