# SPDX-License-Identifier: Apache-2.0
"""The player: keeps a pipeline, checks its resources, schedules and runs its jobs."""

import hashlib
import os
import threading
import time

from . import config, steps, variables
from .build import Build
from .container import Errored, Worker
from .protocol import Failed
from .resources import CheckContainers, GetCache, run_check
from .scheduler import Scheduler, inputs_of
from .store import Builds, History

TEAM = {"BUILD_TEAM_ID": "1", "BUILD_TEAM_NAME": "main"}


class Image:
    """The root file system of a resource type, with the environment its image names."""

    def __init__(self, root, env=None):
        self.root = os.path.abspath(root)
        self.env = env or {}
        self.digest = "sha256:" + self._digest()

    def _digest(self):
        content = hashlib.sha256()
        for parent, folders, files in os.walk(self.root):
            folders.sort()
            for name in sorted(files):
                path = os.path.join(parent, name)
                content.update(path[len(self.root):].encode() + b"\0")
                if os.path.islink(path):
                    content.update(os.readlink(path).encode())
                    continue
                with open(path, "rb") as file:
                    content.update(hashlib.file_digest(file, "sha256").digest())
        return content.hexdigest()


class Listener:
    """What a console hears of a player; this one ignores it all."""

    def note(self, text):
        """The sandbox has something to say for itself."""

    def check_ended(self, resource, lines, new, problem):
        """A check logged something, found something, or failed."""

    def build_started(self, build):
        """A build begins."""

    def step_started(self, build, label):
        """A step begins."""

    def line(self, build, label, text):
        """A line of a step's log."""

    def metadata(self, build, label, version, metadata):
        """The version and metadata that a get or put ended with."""

    def step_ended(self, build, label, status, detail):
        """A step ended."""

    def build_ended(self, build):
        """A build ended."""


