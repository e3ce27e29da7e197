# SPDX-License-Identifier: Apache-2.0
"""Shows a player at work as plain lines: jobs, their steps, and below them the programs' own logs."""

import sys
import threading

from . import gojson
from .player import Listener

COLOURS = {"succeeded": "32", "failed": "31", "errored": "33", "aborted": "35"}
WORDS = {"failed": "FAILED", "errored": "ERRORED", "aborted": "ABORTED", "succeeded": "succeeded"}
LOG = "      | "


class Console(Listener):
    """Whole lines only, from all builds; a heading says where a line belongs when that changes."""

    def __init__(self, out=sys.stdout, colour=None):
        self._out = out
        self._colour = out.isatty() if colour is None else colour
        self._lock = threading.RLock()
        self._where = None
        self._complained = {}

    def say(self, text=""):
        """A line of the story itself."""
        with self._lock:
            self._where = None
            print(text, file=self._out, flush=True)

    def paint(self, text, code):
        """Text in a colour, where there are colours."""
        return "\033[%sm%s\033[0m" % (code, text) if self._colour else text

    def _line(self, text):
        print(text, file=self._out, flush=True)

    def _heading(self, where, text):
        if self._where != where:
            self._where = where
            self._line(text)

    def note(self, text):
        self.say("sandbox: " + text)

    def check_ended(self, resource, lines, new, problem):
        with self._lock:
            # The same complaint at every poll is one complaint.
            repeated = problem is not None and self._complained.get(resource) == (lines, str(problem))
            self._complained[resource] = (lines, str(problem)) if problem else None
            if repeated or not (new or problem):
                return
            self._heading(("check", resource), "  check " + self.paint(resource, "1"))
            for line in lines:
                self._line(LOG + line)
            for version in new:
                self._line("    new version %s" % gojson.dumps(version.fields))
            if problem:
                self._line("    " + self.paint(str(problem), COLOURS["failed"]))

    def build_started(self, build):
        with self._lock:
            self._heading(None, "  job %s started: %s" % (self.paint(str(build), "1"), build.cause))

    def step_started(self, build, label):
        with self._lock:
            self._step(build, label)

    def _step(self, build, label):
        self._heading((build.id, label), "    %s  (%s)" % (self.paint(label, "1"), build))

    def line(self, build, label, text):
        with self._lock:
            self._step(build, label)
            self._line(LOG + text + ("\033[0m" if "\033[" in text else ""))

    def metadata(self, build, label, version, metadata):
        with self._lock:
            self._step(build, label)
            width = max((len(field["name"]) for field in metadata), default=0)
            for field in metadata:
                first, *rest = field["value"].split("\n") or [""]
                self._line("      %-*s  %s" % (width, field["name"], first))
                for line in rest:
                    self._line("      %*s  %s" % (width, "", line))

    def step_ended(self, build, label, status, detail):
        with self._lock:
            self._step(build, label)
            if status != "succeeded":
                self._line("      " + self.paint("%s: %s" % (WORDS[status], detail),
                                                 COLOURS[status]))
            elif detail:
                self._line("      version %s" % detail)

    def build_ended(self, build):
        with self._lock:
            self._where = None
            self._line("  job %s %s after %.1f s" % (
                self.paint(str(build), "1"), self.paint(WORDS[build.status],
                                                        COLOURS[build.status]), build.seconds))
