"""Invented names: no person, place, company or telephone number here is meant to be a real one."""

from __future__ import annotations

import random
from dataclasses import dataclass

from jicha.county.tables import Trade

PROVINCE = "楚南省电力公司"
CITY = "沅溪供电公司"


@dataclass(frozen=True, slots=True)
class CountyName:
    """A county, the prefix of its customer numbers (one has a leading zero, as old systems do), its places."""

    name: str
    prefix: str
    places: tuple[str, ...]


# Counties beyond these are numbered districts.
_COUNTIES = (
    CountyName("青禾县", "431", ("柳林", "石桥", "云台", "松坪", "龙潭", "马头岭", "清江", "麻溪")),
    CountyName("白鹭县", "052", ("荷塘", "枫树坳", "双江口", "杨家渡", "洪湖滩", "竹园", "沙坪", "古渡")),
    CountyName("临溪县", "433", ("临江", "黄泥铺", "三岔", "大坪", "回龙", "白沙", "桐木", "长岭")),
    CountyName("安陵县", "434", ("安陵", "铁山", "高桥", "石门", "朱家湾", "平江", "望城", "南岳坪")),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "建国秀英伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂香志华春梅玉珍海燕文斌晓东红梅永福"
_VILLAGES = ("幸福", "新华", "团结", "红星", "朝阳", "龙泉", "清水", "白杨", "青山", "桃园", "长冲", "大塘")
_STREETS = ("解放路", "人民路", "建设路", "沿河路", "环城北路", "育才街", "老正街", "滨江路")
_ESTATES = ("锦绣家园", "滨河花苑", "阳光小区", "桂苑小区", "翠湖新城")
_BRANDS = ("好又来", "福满堂", "顺发", "永兴", "惠民", "金穗", "鑫源", "宏达", "吉祥", "万家", "同心", "瑞丰")
_PUBLIC = ("office", "school", "hospital", "pump", "cabinet", "signal", "estate_services")
_SUFFIXES = {
    "shop": ("副食店", "百货店", "五金店", "药店"),
    "supermarket": ("超市", "生活广场"),
    "restaurant": ("饭店", "酒楼", "火锅店"),
    "office": ("社区服务中心", "水利站", "农技站", "居委会"),
    "school": ("小学", "初级中学", "中心幼儿园"),
    "estate_services": ("小区物业", "小区二次供水"),
    "workshop": ("五金加工厂", "铝合金加工部", "铁艺加工厂"),
    "farm": ("养猪场", "养鸡场", "蛋鸭养殖场"),
    "pump": ("机井", "提灌站", "电排站"),
    "cold_store": ("冷库", "冷链仓储"),
    "building_site": ("项目部",),
    "charging_station": ("充电站",),
    "hotel": ("大酒店", "国际宾馆"),
    "hospital": ("中心卫生院", "人民医院分院"),
    "cabinet": ("通信基站", "通信机柜", "有线机房"),
    "signal": ("路口信号灯", "路口电子警察"),
    "small_factory": ("机械厂", "塑料制品厂", "木业有限公司"),
    "factory": ("金属制品有限公司", "机械配件有限公司"),
    "shift_factory": ("化工有限公司", "纸业有限公司", "建材有限公司"),
    "mine": ("石灰石矿", "矿业有限公司"),
}


def county(number: int) -> CountyName:
    """The county of that number, from 1."""
    if number <= len(_COUNTIES):
        return _COUNTIES[number - 1]
    return CountyName(f"沅溪第{number:02d}区", f"{430 + number:03d}", ())


def place(of: CountyName, number: int) -> str:
    """The seat of the county's station of that number, from 1."""
    if number <= len(of.places):
        return of.places[number - 1]
    return f"{_VILLAGES[number % len(_VILLAGES)]}{number}号片"


def person_name(chance: random.Random) -> str:
    given = "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2))))
    return chance.choice(_SURNAMES) + given


def customer_name(chance: random.Random, trade: Trade, place: str) -> str:
    """A person for households, a business for the rest."""
    suffixes = _SUFFIXES.get(trade.code)
    if suffixes is None:
        return person_name(chance)
    if trade.code in _PUBLIC:
        return f"{place}{chance.choice(_VILLAGES)}{chance.choice(suffixes)}"
    return f"{place}{chance.choice(_BRANDS)}{chance.choice(suffixes)}"


def address(chance: random.Random, trade: Trade, county: str, place: str) -> str:
    """Town flats and streets for some, villages and groups for the others."""
    if trade.code in ("farm", "pump", "rural_household", "pv_household", "mine"):
        where = f"{chance.choice(_VILLAGES)}村{chance.randrange(1, 16)}组"
    elif trade.is_dwelling:
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
