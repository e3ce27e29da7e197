# SPDX-License-Identifier: Apache-2.0
"""Finished Builds as kpack leaves them: many at once, for tests and benchmarks."""

import base64
import gzip
import hashlib
import json
import time
import uuid

from . import names

REGISTRY = "registry.sandbox.invalid"
STEPS = ["prepare", "analyze", "detect", "restore", "build", "export", "completion"]
STACK = "io.buildpacks.stacks.jammy"
RUN_IMAGE = REGISTRY + "/stacks/run:1.0"    # base.yaml's: a controller finds nothing to do


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def digest(*parts):
    return "sha256:" + hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def commit(number):
    return hashlib.sha1(b"commit %d" % number).hexdigest()


def _terminated(step, started, code=0, message=None):
    return {"terminated": {
        "exitCode": code, "reason": "Error" if code else "Completed",
        "message": message or "Container %s terminated successfully" % step,
        "startedAt": stamp(started), "finishedAt": stamp(started + 4)}}


def completion_message(facts):
    """What kpack's completion step leaves as its termination message."""
    return base64.b64encode(gzip.compress(json.dumps(facts).encode(), mtime=0)).decode()


class Seed:
    """The Builds of one Image. `states` maps a build number to "failed" or "running"; all others
    succeeded. `digests` maps a build number to the number whose digest it shares."""

    def __init__(self, count, image="app", namespace="demo", spacing=60, states=None, digests=None,
                 reasons=None, url="https://git.sandbox.invalid/app", now=None):
        self.count = count
        self.image = image
        self.namespace = namespace
        self.spacing = spacing
        self.states = states or {}
        self.digests = digests or {}
        self.reasons = reasons or {}
        self.url = url
        self.now = now or time.time()
        self.uid = str(uuid.uuid4())
        self.tag = "%s/%s/%s" % (REGISTRY, namespace, image)
        self.run_digest = names.digest_of(RUN_IMAGE)
        self.run_image = "%s/builder-default@%s" % (REGISTRY, self.run_digest)

    def latest_image(self, number):
        return "%s@%s" % (self.tag, digest(self.image, self.digests.get(number, number)))

    def created(self, number):
        return self.now - (self.count - number + 1) * self.spacing

    def reason(self, number):
        return self.reasons.get(number, "CONFIG" if number == 1 else "COMMIT")

    def image_object(self):
        last = self.states.get(self.count)
        good = [n for n in range(1, self.count + 1) if n not in self.states]
        name = "%s-build-%d" % (self.image, self.count)
        ready = {
            None: ("True", "UpToDate", None),
            "running": ("Unknown", "BuildRunning", "Build '%s' is executing" % name),
            "failed": ("False", "BuildFailed", "Error: Build '%s' in namespace '%s' failed: %s" % (
                name, self.namespace, self._failure(name)))}[last]
        at = stamp(self.now)
        conditions = [_condition("Ready", *ready, at),
                      _condition("BuilderReady", "True", "BuilderReady", None, at),
                      _condition("BuilderUpToDate", "True", "BuilderUpToDate", None, at)]
        status = {"observedGeneration": 1, "conditions": conditions}
        if self.count:
            status.update(buildCounter=self.count, latestBuildRef=name,
                          latestBuildImageGeneration=1, latestBuildReason=self.reason(self.count))
        if good:
            status["latestImage"] = self.latest_image(good[-1])
        if self.count and last is None:
            status["latestStack"] = STACK
        return {
            "apiVersion": "kpack.io/v1alpha2", "kind": "Image",
            "metadata": {"name": self.image, "namespace": self.namespace, "uid": self.uid,
                         "generation": 1, "creationTimestamp": stamp(self.created(0))},
            "spec": {"tag": self.tag, "builder": {"kind": "ClusterBuilder", "name": "default"},
                     "serviceAccountName": "default", "imageTaggingStrategy": "BuildNumber",
                     "failedBuildHistoryLimit": max(10, self.count),
                     "successBuildHistoryLimit": max(10, self.count),
                     "source": {"git": {"url": self.url, "revision": commit(self.count)}}},
            "status": status}

    @staticmethod
    def _failure(name):
        return ("Error:  ERROR: failed to build: exit status 1 ERROR: failed to build: exit "
                "status 1: For more info use `kubectl logs -n demo %s-build-pod -c build`" % name)

    def _changes(self, number, spec):
        if number == 1:
            return [{"reason": "CONFIG", "old": {"resources": {}, "source": {}},
                     "new": {"resources": {}, "source": spec["source"]}}]
        reason = self.reason(number)
        if reason == "COMMIT":
            return [{"reason": reason, "old": commit(number - 1), "new": commit(number)}]
        return [{"reason": r, "old": "", "new": ""} for r in reason.split(",")]

    def build(self, number):
        at = self.created(number)
        name = "%s-build-%d" % (self.image, number)
        spec = {
            "tags": [self.tag, "%s:b%d.%s" % (self.tag, number, time.strftime(
                "%Y%m%d.%H%M%S", time.gmtime(at)))],
            "builder": {"image": "%s/builder-default:clusterbuilder-default@%s" % (
                REGISTRY, digest("builder"))},
            "serviceAccountName": "default", "cache": {}, "resources": {},
            "source": {"git": {"url": self.url, "revision": commit(number)}},
            "runImage": {
                "image": "%s/builder-default:clusterbuilder-default-run-image@%s" % (
                    REGISTRY, self.run_digest)}}
        last = next((n for n in range(number - 1, 0, -1) if n not in self.states), None)
        if last:        # as kpack: the last good one
            spec["lastBuild"] = {"cache": {}, "image": self.latest_image(last), "stackId": STACK}
        return {
            "apiVersion": "kpack.io/v1alpha2", "kind": "Build", "spec": spec,
            "metadata": {
                "name": name, "namespace": self.namespace, "creationTimestamp": stamp(at),
                "generation": 1, "uid": str(uuid.uuid4()),
                "labels": {"image.kpack.io/image": self.image,
                           "image.kpack.io/buildNumber": str(number),
                           "image.kpack.io/imageGeneration": "1"},
                "annotations": {
                    "image.kpack.io/reason": self.reason(number),
                    "image.kpack.io/buildChanges": json.dumps(self._changes(number, spec),
                                                              separators=(",", ":")),
                    "image.kpack.io/builderName": "default", "image.kpack.io/builderKind": ""},
                "ownerReferences": [{
                    "apiVersion": "kpack.io/v1alpha2", "kind": "Image", "name": self.image,
                    "uid": self.uid, "controller": True, "blockOwnerDeletion": True}]},
            "status": self._status(number, name, at)}

    def _status(self, number, name, at):
        state = self.states.get(number)
        status = {"observedGeneration": 1, "podName": name + "-build-pod", "stack": {},
                  "lifecycleVersion": ""}
        if state == "running":
            waiting = [{"waiting": {"reason": "PodInitializing",
                                    "message": "Container %s waiting" % s}} for s in STEPS[1:]]
            status["stepStates"] = [{"running": {"startedAt": stamp(at)}}] + waiting
            status["conditions"] = [_condition("Succeeded", "Unknown", "PodInitializing",
                                               "Container analyze waiting", stamp(at))]
            return status
        steps = [_terminated(s, at + 5 * i) for i, s in enumerate(STEPS)]
        if state == "failed":
            steps = steps[:4] + [_terminated("build", at + 20, 51,
                                             "ERROR: failed to build: exit status 1")]
            steps += [{"waiting": {"reason": "PodInitializing",
                                   "message": "Container %s waiting" % s}} for s in STEPS[5:]]
            status.update(stepStates=steps, stepsCompleted=STEPS[:4])
            status["conditions"] = [_condition("Succeeded", "False", "Failed",
                                               self._failure(name), stamp(at + 25))]
            return status
        image = self.latest_image(number)
        buildpacks = [{"id": "sandbox/script", "version": "1.0.0",
                       "homepage": "https://buildpacks.sandbox.invalid/script"}]
        steps[-1]["terminated"]["message"] = completion_message(
            {"buildpackMetadata": buildpacks, "latestCacheImage": "", "latestImage": image,
             "stackRunImage": self.run_image, "stackID": STACK, "lifecycleVersion": "0.20.12"})
        status.update(
            stepStates=steps, stepsCompleted=STEPS, latestImage=image, lifecycleVersion="0.20.12",
            stack={"id": STACK, "runImage": self.run_image}, buildMetadata=buildpacks,
            conditions=[_condition("Succeeded", "True", "Completed", None, stamp(at + 35))])
        return status


def _condition(kind, value, reason, message, at):
    condition = {"type": kind, "status": value, "lastTransitionTime": at}
    if reason:
        condition["reason"] = reason
    if message:
        condition["message"] = message
    return condition


def objects(count, **options):
    """The Image and its Builds, to be loaded as they are."""
    seeded = Seed(count, **options)
    return [seeded.image_object()] + [seeded.build(n) for n in range(1, count + 1)]
