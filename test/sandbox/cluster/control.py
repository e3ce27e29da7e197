# SPDX-License-Identifier: Apache-2.0
"""/sandbox/...: what tests do to the API server that no cluster would let them do.

    GET/PUT /sandbox/faults       the list of faults (faults.py says what one holds)
    GET     /sandbox/requests     every request so far; ?since=NUMBER&user=NAME
    GET/PUT /sandbox/settings     {"bookmark": seconds, "conversion": true|false, "older": true|false}
    POST    /sandbox/compact      forget all history: watches and page tokens of before get 410
    POST    /sandbox/hangup       close all open streams, or those of ?resource=
    POST    /sandbox/load         objects to store as they are, with status and times
"""

import json
import uuid

from . import builtin, fields, status
from .auth import MASTERS


def serve(api, exchange, groups, body):
    if MASTERS not in groups:
        raise status.ApiError(403, "Forbidden", "the sandbox's own paths are for its admin")
    request = exchange.request
    action = api.actions.get((request.method, "/".join(request.parts[1:])))
    if action is None:
        raise status.ApiError(404, "NotFound", "no such path in the sandbox: " + request.path)
    try:
        exchange.json(200, action(api, request, json.loads(body) if body else None))
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise status.bad_request("%s: %r" % (request.path, err)) from err


def set_faults(api, _, rules):
    api.faults.set(rules)
    return api.faults.get()


def set_settings(api, _, changes):
    unknown = set(changes) - set(api.settings)
    if unknown:
        raise ValueError("unknown setting: " + ", ".join(sorted(unknown)))
    api.settings.update(changes)
    return api.settings


def compact(api, *_):
    api.store.compact()
    return {"compacted": api.store.revision}


def hangup(api, request, _):
    with api.streams_lock:
        wanted = [s for s in api.streams
                  if request.query.get("resource") in (None, s.request.plural)]
        for stream in wanted:
            stream.hang_up()
    api.wake_streams()
    return {"closed": len(wanted)}


def load(api, _, objects):
    """Objects go in as they are; what they lack of metadata is filled in."""
    for obj in objects:
        group, _, version = obj["apiVersion"].rpartition("/")
        resource = next(r for r in api.registry.resources.values()
                        if r.group == group and r.kind == obj["kind"] and version in r.versions)
        if version != resource.storage:
            raise ValueError("only %s is stored" % resource.storage)
        meta = obj["metadata"]
        meta.setdefault("uid", str(uuid.uuid4()))
        meta.setdefault("creationTimestamp", fields.timestamp())
        if resource.custom:
            meta.setdefault("generation", 1)
        if "managedFields" not in meta:
            plain = {k: v for k, v in obj.items() if k != "status"}
            meta["managedFields"] = fields.manage(None, plain, "controller", "")
            if "status" in obj:
                with_fields = {**plain, "metadata": {**meta}}
                meta["managedFields"] = fields.manage(with_fields, obj, "controller", "status")
        with api.store.changed:
            key = (meta.get("namespace", ""), meta["name"])
            exists = key in api.store.table(resource).entries
            api.store.put(resource, obj, "MODIFIED" if exists else "ADDED")
            builtin.stored(api, resource, obj)
    return {"loaded": len(objects)}


ACTIONS = {
    ("GET", "faults"): lambda api, *_: api.faults.get(),
    ("PUT", "faults"): set_faults,
    ("GET", "requests"): lambda api, request, _: api.record.since(
        request.number("since") or 0, request.query.get("user")),
    ("GET", "settings"): lambda api, *_: api.settings,
    ("PUT", "settings"): set_settings,
    ("POST", "compact"): compact,
    ("POST", "hangup"): hangup,
    ("POST", "load"): load,
}
