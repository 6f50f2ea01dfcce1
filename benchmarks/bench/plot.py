"""A picture of results: processor time beside bare Starlette, and how near each bar is.

python plot.py RESULTS PICTURE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

OURS, THEIRS, MISSED = "#1f5fa8", "#8a8f98", "#b3261e"
mpl.rcParams["svg.hashsalt"] = "rulebound"
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["font.family"] = "sans-serif"
mpl.rcParams["font.size"] = 9


def servers(axes: Axes, rows: dict[str, Any]) -> None:
    """Microseconds of processor time of an accepted create task, a bar for each server."""
    known = {name: row["computing"] for name, row in rows.items() if "computing" in row}
    names = sorted(known, key=lambda name: -known[name])
    colours = [OURS if name == "rulebound" else THEIRS for name in names]
    drawn = axes.barh(names, [known[name] for name in names], color=colours)
    axes.bar_label(drawn, fmt="%.0f", padding=3)
    missing = [name for name in rows if name not in known]
    note = f" (not measured: {', '.join(missing)})" if missing else ""
    axes.set_title(f"Create task, accepted: µs of processor time per request{note}", loc="left")
    axes.margins(x=0.1)
    axes.spines[["top", "right"]].set_visible(False)


def bars(axes: Axes, found: list[dict[str, Any]]) -> None:
    """What part of its bar each figure takes; right of the line it is missed."""
    known = [each for each in reversed(found) if each["value"]]
    parts = [
        each["bar"] / each["value"] if each["least"] else each["value"] / each["bar"]
        for each in known
    ]
    colours = [OURS if each["verdict"] == "kept" else MISSED for each in known]
    drawn = axes.barh([each["key"] for each in known], parts, color=colours)
    labels = [f"{each['value']:.3g} of {each['bar']:g} {each['unit']}" for each in known]
    axes.bar_label(drawn, labels=labels, padding=3)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.margins(x=0.25)
    axes.set_title("Each figure as a part of its bar (right of the line: missed)", loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def main(file: Path, picture: Path) -> None:
    """Draw."""
    results = json.loads(file.read_text(encoding="utf-8"))
    accepted = results["scenarios"].get("accepted")
    heights = ([len(accepted)] if accepted else []) + [max(1, len(results["bars"]))]
    figure, axes = plt.subplots(
        len(heights),
        figsize=(9, 0.28 * sum(heights) + 1.6),
        height_ratios=heights,
        squeeze=False,
        layout="constrained",
    )
    if accepted:
        servers(axes[0][0], accepted)
    bars(axes[-1][0], results["bars"])
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
