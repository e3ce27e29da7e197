# SPDX-License-Identifier: Apache-2.0
"""Images: what they are built from, when, and what came of it."""

import time

from .. import names
from ..client import Refused
from . import reasons
from .runtime import condition, find_condition, owner_reference, write_status
from .sources import build_source

#: An annotation of the sandbox: the write that follows the making of a Build is lost, as when a
#: real controller meets a conflict there; latestBuildRef then stays old until the build ends.
LOSE_STATUS = "sandbox.invalid/lose-build-status"


class Images:
    def __init__(self, client):
        self.client = client

    def reconcile(self, namespace, name):
        image = self.client.find(names.V1ALPHA2, "images", namespace, name)
        if image is None:
            return
        status = self._status(image)
        write_status(self.client, "images", image, status)
        self._collect(image)

    def _status(self, image):
        builder = self._builder(image)
        generation = image["metadata"]["generation"]
        if builder is None:
            return {**image.get("status", {}), "observedGeneration": generation,
                    "conditions": builder_not_found(image)}
        last = self._last_build(image)
        if last is not None and not finished(last):
            # nothing else moves until it ends, not even what follows the source
            return {**image.get("status", {}), "observedGeneration": generation,
                    "conditions": running(last, builder)}
        resolver = self._resolver(image)
        if not ready(resolver):
            return self._kept(image, last, unresolved(resolver, builder))
        if not ready(builder):
            return self._kept(image, last, not_ready(image, builder))
        source = build_source(resolver)
        found = reasons.changes(image, last, source, builder)
        if not found:
            return self._kept(image, last, conclusion(last, builder))
        build = self._create(image, last, source, builder, found)
        if LOSE_STATUS in (image["metadata"].get("annotations") or {}):
            return {**image.get("status", {}), "observedGeneration": generation,
                    "conditions": running(build, builder)}
        number = int(build["metadata"]["labels"][names.BUILD_NUMBER])
        status = {"observedGeneration": generation, "conditions": running(build, builder),
                  "latestBuildRef": build["metadata"]["name"], "buildCounter": number,
                  "latestBuildImageGeneration": generation,
                  "latestBuildReason": reasons.reason_text(found)}
        return self._with_latest(status, image, last)

    @staticmethod
    def _with_latest(status, image, last):
        """latestImage is that of the newest success, whatever came after it."""
        latest = (last or {}).get("status", {}).get("latestImage") \
            or image.get("status", {}).get("latestImage")
        if latest:
            status["latestImage"] = latest
        return status

    def _kept(self, image, last, conditions):
        """The status while no build runs: all of it as the last Build left it."""
        status = {"observedGeneration": image["metadata"]["generation"],
                  "conditions": conditions}
        if last is not None:
            meta = last["metadata"]
            status.update(
                latestBuildRef=meta["name"],
                latestBuildReason=meta["annotations"].get(names.REASON, ""),
                latestBuildImageGeneration=int(meta["labels"].get(names.IMAGE_GENERATION, 0)),
                buildCounter=int(meta["labels"][names.BUILD_NUMBER]))
            stack = last.get("status", {}).get("stack", {}).get("id")
            if stack:
                status["latestStack"] = stack
        return self._with_latest(status, image, last)

    # -- what an Image stands on --------------------------------------------------------------

    def _builder(self, image):
        ref = image["spec"]["builder"]
        if ref["kind"] == "ClusterBuilder":
            return self.client.find(names.V1ALPHA2, "clusterbuilders", None, ref["name"])
        return self.client.find(names.V1ALPHA2, "builders", image["metadata"]["namespace"],
                                ref["name"])

    def _builds(self, image):
        meta = image["metadata"]
        found = self.client.list(names.V1ALPHA2, "builds", meta["namespace"],
                                 labelSelector="%s=%s" % (names.IMAGE, meta["name"]))["items"]
        found = [b for b in found if owned(b, image)]
        return sorted(found, key=lambda b: int(b["metadata"]["labels"][names.BUILD_NUMBER]))

    def _last_build(self, image):
        builds = self._builds(image)
        return builds[-1] if builds else None

    def _resolver(self, image):
        """The SourceResolver that says what the Image's revision is now."""
        meta = image["metadata"]
        name = names.child(meta["name"], "-source")
        spec = {"serviceAccountName": image["spec"]["serviceAccountName"],
                "source": image["spec"]["source"]}
        found = self.client.find(names.V1ALPHA2, "sourceresolvers", meta["namespace"], name)
        if found is None:
            return self.client.create(
                {"apiVersion": names.V1ALPHA2, "kind": "SourceResolver", "spec": spec,
                 "metadata": {"name": name, "namespace": meta["namespace"],
                              "labels": {**meta.get("labels", {}), names.IMAGE: meta["name"]},
                              "ownerReferences": [owner_reference(image)]}}, "sourceresolvers")
        if found["spec"] != spec:
            return self.client.call(
                "PUT", "/apis/%s/namespaces/%s/sourceresolvers/%s" % (
                    names.V1ALPHA2, meta["namespace"], name), {**found, "spec": spec})
        return found

    # -- builds -------------------------------------------------------------------------------

    def _create(self, image, last, source, builder, found):
        meta = image["metadata"]
        number = 1 + (int(last["metadata"]["labels"][names.BUILD_NUMBER]) if last else 0)
        # a recreated Image starts at 1 again, a lost Build leaves its number in the counter
        number = max(number, image.get("status", {}).get("buildCounter", 0) + 1)
        build = {
            "apiVersion": names.V1ALPHA2, "kind": "Build",
            "metadata": {
                "name": names.child(meta["name"], "-build-%d" % number),
                "namespace": meta["namespace"], "ownerReferences": [owner_reference(image)],
                "labels": {**meta.get("labels", {}), names.IMAGE: meta["name"],
                           names.BUILD_NUMBER: str(number),
                           names.IMAGE_GENERATION: str(meta["generation"])},
                "annotations": {**meta.get("annotations", {}),
                                names.REASON: reasons.reason_text(found),
                                names.CHANGES: reasons.encode(found),
                                names.BUILDER_NAME: builder["metadata"]["name"],
                                names.BUILDER_KIND: ""}},
            "spec": build_spec(image, last, source, builder, number)}
        try:
            return self.client.create(build, "builds")
        except Refused as refused:
            found = refused.code == 409 and self.client.find(
                names.V1ALPHA2, "builds", meta["namespace"], build["metadata"]["name"])
            if not found or not owned(found, image):
                raise
            return found

    def _collect(self, image):
        """Delete at most one Build beyond each history limit."""
        builds = [b for b in self._builds(image) if finished(b)]
        for value, limit in (("True", "successBuildHistoryLimit"),
                             ("False", "failedBuildHistoryLimit")):
            of_kind = [b for b in builds if find_condition(b, "Succeeded")["status"] == value]
            if len(of_kind) > image["spec"].get(limit, 10):
                meta = of_kind[0]["metadata"]
                self.client.delete(names.V1ALPHA2, "builds", meta["namespace"], meta["name"])


