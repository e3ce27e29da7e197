# SPDX-License-Identifier: Apache-2.0
"""Medians of what a program costs, and the table of them."""

import json
import os
import statistics
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.abspath(os.environ.get("BIN") or os.path.join(HERE, "../../build"))
METER = os.path.join(BIN, "test/bench/meter")
RUNS = int(os.environ.get("RUNS") or 15)
TIMEOUT_S = 60
COLUMNS = (("requests", "%d"), ("connections", "%d"), ("CPU ms", "%.1f"), ("wall ms", "%.1f"), ("RSS MB", "%.1f"))


class Row:
    """One line of the table: its medians, and the limits that they must keep."""

    def __init__(self, name, limits=None):
        self.name = name
        self.limits = limits or {}
        self.values = {}

    def broken(self):
        """The columns above their limit."""
        return [column for column, limit in self.limits.items() if self.values[column] > limit]

    def cells(self):
        """The row as texts."""
        cells = [self.name]
        for column, form in COLUMNS:
            text = form % self.values[column] if column in self.values else ""
            if column in self.limits:
                text += " (\u2264 %g)" % self.limits[column]
            if column in self.broken():
                text = "**%s**" % text
            cells.append(text)
        return cells + [("no" if self.broken() else "yes") if self.limits else ""]


def once(command, request, environment, status=0):
    """One run: {column: value}."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stdin, stdout, stderr = (os.path.join(folder, name) for name in ("stdin", "stdout", "stderr"))
        with open(stdin, "w", encoding="utf-8") as file:
            file.write(request)
        done = subprocess.run([METER, stdin, stdout, stderr, *command], check=True, cwd="/", timeout=TIMEOUT_S,
                              env=environment, stdout=subprocess.PIPE)
        found, wall, cpu, rss = (int(word) for word in done.stdout.split())
        with open(stderr, encoding="utf-8", errors="replace") as file:
            said = file.read()
        if found != status:
            raise SystemExit("%s: status %d\n%s" % (" ".join(command), found, said))
        with open(stdout, encoding="utf-8") as file:
            return {"CPU ms": cpu / 1e3, "wall ms": wall / 1e3, "RSS MB": rss / 1024}, file.read()


class Bench:
    """All rows, printed as they come."""

    def __init__(self):
        self.rows = []
        self._print("what", *(name for name, _ in COLUMNS), "kept")
        self._print("---", *("---:" for _ in COLUMNS), "---")

    @staticmethod
    def _print(*cells):
        print("| %s |" % " | ".join(cells), flush=True)

    def add(self, row, command, request="", *, environment=None, status=0, traffic=None, expect=None, runs=RUNS):
        """Measure a row. `command` may be a function that gives a new one for each run; `traffic` gives
        (requests, connections) since it was last called; `expect` looks at the answer."""
        results = []
        request = request if isinstance(request, str) else json.dumps(request)
        for _ in range(runs):
            if traffic:
                traffic()
            line = command() if callable(command) else command
            values, answer = once(line, request, environment or {"NO_COLOR": "1"}, status)
            if expect and not expect(json.loads(answer)):
                raise SystemExit("%s: answered %s" % (row.name, answer[:300]))
            if traffic:
                values["requests"], values["connections"] = traffic()
            results.append(values)
        row.values = {column: statistics.median(result[column] for result in results) for column in results[0]}
        self.rows.append(row)
        self._print(*row.cells())

    def broken(self):
        """The rows above their limits."""
        return [row for row in self.rows if row.broken()]
