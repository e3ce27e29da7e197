# SPDX-License-Identifier: Apache-2.0
"""A pod from its binding to its end: containers one after another, and the status that says so.

Annotations that tests put on an Image (kpack copies them to its Builds and their pods):
    sandbox.invalid/hold: REASON   the first container stays Waiting with that reason, as with
                                   ImagePullBackOff; "Unschedulable" keeps the pod off any node
    sandbox.invalid/step: SECONDS  what one container takes
    sandbox.invalid/lines: N       so many further lines in each container's log
    sandbox.invalid/fail: NAME     that container exits 51
    sandbox.invalid/no-newline: 1  the last line of each log lacks its newline
    sandbox.invalid/gate: NAME=FILE   that container runs until the file is there
"""

import os
import shutil
import threading
import time

from ..client import Refused
from ..git import user_password
from .logs import Log
from .steps import BUILD_FAILED, Failed, Steps, Stopped, now

ANNOTATION = "sandbox.invalid/"


class PastRun:
    """A pod that ended before this process of the node began: what is left of its logs."""

    def __init__(self, node, pod):
        meta, status = pod["metadata"], pod["status"]
        self.namespace, self.pod_name = meta["namespace"], meta["name"]
        self.folder = os.path.join(node.folder, "pods", meta["uid"])
        self.states = {c["name"]: c["state"] for c in status.get("initContainerStatuses", [])
                       + status.get("containerStatuses", [])}
        logs = os.path.join(self.folder, "logs")
        self.logs = {name: Log.load(os.path.join(logs, name + ".log")) for name in self.states
                     if os.path.exists(os.path.join(logs, name + ".log"))}

    def why_waiting(self, container):
        """None where there is a log, as for a run."""
        return None if container in self.logs else "PodInitializing"

    def stop(self):
        """It is over."""

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class PodRun(threading.Thread):
    """Runs one pod, known by its uid: another of the same name is another pod."""

    def __init__(self, node, pod):
        meta = pod["metadata"]
        super().__init__(daemon=True, name=meta["name"])
        self.node = node
        self.client = node.client
        self.pod = pod
        self.uid = meta["uid"]
        self.namespace, self.pod_name = meta["namespace"], meta["name"]
        self.notes = {k.removeprefix(ANNOTATION): v for k, v in meta.get("annotations", {}).items()
                      if k.startswith(ANNOTATION)}
        self.folder = os.path.join(node.folder, "pods", self.uid)
        self.logs = {}
        self.waiting = {}
        self.init = pod["spec"].get("initContainers", [])
        self.main = pod["spec"]["containers"]
        self.states = {c["name"]: {"waiting": {"reason": "PodInitializing"}}
                       for c in self.init + self.main}
        self.started = now()
        self.steps = Steps(pod, self.folder, node.images, node.git_ca, self._secret)
        self.late = False

    def _secret(self, name):
        return user_password(self.client.get("v1", "secrets", self.namespace, name))

    # -- its life -----------------------------------------------------------------------------

    def run(self):
        try:
            self._run()
        except Stopped:
            if self.late:
                self._report("Failed", "DeadlineExceeded", "Pod was active on the node longer than "
                             "the specified deadline")
        except (OSError, Refused) as err:
            # 404: the pod was deleted; 409: and another of its name made
            if not isinstance(err, Refused) or err.code not in (404, 409):
                self.node.log("pod", self.pod_name, err)
        finally:
            for log in self.logs.values():
                if not log.ended:
                    log.end()

    def _run(self):
        hold = self.notes.get("hold")
        if hold:
            self._hold(hold)
            return
        self._deadline()
        self._report("Pending")
        if self.steps.stop.wait(self._seconds() / 4):     # images are pulled, volumes mounted
            raise Stopped
        for group, phase in ((self.init, "Pending"), (self.main, "Running")):
            for container in group:
                if not self._container(container, phase):
                    self._report("Failed")
                    return
        self._report("Succeeded")

    def _hold(self, reason):
        first = self.init[0] if self.init else self.main[0]
        message = 'Back-off pulling image "%s"' % first["image"] if "Pull" in reason \
            else "held by an annotation"
        self.states[first["name"]] = {"waiting": {"reason": reason, "message": message}}
        self._report("Pending")
        self.node.event(self.pod, "Warning", "BackOff" if "Pull" in reason else reason, message)

    def _deadline(self):
        seconds = self.pod["spec"].get("activeDeadlineSeconds")
        if seconds:
            def over():
                self.late = True
                self.steps.interrupt()
            timer = threading.Timer(seconds, over)
            timer.daemon = True
            timer.start()

    def _container(self, container, phase):
        """Run one container; whether it exited 0."""
        name = container["name"]
        log = self.logs[name] = Log(os.path.join(self.folder, "logs", name + ".log"))
        begun = now()
        self.states[name] = {"running": {"startedAt": begun}}
        self._report(phase)
        ended = {"exitCode": 0, "reason": "Completed", "startedAt": begun}
        try:
            self._work(container, log)
            if name == "completion":
                ended["message"] = self.steps.outcome()
        except Failed as failed:
            log.write(str(failed) + "\n")
            ended.update(exitCode=failed.code, reason="Error", message=str(failed))
        finally:
            log.end()
        self.states[name] = {"terminated": {**ended, "finishedAt": now()}}
        return ended["exitCode"] == 0

    def _seconds(self):
        return float(self.notes.get("step", self.node.step))

    def _gate(self, name):
        """Wait at the gate that is this container's, if there is one."""
        gate, _, path = self.notes.get("gate", "").partition("=")
        while gate == name and not os.path.exists(path):
            if self.steps.stop.wait(0.05):
                raise Stopped

    def _work(self, container, log):
        name = container["name"]
        seconds = self._seconds()
        extra = int(self.notes.get("lines", 0))
        steps = self.steps
        begun = time.monotonic()
        steps.run(container, log, seconds)
        for number in range(extra):
            log.write("%s: line %d of %d\n" % (name, number + 1, extra))
            if steps.stop.wait(seconds / extra):
                raise Stopped
        if steps.stop.wait(max(0.0, begun + seconds - time.monotonic())):
            raise Stopped
        self._gate(name)
        if self.notes.get("fail") == name:
            raise Failed(BUILD_FAILED, "ERROR: failed to build: exit status 1")
        if "no-newline" in self.notes:
            log.write("%s: a last line without an end" % name)

    def stop(self):
        """The pod is gone, or goes."""
        self.steps.interrupt()

    def clean(self):
        self.join(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what it tells ------------------------------------------------------------------------

    def _status_of(self, container):
        name = container["name"]
        state = self.states[name]
        (kind, _), = state.items()
        identity = {} if kind == "waiting" else {
            "containerID": "sandbox://%s-%s" % (self.uid, name)}
        return {"name": name, "image": container["image"], "imageID": "", "restartCount": 0,
                "ready": kind == "running" or (
                    kind == "terminated" and state[kind]["exitCode"] == 0),
                "started": kind == "running", "state": state, **identity}

    def _report(self, phase, reason=None, message=None):
        initialized = all("terminated" in self.states[c["name"]] for c in self.init)
        status = {
            "phase": phase, "hostIP": "127.0.0.1", "podIP": "127.0.0.1",
            "startTime": self.started, "qosClass": "BestEffort",
            "initContainerStatuses": [self._status_of(c) for c in self.init],
            "containerStatuses": [self._status_of(c) for c in self.main],
            "conditions": [
                {"type": "PodScheduled", "status": "True", "lastTransitionTime": self.started},
                {"type": "Initialized", "status": "True" if initialized else "False",
                 "lastTransitionTime": now()}]}
        if reason:
            status.update(reason=reason, message=message)
        # the uid guards against writing to another pod of the same name
        self.client.patch("v1", "pods", self.namespace, self.pod_name,
                          {"metadata": {"uid": self.uid}, "status": status}, "status")

    def why_waiting(self, container):
        """The kubelet's reason that a container has no log yet; None where it has one."""
        if container in self.logs:
            return None
        waiting = self.states[container].get("waiting", {})
        if waiting.get("reason") in ("ImagePullBackOff", "ErrImagePull"):
            return "trying and failing to pull image"
        return waiting.get("reason", "ContainerCreating")
