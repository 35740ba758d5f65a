"""A plot of latency against size, from the figures of `search_latency --json`.

    python -m tests.benchmarks.latency_plot FIGURES.json docs/search-latency.svg

Both axes are logarithmic; a line a kind of question, its dots the p50, its bars up to the p95.
"""

import json
import sys
from html import escape
from math import log10
from pathlib import Path
from typing import Any, Final

_WIDTH: Final = 720
_HEIGHT: Final = 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 210, 20, 50
_COLOURS: Final = ("#1b6ca8", "#c2571a", "#2e8b57", "#8a4fa3", "#a33b5c", "#6b6b6b")
_MILLISECONDS: Final = (5, 10, 20, 50, 100, 200, 500, 1_000)


def plot(figures: list[dict[str, Any]]) -> str:
    """The picture as SVG."""
    sizes = sorted({one["messages"] for one in figures})
    low, high = log10(sizes[0]), log10(max(sizes[-1], sizes[0] * 10))
    bottom, top = log10(_MILLISECONDS[0]), log10(_MILLISECONDS[-1])

    def x(messages: int) -> float:
        return _LEFT + (log10(messages) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(milliseconds: float) -> float:
        part = (log10(min(max(milliseconds, 5), 1_000)) - bottom) / (top - bottom)
        return _HEIGHT - _BOTTOM - part * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    parts += [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(mark):.1f}" y2="{y(mark):.1f}"'
        f' stroke="#dddddd"/><text x="{_LEFT - 6}" y="{y(mark) + 4:.1f}"'
        f' text-anchor="end">{mark:,} ms</text>'
        for mark in _MILLISECONDS
    ]
    parts += [
        f'<text x="{x(size):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    ]
    parts.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">'
        "messages in the memory</text>"
    )
    for number, kind in enumerate(dict.fromkeys(one["kind"] for one in figures)):
        colour = _COLOURS[number % len(_COLOURS)]
        points = sorted(
            (one["messages"], one["p50"], one["p95"]) for one in figures if one["kind"] == kind
        )
        line = " ".join(f"{x(size):.1f},{y(p50):.1f}" for size, p50, _ in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for size, p50, p95 in points:
            parts.append(
                f'<line x1="{x(size):.1f}" x2="{x(size):.1f}" y1="{y(p50):.1f}" y2="{y(p95):.1f}"'
                f' stroke="{colour}" stroke-opacity="0.4"/>'
                f'<circle cx="{x(size):.1f}" cy="{y(p50):.1f}" r="3.5" fill="{colour}"/>'
            )
        parts.append(
            f'<text x="{_WIDTH - _RIGHT + 14}" y="{_TOP + 20 + 18 * number}" fill="{colour}">'
            f"{escape(kind)}</text>"
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Read the figures and write the picture."""
    figures = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    Path(sys.argv[2]).write_text(plot(figures), "utf-8")


if __name__ == "__main__":
    main()
