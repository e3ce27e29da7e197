# SPDX-License-Identifier: Apache-2.0
"""What the API server serves: built-in kinds, the kinds of CRDs, and discovery of both."""

import re


class Resource:
    """One kind: where it lives in the URL space, and what it can do."""

    def __init__(self, group, plural, kind, namespaced=True, versions=("v1",), storage=None,
                 subresources=(), short=(), columns=None, webhook=False, custom=False,
                 categories=(), fields=()):
        self.group = group
        self.plural = plural
        self.kind = kind
        self.namespaced = namespaced
        self.versions = list(versions)
        self.storage = storage or self.versions[-1]
        self.subresources = set(subresources)
        self.short = list(short)
        self.columns = columns or {}
        self.webhook = webhook
        self.custom = custom
        self.categories = list(categories)
        self.fields = set(fields) | {"metadata.name", "metadata.namespace"}

    @property
    def key(self):
        return (self.group, self.plural)

    @property
    def qualified(self):
        return self.plural + ("." + self.group if self.group else "")

    def api_version(self, version):
        return (self.group + "/" if self.group else "") + version


RBAC = "rbac.authorization.k8s.io"
EVENT_FIELDS = ("involvedObject.kind", "involvedObject.name", "involvedObject.namespace",
                "involvedObject.uid", "reason", "type")

BUILT_IN = [
    Resource("", "namespaces", "Namespace", False, subresources=["status"], short=["ns"]),
    Resource("", "nodes", "Node", False, subresources=["status"], short=["no"]),
    Resource("", "pods", "Pod", subresources=["status", "log", "binding"], short=["po"],
             fields=["spec.nodeName", "status.phase", "spec.restartPolicy"]),
    Resource("", "events", "Event", short=["ev"], fields=EVENT_FIELDS),
    Resource("", "secrets", "Secret", fields=["type"]),
    Resource("", "configmaps", "ConfigMap", short=["cm"]),
    Resource("", "serviceaccounts", "ServiceAccount", subresources=["token"], short=["sa"]),
    Resource("", "services", "Service", subresources=["status"], short=["svc"]),
    Resource("apps", "deployments", "Deployment", subresources=["status"], short=["deploy"]),
    Resource(RBAC, "roles", "Role"),
    Resource(RBAC, "rolebindings", "RoleBinding"),
    Resource(RBAC, "clusterroles", "ClusterRole", False),
    Resource(RBAC, "clusterrolebindings", "ClusterRoleBinding", False),
    Resource("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", False,
             subresources=["status"], short=["crd", "crds"]),
]


def from_crd(crd):
    """The Resource that a CustomResourceDefinition object describes."""
    spec = crd["spec"]
    served = [v for v in spec["versions"] if v.get("served")]
    storage = next(v["name"] for v in spec["versions"] if v.get("storage"))
    subresources = set()
    for version in served:
        subresources |= set(version.get("subresources", {}))
    return Resource(
        spec["group"], spec["names"]["plural"], spec["names"]["kind"],
        spec["scope"] == "Namespaced", [v["name"] for v in served], storage, subresources,
        spec["names"].get("shortNames", ()),
        {v["name"]: v.get("additionalPrinterColumns") for v in served},
        spec.get("conversion", {}).get("strategy") == "Webhook", True,
        spec["names"].get("categories", ()))


def version_order(name):
    """kube-aware ordering: GA before beta before alpha, newest first."""
    match = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", name)
    if not match:
        return (9, 0, 0)
    stage = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return (stage, -int(match[1]), -int(match[3] or 0))


class Registry:
    """All resources served, by group, version and plural."""

    def __init__(self):
        self.resources = {r.key: r for r in BUILT_IN}

    def add_crd(self, crd):
        resource = from_crd(crd)
        self.resources[resource.key] = resource

    def remove_crd(self, crd):
        return self.resources.pop((crd["spec"]["group"], crd["spec"]["names"]["plural"]))

    def find(self, group, version, plural):
        resource = self.resources.get((group, plural))
        return resource if resource and version in resource.versions else None

    def groups(self):
        found = {}
        for resource in self.resources.values():
            if resource.group:
                found.setdefault(resource.group, set()).update(resource.versions)
        return {g: sorted(v, key=version_order) for g, v in sorted(found.items())}

    # -- discovery ----------------------------------------------------------------------------

    def discover(self, parts):
        """The discovery document at this path, or None. The API server calls the groups by
        apiregistration order; the order here is by name."""
        if parts == ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"],
                    "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0",
                                                    "serverAddress": "127.0.0.1"}]}
        if parts == ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1",
                    "groups": [self._group(g, v) for g, v in self.groups().items()]}
        if parts == ["api", "v1"]:
            return self._list("", "v1")
        if len(parts) == 2 and parts[0] == "apis" and parts[1] in self.groups():
            return {"kind": "APIGroup", "apiVersion": "v1",
                    **self._group(parts[1], self.groups()[parts[1]])}
        if len(parts) == 3 and parts[0] == "apis" and parts[2] in self.groups().get(parts[1], ()):
            return self._list(parts[1], parts[2])
        return None

    @staticmethod
    def _group(group, versions):
        listed = [{"groupVersion": "%s/%s" % (group, v), "version": v} for v in versions]
        return {"name": group, "versions": listed, "preferredVersion": listed[0]}

    def _list(self, group, version):
        entries = []
        for resource in self.resources.values():
            if resource.group != group or version not in resource.versions:
                continue
            base = {"kind": resource.kind, "namespaced": resource.namespaced}
            entry = {**base, "name": resource.plural, "singularName": resource.kind.lower(),
                     "verbs": ["create", "delete", "deletecollection", "get", "list", "patch",
                               "update", "watch"]}
            if resource.short:
                entry["shortNames"] = resource.short
            if resource.categories:
                entry["categories"] = resource.categories
            entries.append(entry)
            for sub in sorted(resource.subresources):
                verbs = {"status": ["get", "patch", "update"], "log": ["get"]}.get(sub, ["create"])
                entries.append({**base, "name": "%s/%s" % (resource.plural, sub),
                                "singularName": "", "verbs": verbs})
        entries.sort(key=lambda e: e["name"])
        return {"kind": "APIResourceList", "apiVersion": "v1",
                "groupVersion": (group + "/" if group else "") + version, "resources": entries}
