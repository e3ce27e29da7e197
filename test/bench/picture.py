# SPDX-License-Identifier: Apache-2.0
"""A picture of the rows that are compared with another program: pairs of bars, each pair to its own scale."""

from xml.sax.saxutils import escape

COLUMNS = (("CPU ms", "CPU"), ("RSS MB", "memory"), ("received kB", "received"))  # time is also that of others
LEFT = 290
COLUMN = 170
BAR = 96  # of the larger one
HIGH = 11
ROW = 44
TOP = 58
WIDTH = LEFT + COLUMN * len(COLUMNS)

STYLE = """text { font: 12px sans-serif; fill: #717a85 } .ours { fill: #2f81f7 } .other { fill: #8b949e }"""  # on white and on black


def shown(column, value):
    """A value with its unit, in three digits."""
    unit = column.split()[1]
    larger = {"ms": "s", "kB": "MB", "MB": "GB"}[unit]
    if value >= 1000:
        value, unit = value / 1000, larger
    return "%.*f %s" % (0 if value >= 100 else 1, value, unit)


def text(x, y, words):
    """Some words."""
    return '<text x="%d" y="%d">%s</text>' % (x, y, escape(words))


def bar(x, y, width, kind):
    """A bar; the least can still be seen."""
    return '<rect x="%d" y="%d" width="%.1f" height="%d" class="%s"/>' % (x, y, max(width, 1), HIGH, kind)


def pair(row, other, column, x, y):
    """The two bars of a column."""
    values = (row.values[column], other.values[column])
    for value, kind in zip(values, ("ours", "other")):
        width = BAR * value / max(values)
        yield bar(x, y, width, kind)
        yield text(x + width + 5, y + HIGH - 1, shown(column, value))
        y += HIGH + 2


def picture(rows, where):
    """The SVG."""
    named = {row.name: row for row in rows}
    pairs = [(row, named[row.other]) for row in rows if row.other in named]
    height = TOP + ROW * len(pairs)
    yield '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">' % (
        WIDTH, height, WIDTH, height)
    yield "<title>What steps cost, beside the same by the git program</title>"
    yield "<style>%s</style>" % STYLE
    yield bar(0, 6, 14, "ours") + text(20, 16, "this resource")
    yield bar(120, 6, 14, "other") + text(140, 16, "the same by the git program, on " + where)
    for index, (_, name) in enumerate(COLUMNS):
        yield text(LEFT + COLUMN * index, TOP - 14, name)
    for number, (row, other) in enumerate(pairs):
        y = TOP + ROW * number
        yield text(0, y + HIGH + 5, row.name)
        for index, (column, _) in enumerate(COLUMNS):
            yield from pair(row, other, column, LEFT + COLUMN * index, y)
    yield "</svg>"
