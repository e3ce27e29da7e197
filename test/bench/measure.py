# SPDX-License-Identifier: Apache-2.0
"""Medians of what a program costs, and the table of them."""

import json
import os
import platform
import statistics
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.abspath(os.environ.get("BIN") or os.path.join(HERE, "../../build"))
METER = os.path.join(BIN, "test/bench/meter")
RUNS = int(os.environ.get("RUNS") or 15)
OFTEN = 3 * RUNS  # what takes a few milliseconds, or is mostly the server's time, is soon disturbed
TIMEOUT_S = 600
FASTER = "times faster"
LESS_CPU = "times less CPU"
RESULTS = os.path.join(BIN, "bench", "results.json")
COLUMNS = (("requests", "%d"), ("connections", "%d"), ("received kB", "%.1f"), ("CPU ms", "%.1f"), ("wall ms", "%.1f"),
           ("RSS MB", "%.1f"), (FASTER, "%.1f"), (LESS_CPU, "%.1f"))


class Row:
    """One line of the table: its medians, the limits above which they must not be, and those of `least`."""

    def __init__(self, name, limits=None, least=None):
        self.name = name
        self.limits = limits or {}
        self.least = least or {}
        self.values = {}
        self.other = None  # the row that it is compared with

    def broken(self):
        """The columns beyond their limit."""
        return [column for column, limit in self.limits.items() if self.values[column] > limit] + [
            column for column, limit in self.least.items() if self.values[column] < limit]

    def cells(self):
        """The row as texts."""
        cells = [self.name]
        for column, form in COLUMNS:
            text = form % self.values[column] if column in self.values else ""
            if column in self.limits:
                text += " (\u2264 %g)" % round(self.limits[column], 1)
            if column in self.least:
                text += " (\u2265 %g)" % self.least[column]
            if column in self.broken():
                text = "**%s**" % text
            cells.append(text)
        return cells + [("no" if self.broken() else "yes") if self.limits or self.least else ""]


def machine():
    """What it ran on, in general terms."""
    return "%s, %d processors, Linux %s" % (platform.machine(), len(os.sched_getaffinity(0)),
                                            ".".join(platform.release().split(".")[:2]))


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


class Work:
    """What is measured. `command` may be a function that gives a new one for each run; `expect` looks at the
    answer; `traffic` gives (requests, connections, kilobytes received), or the first of them, since it was last
    called."""

    def __init__(self, command, request="", *, environment=None, status=0, traffic=None, expect=None):
        self.command = command
        self.request = request if isinstance(request, str) else json.dumps(request)
        self.environment = environment or {"NO_COLOR": "1"}
        self.status = status
        self.traffic = traffic
        self.expect = expect

    def once(self, name):
        """One run: {column: value}."""
        command = self.command() if callable(self.command) else self.command
        if self.traffic:
            self.traffic()
        values, answer = once(command, self.request, self.environment, self.status)
        if self.expect and not self.expect(json.loads(answer)):
            raise SystemExit("%s: answered %s" % (name, answer[:300]))
        if self.traffic:
            values.update(zip(("requests", "connections", "received kB"), self.traffic()))
        return values


def medians(results):
    """{column: median}."""
    return {column: statistics.median(result[column] for result in results) for column in results[0]}


def lines(rows):
    """The table in Markdown."""
    yield ("what", *(name for name, _ in COLUMNS), "kept")
    yield ("---", *("---:" for _ in COLUMNS), "---")
    for row in rows:
        yield row.cells()


def line(cells):
    """A line of it."""
    return "| %s |" % " | ".join(cells)


def save(rows):
    """Keep rows for the documents."""
    os.makedirs(os.path.dirname(RESULTS), exist_ok=True)
    with open(RESULTS, "w", encoding="utf-8") as file:
        json.dump({"machine": machine(), "rows": [vars(row) for row in rows]}, file, indent=1)


def load():
    """The kept (machine, rows)."""
    if not os.path.exists(RESULTS):
        return machine(), []
    with open(RESULTS, encoding="utf-8") as file:
        found = json.load(file)
    rows = []
    for values in found["rows"]:
        rows.append(Row(values["name"]))
        vars(rows[-1]).update(values)
    return found["machine"], rows


class Bench:
    """All rows, printed and kept as they come; beside those of `kept` that are not measured again."""

    def __init__(self, kept=()):
        self.rows = []
        self.kept = {row.name: row for row in kept}
        for cells in lines([]):
            self._print(*cells)

    @staticmethod
    def _print(*cells):
        print(line(cells), flush=True)

    def _show(self, row):
        self.rows.append(row)
        self.kept[row.name] = row
        save(self.kept.values())
        self._print(*row.cells())

    def add(self, row, command, request="", *, runs=RUNS, **options):
        """Measure a row; the rest is as of Work."""
        self.measure(row, Work(command, request, **options), runs)

    def measure(self, row, work, runs=RUNS):
        """Measure a row."""
        row.values = medians([work.once(row.name) for _ in range(runs)])
        self._show(row)

    def compare(self, row, work, other, reference, *, runs=RUNS, limits=None):
        """Measure a row and another one that does the same by other means, in turns: what else the machine does
        hits both. `limits` gives limits of the first by the values of the second."""
        results = [(work.once(row.name), reference.once(other.name)) for _ in range(runs)]
        row.values, other.values = (medians(part) for part in zip(*results))
        row.values[FASTER] = other.values["wall ms"] / row.values["wall ms"]
        row.values[LESS_CPU] = other.values["CPU ms"] / row.values["CPU ms"]
        row.other = other.name
        row.limits.update(limits(other.values) if limits else {})
        self._show(row)
        self._show(other)

    def broken(self):
        """The rows beyond their limits."""
        return [row for row in self.rows if row.broken()]