def build_spec(image, last, source, builder, number):
    spec = image["spec"]
    options = spec.get("build") or {}
    made = {"tags": tags(spec, number), "builder": {"image": builder["status"]["latestImage"]},
            "serviceAccountName": spec["serviceAccountName"], "source": source, "cache": {},
            "runImage": {"image": run_image(builder)},
            "resources": options.get("resources") or {}}
    for key in ("env", "services", "cnbBindings", "tolerations", "nodeSelector", "affinity",
                "runtimeClassName", "schedulerName", "creationTime"):
        if options.get(key):
            made[key] = options[key]
    if options.get("buildTimeout"):
        made["activeDeadlineSeconds"] = options["buildTimeout"]
    for key in ("defaultProcess", "projectDescriptorPath", "cosign"):
        if spec.get(key):
            made[key] = spec[key]
    if last is not None:
        if find_condition(last, "Succeeded").get("status") == "True":
            made["lastBuild"] = {"cache": {}, "image": last["status"]["latestImage"],
                                 "stackId": last["status"]["stack"]["id"]}
        elif "lastBuild" in last["spec"]:
            made["lastBuild"] = last["spec"]["lastBuild"]
    return made


def run_image(builder):
    """kpack puts a copy of the run image beside the builder."""
    repository, tag, _ = names.split_reference(builder["status"]["latestImage"])
    return "%s:%s-run-image@%s" % (repository, tag, names.split_reference(
        builder["status"]["stack"]["runImage"])[2])


