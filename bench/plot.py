"""Grouped bars as SVG, for a page: no program is needed to draw or to read them."""

from collections.abc import Iterable, Mapping
from html import escape

WIDTH, LABELS, BAR, GAP, TOP = 900, 330, 13, 10, 62
SPACE_FOR_VALUE = 60
COLOURS = ("#0b6e99", "#a2231d", "#8f8f8f", "#d9a441")
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="11">'
    '<rect width="100%" height="100%" fill="white"/>'
    '<text x="10" y="20" font-size="15">{title}</text>'
)

Groups = Mapping[str, Mapping[str, float]]
"""Row to series to value; not every row has every series."""


def bars(title: str, groups: Groups, form: str) -> str:
    series = list(dict.fromkeys(name for values in groups.values() for name in values))
    colours = dict(zip(series, COLOURS, strict=True))
    most = max(value for values in groups.values() for value in values.values())
    scale = (WIDTH - LABELS - SPACE_FOR_VALUE) / most
    parts, y = list(_legend(colours)), TOP
    for label, values in groups.items():
        parts.append(f'<text x="{LABELS - 8}" y="{y + 10}" text-anchor="end">{escape(label)}</text>')
        for name, value in values.items():
            parts.append(f'<rect x="{LABELS}" y="{y}" width="{value * scale:.1f}" height="11" fill="{colours[name]}"/>')
            parts.append(f'<text x="{LABELS + value * scale + 5:.1f}" y="{y + 10}">{form.format(value)}</text>')
            y += BAR
        y += GAP
    return "\n".join([HEAD.format(width=WIDTH, height=y, title=escape(title)), *parts, "</svg>", ""])


def _legend(colours: Mapping[str, str]) -> Iterable[str]:
    for i, (name, colour) in enumerate(colours.items()):
        x = 10 + 150 * i
        yield f'<rect x="{x}" y="34" width="11" height="11" fill="{colour}"/>'
        yield f'<text x="{x + 16}" y="44">{escape(name)}</text>'
