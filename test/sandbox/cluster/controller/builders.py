# SPDX-License-Identifier: Apache-2.0
"""Builders and what they are made of: stacks, stores and lifecycles."""

from .. import names
from .runtime import condition, find_condition, write_status


class Builders:
    def __init__(self, client):
        self.client = client

    # -- the parts ----------------------------------------------------------------------------

    def stack(self, _, name):
        stack = self.client.find(names.V1ALPHA2, "clusterstacks", None, name)
        if stack is None:
            return
        spec = stack["spec"]
        self._finish(stack, "clusterstacks", {
            "id": spec["id"],
            "buildImage": _image(spec["buildImage"]), "runImage": _image(spec["runImage"]),
            "userId": 1001, "groupId": 1000})

    def store(self, _, name):
        store = self.client.find(names.V1ALPHA2, "clusterstores", None, name)
        if store is None:
            return
        self._finish(store, "clusterstores", {
            "buildpacks": [buildpack(s["image"]) for s in store["spec"].get("sources", ())]})

    def lifecycle(self, _, name):
        lifecycle = self.client.find(names.V1ALPHA2, "clusterlifecycles", None, name)
        if lifecycle is None:
            return
        image = lifecycle["spec"]["image"]
        self._finish(lifecycle, "clusterlifecycles", {
            "image": _image(lifecycle["spec"]), "version": names.split_reference(image)[1],
            "apis": {"platform": {"supported": ["0.14"]}, "buildpack": {"supported": ["0.10"]}}})

    def _finish(self, obj, plural, status):
        write_status(self.client, plural, obj, {
            **status, "observedGeneration": obj["metadata"]["generation"],
            "conditions": [condition("Ready", "True")]})

    # -- builders -----------------------------------------------------------------------------

    def cluster_builder(self, _, name):
        self._builder("clusterbuilders", None, name, "clusterbuilder")

    def builder(self, namespace, name):
        self._builder("builders", namespace, name, "builder")

    def _builder(self, plural, namespace, name, prefix):
        builder = self.client.find(names.V1ALPHA2, plural, namespace, name)
        if builder is None:
            return
        before = builder.get("status") or {}
        status = {k: v for k, v in before.items() if k != "conditions"}
        status["observedGeneration"] = builder["metadata"]["generation"]
        try:
            status.update(self._made(builder, prefix))
        except Missing as missing:
            # what was made before stays good: only a builder that never was is not Ready
            ready = condition("Ready", "True") if before.get("latestImage") else \
                condition("Ready", "False", "ReconcileFailed", str(missing))
            status["conditions"] = [ready, condition("UpToDate", "False", "ReconcileFailed",
                                                     str(missing))]
        else:
            status["conditions"] = [condition("Ready", "True"), condition("UpToDate", "True")]
        write_status(self.client, plural, builder, status)

    def _made(self, builder, prefix):
        """The status of a builder made from its parts as they are now."""
        spec = builder["spec"]
        stack = self._part("clusterstacks", spec["stack"]["name"])
        store = self._part("clusterstores", spec["store"]["name"])
        lifecycle = self._part("clusterlifecycles", spec.get("lifecycle", {}).get(
            "name", "default-lifecycle"))
        buildpacks = chosen(spec.get("order", ()), store)
        run_image = stack["status"]["runImage"]["latestImage"]
        digest = names.sha256(
            stack["status"]["buildImage"]["latestImage"], run_image,
            lifecycle["status"]["version"],
            *("%s@%s" % (b["id"], b["version"]) for b in buildpacks))
        name = builder["metadata"]["name"]
        return {
            # kpack names a builder's tag after its kind and name
            "latestImage": "%s-%s:%s-%s@%s" % (names.split_reference(spec["tag"])[0], name, prefix,
                                               name, digest),
            "builderMetadata": buildpacks, "os": "linux",
            "order": [{"group": [{"id": b["id"], "version": b["version"]} for b in buildpacks]}],
            "stack": {"id": stack["status"]["id"], "runImage": run_image},
            "lifecycle": {"version": lifecycle["status"]["version"],
                          "image": lifecycle["status"]["image"]},
            "observedStackGeneration": stack["metadata"]["generation"],
            "observedStoreGeneration": store["metadata"]["generation"]}

    def _part(self, plural, name):
        part = self.client.find(names.V1ALPHA2, plural, None, name)
        if part is None:
            raise Missing('%s "%s" not found' % (plural, name))
        if find_condition(part, "Ready").get("status") != "True" or \
                part["status"]["observedGeneration"] != part["metadata"]["generation"]:
            raise Missing("%s '%s' is not ready" % (part["kind"], name))
        return part


class Missing(Exception):
    """A part that a builder stands on is not there."""


def _image(spec):
    return {"image": spec["image"], "latestImage": names.resolved(spec["image"])}


def buildpack(reference):
    """What a buildpackage holds. There is no registry to look into: sandbox/NAME at the version
    that the reference's tag names."""
    repository, tag, _ = names.split_reference(reference)
    name = repository.rpartition("/")[2]
    return {"id": "sandbox/" + name, "version": tag or "0.0.0",
            "homepage": "https://buildpacks.sandbox.invalid/" + name,
            "storeImage": {"image": reference}}


def chosen(order, store):
    """The buildpacks of the builder's order, each in its newest version unless one is named."""
    found = []
    for group in order:
        for entry in group["group"]:
            fitting = [b for b in store["status"]["buildpacks"] if b["id"] == entry["id"]
                       and entry.get("version") in (None, b["version"])]
            if not fitting:
                raise Missing("unable to find buildpack %s in cluster store %s" % (
                    entry["id"], store["metadata"]["name"]))
            best = max(fitting, key=lambda b: _version(b["version"]))
            found.append({k: best[k] for k in ("id", "version", "homepage")})
    return found


def _version(text):
    return [int(part) if part.isdigit() else -1 for part in text.split(".")]
