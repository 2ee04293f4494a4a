"""What all pictures share: colours, fonts, how a picture is written, and fortnightly means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("svg")

from benchmarks.county_page.exports import Floats
from matplotlib import pyplot as plt

#: Colours that the colour-blind tell apart (Okabe and Ito).
BLUE, RED, GREEN, SKY, AMBER, GREY = "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#E69F00", "#8A8A8A"
FORTNIGHT = 14
_ABBREVIATIONS = {"ct", "pt", "pv"}
_LOOK: dict[Any, Any] = {
    "svg.hashsalt": "county",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


def look() -> None:
    """Sets the look of every picture that follows; texts stay texts, in whatever Latin font the reader has."""
    plt.rcParams.update(_LOOK)


def save(figure: Any, path: Path) -> None:
    """Writes an SVG: same picture, same bytes."""
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    # Matplotlib leaves blanks at line ends.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def smooth(values: Floats) -> Floats:
    """Centred mean over a fortnight; gaps and what lies beyond the ends are left out."""
    known = np.isfinite(values)
    ones = np.ones(FORTNIGHT)
    total = np.convolve(np.where(known, values, 0), ones, mode="same")
    count = np.convolve(known.astype(float), ones, mode="same")
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def words(name: str) -> str:
    """A cause's name as a title has it."""
    return " ".join(word.upper() if word in _ABBREVIATIONS else word for word in name.split("_"))


def at_hour(hour: float) -> str:
    """20.0 is 20:00."""
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"


def month_name(month: str) -> str:
    """202606 is 2026-06."""
    return f"{month[:4]}-{month[4:]}"
