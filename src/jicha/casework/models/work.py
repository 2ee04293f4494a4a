"""Leads and orders: where each stands. Only `jicha.casework.transition` sets a status; the database looks after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jicha.casework.models.journal import Case, FreeText
from jicha.casework.models.organisation import CODE, Organisation, Person, Team

KEY = 64


class Money(models.Model):
    """Energy and money a lead, order or finding comes to; + owed to the utility, - to the customer. Null: not known."""

    impact_kwh = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    impact_yuan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    impact_method = models.CharField(max_length=CODE, default="none")
    is_partial_impact = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Lead(Money):
    """All open findings of one site."""

    key = models.CharField(max_length=CODE, unique=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="lead")
    site = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="leads")
    customer_id = models.CharField(max_length=KEY, default="")
    source = models.CharField(max_length=CODE)
    severity = models.CharField(max_length=CODE)
    status = models.CharField(max_length=CODE)
    reason = models.CharField(max_length=CODE, default="")
    snoozed_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    beside = models.ForeignKey("self", models.PROTECT, null=True, related_name="besides")

    class Meta:
        indexes = (models.Index(fields=("site", "status"), name="lead_site"),)


class Batch(models.Model):
    """Orders that go to a county together: how many, by when. The fixed quantity of 四定."""

    key = models.CharField(max_length=CODE, unique=True)
    county = models.ForeignKey(Organisation, models.PROTECT, related_name="batches")
    quantity = models.PositiveIntegerField()
    due_on = models.DateField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(quantity__gt=0), name="batch_quantity"),)


class Order(Money):
    """An inspection order: one object, one problem. `unit` and `team` say who does it, `handler` which person."""

    key = models.CharField(max_length=CODE, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="orders")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="orders")
    kind = models.CharField(max_length=CODE)
    severity = models.CharField(max_length=CODE)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="orders")
    subject_type = models.CharField(max_length=CODE)
    subject = models.JSONField(default=dict)
    source = models.CharField(max_length=CODE)
    suspicion = models.ForeignKey(FreeText, models.PROTECT, null=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="orders")
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="handled")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="orders")
    handler = models.ForeignKey(Person, models.PROTECT, null=True, related_name="orders")
    companions = models.ManyToManyField(Person, related_name="accompanied")
    status = models.CharField(max_length=CODE)
    before_suspension = models.CharField(max_length=CODE, default="")
    conclusion = models.CharField(max_length=CODE, default="")
    reason = models.CharField(max_length=CODE, default="")
    outcome = models.CharField(max_length=CODE, default="")
    round = models.PositiveIntegerField(default=1)
    return_count = models.PositiveIntegerField(default=0)
    reopen_count = models.PositiveIntegerField(default=0)
    step_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    is_wall_clock = models.BooleanField(default=False)
    is_provisional_due = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True)
    suspended_until = models.DateField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("status", "due_at"), name="order_due"),)


class Suspicion(Money):
    """A finding as a lead holds it: what was seen when it was taken in, what the last sweep said."""

    finding_key = models.CharField(max_length=KEY, unique=True)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="suspicions")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="suspicions")
    topic = models.CharField(max_length=200)
    kind = models.CharField(max_length=CODE)
    severity = models.CharField(max_length=CODE)
    subject_type = models.CharField(max_length=CODE)
    subject = models.JSONField(default=dict)
    period_from = models.DateField()
    period_to = models.DateField()
    observation_digest = models.CharField(max_length=KEY)
    presence = models.CharField(max_length=CODE)
    closer = models.CharField(max_length=CODE)
    quiet_months = models.PositiveIntegerField(null=True)
    verify_days = models.PositiveIntegerField()
    first_run = models.PositiveIntegerField()
    last_run = models.PositiveIntegerField()


class RuleChange(models.Model):
    """A draft of content on its way into production: what is approved is this digest of this file."""

    key = models.CharField(max_length=CODE, unique=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="rule_change")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="rule_changes")
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=KEY)
    author = models.ForeignKey(Person, models.PROTECT, related_name="authored")
    approver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="approved")
    status = models.CharField(max_length=CODE)
