# SPDX-License-Identifier: Apache-2.0
"""What the containers of a build pod do: clone the commit, run the app's build script, export.

The app's contract: `build.sh` or `bin/build` at the top of its source, run there with the folder to
fill as its argument (and as $OUTPUT), and with the Image's build.env. What it leaves in that folder
is the image.
"""

import json
import os
import shutil
import signal
import subprocess
import threading
import time

from .. import git, names
from ..seed import completion_message
from . import registry

SCRIPTS = ("build.sh", "bin/build")
NO_GROUP_PASSED = 20        # lifecycle's exit codes
BUILD_FAILED = 51
EXPORT_FAILED = 62


class Failed(Exception):
    """A container ends with this code; its last words are in the log."""

    def __init__(self, code, words):
        super().__init__(words)
        self.code = code


class Stopped(Exception):
    """The pod was deleted, or its time is over."""


class Steps:
    """One pod's run. `workspace` lives as long as the pod."""

    def __init__(self, pod, workspace, images, git_ca, secrets):
        self.pod = pod
        self.source = os.path.join(workspace, "source")
        self.output = os.path.join(workspace, "output")
        self.home = os.path.join(workspace, "home")
        self.images = images
        self.git_ca = git_ca
        self.secrets = secrets
        self.stop = threading.Event()
        self.process = None
        self.log = None
        self.env = {}
        self.pace = 0.0
        self.digest = None
        self.sub_path = ""      # prepare alone is told
        for folder in (self.output, self.home):
            os.makedirs(folder, exist_ok=True)

    def run(self, container, log, seconds):
        """Run one container to its end; `seconds` is spread over the lines that it says."""
        self.log = log
        self.env = {v["name"]: v.get("value", "") for v in container.get("env", ())}
        self.args = container.get("args", [])
        self.pace = seconds / 4
        getattr(self, container["name"])()

    def interrupt(self):
        self.stop.set()
        process = self.process
        if process is not None:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def say(self, text):
        self.log.write(text + "\n")
        if self.stop.wait(self.pace):
            raise Stopped

    # -- the containers -----------------------------------------------------------------------

    def prepare(self):
        self.sub_path = self.env.get("SOURCE_SUB_PATH", "")
        self._reasons()
        if "REGISTRY_IMAGE" in self.env:
            self._pull(self.env["REGISTRY_IMAGE"])
            return
        if "GIT_URL" not in self.env:
            raise Failed(1, "only sources of git and of registries can be fetched here")
        url, revision = self.env["GIT_URL"], self.env["GIT_REVISION"]
        secret = None
        for argument in self.args:
            name = argument.removeprefix("-basic-git=").split("=")[0]
            self.say('Loading secrets for "%s" from secret "%s"' % (url, name))
            secret = (name, *self.secrets(name))
        self.say('Cloning "%s" @ "%s"...' % (url, revision))
        try:
            self._clone(url, revision, git.environment(url, self.git_ca, secret))
        except git.Failed as err:
            raise Failed(1, "%s" % err) from err
        self.say('Successfully cloned "%s" @ "%s" in path "/workspace"' % (url, revision))

    def _pull(self, reference):
        self.say("Pulling %s..." % reference)
        shutil.rmtree(self.source, ignore_errors=True)
        try:
            registry.pull(reference, self.source)
        except registry.Absent as err:
            raise Failed(1, "%s" % err) from err
        self.say('Successfully pulled %s in path "/workspace"' % reference)

    def _clone(self, url, revision, env):
        shutil.rmtree(self.source, ignore_errors=True)
        git.run(["init", "--quiet", self.source], env)
        git.run(["remote", "add", "origin", "--", url], env, self.source)
        try:
            git.run(["fetch", "--quiet", "--depth=1", "origin", revision], env, self.source)
        except git.Failed:      # servers need not give out a commit that no ref names
            git.run(["fetch", "--quiet", "--tags", "origin"], env, self.source)
            git.run(["checkout", "--quiet", revision], env, self.source)
        else:
            git.run(["checkout", "--quiet", "FETCH_HEAD"], env, self.source)
        if self.env.get("GIT_INITIALIZE_SUBMODULES") == "true":
            git.run(["submodule", "update", "--init", "--recursive"], env, self.source)

    def _reasons(self):
        changes = json.loads(self.env.get("BUILD_CHANGES") or "[]")
        if not changes:
            return
        self.log.write("Build reason(s): %s\n" % ",".join(c["reason"] for c in changes))
        for change in changes:
            self.log.write("%s:\n" % change["reason"])
            for sign, key in (("-", "old"), ("+", "new")):
                value = change[key]
                if value and not isinstance(value, str):
                    value = json.dumps(value)
                if value:
                    self.log.write("\t%s %s\n" % (sign, value))

    def analyze(self):
        previous = self.env.get("PREVIOUS_IMAGE")
        if previous:
            self.say('Restoring data for SBOM from previous image')
            self.say('Previous image: "%s"' % previous)
        else:
            self.say("Previous image: none")

    def detect(self):
        if self._script() is None:
            self.say("======== Results ========")
            self.say("fail: sandbox/script")
            raise Failed(NO_GROUP_PASSED, "ERROR: No buildpack groups passed detection: the source "
                         "has neither %s" % " nor ".join(SCRIPTS))
        buildpacks = json.loads(self.env.get("BUILDPACKS") or "[]")
        self.say("%d of %d buildpacks participating" % (len(buildpacks), len(buildpacks)))
        for each in buildpacks:
            self.say("%s %s" % (each["id"], each["version"]))

    def _script(self):
        for name in SCRIPTS:
            if os.path.isfile(os.path.join(self.source, self.sub_path, name)):
                return os.path.join(self.source, self.sub_path, name)
        return None

    def restore(self):
        self.say("Layer cache not found")

    def build(self):
        script = self._script()
        for name in os.listdir(self.output):    # what a run that was cut off has left
            path = os.path.join(self.output, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        top = script.removesuffix("/bin/build") if script.endswith("/bin/build") \
            else os.path.dirname(script)
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.home,
               "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": str(registry.EPOCH)}
        machine = ("RUN_IMAGE", "STACK_ID", "LIFECYCLE_VERSION", "TAGS", "PREVIOUS_IMAGE",
                   "BUILDPACKS")
        env.update({k: v for k, v in self.env.items() if k not in machine})
        env["OUTPUT"] = self.output
        command = [script] if os.access(script, os.X_OK) else ["/bin/sh", script]
        try:
            code = self._execute(command + [self.output], top, env)
        except OSError as err:
            raise Failed(BUILD_FAILED, "ERROR: failed to build: %s" % err.strerror) from err
        if code != 0:
            raise Failed(BUILD_FAILED, "ERROR: failed to build: exit status %d" % code)

    def _execute(self, command, cwd, env):
        """Run the script; each of its lines goes into the log as it comes."""
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        self.process = process
        if self.stop.is_set():
            self.interrupt()
        with process.stdout:
            for line in process.stdout:
                self.log.write(line.decode("utf-8", "replace"))
        code = process.wait()
        self.process = None
        if self.stop.is_set():
            raise Stopped
        return code if code >= 0 else 128 - code

    def export(self):
        if not os.listdir(self.output):
            raise Failed(EXPORT_FAILED, "ERROR: failed to export: the build left no files")
        data = registry.pack(self.output)
        layer = self.images.put(data)
        self.say("Adding layer 'sandbox/script:app' (%s)" % layer[:19])
        self.digest = self.images.push(layer, len(data), self._run_image(), self.env["STACK_ID"])
        self._saved()

    def rebase(self):
        self._reasons()
        previous = names.split_reference(self.env["PREVIOUS_IMAGE"])[2]
        run_image = self._run_image()
        self.say('Rebasing on run image "%s"' % run_image)
        try:
            self.digest = self.images.rebase(previous, run_image, self.env["STACK_ID"])
        except registry.Absent as err:
            raise Failed(1, "ERROR: failed to rebase: image %s not found" % err) from err
        self._saved()

    def _run_image(self):
        return names.split_reference(self.env["RUN_IMAGE"])[2]

    def _saved(self):
        self.log.write("*** Images (%s):\n" % self.digest[:19])
        for tag in self.env["TAGS"].splitlines():
            self.log.write("      %s\n" % tag)

    def completion(self):
        self.say("Build successful")

    def outcome(self):
        """The termination message of the completion container."""
        run_image = self.env["RUN_IMAGE"]
        repository = names.split_reference(self.env["TAGS"].splitlines()[0])[0]
        keep = ("id", "version", "homepage")
        return completion_message({
            "buildpackMetadata": [{k: b[k] for k in keep if k in b}
                                  for b in json.loads(self.env.get("BUILDPACKS") or "[]")],
            "latestCacheImage": "", "latestImage": repository + "@" + self.digest,
            "stackRunImage": names.split_reference(run_image)[0] + "@" + self._run_image(),
            "stackID": self.env["STACK_ID"], "lifecycleVersion": self.env["LIFECYCLE_VERSION"]})


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
