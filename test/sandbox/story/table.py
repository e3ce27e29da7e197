# SPDX-License-Identifier: Apache-2.0
"""The table at the end of the story."""

from dataclasses import astuple, dataclass

HEADINGS = ("event", "build", "reason", "digest", "deployed", "seconds")


@dataclass
class Row:
    """One event: the build that followed, and whether and how fast it was deployed."""
    event: str
    build: str = "-"
    reason: str = "-"
    digest: str = "-"
    deployed: str = "no"
    seconds: str = "-"


def render(rows):
    """The table as lines."""
    cells = [HEADINGS] + [astuple(row) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
             for line in cells]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]
