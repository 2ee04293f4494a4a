"""The tables of service and connection, with their Chinese headers.

Spans name their last day included, as the forms do; instants are local time."""

from __future__ import annotations

from jicha.county.desk import CSV, XLSX, Table

_CIS, _CALLS = "cis_zh", "call_centre_zh"

APPLICATIONS = Table(
    _CIS,
    "业扩申请",
    "申请编号,业务类型,申请状态,户号,管理单位,供电电压,申请电源数,申请容量,起始日期,终止日期,受理时间,归档时间,领料时间,"
    "推送交易中心时间,投资界面,用户工程费用,用户书面申请",
)
STEPS = Table(
    _CIS,
    "业扩环节",
    "申请编号,环节序号,户号,管理单位,环节名称,处理人,开始时间,完成时间,责任方,审批决定,处理意见,客户签字",
)
FEES = Table(
    _CIS,
    "业务费",
    "收费编号,申请编号,户号,收费项目,减免类型,计费容量,收费标准,实收金额,收取日期,已退金额,退费日期,应退日期",
    form=XLSX,
)
CONTRACTS = Table(
    _CIS,
    "供用电合同",
    "合同编号,户号,合同类型,签订日期,录入日期,生效日期,到期日期,自动续约,签约人授权,合同容量,合同电价码,合同线损率,"
    "月结算次数,同意转供",
)
INSPECTIONS = Table(
    _CIS,
    "用电检查",
    "检查编号,户号,管理单位,检查类型,计划日期,开始时间,结束时间,检查人,随同检查人,检查结果,现场用电类别,现场设备,轨迹点数,"
    "定位偏差",
)
DEFECTS = Table(
    _CIS,
    "检查缺陷",
    "缺陷编号,检查编号,户号,缺陷类型,缺陷等级,发现日期,消除日期,报政府日期",
    form=XLSX,
)
BREACHES = Table(
    _CIS,
    "违约窃电案件",
    "案件编号,户号,管理单位,案件类型,案件状态,发现日期,立案时间,结案时间,终止时间,审批人,检查编号,工单编号,违约容量,违约天数,"
    "追补电量,追补电费,违约倍数,违约使用电费,实收金额,举报奖励,奖励发放日期",
    form=XLSX,
)
CUTS = Table(
    _CIS,
    "停复电",
    "停电编号,户号,电能表资产号,停电原因,停电方式,审批人,停电时间,应复电时间,复电时间",
)
ATTACHMENTS = Table(
    _CIS,
    "附件影像",
    "附件编号,记录类型,记录编号,户号,资料类型,文件摘要,形成时间,上传时间,上传人",
)
CASES = Table(
    _CALLS,
    "服务工单",
    "工单编号,户号,供电单位,台区编号,城乡类别,工单类型,业务子类,受理时间,首次联系时间,首次上门时间,答复时间,办结时间,"
    "预约时间,处理结论,处理人,主叫摘要,恶意诉求,受理内容,内容摘要,投诉特征词,投诉倾向",
)
REPAIRS = Table(
    _CALLS,
    "抢修派工",
    "派工编号,工单编号,供电单位,抢修负责人,派工时间,到达时间,到达定位偏差,恢复时间,故障原因,停电负荷",
)
CALLBACKS = Table(
    _CALLS,
    "回访",
    "回访编号,供电单位,工单编号,申请编号,回访人,回访时间,通话时长,被叫摘要,满意度",
)
OUTAGES = Table(
    _CALLS,
    "停电信息",
    "停电信息编号,停电类型,供电单位,线路编号,台区编号,发布时间,计划停电时间,计划送电时间,实际停电时间,实际送电时间",
    form=XLSX,
)
AFFECTED = Table(_CALLS, "停电用户", "停电信息编号,户号,停电时间,送电时间", form=CSV)
NOTICES = Table(
    _CALLS,
    "客户通知",
    "通知编号,户号,通知类型,通知渠道,发送时间,是否送达,停电信息编号,停电编号,应收编号",
)

TABLES = (
    APPLICATIONS,
    STEPS,
    FEES,
    CONTRACTS,
    INSPECTIONS,
    DEFECTS,
    BREACHES,
    CUTS,
    ATTACHMENTS,
    CASES,
    REPAIRS,
    CALLBACKS,
    OUTAGES,
    AFFECTED,
    NOTICES,
)
