# SPDX-License-Identifier: Apache-2.0
"""The representations of objects and lists that a client may ask for by Accept."""

import re
import time

from . import status
from .store import encode

TYPE_META = ("apiVersion", "kind")
ACCEPTED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")


class Form:
    """json, table (as=Table) or partial (as=PartialObjectMetadata[List])."""

    def __init__(self, kind, include="Metadata"):
        self.kind = kind
        self.include = include


def negotiate(accept, query):
    """The first representation of the Accept header that is served."""
    if not accept:
        return Form("json")
    for clause in accept.split(","):
        media, *params = [part.strip() for part in clause.split(";")]
        options = dict(p.split("=", 1) for p in params if "=" in p)
        if media not in ("application/json", "application/*", "*/*"):
            continue
        kind = options.get("as")
        if kind is None:
            return Form("json")
        if options.get("g") != "meta.k8s.io" or options.get("v") not in ("v1", "v1beta1"):
            continue
        if kind == "Table":
            return Form("table", query.get("includeObject", "Metadata"))
        if kind in ("PartialObjectMetadata", "PartialObjectMetadataList"):
            return Form("partial")
    raise status.not_acceptable(ACCEPTED)


# -- table ------------------------------------------------------------------------------------

def json_path(obj, path):
    """The part of JSONPath that printer columns use: .a.b and .a[?(@.type=="X")].b"""
    for key, want, value in re.findall(
            r'\.?([\w\-]+)(?:\[\?\(@\.(\w+)==["\'](.*?)["\']\)\])?', path):
        obj = obj.get(key) if isinstance(obj, dict) else None
        if want:
            obj = next((item for item in obj or () if item.get(want) == value), None)
    return obj


def age(obj):
    made = time.mktime(time.strptime(obj["metadata"]["creationTimestamp"], "%Y-%m-%dT%H:%M:%SZ"))
    seconds = int(time.time() - (made - time.timezone))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * size:
            return "%d%s" % (seconds // size, unit)
    return "%ds" % max(seconds, 0)


def columns_of(resource, version):
    columns = resource.columns.get(version)
    if columns is None:
        return [{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}]
    return columns


def definitions(resource, version):
    name = {"name": "Name", "type": "string", "format": "name", "priority": 0, "description":
            "Name must be unique within a namespace. Is required when creating resources, although "
            "some resources may allow a client to request the generation of an appropriate name "
            "automatically. Name is primarily intended for creation idempotence and configuration "
            "definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/"
            "overview/working-with-objects/names#names"}
    return [name] + [
        {"name": c["name"], "type": c["type"], "format": c.get("format", ""),
         "priority": c.get("priority", 0),
         "description": c.get("description", "Custom resource definition column (in JSONPath "
                              "format): " + c["jsonPath"])}
        for c in columns_of(resource, version)]


def row(resource, version, obj, include):
    cells = [obj["metadata"]["name"]]
    for column in columns_of(resource, version):
        value = age(obj) if column["type"] == "date" else json_path(obj, column["jsonPath"])
        cells.append(value)
    made = {"cells": cells}
    if include == "Object":
        made["object"] = obj
    elif include != "None":
        made["object"] = partial(obj)
    return made


def table(resource, version, objects, meta, form, headed=True):
    return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": meta,
            "columnDefinitions": definitions(resource, version) if headed else None,
            "rows": [row(resource, version, obj, form.include) for obj in objects]}


def partial(obj):
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": obj["metadata"]}


# -- whole answers ----------------------------------------------------------------------------

def one(resource, version, obj, form):
    if form.kind == "table":
        meta = {"resourceVersion": obj["metadata"]["resourceVersion"]}
        return encode(table(resource, version, [obj], meta, form)) + b"\n"
    if form.kind == "partial":
        return encode(partial(obj)) + b"\n"
    return encode(obj) + b"\n"


def listed(resource, version, entries, meta, form, converted):
    """The body of a list; the common form joins the JSON that the store already holds."""
    if form.kind == "table":
        objects = [converted(e) for e in entries]
        return encode(table(resource, version, objects, meta, form)) + b"\n"
    if form.kind == "partial":
        return encode({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                       "metadata": meta, "items": [partial(e.obj) for e in entries]}) + b"\n"
    if not resource.custom:     # items of built-in lists do not repeat their kind
        items = b",".join(encode({k: v for k, v in e.obj.items() if k not in TYPE_META})
                          for e in entries)
    elif version == resource.storage:
        items = b",".join(e.raw for e in entries)
    else:
        items = b",".join(encode(converted(e)) for e in entries)
    head = encode({"apiVersion": resource.api_version(version)})[:-1]
    tail = encode({"kind": resource.kind + "List", "metadata": meta})[1:]
    return head + b',"items":[' + items + b"]," + tail + b"\n"
