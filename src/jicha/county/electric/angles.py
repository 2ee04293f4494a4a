"""Cosines, sines and angles without the platform's mathematical library, so that two machines agree bit for bit.

Only + − × ÷ and square roots are used, which IEEE 754 rounds correctly everywhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from jicha.county.chance import Floats

SQRT_3: Final = 1.7320508075688772
_STEP, _TURN, _QUARTER, _HALF = 15, 360, 90, 180
#: Cosines of 0°, 15°, … 90°.
_COSINES = (
    1.0,
    0.9659258262890683,
    0.8660254037844386,
    0.7071067811865476,
    0.5,
    0.25881904510252074,
    0.0,
)
_DEGREES_A_RADIAN = 57.29577951308232
#: Terms of the series of the arc tangent; below tan 22.5° the rest is under a thousandth of a degree.
_SERIES = (1.0, -1 / 3, 1 / 5, -1 / 7, 1 / 9, -1 / 11)


def cosine(degrees: int) -> float:
    """Of a multiple of 15°. Raises ValueError for another angle."""
    if degrees % _STEP:
        raise ValueError(f"{degrees}° is not a multiple of {_STEP}°")
    turned = degrees % _TURN
    if turned > _HALF:
        turned = _TURN - turned
    if turned > _QUARTER:
        return -_COSINES[(_HALF - turned) // _STEP]
    return _COSINES[turned // _STEP]


def sine(degrees: int) -> float:
    """Of a multiple of 15°. Raises ValueError for another angle."""
    return cosine(degrees - _QUARTER)


def degrees_of(active: Floats, reactive: Floats) -> Floats:
    """The angle by which the current lags, in (−180°, 180°], from active and reactive power; 0 without either."""
    length = np.sqrt(active * active + reactive * reactive)
    steep = np.abs(reactive) > np.abs(active)
    over = np.where(steep, np.abs(active), np.abs(reactive))
    under = np.where(steep, np.abs(reactive), np.abs(active))
    tangent = over / np.where(length > 0, under, 1.0)
    half = tangent / (1.0 + np.sqrt(1.0 + tangent * tangent))
    square = half * half
    total = np.zeros_like(half)
    for factor in reversed(_SERIES):
        total = total * square + factor
    acute = 2.0 * half * total * _DEGREES_A_RADIAN
    acute = np.where(steep, _QUARTER - acute, acute)
    lagging = np.where(active < 0, _HALF - acute, acute)
    return np.where(reactive < 0, -lagging, lagging)
