"""The export tables of the money: two of the customer information system, the rest of the finance system."""

from __future__ import annotations

from jicha.county.desk import XLSX, Table

CIS, FINANCE = "cis_zh", "finance_zh"

RECEIVABLE = Table(
    CIS, "应收", "应收编号,户号,管理单位,账单号,电费年月,应收类型,应收金额,到期日", by_month=True
)
ADJUSTMENT = Table(
    CIS,
    "退补审批",
    "退补编号,户号,账单号,电费年月,退补原因,原因说明,退补电量,退补电费,申请人,审批人,审批层级,审批时间",
)
ADJUSTMENT_MONTH = Table(CIS, "退补月份", "退补编号,归属年月,户号,退补电量,退补电费")

PAYMENT = Table(
    FINANCE,
    "收费流水",
    "缴费编号,户号,收费单位,缴费时间,缴费金额,缴费方式,缴费渠道,收费员工号,缴费人摘要,付款账号摘要,"
    "代收机构编号,代收流水号,解款编号,汇票编号",
    by_month=True,
)
RECEIPT = Table(FINANCE, "销账明细", "销账编号,缴费编号,应收编号,户号,销账金额,销账时间", by_month=True)
LATE_FEE = Table(FINANCE, "违约金", "违约金编号,应收编号,户号,计算日期,应收违约金,减免违约金,审批人")
REVERSAL = Table(
    FINANCE,
    "冲正退费",
    "冲正退费编号,缴费编号,户号,收费单位,冲正类型,冲正时间,冲正金额,操作人,审批人,退费账号摘要,原因",
)
TRANSFER = Table(FINANCE, "预收互转", "互转编号,转出户号,转入户号,互转金额,互转时间,操作人,审批人,原因")
DEPOSIT = Table(
    FINANCE, "解款", "解款编号,解款单位,收费员工号,解款金额,解款时间,到账状态,到账时间,解款单号,保险柜登记"
)
_AGENCY_COLUMNS = "代收机构编号,代收流水号,户号,收费单位,对账日期,缴费时间,金额"
AGENCY = Table(FINANCE, "代收对账", _AGENCY_COLUMNS, by_month=True)
#: What an agency sent after its day: the same rows, in a workbook.
AGENCY_LATER = Table(FINANCE, "代收对账补报", _AGENCY_COLUMNS, form=XLSX)
INVOICE = Table(
    FINANCE,
    "发票",
    "发票号码,户号,开票单位,发票类型,开票日期,开票金额,购方税号摘要,是否作废,作废时间,开票人",
    by_month=True,
)
INVOICE_BILL = Table(FINANCE, "开票账单", "发票号码,账单号,户号,开票金额", by_month=True)
ENTRY = Table(
    FINANCE,
    "预收明细",
    "明细编号,户号,发生类型,发生额,余额,入账时间,缴费编号,应收编号,互转编号",
    by_month=True,
)
NOTE = Table(
    FINANCE,
    "承兑汇票",
    "汇票编号,户号,汇票类型,汇票状态,持票人摘要,票面金额,找零金额,收票日期,到期日期,贴现日期",
    form=XLSX,
)
LEDGER = Table(FINANCE, "账务余额", "单位编码,账套,会计科目,会计年月,余额", form=XLSX)
WRITE_OFF = Table(
    FINANCE, "呆坏账核销", "核销编号,应收编号,户号,核销原因,核销日期,核销金额,申请人,审批人", form=XLSX
)

#: The file is shared with the service domain, which declares it; rows of the money go into it as well.
ATTACHMENT = Table(
    CIS, "附件影像", "附件编号,记录类型,记录编号,户号,资料类型,文件摘要,形成时间,上传时间,上传人"
)

TABLES = (
    RECEIVABLE,
    ADJUSTMENT,
    ADJUSTMENT_MONTH,
    PAYMENT,
    RECEIPT,
    LATE_FEE,
    REVERSAL,
    TRANSFER,
    DEPOSIT,
    AGENCY,
    AGENCY_LATER,
    INVOICE,
    INVOICE_BILL,
    ENTRY,
    NOTE,
    LEDGER,
    WRITE_OFF,
)
