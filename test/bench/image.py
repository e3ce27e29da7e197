# SPDX-License-Identifier: Apache-2.0
"""What an image resource costs: checks with few builds and with many, and the log of a put."""

import json
import os
import statistics
import subprocess
import tempfile
import time

from cluster import Cluster
from cluster.seed import Seed
from measure import BIN, METER, OFTEN, Row
from putserver import RUNNING, ENDED, PutServer, Script, build, image, pod

FEW, MANY = 10, 10000
SAME = {"requests": 1, "connections": 1, "CPU ms": 6, "RSS MB": 8}
NEW = {"requests": 2, "connections": 1, "RSS MB": 16}
ALL = {"requests": 2 + (MANY - 1) // 500, "connections": 1, "RSS MB": 16}
APART = 0.5             # few builds and many: as much may their costs differ

LINES = 10000
PAUSE_S = 0.0005        # between two lines
LATE_MS = 20            # the 99th of 100
LOG_BYTES = 100 * 1000 * 1000
LOG_S = 1
LOG_RSS_MB = 12
STAMP = b"2026-11-23T14:31:53.123456789Z "
NANOSECONDS = 1000 * 1000 * 1000


class Promise:
    """A figure that is no column of the table."""

    def __init__(self, name, value, form, limit, kept):
        self.name = name
        self.kept = kept
        print("| %s | %s | %s | %s |" % (name, form % value, limit, "yes" if kept else "**no**"), flush=True)

    def broken(self):
        return [] if self.kept else ["what it promises"]


def load(cluster, seed):
    """Its Image and Builds, a few at a time."""
    objects = [seed.image_object()] + [seed.build(number) for number in range(1, seed.count + 1)]
    for at in range(0, len(objects), 500):
        cluster.client.call("POST", "/sandbox/load", objects[at:at + 500])


def checks(bench, folder):
    """check, with few builds on the server and with many; gives the rows of nothing new."""
    same = []
    with Cluster(os.path.join(folder, "cluster"), controllers=False) as cluster:
        seen = [0]

        def traffic():
            requests = cluster.requests("ci", since=seen[0])
            seen[0] = requests[-1]["number"] if requests else seen[0]
            return len(requests), len({request["connection"] for request in requests})

        program = [os.path.join(BIN, "check")]
        for count in (FEW, MANY):
            name = "app%d" % count
            seed = Seed(count, image=name)
            load(cluster, seed)
            source = {"image": name, "namespace": "demo", "kubeconfig": cluster.kubeconfig("ci")}
            version = lambda number: {"build": str(number), "image": seed.latest_image(number)}
            same.append(Row("image check, nothing new, %d builds" % count, SAME))
            bench.add(same[-1], program, {"source": source, "version": version(count)}, traffic=traffic,
                      expect=lambda answer: answer == [version(count)], runs=OFTEN)
            bench.add(Row("image check, 3 new of %d builds" % count, NEW), program,
                      {"source": source, "version": version(count - 3)}, traffic=traffic,
                      expect=lambda answer: answer == [version(number) for number in range(count - 3, count + 1)])
            bench.add(Row("image check, first, %d builds" % count, NEW), program, {"source": source},
                      traffic=traffic, expect=lambda answer: answer == [version(count)])
        # the Image was made anew: the number is another build's now
        bench.add(Row("image check, a version without its build, %d builds" % count, ALL), program,
                  {"source": source, "version": {"build": "1", "image": seed.latest_image(0)}}, traffic=traffic,
                  expect=lambda answer: answer == [version(count)], runs=3)
    return same


def compare(same):
    """Nothing new costs the same, however many builds there are."""
    few, many = (row.values for row in same)
    return [Promise("image check, nothing new: %d builds to %d, %s" % (MANY, FEW, column), many[column] / few[column],
                    "%.2f", "%.2f to %.2f" % (1 - APART, 1 + APART), abs(many[column] / few[column] - 1) <= APART)
            for column in ("CPU ms", "RSS MB")]


def put_script(write):
    """A put whose build is over when its log is."""
    return Script({"images": [("MODIFIED", image(21, 2, 2, 2, "BuildRunning"), False)],
                   "builds": [("MODIFIED", build(33, True), True)],
                   "pods": [("ADDED", pod(41, RUNNING), False), ("MODIFIED", pod(42, ENDED), True)]},
                  lambda phase, send: write(send))


def latencies(server):
    """How long each line was under way, in seconds, from the server's send to our read of stderr."""
    process = subprocess.Popen([os.path.join(BIN, "out"), "/"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env={"NO_COLOR": "1"})
    process.stdin.write(json.dumps(server.request(0)).encode())
    process.stdin.close()
    found = []
    while chunk := os.read(process.stderr.fileno(), 1 << 16):
        now = time.monotonic_ns()
        found += [(now - int(line[5:])) / NANOSECONDS for line in chunk.split(b"\n") if line[:5] == b"sent "]
    process.stderr.close()
    if process.wait() != 0 or len(found) < LINES * 0.99:    # a read may end within a line
        raise SystemExit("out: status %d, %d lines" % (process.returncode, len(found)))
    return sorted(found)


def prompt_log():
    """Lines one by one."""
    def write(send):
        for _ in range(LINES):
            send(STAMP + b"sent %d\n" % time.monotonic_ns())
            time.sleep(PAUSE_S)

    with PutServer([put_script(write)]) as server:
        found = latencies(server)
    late = found[int(len(found) * 0.99)] * 1000
    return Promise("image out, a log line under way, 99th of 100, %d lines" % LINES, late, "%.2f ms",
                   "\u2264 %d ms" % LATE_MS, late <= LATE_MS)


def large_log(runs):
    """All at once."""
    text = b"compiling a file of a middling length, with words of the usual kind, and another one that is a little longer\n"
    piece = (STAMP + text) * 8000
    pieces = LOG_BYTES // (8000 * len(text)) + 1
    size = pieces * 8000 * len(text)

    def write(send):
        for _ in range(pieces):
            send(piece)

    results = []
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as stdin, PutServer([None]) as server:
        json.dump(server.request(0), stdin)
        stdin.flush()
        for _ in range(runs):
            server.scripts[0] = put_script(write)
            done = subprocess.run([METER, stdin.name, "/dev/null", "/dev/null", os.path.join(BIN, "out"), "/"],
                                  check=True, stdout=subprocess.PIPE, env={"NO_COLOR": "1"})
            status, wall, _, rss = (int(word) for word in done.stdout.split())
            if status != 0:
                raise SystemExit("out: status %d" % status)
            results.append((wall / 1e6, rss / 1024))
    speed = size / 1e6 / statistics.median(wall for wall, _ in results)
    rss = statistics.median(rss for _, rss in results)
    yield Promise("image out, a log of %d MB" % (size // 10**6), speed, "%.0f MB/s",
                  "\u2265 %.0f MB/s" % (LOG_BYTES / 1e6 / LOG_S), speed >= LOG_BYTES / 1e6 / LOG_S)
    yield Promise("image out, a log of %d MB" % (size // 10**6), rss, "%.1f MB RSS", "\u2264 %d MB" % LOG_RSS_MB,
                  rss <= LOG_RSS_MB)


def image_rows(bench, folder):
    """The rows of the table, and a second table of what they promise beside; gives the latter's rows."""
    same = checks(bench, folder)
    print("\n| what | measured | limit | kept |\n|---|---:|---:|---|")
    return compare(same) + [prompt_log()] + list(large_log(5))