class Player:
    """One pipeline on one worker.

    pipeline   the pipeline, as a map or the path of its YAML file
    image      the Image of every type of `resource_types`; it stands for the one of the registry
    vars       what fly fills in when the pipeline is set
    secrets    what the credential manager fills in when a step runs; hidden in the logs
    """

    def __init__(self, directory, pipeline, image, *, vars=None, secrets=None, name="sandbox",
                 listener=None, external_url="https://concourse.sandbox", say_images=True,
                 **worker_options):
        if isinstance(pipeline, str):
            pipeline = config.load_yaml_file(pipeline)
        self.pipeline = config.validate(variables.interpolate(pipeline, vars or {},
                                                              keep_missing=True))
        self.name, self.external_url, self.say_images = name, external_url, say_images
        self.listener = listener or Listener()
        self.worker = Worker(directory, **worker_options)
        if self.worker.isolation_note:
            self.listener.note(self.worker.isolation_note)
        self.jobs = {job["name"]: job for job in self.pipeline["jobs"]}
        self.builds = Builds()
        self.get_cache = GetCache()
        self.check_containers = CheckContainers(self)
        self.failing = {}
        self.redactions = 0         # lines of logs that held a credential
        self.ticks = 0              # how often everything due was checked and scheduled
        self._image = image
        self._secrets = secrets or {}
        self._resources = {item["name"]: item for item in self.pipeline["resources"]}
        self._types = {item["name"]: item for item in self.pipeline.get("resource_types", [])}
        self._histories = {name: History() for name in self._resources}
        self._checked = set()
        self._pins = {name: item["version"] for name, item in self._resources.items()
                      if "version" in item}
        self._scheduler = Scheduler(self._histories, self._pins, self.builds)
        self._schedule_lock = threading.Lock()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._loop = None

    # What the steps ask for.

    def resource(self, name):
        """A resource of the pipeline."""
        return self._resources[name]

    def history(self, name):
        """The versions of a resource."""
        return self._histories[name]

    def image_of(self, resource):
        """The image of the resource's type."""
        if resource["type"] not in self._types:
            raise Errored("unknown resource type '%s'" % resource["type"])
        return self._image

    def source_of(self, resource, used):
        """The resource's source with the type's defaults below it; null when there is none."""
        defaults = self._types.get(resource["type"], {}).get("defaults")
        source = resource.get("source")
        merged = source if defaults is None else {**defaults, **(source or {})}
        return self._fill(merged, self._secrets, used)

    def interpolate(self, node, build, extra=None):
        """Fill in the ((variables)) that are known only now."""
        values = {**self._secrets, **(extra or {}), ".": build.local_vars}
        return self._fill(node, values, build.secrets)

    def _fill(self, node, values, used):
        try:
            return variables.interpolate(node, values, used=used)
        except variables.MissingVariable as error:
            raise Errored(str(error)) from None

    def hide(self, line, used):
        """A line of a log without what was filled in from the credential manager."""
        hidden = variables.Redactor(used)(line)
        self.redactions += hidden != line
        return hidden

    def log(self, build, label, line):
        """A line of a step, credentials hidden."""
        line = self.hide(line, build.secrets)
        build.log.append((label, line))
        self.listener.line(build, label, line)

    def env(self, build, kind, resource=None, hook_status=None):
        """The environment that Concourse gives to a step."""
        env = {**TEAM, "BUILD_PIPELINE_ID": "1", "BUILD_PIPELINE_NAME": self.name,
               "ATC_EXTERNAL_URL": self.external_url}
        if kind == "check":
            return {"BUILD_NAME": "check", **env}
        env.update(BUILD_ID=str(build.id), BUILD_NAME=build.name,
                   BUILD_JOB_ID=str(1 + list(self.jobs).index(build.job)),
                   BUILD_JOB_NAME=build.job)
        env["BUILD_URL"] = "%s/teams/main/pipelines/%s/jobs/%s/builds/%s" % (
            self.external_url, self.name, build.job, build.name)
        env["BUILD_URL_SHORT"] = "%s/builds/%d" % (self.external_url, build.id)
        if kind == "put" and resource.get("expose_build_created_by"):
            env["BUILD_CREATED_BY"] = "sandbox"
        if hook_status:
            env["BUILD_STATUS"] = hook_status
        return env

    # What Concourse does by itself.

    def check(self, name, version=None):
        """Check a resource now, from its latest version or from the given one.

        Returns the versions that are new; raises Failed or Errored when the check did.
        """
        resource, history, lines = self._resources[name], self._histories[name], []
        if version is None:
            latest = history.latest()
            version = self._pins.get(name) or (latest.fields if latest else None)
        try:
            found = run_check(self, resource, version, lines.append, self._stopping)
            new = history.save(found)
        except (Failed, Errored) as problem:
            if self._stopping.is_set():
                return []
            self.failing[name] = "\n".join(lines + [str(problem)])
            self.listener.check_ended(name, lines, [], problem)
            raise
        self.failing.pop(name, None)
        self._checked.add(name)
        self.listener.check_ended(name, lines, new, None)
        return new

    def due(self):
        """The resources that Concourse polls: those that can trigger a job, and those that were
        never checked with success."""
        entries = [entry for job in self.jobs.values() for entry in inputs_of(job)]
        triggering = {entry.resource for entry in entries if entry.trigger and not entry.passed}
        wanting = {entry.resource for entry in entries
                   if self._histories[entry.resource].latest() is None}
        return [name for name in self._resources if name in triggering | wanting
                or name not in self._checked or name in self.failing]

    def schedule(self):
        """Start every job that has a reason to run; returns the builds."""
        started = []
        with self._schedule_lock:
            for name, job in self.jobs.items():
                chosen = self._scheduler.resolve(job)
                reasons = chosen and self._scheduler.reasons(job, chosen)
                if reasons and self._may_start(job):
                    started.append(self._begin(
                        name, chosen, "%s has a new version" % " and ".join(reasons)))
        return started

    def trigger(self, name):
        """Start a job by hand, as the + of its page does: its inputs are checked first."""
        for entry in inputs_of(self.jobs[name]):
            if not entry.passed:
                self.check(entry.resource)
        with self._schedule_lock:
            chosen = self._scheduler.resolve(self.jobs[name])
            if chosen is None:
                raise Errored("job '%s': an input has no version" % name)
            return self._begin(name, chosen, "started by hand")

    def _may_start(self, job):
        running = [build for build in self.builds.all() if not build.done.is_set()]
        groups = set(job.get("serial_groups", []))
        if any(groups & set(self.jobs[build.job].get("serial_groups", [])) for build in running):
            return False
        most = 1 if job.get("serial") or groups else job.get("max_in_flight")
        return not most or sum(build.job == job["name"] for build in running) < most

    def _begin(self, name, chosen, cause):
        build = Build(name, chosen, cause)
        self.builds.add(build)
        build.status = "started"
        threading.Thread(target=self._run, args=(build,), name=str(build), daemon=True).start()
        return build

    def _run(self, build):
        job = self.jobs[build.job]
        self.listener.build_started(build)
        problem = None
        try:
            steps.run_step(steps.Context(self, build), {**_hooks_of(job), "do": job["plan"]})
        except (Failed, Errored) as caught:
            problem = caught
        except Exception as caught:  # a fault of the player: the build must not hang on it
            problem = Errored("the sandbox failed: %r" % caught)
            self.log(build, "sandbox", str(problem))
        build.finish(steps.status_of(problem, build))
        self.listener.build_ended(build)
        build.done.set()
        self._notify()

    # The clock.

    def start(self, poll_s=1.0):
        """Check and schedule all the time, as Concourse does, only more often."""
        self._loop = threading.Thread(target=self._play, args=(poll_s,), daemon=True)
        self._loop.start()

    def _play(self, poll_s):
        while not self._stopping.is_set():
            for name in self.due():
                try:
                    self.check(name)
                except (Failed, Errored):
                    pass  # shown by the listener; Concourse goes on with the next tick
                self.schedule()
            self.ticks += 1
            self._notify()
            self._stopping.wait(poll_s)

    def _notify(self):
        with self._changed:
            self._changed.notify_all()

    def wait_until(self, condition, timeout_s):
        """Wait for condition() to be true; returns its last value."""
        deadline = time.monotonic() + timeout_s
        while not (value := condition()) and time.monotonic() < deadline:
            with self._changed:
                self._changed.wait(0.1)
        return value

    def quiet(self, timeout_s):
        """Wait until no build runs and two more ticks found no reason for one."""
        since = [self.ticks, len(self.builds.all())]

        def is_quiet():
            builds = self.builds.all()
            if len(builds) != since[1] or not all(build.done.is_set() for build in builds):
                since[:] = [self.ticks, len(builds)]
            return self.ticks >= since[0] + 2

        return self.wait_until(is_quiet, timeout_s)

    def stop(self):
        """Abort what runs and end the clock."""
        self._stopping.set()
        for build in self.builds.all():
            build.stop.set()
        for build in self.builds.all():
            build.done.wait(15)
        if self._loop:
            self._loop.join(15)


def _hooks_of(job):
    return {key: job[key] for key in config.HOOKS if key in job}
