"""What is filled in along an order. Rows are added, round by round; nothing of an earlier round is overwritten."""

from __future__ import annotations

from django.db import models

from jicha.casework.models.journal import FreeText
from jicha.casework.models.organisation import CODE, Organisation, Person
from jicha.casework.models.work import KEY, Order


class CheckPart(models.Model):
    """One of the parts every check covers: base data, device, energy and fee, price."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="parts")
    round = models.PositiveIntegerField()
    part = models.CharField(max_length=CODE)
    is_wrong = models.BooleanField(null=True)
    text = models.ForeignKey(FreeText, models.PROTECT, null=True)
    person = models.ForeignKey(Person, models.PROTECT)


class Evidence(models.Model):
    """A file in `media/` by its digest. The same file never proves two visits."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="evidence")
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=CODE)
    sha256 = models.CharField(max_length=KEY, unique=True)
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT)


class Mending(models.Model):
    """Mending (整改): the flow in the marketing system that puts it right. Money is its own flow, not this one."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="mendings")
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=CODE)
    flow_id = models.CharField(max_length=KEY)
    mender = models.CharField(max_length=CODE)
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    result = models.CharField(max_length=CODE, default="")
    finished_on = models.DateField(null=True)


class Answer(models.Model):
    """What a unit answered, round by round."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="answers")
    round = models.PositiveIntegerField()
    conclusion = models.CharField(max_length=CODE)
    reason = models.CharField(max_length=CODE, default="")
    text = models.ForeignKey(FreeText, models.PROTECT, null=True)
    answerer = models.ForeignKey(Person, models.PROTECT)
    at = models.DateTimeField()


class Review(models.Model):
    """One review: passed, or returned with a reason."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="reviews")
    round = models.PositiveIntegerField()
    level = models.CharField(max_length=CODE)
    is_passed = models.BooleanField()
    reason = models.CharField(max_length=CODE, default="")
    reviewer = models.ForeignKey(Person, models.PROTECT)
    at = models.DateTimeField()


class Request(models.Model):
    """An extension, a suspension or a transfer that was asked for, and what was decided."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=CODE)
    reason = models.CharField(max_length=CODE)
    until_on = models.DateField(null=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="asked")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="decided")
    is_granted = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("order",), condition=models.Q(is_granted__isnull=True), name="one_open_request"
            ),
        )


class Responsibility(models.Model):
    """Who answers for a true finding: kind of fault, unit, post, person; and that the person was heard."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="responsibilities")
    fault = models.CharField(max_length=CODE)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    post = models.CharField(max_length=CODE)
    staff_id = models.CharField(max_length=CODE)
    assessed_by = models.ForeignKey(Person, models.PROTECT, related_name="assessed")
    heard_on = models.DateField(null=True)
    heard_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="heard")
    statement = models.ForeignKey(FreeText, models.PROTECT, null=True)


class Callback(models.Model):
    """A return visit (回访)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="callbacks")
    round = models.PositiveIntegerField()
    satisfaction = models.CharField(max_length=CODE)
    caller = models.ForeignKey(Person, models.PROTECT)
    on = models.DateField()


class Watch(models.Model):
    """A day on which an archived order is looked at again."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="watches")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)


class LimitWarning(models.Model):
    """A warning or an escalation of one running limit; each is given once."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="warnings")
    step_from = models.DateTimeField()
    due_at = models.DateTimeField()
    kind = models.CharField(max_length=CODE)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("order", "step_from", "due_at", "kind"), name="one_warning_a_limit"
            ),
        )
