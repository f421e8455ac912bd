"""The figures for people: a table on the terminal and a chart."""

from html import escape

UNITS = {"rate": "/s", "cpu_seconds": " CPU s per 1,000"}


def headline(side, path):
    if side is None:
        return "-"
    number = side
    for step in path.split("."):
        number = number[step]
    return f"{number:,.0f}/s" if path == "rate" else f"{number:.3g}{UNITS.get(path, ' ms')}"


def rows(results):
    """(name, cell) of every cell, and of the cases of those that have some."""
    for name, result in results.items():
        if "cases" in result:
            yield from ((f"{name} {case}", figures) for case, figures in result["cases"].items())
        else:
            yield name, result


def table(results):
    lines = [("cell", "figure", "Switchboard", "RabbitMQ", "ratio", "spread")]
    for name, result in rows(results):
        path = result["headline"]
        spread = " / ".join(f"{100 * share:.0f}%" for share in result["spread"].values())
        ratio = "-" if result["ratio"] is None else f"{result['ratio']:.2f}"
        sides = (headline(result[side], path) for side in ("switchboard", "rabbitmq"))
        lines.append((name, path, *sides, ratio, spread))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines)


class Bars:
    """Horizontal bars in pairs, drawn to one scale."""

    LEFT, WIDTH, HEIGHT, GAP = 170, 430, 16, 14

    def __init__(self, longest):
        self.longest, self.top, self.parts = longest, 40, []

    def text(self, x, y, text, anchor="start"):
        self.parts.append(f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>')

    def bar(self, value, colour, label):
        length = round(self.WIDTH * value / self.longest)
        self.parts.append(
            f'<rect x="{self.LEFT}" y="{self.top}" width="{length}" height="{self.HEIGHT}" fill="{colour}"/>')
        self.text(self.LEFT + length + 6, self.top + 12, label)
        self.top += self.HEIGHT

    def pair(self, name, ours, theirs):
        self.text(self.LEFT - 10, self.top + self.HEIGHT + 4, name, "end")
        self.bar(ours, "#1f6feb", f"{ours:,.0f}")
        self.bar(theirs, "#c9d1d9", f"{theirs:,.0f}")
        self.top += self.GAP

    def svg(self, title):
        self.text(10, 22, title)
        width, height = self.LEFT + self.WIDTH + 80, self.top
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                f'font-family="sans-serif" font-size="12">\n<rect width="{width}" height="{height}" fill="white"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def chart(results):
    pairs = [(name, result["switchboard"]["rate"], result["rabbitmq"]["rate"]) for name, result in rows(results)
             if result["headline"] == "rate" and result["rabbitmq"]]
    bars = Bars(max((max(ours, theirs) for _, ours, theirs in pairs), default=1))
    for name, ours, theirs in pairs:
        bars.pair(name, ours, theirs)
    return bars.svg("Lifecycles a second, durable: Switchboard (blue), RabbitMQ quorum queue (grey)")
