# SPDX-License-Identifier: Apache-2.0
"""Who asks (static tokens, client certificates) and what RBAC lets him do."""

import csv
import re

from . import status
from .resources import RBAC

ANONYMOUS = ("system:anonymous", ("system:unauthenticated",))
MASTERS = "system:masters"

PUBLIC_PATHS = ("/healthz", "/livez", "/readyz", "/version", "/version/")
DISCOVERY = re.compile(r"/(api|apis|openapi)(/.*)?|/(healthz|livez|readyz|version)/?")


def load_tokens(path):
    """The API server's own token file: token,user,uid,"group1,group2"."""
    users = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            groups = tuple(g for g in row[3].split(",") if g) if len(row) > 3 else ()
            users[row[0]] = (row[1], groups + ("system:authenticated",))
    return users


def certificate_user(cert):
    """(user, groups) of a verified client certificate: its CN and its O's."""
    if not cert:
        return None
    names = [pair for rdn in cert.get("subject", ()) for pair in rdn]
    user = next((v for k, v in names if k == "commonName"), None)
    groups = tuple(v for k, v in names if k == "organizationName")
    return (user, groups + ("system:authenticated",)) if user else None


def authenticate(header, cert, tokens):
    """(user, groups). A wrong token is refused; no credentials at all are anonymous."""
    by_cert = certificate_user(cert)
    if by_cert:
        return by_cert
    if not header:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or token.strip() not in tokens:
        raise status.unauthorized()
    return tokens[token.strip()]


def authorize_path(user, groups, verb, path):
    """A path that is no resource: discovery, health, version."""
    if MASTERS in groups or path in PUBLIC_PATHS:
        return
    if "system:authenticated" in groups and DISCOVERY.fullmatch(path) and verb == "get":
        return
    raise status.forbidden_path(user, verb, path)


class Authorizer:
    """RBAC over the Role, ClusterRole and binding objects in the store."""

    def __init__(self, store, registry):
        self.store = store
        self.registry = registry

    def _objects(self, plural):
        resource = self.registry.find(RBAC, "v1", plural)
        return [entry.obj for entry in self.store.list(resource)[1]]

    def _rules(self, user, groups, namespace):
        bindings = self._objects("clusterrolebindings")
        if namespace:
            bindings = bindings + [b for b in self._objects("rolebindings")
                                   if b["metadata"]["namespace"] == namespace]
        for binding in bindings:
            if not any(self._is(subject, user, groups) for subject in binding.get("subjects", ())):
                continue
            ref = binding["roleRef"]
            for role in self._objects("roles" if ref["kind"] == "Role" else "clusterroles"):
                meta = role["metadata"]
                if meta["name"] != ref["name"]:
                    continue
                if ref["kind"] == "Role" and meta["namespace"] != namespace:
                    continue
                yield from role.get("rules") or ()

    @staticmethod
    def _is(subject, user, groups):
        if subject["kind"] == "User":
            return subject["name"] == user
        if subject["kind"] == "Group":
            return subject["name"] in groups
        return user == "system:serviceaccount:%s:%s" % (subject.get("namespace"), subject["name"])

    def allows(self, user, groups, request):
        if MASTERS in groups:
            return True
        what = request.plural + ("/" + request.subresource if request.subresource else "")
        for rule in self._rules(user, groups, request.namespace):
            if not _has(rule.get("verbs"), request.verb):
                continue
            if not _has(rule.get("apiGroups"), request.group):
                continue
            if not (_has(rule.get("resources"), what)
                    or "*/" + request.subresource in rule.get("resources", ())):
                continue
            names = rule.get("resourceNames")
            if not names or request.rbac_name in names:
                return True
        return False

    def check(self, user, groups, request):
        if not self.allows(user, groups, request):
            raise status.forbidden(user, request.verb, request.group, request.plural,
                                   request.subresource, request.namespace, request.name)


def _has(listed, wanted):
    return "*" in (listed or ()) or wanted in (listed or ())
