# SPDX-License-Identifier: Apache-2.0
"""Patches, and managedFields: who set which field."""

import json
import time

#: Lists that a strategic merge patch merges by a key; all others it replaces.
MERGE_KEYS = {"containers": "name", "initContainers": "name", "env": "name", "volumes": "name",
              "volumeMounts": "mountPath", "conditions": "type", "ports": "containerPort",
              "imagePullSecrets": "name", "secrets": "name"}


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def strategic(target, patch, key=None):
    """The part of strategic merge that clients use on built-in kinds: maps merge, lists with a
    merge key merge by it, `$patch: delete` takes an element out."""
    if isinstance(patch, dict):
        result = dict(target) if isinstance(target, dict) else {}
        for name, value in patch.items():
            if value is None:
                result.pop(name, None)
            elif not name.startswith("$"):
                result[name] = strategic(result.get(name), value, name)
        return result
    by = MERGE_KEYS.get(key)
    if not (by and isinstance(patch, list) and isinstance(target, list)):
        return patch
    result = list(target)
    for item in patch:
        at = next((i for i, old in enumerate(result) if old.get(by) == item.get(by)), None)
        if item.get("$patch") == "delete":
            if at is not None:
                del result[at]
        elif at is None:
            result.append(strategic(None, item))
        else:
            result[at] = strategic(result[at], item)
    return result


def timestamp(seconds=None):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# -- managedFields ----------------------------------------------------------------------------

SYSTEM = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "name",
          "namespace", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds")


def field_set(obj):
    """FieldsV1 of what a client can own of an object. Lists are atomic, as for a CRD whose schema
    says nothing; owner references go by uid."""
    owned = {}
    for key, value in obj.items():
        if key in ("apiVersion", "kind"):
            continue
        if key == "metadata":
            value = {k: v for k, v in value.items() if k not in SYSTEM}
            if not value:
                continue
            owned["f:metadata"] = {k: v for k, v in _fields(value).items() if k != "."}
            if "ownerReferences" in value:
                keys = {'k:{"uid":"%s"}' % ref["uid"]: {} for ref in value["ownerReferences"]}
                owned["f:metadata"]["f:ownerReferences"] = {".": {}, **keys}
        else:
            owned["f:" + key] = _fields(value)
    return owned


def _fields(value):
    if not isinstance(value, dict) or not value:
        return {}
    return {".": {}, **{"f:" + k: _fields(v) for k, v in value.items()}}


def _changed(old, new, owned):
    """The part of `owned`, the field set of `new`, whose values differ from `old`."""
    kept = {}
    for key, below in owned.items():
        if key == "." or key.startswith("k:"):
            if not isinstance(old, (dict, list)):
                kept[key] = below
            continue
        name = key[2:]
        was = old.get(name) if isinstance(old, dict) else None
        now = new.get(name)
        if was == now:
            continue
        if isinstance(now, dict) and any(k.startswith("f:") for k in below):
            kept[key] = _changed(was, now, below)
        else:
            kept[key] = below
    return kept


def _without(owned, taken, present):
    """`owned` less `taken`, and less what is no longer `present`."""
    rest = {}
    for key, below in owned.items():
        if key not in present:
            continue
        if key in taken and not taken[key]:
            continue
        if below:
            below = _without(below, taken.get(key, {}), present[key])
            if not below or set(below) == {"."}:
                continue
        rest[key] = below
    return rest


def _union(a, b):
    merged = dict(a)
    for key, below in b.items():
        merged[key] = _union(merged[key], below) if key in merged else below
    return merged


def manage(old, new, manager, subresource):
    """managedFields of `new` after `manager` turned `old` (None: nothing) into it."""
    present = field_set(new)
    taken = _changed(old or {}, new, present)
    entries = []
    mine = None
    for entry in (old or {}).get("metadata", {}).get("managedFields", ()):
        same = (entry["manager"], entry.get("subresource", "")) == (manager, subresource)
        owned = _without(entry["fieldsV1"], {} if same else taken, present)
        if not owned and not same:
            continue
        entry = {**entry, "fieldsV1": owned}
        entries.append(entry)
        if same:
            mine = entry
    if taken:
        if mine is None:
            mine = {"manager": manager, "operation": "Update", "apiVersion": new["apiVersion"],
                    "fieldsType": "FieldsV1", "fieldsV1": {}}
            if subresource:
                mine["subresource"] = subresource
            entries.append(mine)
        mine["fieldsV1"] = _union(mine["fieldsV1"], taken)
        mine["time"] = timestamp()
    return entries


def same_owners(managed, before):
    """Whether both say the same, whenever they were written."""
    def timeless(entries):
        return [{k: v for k, v in entry.items() if k != "time"} for entry in entries or ()]
    return timeless(managed) == timeless(before)


def copy(obj):
    return json.loads(json.dumps(obj))
