"""What share of the power each element of a meter records when its transformers are not those billed by."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from jicha.kernel.derivation import Node, Step
from jicha.remedies import angle
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Given, Ratio
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.steps import INNER_PLACES, difference, given, one, product, quotient, total


def ratio_of(ratio: Ratio, name: str) -> Node:
    """A printed ratio as one number: exact to `INNER_PLACES`."""
    if ratio.of == 1:
        return given("ratio", ratio.rated, name=name)
    return quotient(
        "ratio",
        given("ratio", ratio.rated, name=f"{name}_rated"),
        given("ratio", ratio.of, name=f"{name}_secondary"),
        places=INNER_PLACES,
        name=name,
    )


def two_elements(shares: Sequence[Step], inputs: Given, draft: Draft, plain: Node) -> Node:
    """Two elements share the power by the load angle: cos(30° ± φ); equally only at cos φ = 1."""
    tangent = angle.tangent(inputs)
    if tangent is None:
        draft.note(
            "the two elements are taken to share the power equally, as at power factor 1; give cos_phi",
            "按功率因数为1、两元件各计一半处理; 可给出 cos_phi",
        )
        return plain
    third = given(
        "coefficient",
        angle.Surd(Fraction(0), Fraction(1, 3)).decimal(),
        name="one_over_root_three",
        source="phasors",
    )
    lean = product(
        "coefficient",
        difference("element_share", shares[1], shares[0], name="share_difference"),
        third,
        tangent,
        name="lean",
        unit="ratio",
    )
    return total("element_sum", plain, lean, name="weighted_sum")


def ct_shares(inputs: Given) -> list[Step]:
    nominal = inputs.ratio("ct_nominal")
    if nominal is None:
        raise refuse("missing_input", inputs.at("ct_nominal"), "give the ratio billed by", "请给出计费变比")
    billed = ratio_of(nominal, "ct_nominal")
    actual = inputs.items("ct_actual")
    return [
        quotient(
            "element_share",
            billed,
            ratio_of(each, f"ct_actual_{place}"),
            places=INNER_PLACES,
            name=f"share_{place}",
        )
        for place, each in enumerate(actual, 1)
    ]


def error_shares(inputs: Given, ground: Ground) -> list[Step]:
    pct = ground.conversion("pct", "ratio")
    return [
        total(
            "element_share",
            one(),
            product(
                "error_ratio", given("error_pct", each, name=f"error_{place}_pct"), pct, name=f"error_{place}"
            ),
            name=f"share_{place}",
        )
        for place, each in enumerate(inputs.items("phase_errors_pct"), 1)
    ]
