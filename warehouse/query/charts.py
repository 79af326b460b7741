"""A line chart with confidence intervals as inline SVG, without libraries or requests."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 220, 44, 26


def band_chart(points: Sequence[Mapping[str, Any]], name: str = "week") -> str:
    """Draw values over time within their intervals.

    Args:
        points: In order, each with `value`, `low`, `high` and a label.
        name: Key of the label.
    """
    if not points:
        return "<p>Too few calls for a chart.</p>"
    low = min(point["low"] for point in points)
    high = max(point["high"] for point in points)
    step = (_WIDTH - 2 * _LEFT) / max(len(points) - 1, 1)

    def place(number: int, value: float) -> str:
        share = (value - low) / ((high - low) or 1)
        return f"{_LEFT + number * step:.1f},{(_HEIGHT - _BOTTOM) * (1 - share) + 8:.1f}"

    line = " ".join(place(number, point["value"]) for number, point in enumerate(points))
    above = [place(number, point["high"]) for number, point in enumerate(points)]
    below = [place(number, point["low"]) for number, point in enumerate(points)]
    ends = ((0, "start"), (len(points) - 1, "end"))
    labels = "".join(
        f'<text x="{_LEFT + number * step:.1f}" y="{_HEIGHT + 8}" text-anchor="{anchor}">'
        f"{escape(str(points[number][name]))}</text>"
        for number, anchor in ends[: len(points)]
    )
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {_HEIGHT + 12}" font-size="12" fill="currentColor"'
        f' style="max-width: {_WIDTH}px"><title>from {low:.4g} to {high:.4g}</title>'
        f'<polygon points="{" ".join([*above, *reversed(below)])}" opacity="0.2"/>'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="2"/>'
        f'<text x="0" y="16">{high:.4g}</text>'
        f'<text x="0" y="{_HEIGHT - _BOTTOM + 8}">{low:.4g}</text>{labels}</svg>'
    )
