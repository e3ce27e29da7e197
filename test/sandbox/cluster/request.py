# SPDX-License-Identifier: Apache-2.0
"""What an HTTP request asks of the API: verb, resource, name, selectors."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from . import status

VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch",
         "DELETE": "delete"}

REQUIREMENT = re.compile(
    r"\s*(!?)\s*([\w./\-]+)\s*"
    r"(?:(notin|in)\s*\(([^)]*)\)|(!=|==?)\s*([\w.\-]*))?\s*(?:,|$)")


class Request:
    """A parsed request. `plural` is None where the path names no resource."""

    def __init__(self, method, target):
        url = urlsplit(target)
        self.method = method
        self.path = unquote(url.path)
        self.raw_query = url.query
        self.query = {k: v[-1] for k, v in parse_qs(url.query, keep_blank_values=True).items()}
        self.group = self.version = self.plural = self.namespace = self.name = None
        self.subresource = ""
        self.rest = []
        self.parts = [p for p in self.path.split("/") if p]
        self._resource()
        self.verb = self._verb()

    def _resource(self):
        parts = self.parts
        if parts[:1] == ["api"] and len(parts) > 2:
            self.group, self.version, parts = "", parts[1], parts[2:]
        elif parts[:1] == ["apis"] and len(parts) > 3:
            self.group, self.version, parts = parts[1], parts[2], parts[3:]
        else:
            return
        if parts[0] == "namespaces" and len(parts) > 2 and parts[2] not in ("status", "finalize"):
            self.namespace, parts = parts[1], parts[2:]
        elif parts[0] == "namespaces" and len(parts) > 1:
            self.namespace = parts[1]
        self.plural = parts[0]
        self.name = parts[1] if len(parts) > 1 else None
        self.subresource = parts[2] if len(parts) > 2 else ""
        self.rest = parts[3:]

    def _verb(self):
        verb = VERBS.get(self.method, self.method.lower())
        if self.plural and not self.name:
            if verb == "get":
                return "watch" if self.watches() else "list"
            if verb == "delete":
                return "deletecollection"
        if verb == "get" and self.plural and not self.subresource and self.watches():
            return "watch"
        return verb

    def watches(self):
        return self.query.get("watch", "").lower() in ("1", "true", "t")

    @property
    def rbac_name(self):
        """The name that resourceNames is compared with: a list or watch of one object by
        fieldSelector counts as naming it."""
        if self.name:
            return self.name
        match = re.fullmatch(r"metadata\.name==?([^,]+)", self.query.get("fieldSelector", ""))
        return match[1] if match else None

    def number(self, key):
        text = self.query.get(key, "")
        if not text:
            return None
        if not re.fullmatch(r"\d{1,18}", text):
            raise status.bad_request('Invalid value: "%s": %s: must be a number' % (text, key))
        return int(text)


class Selector:
    """labelSelector and fieldSelector together."""

    def __init__(self, request, resource):
        self.labels = parse_labels(request.query.get("labelSelector", ""))
        self.fields = parse_fields(request, resource)
        self.empty = not self.labels and not self.fields

    def matches(self, obj):
        labels = obj["metadata"].get("labels") or {}
        return (all(test(labels) for test in self.labels)
                and all((field(obj, path) == value) == equal
                        for path, equal, value in self.fields))


def field(obj, path):
    for key in path.split("."):
        obj = obj.get(key) if isinstance(obj, dict) else None
    return obj or ""


def parse_fields(request, resource):
    parsed = []
    for term in filter(None, request.query.get("fieldSelector", "").split(",")):
        match = re.fullmatch(r"([\w.\-/]+)(!=|==?)(.*)", term)
        if not match:
            raise status.bad_request("invalid selector: '%s'; can't understand '%s'" % (term, term))
        if match[1] not in resource.fields:
            raise status.bad_request(
                'Unable to find "%s, Resource=%s" that match label selector "%s", field selector '
                '"%s": field label not supported: %s'
                % (resource.api_version(request.version), resource.plural,
                   request.query.get("labelSelector", ""), request.query["fieldSelector"],
                   match[1]))
        parsed.append((match[1], match[2] != "!=", match[3]))
    return parsed


def parse_labels(text):
    """Equality and set based requirements; each becomes a test over the labels."""
    tests = []
    rest = text.strip()
    while rest:
        match = REQUIREMENT.match(rest)
        if not match:
            raise status.bad_request("unable to parse requirement: found '%s', expected: "
                                     "identifier, '!', 'in', 'notin', '='" % rest)
        tests.append(_test(*match.groups()))
        rest = rest[match.end():]
    return tests


def _test(bang, key, set_op, values, op, value):
    if bang:
        return lambda labels: key not in labels
    if set_op:
        wanted = {v.strip() for v in values.split(",")}
        if set_op == "in":
            return lambda labels: labels.get(key) in wanted
        return lambda labels: labels.get(key) not in wanted
    if op == "!=":
        return lambda labels: labels.get(key) != value
    if op:
        return lambda labels: labels.get(key) == value
    return lambda labels: key in labels
