# SPDX-License-Identifier: Apache-2.0
"""The little that built-in kinds need besides what all kinds share."""

import base64

from . import fields, status


def defaults(resource, obj):
    if resource.key == ("", "pods"):
        spec = obj.setdefault("spec", {})
        spec.setdefault("restartPolicy", "Always")
        spec.setdefault("terminationGracePeriodSeconds", 30)
        spec.setdefault("schedulerName", "default-scheduler")
        _default_containers(spec)
        obj.setdefault("status", {"phase": "Pending", "qosClass": "BestEffort"})
    elif resource.key == ("apps", "deployments"):
        spec = obj.setdefault("spec", {})
        spec.setdefault("replicas", 1)
        spec.setdefault("progressDeadlineSeconds", 600)
        spec.setdefault("revisionHistoryLimit", 10)
        spec.setdefault("strategy", {"type": "RollingUpdate", "rollingUpdate": {
            "maxSurge": "25%", "maxUnavailable": "25%"}})
        obj.setdefault("status", {})
        _check_selector(resource, obj)
        _default_containers(spec["template"].get("spec", {}))
    elif resource.key == ("", "namespaces"):
        labels = obj["metadata"].setdefault("labels", {})
        labels.setdefault("kubernetes.io/metadata.name", obj["metadata"]["name"])
        obj.setdefault("spec", {"finalizers": ["kubernetes"]})
        obj.setdefault("status", {"phase": "Active"})
    elif resource.key == ("", "secrets"):
        obj.setdefault("type", "Opaque")
        _encode_strings(obj)
    elif resource.plural == "customresourcedefinitions":
        now = fields.timestamp()
        obj.setdefault("status", {
            "acceptedNames": obj["spec"]["names"], "storedVersions": [
                v["name"] for v in obj["spec"]["versions"] if v.get("storage")],
            "conditions": [{"type": kind, "status": "True", "reason": reason,
                            "message": message, "lastTransitionTime": now}
                           for kind, reason, message in (
                               ("NamesAccepted", "NoConflicts", "no conflicts found"),
                               ("Established", "InitialNamesAccepted",
                                "the initial names have been accepted"))]})


def _check_selector(resource, obj):
    wanted = obj["spec"].get("selector", {}).get("matchLabels") or {}
    labels = obj["spec"].get("template", {}).get("metadata", {}).get("labels") or {}
    if not wanted or any(labels.get(k) != v for k, v in wanted.items()):
        raise status.invalid(resource, obj["metadata"]["name"], "spec.template.metadata.labels",
                             "Invalid value: `selector` does not match template `labels`")


def _default_containers(spec):
    for container in spec.get("initContainers", []) + spec.get("containers", []):
        container.setdefault("resources", {})
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")
        name, _, digest = container.get("image", "").partition("@")
        tag = name.rpartition("/")[2].partition(":")[2]
        latest = not digest and tag in ("", "latest")
        container.setdefault("imagePullPolicy", "Always" if latest else "IfNotPresent")


def _encode_strings(obj):
    for key, text in (obj.pop("stringData", None) or {}).items():
        obj.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()


def stored(api, resource, obj):
    if resource.plural == "customresourcedefinitions":
        api.registry.add_crd(obj)


def removed(api, resource, obj):
    """A CRD takes its objects along, a namespace all that lies in it."""
    if resource.plural == "customresourcedefinitions":
        resource = api.registry.remove_crd(obj)
        for entry in api.store.list(resource)[1]:
            api.store.remove(resource, entry.key)
    elif resource.key == ("", "namespaces"):
        name = obj["metadata"]["name"]
        for other in list(api.registry.resources.values()):
            if other.namespaced:
                for entry in api.store.list(other, name)[1]:
                    api.store.remove(other, entry.key)
