# SPDX-License-Identifier: Apache-2.0
"""Builds: one pod each, followed until it ends."""

import base64
import gzip
import json
import re

from .. import names
from ..client import Refused
from . import pods
from .images import finished
from .runtime import condition, write_status

LOG_LINE_MAX = 800


class Builds:
    def __init__(self, client):
        self.client = client

    def reconcile(self, namespace, name):
        build = self.client.find(names.V1ALPHA2, "builds", namespace, name)
        if build is None or finished(build) or "deletionTimestamp" in build["metadata"]:
            return
        try:
            pod = self._pod(build)
        except Refused as refused:
            if refused.code in (409, 429) or refused.code >= 500:
                raise
            # a pod that can never be made: the build fails without one
            self._write(build, {"conditions": [condition("Succeeded", "False", "Failed",
                                                         refused.message)], "stack": {},
                                "lifecycleVersion": ""})
            return
        self._write(build, self._status(build, pod))

    def _write(self, build, status):
        status["observedGeneration"] = build["metadata"]["generation"]
        write_status(self.client, "builds", build, status)

    def _pod(self, build):
        meta = build["metadata"]
        found = self.client.find("v1", "pods", meta["namespace"],
                                 names.child(meta["name"], "-build-pod"))
        if found is not None:
            return found
        return self.client.create(pods.build_pod(self.client, build, self._builder(build)), "pods")

    def _builder(self, build):
        """The status of the builder that the Build was made with. A Build names no kind, so its
        Image is asked, as anyone must."""
        meta = build["metadata"]
        image = self.client.find(names.V1ALPHA2, "images", meta["namespace"],
                                 meta.get("labels", {}).get(names.IMAGE, ""))
        ref = (image or {}).get("spec", {}).get("builder", {})
        builder = ref and self.client.find(
            names.V1ALPHA2, *(("builders", meta["namespace"]) if ref["kind"] == "Builder"
                              else ("clusterbuilders", None)), ref["name"])
        return (builder or {}).get("status") or {}

    def _status(self, build, pod):
        init = pod["status"].get("initContainerStatuses", [])
        main = pod["status"].get("containerStatuses", [])
        status = {"podName": pod["metadata"]["name"], "stack": {}, "lifecycleVersion": "",
                  "conditions": [self._succeeded(pod, init)]}
        if init or main:
            status["stepStates"] = [step_state(c) for c in init + main]
        completed = [c["name"] for c in init + main
                     if c["state"].get("terminated", {}).get("exitCode") == 0]
        if completed:
            status["stepsCompleted"] = completed
        if status["conditions"][0]["status"] == "True":
            status.update(outcome(main))
        return status

    def _succeeded(self, pod, init):
        phase = pod["status"].get("phase")
        if phase == "Succeeded":
            return condition("Succeeded", "True", "Completed")
        if phase == "Failed":
            return condition("Succeeded", "False", "Failed", self._why(pod, init))
        if phase == "Pending":
            for container in init:
                waiting = container["state"].get("waiting")
                if waiting:
                    return condition("Succeeded", "Unknown", waiting.get("reason"),
                                     waiting.get("message") or
                                     "Container %s waiting" % container["name"])
        return condition("Succeeded", "Unknown")

    def _why(self, pod, init):
        """kpack's words for a failed pod; often there are none."""
        message = pod["status"].get("message", "")
        for container in init:
            ended = container["state"].get("terminated") or {}
            if ended.get("exitCode") and ended.get("message"):
                meta = pod["metadata"]
                return ("Error: %s %s %s: For more info use `kubectl logs -n %s %s -c %s`" % (
                    message, ended["message"], self._last_line(meta, container["name"]),
                    meta["namespace"], meta["name"], container["name"]))
        return message

    def _last_line(self, meta, container):
        try:
            text = self.client.call("GET", "/api/v1/namespaces/%s/pods/%s/log?container=%s" % (
                meta["namespace"], meta["name"], container))
        except Refused:
            return ""
        lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in text.splitlines()]
        return ([line for line in lines if line] or [""])[-1][:LOG_LINE_MAX]


def step_state(container):
    """A container's state with the message that kpack adds where the kubelet has none."""
    (kind, state), = container["state"].items()
    state = dict(state)
    if kind == "waiting":
        state.setdefault("message", "Container %s waiting" % container["name"])
    elif kind == "terminated" and state["exitCode"] == 0:
        state.setdefault("message", "Container %s terminated successfully" % container["name"])
    state.pop("containerID", None)
    return {kind: state}


def outcome(main):
    """What the completion container left behind: gzip, base64, JSON."""
    message = main[0]["state"]["terminated"]["message"]
    facts = json.loads(gzip.decompress(base64.b64decode(message)))
    status = {"latestImage": facts["latestImage"], "buildMetadata": facts["buildpackMetadata"],
              "stack": {"id": facts["stackID"], "runImage": facts["stackRunImage"]},
              "lifecycleVersion": facts["lifecycleVersion"]}
    if facts.get("latestCacheImage"):
        status["latestCacheImage"] = facts["latestCacheImage"]
    return status
