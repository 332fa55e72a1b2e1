"""Charts as inline SVG, for paper: readable in black and white, no script needed."""

from markupsafe import Markup, escape

INK, GRID, SOFT = "#333333", "#cccccc", "#e9ecef"
COLOURS = {"satisfied": "#2a7d4f", "neutral": "#b9c2cc", "dissatisfied": "#b23b3b"}
FONT = 'font-family="Noto Sans CJK SC, Noto Sans SC, sans-serif"'


def _svg(width, height, body):
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" '
        'viewBox="0 0 %s %s">%s</svg>'
    ) % (width, height, width, height, Markup("").join(body))


def _rect(x, y, width, height, fill, stroke="none"):
    return Markup('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="%s"/>') % (
        x, y, max(width, 0), height, fill, stroke,
    )  # fmt: skip


def _line(x1, y1, x2, y2, colour=INK, dash=""):
    return Markup(
        '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="1.5" '
        'stroke-dasharray="%s"/>'
    ) % (x1, y1, x2, y2, colour, dash)


def _text(x, y, text, anchor="start", size=11, colour=INK):
    return Markup(
        '<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%s" fill="%s" %s>%s</text>'
    ) % (
        x, y, anchor, size, colour, Markup(FONT), escape(text),
    )  # fmt: skip


def gauge(value, low, high, target, minimum, width=620):
    """The index on a scale 0-100 with its interval as a whisker, target and lowest mark."""
    left, span, body = 10, width - 20, []
    body.append(_rect(left, 24, span, 18, SOFT))
    body.append(_rect(left, 24, span * value / 100, 18, "#5b7fa6"))
    for mark, dash in ((target, "4 3"), (minimum, "1 3")):
        x = left + span * mark / 100
        body.append(_line(x, 18, x, 48, INK, dash))
        body.append(_text(x, 14, f"{mark:g}", "middle", 10))
    if low is not False and high is not False:
        x1, x2 = left + span * low / 100, left + span * high / 100
        body += [_line(x1, 33, x2, 33), _line(x1, 27, x1, 39), _line(x2, 27, x2, 39)]
    body.append(_text(left, 60, "0", "start", 10))
    body.append(_text(left + span, 60, "100", "end", 10))
    return _svg(width, 64, body)


def stacked(parts, width=360, height=16):
    """One bar of shares: ``[(number, band)]``; numbers inside where they fit."""
    total, x, body = sum(n for n, _band in parts), 0.0, []
    if not total:
        return Markup("")
    for number, band in parts:
        part = width * number / total
        body.append(_rect(x, 0, part, height, COLOURS.get(band, SOFT), "#ffffff"))
        if part > 26:
            colour = INK if band == "neutral" else "#ffffff"
            body.append(
                _text(
                    x + part / 2, height - 4, f"{100 * number / total:.0f}%", "middle", 10, colour
                )
            )
        x += part
    return _svg(width, height, body)


def bars(rows, target, width=620):
    """Horizontal bars ``[(name, score)]`` on 0-100 with the target as a dashed line."""
    label, step = 200, 24
    span, height, body = width - label - 50, step * len(rows) + 14, []
    for number, (name, score) in enumerate(rows):
        y = 8 + number * step
        short = name if len(name) <= 30 else name[:29] + "…"
        body.append(_text(label - 8, y + 12, short, "end"))
        body.append(_rect(label, y, span, 15, SOFT))
        body.append(_rect(label, y, span * score / 100, 15, "#5b7fa6"))
        body.append(_text(label + span + 6, y + 12, f"{score:.1f}"))
    x = label + span * target / 100
    body.append(_line(x, 2, x, height - 4, INK, "4 3"))
    return _svg(width, height, body)


def quadrant(points, labels, width=620, height=340):
    """Importance (up) and performance (right): ``[(code, importance, performance)]``, cut at
    the means; ``labels`` are the words of the four fields ``keep, improve, low, surplus``."""
    xs = [performance for _c, _i, performance in points]
    ys = [importance for _c, importance, _p in points]
    x0, x1 = min(xs) - 3, max(xs) + 3
    y0, y1 = min(ys) - 0.05, max(ys) + 0.05
    left, top, w, h = 30, 10, width - 50, height - 40

    def across(value):
        return left + (value - x0) / (x1 - x0) * w

    def up(value):
        return top + h - (value - y0) / (y1 - y0) * h

    cx, cy = across(sum(xs) / len(xs)), up(sum(ys) / len(ys))
    body = [_rect(left, top, w, h, "#ffffff", GRID)]
    body += [_line(cx, top, cx, top + h, GRID, "4 3"), _line(left, cy, left + w, cy, GRID, "4 3")]
    places = {
        "keep": (left + w - 6, top + 14, "end"),
        "improve": (left + 6, top + 14, "start"),
        "low": (left + 6, top + h - 6, "start"),
        "surplus": (left + w - 6, top + h - 6, "end"),
    }
    for name, (x, y, anchor) in places.items():
        body.append(_text(x, y, labels[name], anchor, 10, "#777777"))
    for code, importance, performance in points:
        x, y = across(performance), up(importance)
        body.append(Markup('<circle cx="%.1f" cy="%.1f" r="4" fill="#1a5fb4"/>') % (x, y))
        body.append(_text(x + 6, y + 4, code, "start", 10))
    body.append(_text(left + w / 2, height - 8, labels["across"], "middle", 10))
    body.append(
        Markup('<text transform="translate(16 %.1f) rotate(-90)" text-anchor="middle" '
               'font-size="10" fill="%s" %s>%s</text>')
        % (top + h / 2, INK, Markup(FONT), escape(labels["up"]))
    )  # fmt: skip
    return _svg(width, height, body)
