"""Who there is: the tree of units, the counties' profession teams, people and the posts they hold.

A person is a number of the staff file and nothing else; the name joins at display from `core.staff_person`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from treebeard.mp_tree import MP_Node

CODE = 40
LEVELS = ("province", "city", "county", "station")


class Organisation(MP_Node):  # type: ignore[misc]
    """A unit, as in `core.organisation`. Below a unit is what its path begins."""

    path: str
    depth: int
    org_id = models.CharField(max_length=CODE, unique=True)
    level = models.CharField(max_length=CODE)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(level__in=LEVELS), name="organisation_level"),)

    def covers(self, other: Organisation) -> bool:
        """Whether the other unit is this one or below it."""
        return bool(other.path.startswith(self.path))

    def __str__(self) -> str:
        return self.org_id


class Team(models.Model):
    """A profession team of a county: usage inspection, metering, billing, connection."""

    county = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    profession = models.CharField(max_length=CODE)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("county", "profession"), name="one_team_a_profession"),
        )


class _People(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(staff_id=username)


class Person(AbstractBaseUser):
    """An account. One a member of staff, so that none is shared; there is no super-user."""

    staff_id = models.CharField(max_length=CODE, unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "staff_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Any] = _People()

    def __str__(self) -> str:
        return self.staff_id


class Posting(models.Model):
    """A post somebody holds in a unit, or in a team of it, over a span. Never deleted: revoked."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="postings")
    post = models.CharField(max_length=CODE)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="postings")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="postings")
    department = models.CharField(max_length=CODE)
    is_part_time = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")), name="posting_span"
            ),
        )


class Delegation(models.Model):
    """Who acts in a posting's stead, over a span. What is done counts for both."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Person, models.PROTECT, related_name="delegations")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="delegation_span"),
        )
