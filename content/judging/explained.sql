/* ---
description: {en: Findings that a planted cause explains which the topic ought to or may see, zh: 有成因可解释的疑似问题}
grain: one row per finding
--- */
select l.finding_no as finding_no
from judging.link as l
where l.verdict_code in ('ought', 'may') and not l.is_cleared
group by l.finding_no
