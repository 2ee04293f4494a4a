"""The journal: one chain of events a case. The database refuses to change or delete an event.

Events hold ids, codes and digests. Words people write stand beside them in `FreeText`, which has a retention period
and can be erased: the event keeps the digest of the salted text, and the chain verifies without it.
"""

from __future__ import annotations

from django.db import models

CODE = 40
DIGEST = 64


class Case(models.Model):
    """What has a chain of its own: a lead with its orders, a rule change, a person's rights. The row is the lock under
    which its chain grows. A case merged into another keeps its chain; who took a place in one has it in both."""

    key = models.CharField(max_length=CODE, unique=True)
    kind = models.CharField(max_length=CODE)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")


class FreeText(models.Model):
    """Words beside an event. Erased: text and salt are empty, the digest stays in the event."""

    text = models.TextField()
    salt = models.CharField(max_length=DIGEST)
    keep_until = models.DateField()
    erased_at = models.DateTimeField(null=True)


class Event(models.Model):
    """One step, as it happened. `digest` is over everything here and the digest before it.

    `actor` is a staff number or `system:<name>`; `principal` is whose post a delegate acted in. `people` are places
    taken in the case by this step, canonical JSON: place -> staff numbers.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.CharField(max_length=CODE)
    actor = models.CharField(max_length=CODE)
    principal = models.CharField(max_length=CODE)
    post = models.CharField(max_length=CODE)
    acting_org = models.CharField(max_length=CODE)
    verb = models.CharField(max_length=CODE)
    subject_kind = models.CharField(max_length=CODE)
    subject_key = models.CharField(max_length=CODE)
    old_status = models.CharField(max_length=CODE)
    new_status = models.CharField(max_length=CODE)
    people = models.TextField()
    data = models.TextField()
    text = models.ForeignKey(FreeText, models.PROTECT, null=True)
    text_digest = models.CharField(max_length=DIGEST)
    previous = models.CharField(max_length=DIGEST)
    digest = models.CharField(max_length=DIGEST)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "sequence"), name="one_event_a_place"),
            models.CheckConstraint(condition=~models.Q(actor=""), name="event_has_an_actor"),
        )
        indexes = (models.Index(fields=("subject_kind", "subject_key"), name="event_subject"),)
