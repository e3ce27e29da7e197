# SPDX-License-Identifier: Apache-2.0
"""Shows a player at work as plain lines: jobs, their steps, and below them the programs' own logs."""

import re
import sys
import threading

from . import gojson
from .player import Listener

COLOURS = {"succeeded": "32", "failed": "31", "errored": "33", "aborted": "35"}
LOG = "      | "
CONTROL = re.compile(r"\033\[[0-9;]*[A-Za-z]")
RESET = "\033[0m"


class Console(Listener):
    """One thing after the other: while a build runs, its lines come as they are said, and all that
    happens beside it is shown when it has ended."""

    def __init__(self, out=sys.stdout, colour=None):
        self._out = out
        self._colour = out.isatty() if colour is None else colour
        self._lock = threading.RLock()
        self._front = None          # the build whose lines are shown now
        self._held = []             # (build or None, function) of what is shown later
        self._step = None           # the step under whose heading we are
        self._complaints = {}
        self._told = None           # the metadata that came last: (build, label, metadata)

    def say(self, text=""):
        """A line that belongs to no build."""
        with self._lock:
            self._step = None
            print(text, file=self._out, flush=True)

    def paint(self, text, code):
        """Text in a colour, where there are colours."""
        return "\033[%sm%s%s" % (code, text, RESET) if self._colour else text

    def note(self, text):
        self.say("sandbox: " + text)

    # What happens, in the order in which it is shown.

    def _show(self, build, function):
        with self._lock:
            if self._front not in (None, build):
                self._held.append((build, function))
                return
            self._front = build
            function()

    def _release(self):
        """The build in front has ended: what was held comes, up to the next build that runs."""
        self._front, held, self._held = None, self._held, []
        for build, function in held:
            self._show(build, function)

    def check_ended(self, resource, lines, new, problem):
        with self._lock:
            complaint = (lines, str(problem)) if problem else None
            # The same complaint at every poll is one complaint.
            repeated = complaint and self._complaints.get(resource) == complaint
            self._complaints[resource] = complaint
            if repeated or not (new or problem):
                return
            if self._front is not None:
                self._held.append((None, lambda: self._check(resource, lines, new, problem)))
            else:
                self._check(resource, lines, new, problem)

    def _check(self, resource, lines, new, problem):
        self._front = None
        self.say("  check " + self.paint(resource, "1"))
        for line in lines:
            self.say(LOG + self._log_line(line))
        for version in new:
            self.say("    new version %s" % gojson.dumps(version.fields))
        if problem:
            self.say("    " + self.paint(str(problem), COLOURS["failed"]))

    def build_started(self, build):
        self._show(build, lambda: self.say(
            "  job %s: %s" % (self.paint(str(build), "1"), build.cause)))

    def step_started(self, build, label):
        self._show(build, lambda: self._heading(label))

    def line(self, build, label, text):
        self._show(build, lambda: self._under(label, LOG + self._log_line(text)))

    def metadata(self, build, label, version, metadata):
        # The get that follows a put mostly says what the put has said.
        known = (build, label, metadata)
        if known != self._told:
            self._told = known
            self._show(build, lambda: self._metadata(label, metadata))

    def step_ended(self, build, label, status, detail):
        if status != "succeeded":
            text = self.paint("%s: %s" % (status, detail), COLOURS[status])
            self._show(build, lambda: self._under(label, "      " + text))
        elif detail:
            self._show(build, lambda: self._under(label, "      version %s" % detail))

    def build_ended(self, build):
        def end():
            self.say("  job %s %s after %.1f s" % (
                self.paint(str(build), "1"), self.paint(build.status, COLOURS[build.status]),
                build.seconds))
            self._release()

        self._show(build, end)

    # How it looks.

    def _heading(self, label):
        if self._step != label:
            self.say("    " + self.paint(label, "1"))
            self._step = label

    def _under(self, label, text):
        self._heading(label)
        print(text, file=self._out, flush=True)

    def _log_line(self, text):
        if not self._colour:
            return CONTROL.sub("", text)
        return text + RESET if "\033[" in text and not text.endswith(RESET) else text

    def _metadata(self, label, metadata):
        width = max((len(field["name"]) for field in metadata), default=0)
        for field in metadata:
            first, *rest = field["value"].rstrip("\n").split("\n")
            self._under(label, "      %-*s  %s" % (width, field["name"], first))
            for line in rest:
                self._under(label, ("      %*s  %s" % (width, "", line)).rstrip())
