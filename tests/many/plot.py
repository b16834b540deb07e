"""Draws what the ledger costs: the time to claim a draft against the drafts settled, and the memory beside it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_WIDTH, _HEIGHT, _TOP, _LEFT = 420, 250, 70, 70
_STYLE: Final = """\
    .page { fill: #ffffff } .grid { stroke: #cbd5e1 } .demand { stroke: #dc2626; stroke-dasharray: 5 4 }
    .line { fill: none; stroke-width: 2 } .sqlite { stroke: #2563eb } .postgresql { stroke: #d97706 }
    text { fill: #0f172a } .name { font-weight: bold } .note { font-size: 12px; fill: #475569 }
    .end { text-anchor: end } .middle { text-anchor: middle }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0f172a } .grid { stroke: #334155 } .demand { stroke: #f87171 }
      .sqlite { stroke: #60a5fa } .postgresql { stroke: #fbbf24 } text { fill: #f1f5f9 } .note { fill: #cbd5e1 }
    }"""


def plot(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Returns an SVG image of the figures, one line for each ledger."""
    drafts = max(figures["drafts"] for figures in found.values())
    claims = {name: [1000 * seconds for seconds in figures["claim_seconds"]] for name, figures in found.items()}
    memory = {name: figures["mib"] for name, figures in found.items()}
    title = f"The time to claim one draft, and the memory of the run, stay the same over {drafts:,} drafts"
    head = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1080 400" font-family="Helvetica, Arial, sans-serif"'
    return "\n".join(
        [
            f'<svg {head} font-size="13">',
            f"  <title>{title}.</title>",
            f"  <style>\n{_STYLE}\n  </style>",
            '  <rect class="page" width="1080" height="400" rx="12"/>',
            *_panel(_LEFT, "Time to claim a draft, ms (median)", claims, 12, 5, "demanded: 5 ms at most", drafts),
            *_panel(
                _LEFT + 540, "Memory above the interpreter, MiB", memory, 120, 100, "demanded: 100 MiB at most", drafts
            ),
            "</svg>",
            "",
        ]
    )


def _panel(
    left: int, name: str, lines: Mapping[str, Sequence[float]], top: float, demand: float, words: str, drafts: int
) -> list[str]:
    bottom = _TOP + _HEIGHT
    shapes = [f'  <text class="name" x="{left}" y="{_TOP - 34}">{name}</text>']
    for part in range(7):
        y = bottom - part * _HEIGHT / 6
        shapes.append(f'  <path class="grid" d="M{left} {y:.1f} h{_WIDTH}"/>')
        shapes.append(f'  <text class="note end" x="{left - 8}" y="{y + 4:.1f}">{top * part / 6:g}</text>')
    for part in range(6):
        x = left + part * _WIDTH / 5
        shapes.append(f'  <text class="note middle" x="{x:.1f}" y="{bottom + 20}">{drafts * part // 5:,}</text>')
    shapes.append(f'  <text class="note middle" x="{left + _WIDTH / 2:.1f}" y="{bottom + 42}">drafts settled</text>')
    y = bottom - demand / top * _HEIGHT
    shapes.append(f'  <path class="demand" d="M{left} {y:.1f} h{_WIDTH}"/>')
    shapes.append(f'  <text class="note end" x="{left + _WIDTH}" y="{y - 6:.1f}">{words}</text>')
    for place, (ledger, values) in enumerate(lines.items()):
        points = " ".join(
            f"{left + (number + 0.5) * _WIDTH / len(values):.1f},{bottom - min(value, top) / top * _HEIGHT:.1f}"
            for number, value in enumerate(values)
        )
        kind = ledger.lower()
        shapes.append(f'  <polyline class="line {kind}" points="{points}"/>')
        x = left + 130 * place
        shapes.append(f'  <path class="line {kind}" d="M{x} {_TOP - 16} h24"/>')
        shapes.append(f'  <text class="note" x="{x + 30}" y="{_TOP - 12}">{ledger}</text>')
    return shapes
