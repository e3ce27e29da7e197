# SPDX-License-Identifier: Apache-2.0
"""Container logs, in files of the CRI's format: TIME stdout F|P TEXT, P for a line without end."""

import os
import threading
import time

GROWN = threading.Condition()       # one for all logs: there are few, and they are short


def timestamp():
    now = time.time_ns()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9)) + ".%09dZ" % (now % 10**9)


class Log:
    """The log of one container, written by its step and read by followers."""

    def __init__(self, file):
        self.file = file
        self.lines = []     # (timestamp, text with its newline if it has one)
        self.ended = False
        os.makedirs(os.path.dirname(file), exist_ok=True)
        self.opened = open(file, "w", encoding="utf-8")

    @classmethod
    def load(cls, file):
        """The log that an earlier process of this node wrote."""
        log = cls.__new__(cls)
        log.file, log.ended, log.lines = file, True, []
        with open(file, encoding="utf-8") as opened:
            for line in opened:
                at, _, kind, text = line.rstrip("\n").split(" ", 3)
                log.lines.append((at, text + ("\n" if kind == "F" else "")))
        return log

    def write(self, text):
        """Any text; each line gets its own time."""
        with GROWN:
            for line in text.splitlines(keepends=True):
                at = timestamp()
                whole = line.endswith("\n")
                self.lines.append((at, line))
                self.opened.write("%s stdout %s %s\n" % (at, "F" if whole else "P",
                                                         line.rstrip("\n")))
            self.opened.flush()
            GROWN.notify_all()

    def end(self):
        with GROWN:
            self.ended = True
            self.opened.close()
            GROWN.notify_all()

    def last_line(self):
        found = [text.strip() for _, text in self.lines if text.strip()]
        return found[-1] if found else ""

    def follow(self, follow=False, since="", tail=None):
        """Yields (timestamp, text) until the log ends, or what there is now; "" times to say that
        nothing came for a while."""
        with GROWN:
            at = 0 if tail is None else max(0, len(self.lines) - tail)
        while True:
            with GROWN:
                if follow and at >= len(self.lines) and not self.ended:
                    GROWN.wait(0.5)
                chunk, ended = self.lines[at:], self.ended
            at += len(chunk)
            yield from ((when, text) for when, text in chunk if when >= since)
            if not follow or (ended and not chunk):
                return
            if not chunk:
                yield "", ""
