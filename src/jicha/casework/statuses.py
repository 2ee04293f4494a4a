"""What has a status: the machine's name, which is also the kind of subject in the journal -> its table."""

from __future__ import annotations

from jicha.casework.models import Lead, Order, RuleChange

STATUSED: dict[str, type[Lead] | type[Order] | type[RuleChange]] = {
    "lead": Lead,
    "order": Order,
    "rule": RuleChange,
}
