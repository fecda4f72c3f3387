"""The bars of the README: CPU time a request on a logarithmic scale, one group a benchmark."""

import math
from html import escape

COLOURS = {"edge": "#d6336c", "one-worker": "#f783ac", "floor": "#adb5bd", "nginx": "#2f9e44", "varnish": "#1971c2", "haproxy": "#7048e8", "h2o": "#0c8599", "python": "#f08c00"}
LEFT, WIDTH, BAR, GAP = 210, 520, 16, 18
LEAST_US, MOST_US = 1, 1_000


def svg(cases, rows):
    parts, y = [], 34
    for case in cases:
        measured = [(name, row.cpu_us) for name, row in rows[case.name].items() if row.cpu_us]
        parts.append(text(LEFT - 12, y + len(measured) * BAR / 2 + 4, case.title, "end", "bold"))
        for name, microseconds in measured:
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{x(microseconds) - LEFT:.1f}" height="{BAR - 2}" '
                f'fill="{COLOURS[name]}"/>')
            parts.append(text(x(microseconds) + 6, y + BAR - 5, f"{name} {microseconds:.1f}"))
            y += BAR
        y += GAP
    grid = [line(x(tick), 24, y - GAP + 6) + text(x(tick), 18, f"{tick} µs", "middle") for tick in (1, 10, 100, 1_000)]
    size = f'viewBox="0 0 {LEFT + WIDTH + 110} {y}" width="{LEFT + WIDTH + 110}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">\n'
        f'<title>CPU time a request, logarithmic</title>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(grid + parts) + "\n</svg>\n")


def x(microseconds):
    share = (math.log10(microseconds) - math.log10(LEAST_US)) / (math.log10(MOST_US) - math.log10(LEAST_US))
    return LEFT + share * WIDTH


def text(x_at, y_at, words, anchor="start", weight="normal"):
    return f'<text x="{x_at:.1f}" y="{y_at:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def line(x_at, top, bottom):
    return f'<line x1="{x_at:.1f}" y1="{top}" x2="{x_at:.1f}" y2="{bottom}" stroke="#dee2e6"/>'