def tags(spec, number):
    result = [spec["tag"]]
    if spec.get("imageTaggingStrategy", "BuildNumber") == "BuildNumber":
        repository, tag, _ = names.split_reference(spec["tag"])
        prefix = tag + "-" if tag not in ("", "latest") else ""
        result.append("%s:%sb%d.%s" % (repository, prefix, number,
                                       time.strftime("%Y%m%d.%H%M%S", time.gmtime())))
    return result + spec.get("additionalTags", [])


# -- conditions -------------------------------------------------------------------------------

def finished(build):
    return find_condition(build, "Succeeded").get("status") in ("True", "False")


def ready(obj):
    """Ready, and about the spec as it is now."""
    return (find_condition(obj, "Ready").get("status") == "True" and
            obj["status"].get("observedGeneration") == obj["metadata"].get("generation"))


def owned(obj, owner):
    return any(r["uid"] == owner["metadata"]["uid"]
               for r in obj["metadata"].get("ownerReferences", ()))


def _of_builder(builder):
    is_ready = find_condition(builder, "Ready")
    fresh = find_condition(builder, "UpToDate")
    return [
        condition("BuilderReady", "True", "BuilderReady") if ready(builder) else
        condition("BuilderReady", "False", "BuilderNotReady", is_ready.get("message")),
        condition("BuilderUpToDate", "True", "BuilderUpToDate")
        if fresh.get("status") == "True" else
        condition("BuilderUpToDate", "False", "BuilderNotUpToDate", fresh.get("message"))]


def running(build, builder):
    said = find_condition(build, "Succeeded")
    message = said.get("message") if said else \
        "Build '%s' is executing" % build["metadata"]["name"]
    return [condition("Ready", "Unknown", "BuildRunning", message)] + _of_builder(builder)


def unresolved(resolver, builder):
    message = "Error: SourceResolver '%s' is not ready" % resolver["metadata"]["name"]
    return [condition("Ready", "Unknown", "ResolverNotReady", message)] + _of_builder(builder)


def not_ready(image, builder):
    why = find_condition(builder, "Ready").get("message")
    message = "Error: Builder '%s' is not ready%s" % (
        image["spec"]["builder"]["name"], ": " + why if why else "")
    return [condition("Ready", "False", "BuilderNotReady", message)] + _of_builder(builder)


def builder_not_found(image):
    ref = image["spec"]["builder"]
    where = image["metadata"]["namespace"] if ref["kind"] == "Builder" else ""
    return [condition("Ready", "False", "BuilderNotFound",
                      "Error: Unable to find builder '%s' in namespace '%s'." % (
                          ref["name"], where))]


def conclusion(last, builder):
    said = find_condition(last, "Succeeded")
    if said.get("status") == "True":
        return [condition("Ready", "True", "UpToDate")] + _of_builder(builder)
    meta = last["metadata"]
    message = "Error: Build '%s' in namespace '%s' failed: %s" % (
        meta["name"], meta["namespace"], said.get("message", ""))
    return [condition("Ready", "False", "BuildFailed", message)] + _of_builder(builder)
