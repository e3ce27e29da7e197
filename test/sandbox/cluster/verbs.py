# SPDX-License-Identifier: Apache-2.0
"""get, list, create, update, patch and delete, for every kind alike."""

import base64
import json
import re
import secrets
import time
import uuid

from . import admission, builtin, fields, render, status
from .request import Selector
from .store import Entry

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
RBAC_NAME = re.compile(r"[^/%]+")
KEPT = ("uid", "creationTimestamp", "generation", "deletionTimestamp",
        "deletionGracePeriodSeconds", "managedFields", "selfLink")


class Verbs:
    """The verbs over one resource in one version, for one exchange."""

    def __init__(self, api, exchange, resource, body):
        self.api = api
        self.store = api.store
        self.exchange = exchange
        self.request = exchange.request
        self.resource = resource
        self.version = exchange.request.version
        self.body = body
        self.form = render.negotiate(exchange.handler.headers.get("Accept"), self.request.query)

    # -- reading ------------------------------------------------------------------------------

    def get(self):
        self._send(200, self._current())

    def _current(self):
        entry = self.store.get(self.resource, self.request.namespace, self.request.name)
        if entry is None:
            raise status.not_found(self.resource, self.request.name)
        return entry

    def list(self):
        selector = Selector(self.request, self.resource)
        limit = self.request.number("limit") or 0
        token = self.request.query.get("continue")
        if not limit:
            self.api.check_conversion(self.resource, self.version, cached=True)
        if token:
            revision, entries = self._resume(token, selector)
        else:
            revision, entries = self.store.list(self.resource, self.request.namespace)
            asked = self.request.number("resourceVersion") or 0
            if asked > revision:
                raise status.ApiError(504, "Timeout", "Timeout: Too large resource version: %d, "
                                      "current: %d" % (asked, revision), retry_after=1)
            if not selector.empty:
                entries = [e for e in entries if selector.matches(e.obj)]
        meta = {"resourceVersion": str(revision)}
        if limit and len(entries) > limit:
            rest = entries[limit:]
            entries = entries[:limit]
            meta["continue"] = self._token(self.store.snapshot(revision, rest), entries[-1].key)
            if selector.empty:
                meta["remainingItemCount"] = len(rest)
        if entries:
            self.api.check_conversion(self.resource, self.version)
        self.exchange.reply(200, render.listed(self.resource, self.version, entries, meta,
                                               self.form, self._converted))

    @staticmethod
    def _token(snapshot, after):
        plain = json.dumps({"v": "sandbox/v1", "s": snapshot, "after": after})
        return base64.urlsafe_b64encode(plain.encode()).decode()

    def _resume(self, token, selector):
        try:
            plain = json.loads(base64.urlsafe_b64decode(token))
            snapshot, after = plain["s"], tuple(plain["after"])
        except (ValueError, KeyError, TypeError) as err:
            raise status.bad_request("continue key is not valid: " + str(err)) from err
        found = self.store.resume(snapshot) if snapshot else None
        if found:
            return found
        if snapshot:
            raise status.expired_continue(self._token("", after))
        # the inconsistent rest: what is there now behind the last key
        revision, entries = self.store.list(self.resource, self.request.namespace)
        return revision, [e for e in entries if e.key > after and selector.matches(e.obj)]

    def _converted(self, entry):
        return self.api.converted(self.resource, entry, self.version)

    def _send(self, code, entry):
        self.api.check_conversion(self.resource, self.version)
        obj = self._converted(entry)
        self.exchange.reply(code, render.one(self.resource, self.version, obj, self.form))

    # -- writing ------------------------------------------------------------------------------

    def _decode(self):
        try:
            obj = json.loads(self.body)
        except ValueError as err:
            raise status.bad_request("error decoding request body: " + str(err)) from err
        if not isinstance(obj, dict):
            raise status.bad_request("json: cannot unmarshal into Go value of type map")
        return obj

    def _named(self, obj):
        """The object's identity must be that of the URL."""
        meta = obj.setdefault("metadata", {})
        version = self.resource.api_version(self.version)
        if obj.setdefault("apiVersion", version) != version:
            raise status.bad_request("the API version in the data (%s) does not match the expected "
                                     "API version (%s)" % (obj["apiVersion"], version))
        if obj.setdefault("kind", self.resource.kind) != self.resource.kind:
            raise status.bad_request(
                "%s in version \"%s\" cannot be handled as a %s: no kind matches" % (
                    obj["kind"], self.version, self.resource.kind))
        if self.resource.namespaced:
            if meta.setdefault("namespace", self.request.namespace) != self.request.namespace:
                raise status.bad_request("the namespace of the provided object does not match the "
                                         "namespace sent on the request")
        else:
            meta.pop("namespace", None)
        if self.request.name and meta.setdefault("name", self.request.name) != self.request.name:
            raise status.bad_request("the name of the object (%s) does not match the name on the "
                                     "URL (%s)" % (meta["name"], self.request.name))
        return meta

    def create(self):
        self.api.check_conversion(self.resource, self.version)
        obj = self._decode()
        meta = self._named(obj)
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = meta["generateName"] + uuid.uuid4().hex[:5]
        self._check_name(meta.get("name", ""))
        if meta.get("resourceVersion"):
            raise status.bad_request("resourceVersion should not be set on objects to be created")
        if "status" in self.resource.subresources:
            obj.pop("status", None)
        obj = self.api.stored(self.resource, obj)
        for key in KEPT:
            meta.pop(key, None)
        meta["uid"] = str(uuid.uuid4())
        meta["creationTimestamp"] = fields.timestamp()
        if self._counts_generations():
            meta["generation"] = 1
        builtin.defaults(self.resource, obj)
        # whose a field is, is noted before the webhooks see it
        meta["managedFields"] = fields.manage(None, obj, self._manager(), "")
        admission.admit(self.resource, obj, None)
        with self.store.changed:
            key = (meta.get("namespace", ""), meta["name"])
            if key in self.store.table(self.resource).entries:
                raise status.already_exists(self.resource, meta["name"])
            self._check_namespace(key[0])
            entry = self._store(obj, "ADDED")
        self._send(201, entry)

    def _check_name(self, name):
        if not name:
            raise status.invalid(self.resource, "", "metadata.name",
                                 "Required value: name or generateName is required")
        shape = RBAC_NAME if self.resource.group.startswith("rbac.") else NAME
        if len(name) > 253 or not shape.fullmatch(name):
            raise status.invalid(
                self.resource, name, "metadata.name", 'Invalid value: "%s": a lowercase RFC 1123 '
                "subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
                "must start and end with an alphanumeric character" % name)

    def _check_namespace(self, namespace):
        namespaces = self.api.registry.find("", "v1", "namespaces")
        if namespace and self.store.get(namespaces, None, namespace) is None:
            raise status.not_found(namespaces, namespace)

    def update(self):
        self.api.check_conversion(self.resource, self.version)
        new = self._decode()
        meta = self._named(new)
        with self.store.changed:
            old = self._current()
            if not meta.get("resourceVersion") and self.resource.custom:
                raise status.invalid(self.resource, self.request.name, "metadata.resourceVersion",
                                     "Invalid value: 0: must be specified for an update")
            new = self.api.stored(self.resource, new)
            entry = self._replace(old, new)
        self._send(200, entry)

    def patch(self):
        kind = self.exchange.handler.headers.get("Content-Type", "").split(";")[0].strip()
        accepted = [MERGE] if self.resource.custom else [MERGE, STRATEGIC]
        if kind not in accepted:
            raise status.unsupported_media_type(
                ["application/json-patch+json"] + accepted + ["application/apply-patch+yaml"])
        patch = self._decode()
        with self.store.changed:
            old = self._current()
            self.api.check_conversion(self.resource, self.version)
            base = self._converted(old)
            new = (fields.merge if kind == MERGE else fields.strategic)(base, patch)
            new.setdefault("metadata", {})
            self._named(new)
            new = self.api.stored(self.resource, new)
            entry = self._replace(old, new)
        self._send(200, entry)

    def _replace(self, old, new):
        """Make `new` the object's next state. Nothing happens where nothing would change."""
        new = fields.copy(new)
        meta = new["metadata"]
        before = old.obj
        given = meta.get("resourceVersion")
        if given and given != before["metadata"]["resourceVersion"]:
            raise status.conflict(self.resource, self.request.name)
        if meta.get("uid", before["metadata"]["uid"]) != before["metadata"]["uid"]:
            raise status.conflict(self.resource, self.request.name)
        for key in KEPT:
            meta.pop(key, None)
            if key in before["metadata"]:
                meta[key] = before["metadata"][key]
        meta["resourceVersion"] = before["metadata"]["resourceVersion"]
        new = self._separate(before, new)
        meta = new["metadata"]
        if not self.request.subresource:
            builtin.defaults(self.resource, new)
        managed = fields.manage(before, new, self._manager(), self.request.subresource)
        if not self.request.subresource:
            admission.admit(self.resource, new, before)
        if new == before and fields.same_owners(managed, before["metadata"].get("managedFields")):
            return old
        if self._counts_generations() and self._counted(new) != self._counted(before):
            meta["generation"] = before["metadata"].get("generation", 1) + 1
        meta["managedFields"] = managed
        return self._store(new, "MODIFIED")

    def _separate(self, before, new):
        """The status subresource writes status alone, everything else all but status."""
        if "status" not in self.resource.subresources:
            return new
        source, target = (new, fields.copy(before)) if self.request.subresource == "status" \
            else (before, new)
        target.pop("status", None)
        if "status" in source:
            target["status"] = source["status"]
        return target

    def _counts_generations(self):
        return self.resource.custom or self.resource.key == ("apps", "deployments")

    def _counted(self, obj):
        """What moves the generation: of a Deployment, the annotations too."""
        annotations = not self.resource.custom and obj["metadata"].get("annotations")
        return {k: v for k, v in obj.items() if k not in ("metadata", "status")}, annotations

    def _manager(self):
        agent = self.exchange.handler.headers.get("User-Agent", "unknown")
        return self.request.query.get("fieldManager") or agent.split("/")[0] or "unknown"

    def _store(self, obj, event):
        if self.request.query.get("dryRun") == "All":
            obj["metadata"].setdefault("resourceVersion", "0")
            return Entry(obj, (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))
        entry = self.store.put(self.resource, obj, event)
        builtin.stored(self.api, self.resource, obj)
        return entry

    # -- deleting -----------------------------------------------------------------------------

    def delete(self):
        options = self._decode() if self.body else {}
        with self.store.changed:
            old = self._current()
            wanted = (options.get("preconditions") or {}).get("uid")
            if wanted and wanted != old.obj["metadata"]["uid"]:
                raise status.conflict(self.resource, self.request.name)
            entry, gone = self._delete_one(old, options)
        if gone and self.resource.custom:
            self.exchange.json(200, status.success(self.resource, self.request.name,
                                                   entry.obj["metadata"]["uid"]))
        else:
            self._send(200, entry)

    def _delete_one(self, old, options):
        """(entry, whether it is gone). A running pod is only marked; its kubelet removes it."""
        if self.request.query.get("dryRun") == "All":
            return old, True
        grace = options.get("gracePeriodSeconds", self.request.number("gracePeriodSeconds"))
        finished = old.obj.get("status", {}).get("phase") in ("Succeeded", "Failed")
        if (self.resource.key == ("", "pods") and old.obj["spec"].get("nodeName")
                and grace != 0 and not finished):
            if "deletionTimestamp" in old.obj["metadata"]:
                return old, False
            obj = fields.copy(old.obj)
            obj["metadata"].update(deletionTimestamp=fields.timestamp(),
                                   deletionGracePeriodSeconds=30 if grace is None else grace)
            return self.store.put(self.resource, obj, "MODIFIED"), False
        builtin.removed(self.api, self.resource, old.obj)
        return self.store.remove(self.resource, old.key), True

    def deletecollection(self):
        options = self._decode() if self.body else {}
        selector = Selector(self.request, self.resource)
        with self.store.changed:
            _, entries = self.store.list(self.resource, self.request.namespace)
            entries = [e for e in entries if selector.matches(e.obj)]
            for entry in entries:
                self._delete_one(entry, options)
            meta = {"resourceVersion": str(self.store.revision)}
        self.exchange.reply(200, render.listed(self.resource, self.version, entries, meta,
                                               self.form, self._converted))

    # -- pods ---------------------------------------------------------------------------------

    def bind(self):
        """pods/NAME/binding: what a scheduler posts."""
        target = self._decode().get("target", {}).get("name")
        with self.store.changed:
            old = self._current()
            if old.obj["spec"].get("nodeName"):
                raise status.conflict(self.resource, self.request.name)
            pod = fields.copy(old.obj)
            pod["spec"]["nodeName"] = target
            conditions = pod.setdefault("status", {}).setdefault("conditions", [])
            conditions.append({"type": "PodScheduled", "status": "True",
                               "lastProbeTime": None, "lastTransitionTime": fields.timestamp()})
            self.store.put(self.resource, pod, "MODIFIED")
        self.exchange.json(201, {"kind": "Status", "apiVersion": "v1", "metadata": {},
                                 "status": "Success", "code": 201})

    # -- service accounts ---------------------------------------------------------------------

    def issue_token(self):
        """serviceaccounts/NAME/token: what `kubectl create token` posts."""
        asked = self._decode()
        namespace, name = self._current().key
        token = secrets.token_hex(24)
        self.api.tokens[token] = (
            "system:serviceaccount:%s:%s" % (namespace, name),
            ("system:serviceaccounts", "system:serviceaccounts:" + namespace,
             "system:authenticated"))
        end = time.time() + asked.get("spec", {}).get("expirationSeconds", 3600)
        self.exchange.json(201, {**asked, "status": {
            "token": token, "expirationTimestamp": fields.timestamp(end)}})
