# SPDX-License-Identifier: Apache-2.0
"""Which versions a job would take now, and whether that is a reason to run it."""

from . import config


class Input:
    """One get step of a job, with the version that was chosen for it."""

    def __init__(self, step):
        self.name = step["get"]
        self.resource = config.resource_of(step)
        self.passed = step.get("passed", [])
        self.trigger = step.get("trigger", False)
        self.version = step.get("version", "latest")


def inputs_of(job):
    """The inputs of a job, in the order of its plan."""
    return [Input(step) for step in config.walk(job["plan"]) if "get" in step]


class Scheduler:
    """Chooses inputs from the histories of the resources and the builds of the jobs."""

    def __init__(self, histories, pins, builds):
        self._histories = histories
        self._pins = pins
        self._builds = builds

    def resolve(self, job):
        """A version for every input of the job, by name, or None while one has none."""
        return self._choose(job["name"], inputs_of(job), {}, {})

    def reasons(self, job, chosen):
        """The resources that are a reason to run: those of a triggering input that has a version
        which the job never used for that input."""
        return [entry.resource for entry in inputs_of(job)
                if entry.trigger and not self._builds.used(job["name"], entry.name,
                                                           chosen[entry.name])]

    def _choose(self, job, inputs, chosen, green):
        """Go through the inputs; `green` maps a passed job to the builds that still fit."""
        if not inputs:
            return chosen
        entry, *rest = inputs
        for version in self._candidates(job, entry):
            narrowed = self._narrow(entry, version, green)
            if narrowed is None:
                continue
            found = self._choose(job, rest, {**chosen, entry.name: version}, narrowed)
            if found is not None:
                return found
        return None

    def _candidates(self, job, entry):
        """Versions for an input, the best first."""
        history = self._histories[entry.resource]
        pin = entry.version if isinstance(entry.version, dict) else self._pins.get(entry.resource)
        if pin:
            match = history.matching(pin)
            return [match] if match else []
        if entry.version == "every":
            return self._every(job, entry, history)
        newest_first = history.ordered()[::-1]
        return newest_first if entry.passed else newest_first[:1]

    def _every(self, job, entry, history):
        last = self._builds.last_used(job, entry.name)
        if last is None:
            return history.ordered()[::-1]
        later = [version for version in history.ordered() if version.order > last.order]
        return later + [last]

    def _narrow(self, entry, version, green):
        """All inputs that name a job must have gone through one and the same build of it."""
        narrowed = dict(green)
        for job in entry.passed:
            builds = self._builds.that_passed(job, entry.resource, version)
            narrowed[job] = builds & narrowed.get(job, builds)
            if not narrowed[job]:
                return None
        return narrowed
