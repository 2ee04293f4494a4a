"""The tree of units, posts with one right each, and what of it a person sees."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from jicha.casework import clock, ownership
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.models import Event, Organisation, Posting, Team
from jicha.casework.rights import acting, visible_units
from jicha.casework.services.granting import delegate, end_delegation, found, grant, revoke
from jicha.casework.services.organising import plant, register
from tests.casework.utility import moment, utility

pytestmark = pytest.mark.usefixtures("casework")


def refused(call: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(CaseworkError) as error:
        call(*args, **named)
    assert error.value.text.en and error.value.text.zh
    return error.value.code


def test_the_tree_is_planted_and_a_county_has_its_teams() -> None:
    jicha = utility()
    assert [unit.org_id for unit in Organisation.objects.filter(path__startswith=jicha.units["X"].path)] == [
        "X",
        "X1",
        "X2",
    ]
    assert set(Team.objects.filter(county__org_id="X").values_list("profession", flat=True)) == set(
        charter().professions
    )


def test_planting_again_moves_and_renames() -> None:
    jicha = utility()
    plant([{"org_id": "X2", "parent_org_id": "Y", "org_level_code": "station", "org_name": "乙二所"}])
    moved = Organisation.objects.get(org_id="X2")
    assert moved.name == "乙二所" and Organisation.objects.get(org_id="Y").covers(moved)
    assert not Organisation.objects.get(org_id="X").covers(moved)
    assert Organisation.objects.count() == len(jicha.units)


@pytest.mark.parametrize(
    ("parent", "level", "code"),
    [("nobody", "station", "unit_without_parent"), ("X1", "county", "unit_too_high")],
)
def test_a_unit_that_cannot_hang_there_is_refused(parent: str, level: str, code: str) -> None:
    utility()
    row = {"org_id": "N", "parent_org_id": parent, "org_level_code": level, "org_name": "新"}
    assert refused(plant, [row]) == code


def test_a_person_sees_the_own_subtree_only() -> None:
    jicha = utility()
    jicha.post("a", "reviewer", "X")
    jicha.post("b", "inspector", "X1")
    assert {u.org_id for u in visible_units(jicha.person("a"))} == {"X", "X1", "X2"}
    assert {u.org_id for u in visible_units(jicha.person("b"))} == {"X1"}
    assert not visible_units(jicha.person("c"))


def test_one_post_one_right() -> None:
    jicha = utility()
    jicha.post("a", "reviewer", "X")
    assert acting(jicha.person("a"), "review", jicha.units["X1"]).name == "a"
    for right in set(charter().rights) - {"review"}:
        refused(acting, jicha.person("a"), right, jicha.units["X1"])


@pytest.mark.parametrize(
    ("unit", "named", "code"),
    [
        ("Y1", {}, "own_subtree"),
        ("X1", {"levels": ("city",)}, "right_level"),
        ("X1", {"department": "supervision"}, "owning_department"),
    ],
)
def test_a_post_ends_where_its_unit_level_and_department_end(
    unit: str, named: dict[str, Any], code: str
) -> None:
    jicha = utility()
    jicha.post("a", "reviewer", "X")
    assert refused(acting, jicha.person("a"), "review", jicha.units[unit], **named) == code


def test_a_post_holds_in_its_span_and_until_it_is_revoked() -> None:
    jicha = utility()
    with clock.at(moment("2026-03-02T09:00")):
        post = jicha.post(
            "a", "reviewer", "X", from_at=moment("2026-03-03T00:00"), until_at=moment("2026-04-01T00:00")
        )
        assert refused(acting, jicha.person("a"), "review", jicha.units["X"]) == "posting_begun"
    with clock.at(moment("2026-03-03T00:00")):
        acting(jicha.person("a"), "review", jicha.units["X"])
    with clock.at(moment("2026-04-01T00:00")):
        assert refused(acting, jicha.person("a"), "review", jicha.units["X"]) == "posting_in_force"
    with clock.at(moment("2026-03-10T00:00")):
        revoke(jicha.root, post)
        assert refused(acting, jicha.person("a"), "review", jicha.units["X"]) == "posting_in_force"
        assert refused(revoke, jicha.root, post) == "revoked_already"


def test_who_grants_may_not_grant_to_oneself_or_what_may_not_meet() -> None:
    jicha = utility()
    assert refused(grant, jicha.root, jicha.root, "approver", jicha.units["C"]) == "not_to_oneself"
    jicha.post("a", "inspector", "X1")
    assert refused(jicha.post, "a", "approver", "X") == "posts_apart"
    assert refused(jicha.post, "a", "topic_editor", "X") == "post_exists_here"
    assert refused(jicha.post, "a", "nobody", "X") == "unknown_post"
    team = Team.objects.get(county__org_id="Y", profession="metering")
    assert (
        refused(grant, jicha.root, jicha.person("b"), "inspector", jicha.units["X"], team=team)
        == "team_of_the_county"
    )
    assert refused(grant, jicha.person("a"), jicha.person("b"), "inspector", jicha.units["X1"]) == "no_right"
    assert refused(found, jicha.person("a"), jicha.units["P"]) == "founded_already"


def test_every_pair_kept_apart_is_refused_both_ways() -> None:
    jicha = utility()
    for number, pair in enumerate(charter().posts_apart):
        for first, second in (pair.posts, pair.posts[::-1]):
            letter = f"{number}{first}"
            levels = {"city": "C", "county": "X"}
            unit = {
                post: next(levels[each] for each in charter().posts[post].levels if each in levels)
                for post in pair.posts
            }
            jicha.post(letter, first, unit[first])
            assert refused(jicha.post, letter, second, unit[second]) == "posts_apart"


def test_a_delegate_acts_in_the_owners_stead_for_a_while() -> None:
    jicha = utility()
    with clock.at(moment("2026-03-02T09:00")):
        post = jicha.post("a", "approver", "X")
        jicha.post("b", "reviewer", "X")
        given = delegate(jicha.person("a"), post, jicha.person("b"), until_at=moment("2026-03-05T00:00"))
        actor = acting(jicha.person("b"), "approve", jicha.units["X1"])
        assert actor.staff == ("b", "a")
        jicha.post("c", "inspector", "X1")
        until = moment("2026-03-05T00:00")
        assert (
            refused(delegate, jicha.person("a"), post, jicha.person("c"), until_at=until) == "not_held_apart"
        )
        assert refused(delegate, jicha.person("a"), post, jicha.person("a"), until_at=until) == "not_to_owner"
        assert refused(delegate, jicha.person("b"), post, jicha.person("c"), until_at=until) == "not_own_post"
        jicha.post("d", "reviewer", "Y")
        assert refused(delegate, jicha.person("a"), post, jicha.person("d"), until_at=until) == "same_unit"
        assert refused(jicha.post, "b", "inspector", "X1") == "posts_apart"
    with clock.at(moment("2026-03-05T00:00")):
        assert refused(acting, jicha.person("b"), "approve", jicha.units["X1"]) == "delegation_in_force"
    with clock.at(moment("2026-03-03T00:00")):
        end_delegation(jicha.person("a"), given)
        assert refused(acting, jicha.person("b"), "approve", jicha.units["X1"]) == "delegation_in_force"


def test_revoking_a_post_ends_what_was_delegated_of_it() -> None:
    jicha = utility()
    post = jicha.post("a", "approver", "X")
    jicha.post("b", "reviewer", "X")
    delegate(jicha.person("a"), post, jicha.person("b"), until_at=clock.now() + timedelta(days=3))
    revoke(jicha.root, post)
    refused(acting, jicha.person("b"), "approve", jicha.units["X"])
    assert Event.objects.filter(verb="end_delegation").count() == 1


def test_every_grant_and_revocation_is_in_the_journal_with_its_actor() -> None:
    jicha = utility()
    post = jicha.post("a", "inspector", "X1", is_part_time=True)
    revoke(jicha.root, post)
    told = list(Event.objects.filter(case__key="person:a").order_by("sequence"))
    assert [(e.verb, e.actor, e.new_status) for e in told] == [
        ("register", "system:setup", ""),
        ("grant", "root", "active"),
        ("revoke", "root", "revoked"),
    ]
    assert json.loads(told[1].data)["is_part_time"] is True
    assert Posting.objects.count() == Event.objects.filter(verb="grant").count()


def test_an_account_that_is_closed_has_no_right() -> None:
    jicha = utility()
    jicha.post("a", "reviewer", "X")
    jicha.person("a").is_active = False
    assert refused(acting, jicha.person("a"), "review", jicha.units["X"]) == "inactive"


def test_registering_twice_is_one_account_and_no_account_is_above_the_rules() -> None:
    assert register("a") == register("a")
    assert not register("a").has_usable_password()
    assert not hasattr(register("a"), "is_superuser")


def test_who_owns_inspection_is_a_setting() -> None:
    jicha = utility()
    on = moment("2026-03-02T00:00").date()
    assert ownership.department("inspection", jicha.units["X1"], on) == "marketing"
    assert ownership.department("anti_theft", jicha.units["X1"], on) == "marketing"
