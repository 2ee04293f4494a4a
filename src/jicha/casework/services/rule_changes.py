"""Topics and thresholds on their way into production: who writes one does not approve it."""

from __future__ import annotations

from jicha.casework.errors import CaseworkError
from jicha.casework.journal import open_case
from jicha.casework.models import Organisation, Person, RuleChange
from jicha.casework.transition import Step, begin, move
from jicha.kernel.canonical import short_key


def propose(person: Person, organisation: Organisation, *, path: str, digest: str) -> RuleChange:
    """Proposes the file of that digest for the unit and all below it."""
    key = short_key("rule", path, digest, organisation.org_id)
    if RuleChange.objects.filter(key=key).exists():
        raise CaseworkError(
            "proposed_already", en="this text was proposed before", zh="相同内容此前已提交审批"
        )
    made = RuleChange(
        key=key,
        case=open_case(key, "rule"),
        organisation=organisation,
        path=path,
        digest=digest,
        author=person,
    )
    return begin(made, made.case, person, Step("propose", data={"path": path, "digest": digest}))


def approve_rule(change: RuleChange, person: Person) -> None:
    """Lets the digest into production."""
    move(change, person, Step("approve", data={"digest": change.digest}, changes={"approver": person}))


def reject_rule(change: RuleChange, person: Person, *, text: str = "") -> None:
    move(change, person, Step("reject", text=text, data={"digest": change.digest}))


def approved_digests(path: str) -> list[str]:
    """Digests of the file that production may run, oldest first."""
    found = RuleChange.objects.filter(path=path, status="approved").order_by("pk")
    return list(found.values_list("digest", flat=True))
