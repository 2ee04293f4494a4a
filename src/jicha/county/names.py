"""Invented names: no person, place, company or telephone number here is meant to be a real one."""

from __future__ import annotations

import random

from jicha.county.tables import Trade

PROVINCE = "楚南省电力公司"
CITY = "沅溪供电公司"
# County, the prefix of its customer numbers (one has a leading zero, as old systems do), its stations.
COUNTIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("青禾县", "431", ("柳林", "石桥")),
    ("白鹭县", "052", ("荷塘", "枫树坳", "双江口")),
)

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "建国秀英伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂香志华春梅玉珍海燕文斌晓东红梅永福"
_VILLAGES = ("幸福", "新华", "团结", "红星", "朝阳", "龙泉", "清水", "白杨", "青山", "桃园", "长冲", "大塘")
_STREETS = ("解放路", "人民路", "建设路", "沿河路", "环城北路", "育才街", "老正街", "滨江路")
_ESTATES = ("锦绣家园", "滨河花苑", "阳光小区", "桂苑小区", "翠湖新城")
_BRANDS = ("好又来", "福满堂", "顺发", "永兴", "惠民", "金穗", "鑫源", "宏达", "吉祥", "万家", "同心", "瑞丰")
_SUFFIXES = {
    "shop": ("副食店", "百货店", "五金店", "药店"),
    "restaurant": ("饭店", "酒楼", "火锅店"),
    "office": ("社区服务中心", "水利站", "农技站", "居委会"),
    "workshop": ("五金加工厂", "铝合金加工部", "铁艺加工厂"),
    "farm": ("养猪场", "养鸡场", "蛋鸭养殖场"),
    "pump": ("机井", "提灌站", "电排站"),
    "hotel": ("大酒店", "国际宾馆"),
    "cabinet": ("通信基站", "通信机柜", "有线机房"),
    "signal": ("路口信号灯", "路口电子警察"),
    "factory": ("金属制品有限公司", "机械配件有限公司"),
}


def customer_name(chance: random.Random, trade: Trade, place: str) -> str:
    """A person for households, a business for the rest."""
    person = chance.choice(_SURNAMES) + "".join(
        chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2)))
    )
    suffixes = _SUFFIXES.get(trade.code)
    if suffixes is None:
        return person
    if trade.code in ("office", "pump", "cabinet", "signal"):
        return f"{place}{chance.choice(_VILLAGES)}{chance.choice(suffixes)}"
    return f"{place}{chance.choice(_BRANDS)}{chance.choice(suffixes)}"


def address(chance: random.Random, trade: Trade, county: str, place: str) -> str:
    """Town flats and streets for some, villages and groups for the others."""
    if trade.code in ("holiday_home", "standby_flat"):
        where = f"{chance.choice(_ESTATES)}{chance.randrange(1, 30)}栋"
    elif trade.code in ("farm", "pump") or (trade.code == "household" and chance.random() < 0.5):
        where = f"{chance.choice(_VILLAGES)}村{chance.randrange(1, 16)}组"
    elif trade.code == "household":
        where = (
            f"{chance.choice(_ESTATES)}{chance.randrange(1, 30)}栋"
            f"{chance.randrange(1, 19)}0{chance.randrange(1, 5)}室"
        )
    else:
        where = f"{chance.choice(_STREETS)}{chance.randrange(1, 400)}号"
    return f"{county}{place}镇{where}"


def phone_number(chance: random.Random) -> str:
    """Eleven digits that look like a mobile number and vary in the last four only."""
    return f"1990000{chance.randrange(10_000):04d}"


def area_name(chance: random.Random, place: str, number: int) -> str:
    """A public transformer area."""
    return f"{place}{chance.choice(_VILLAGES)}{number}号公变"
