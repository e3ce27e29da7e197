# SPDX-License-Identifier: Apache-2.0
"""The pod of a Build: its containers and everything that a node must know to run them."""

import json

from .. import git, names
from .runtime import owner_reference

PHASES = ["prepare", "analyze", "detect", "restore", "build", "export"]


def rebases(build):
    """A run image alone has changed: the layers of the app stay as they are."""
    return (build["metadata"]["annotations"].get(names.REASON) == "STACK"
            and "lastBuild" in build["spec"])


def variables(**values):
    return [{"name": k, "value": v} for k, v in values.items() if v]


def build_pod(client, build, builder):
    """The pod as kpack would make it. `builder` is the builder's status, or {}."""
    meta, spec = build["metadata"], build["spec"]
    changes = meta["annotations"].get(names.CHANGES, "")
    common = {"RUN_IMAGE": spec["runImage"]["image"],
              "STACK_ID": builder.get("stack", {}).get("id", ""),
              "LIFECYCLE_VERSION": builder.get("lifecycle", {}).get("version", ""),
              "TAGS": "\n".join(spec["tags"]),
              "PREVIOUS_IMAGE": spec.get("lastBuild", {}).get("image", "")}
    volumes = [{"name": "workspace-dir", "emptyDir": {}}, {"name": "layers-dir", "emptyDir": {}}]
    if rebases(build):
        init = [_container("rebase", spec, BUILD_CHANGES=changes, **common)]
    else:
        init = [_container(phase, spec, **common) for phase in PHASES]
        _source(client, build, init[0], volumes)
        init[0]["env"] += variables(BUILD_CHANGES=changes)
        buildpacks = json.dumps(builder.get("builderMetadata", []))
        for container in init[2:]:
            container["env"] += variables(BUILDPACKS=buildpacks)
        init[PHASES.index("build")]["env"] += spec.get("env", [])
    completion = _container("completion", spec, BUILDPACKS=json.dumps(
        builder.get("builderMetadata", [])), **common)
    pod_spec = {
        "restartPolicy": "Never", "serviceAccountName": spec["serviceAccountName"],
        "nodeSelector": {"kubernetes.io/os": "linux", **spec.get("nodeSelector", {})},
        "initContainers": init, "containers": [completion], "volumes": volumes}
    if spec.get("activeDeadlineSeconds"):
        pod_spec["activeDeadlineSeconds"] = spec["activeDeadlineSeconds"]
    return {
        "apiVersion": "v1", "kind": "Pod", "spec": pod_spec,
        "metadata": {
            "name": names.child(meta["name"], "-build-pod"), "namespace": meta["namespace"],
            "labels": {**meta.get("labels", {}), names.BUILD: meta["name"]},
            "annotations": meta.get("annotations", {}),
            "ownerReferences": [owner_reference(build)]}}


def _container(name, spec, **values):
    return {"name": name, "image": spec["builder"]["image"],
            "command": ["/cnb/lifecycle/" + name], "env": variables(**values),
            "volumeMounts": [{"name": "workspace-dir", "mountPath": "/workspace"},
                             {"name": "layers-dir", "mountPath": "/layers"}]}


def _source(client, build, prepare, volumes):
    source = build["spec"]["source"]
    values = {"SOURCE_SUB_PATH": source.get("subPath", "")}
    if "git" in source:
        found = source["git"]
        values.update(GIT_URL=found["url"], GIT_REVISION=found["revision"],
                      GIT_INITIALIZE_SUBMODULES=str(found.get("initializeSubmodules", "")).lower())
        secret = git.credentials(client, build["metadata"]["namespace"],
                                 build["spec"]["serviceAccountName"], found["url"])
        if secret:      # the node mounts it; the pod names it only
            prepare["args"] = ["-basic-git=%s=%s" % (secret[0], found["url"])]
            volumes.append({"name": "secret-volume-" + secret[0],
                            "secret": {"secretName": secret[0]}})
    elif "blob" in source:
        values["BLOB_URL"] = source["blob"]["url"]
    else:
        values["REGISTRY_IMAGE"] = source["registry"]["image"]
    prepare["env"] += variables(**values)
