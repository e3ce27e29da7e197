# SPDX-License-Identifier: Apache-2.0
"""One build of a job: its state, and what its steps share."""

import threading
import time


class Build:
    """A build. `status` is pending, started, then succeeded, failed, errored or aborted."""

    def __init__(self, job, inputs, cause):
        self.job = job
        self.id = 0
        self.name = ""
        self.cause = cause
        self.inputs = dict(inputs)
        self.passed_versions = set()   # of (resource, key of the version)
        self.status = "pending"
        self.started = time.monotonic()
        self.ended = None
        self.artifacts = {}
        self.local_vars = {}
        self.secrets = []
        self.log = []
        self.stop = threading.Event()
        self.done = threading.Event()

    def __str__(self):
        return "%s #%s" % (self.job, self.name)

    @property
    def seconds(self):
        """How long it ran, or has run until now."""
        return (self.ended or time.monotonic()) - self.started

    def finish(self, status):
        """Set the final status; `done` is set when everyone was told."""
        self.status = status
        self.ended = time.monotonic()

    def text(self, step=None):
        """The log, or the log of the step whose label begins so, as text without headings."""
        return "\n".join(line for label, line in list(self.log)
                         if step is None or label.startswith(step))
