# SPDX-License-Identifier: Apache-2.0
"""The resource protocol: the bytes of a request, the reading of an answer."""

import json

from . import gojson
from .container import Errored

SCRIPTS = {"check": "/opt/resource/check", "get": "/opt/resource/in", "put": "/opt/resource/out"}


class Failed(Exception):
    """The program ended with a status that is not 0: Concourse shows such a step in red."""

    def __init__(self, status):
        super().__init__("exit status %d" % status)
        self.status = status


def request(source, *, params=None, version=None):
    """The request: source always, params and version only where there are any."""
    fields = ['"source":' + gojson.dumps(source)]
    if params:
        fields.append('"params":' + gojson.dumps(params))
    if version is not None:
        fields.append('"version":' + gojson.dumps(version))
    return ("{" + ",".join(fields) + "}").encode()


def _first_value(output):
    """The first JSON value of what a program wrote; what follows it is ignored."""
    text = output.decode("utf-8", "replace").lstrip(" \t\r\n")
    if not text:
        raise Errored("unmarshal: EOF")
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except ValueError as error:
        raise Errored("unmarshal: %s" % error) from None


def _version(value):
    """A map of strings, as Go decodes it."""
    if not isinstance(value, dict):
        raise Errored("json: cannot unmarshal %s into Go value of type atc.Version" % _go(value))
    for item in value.values():
        if item is not None and not isinstance(item, str):
            raise Errored("json: cannot unmarshal %s into Go value of type string" % _go(item))
    return {key: item or "" for key, item in value.items()}


def _go(value):
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "array",
             dict: "object", type(None): "null"}
    return names[type(value)]


def _must_hold_something(version):
    if not version:
        raise Errored("resource output version is empty. "
                      "Version must contain at least one key-value pair")
    return version


def versions_answer(output):
    """The answer of check: a list of versions, oldest first."""
    value = _first_value(output)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Errored("json: cannot unmarshal %s into Go value of type []atc.Version" % _go(value))
    return [_must_hold_something(_version(item or {})) for item in value]


def result_answer(output, script):
    """The answer of in and out: a version and its metadata."""
    value = _first_value(output)
    if not isinstance(value, dict):
        raise Errored("json: cannot unmarshal %s into Go value of type resource.Result" %
                      _go(value))
    fields = {key.lower(): item for key, item in value.items()}
    if fields.get("version") is None:
        raise Errored("resource script (%s) output a null version" % script)
    return (_must_hold_something(_version(fields["version"])),
            [_field(item) for item in fields.get("metadata") or []])


def _field(item):
    if not isinstance(item, dict):
        raise Errored("json: cannot unmarshal %s into Go value of type atc.MetadataField" %
                      _go(item))
    lower = {key.lower(): value for key, value in item.items()}
    for key in ("name", "value"):
        if not isinstance(lower.get(key, ""), str):
            raise Errored("json: cannot unmarshal %s into Go struct field %s of type string" %
                          (_go(lower[key]), key))
    return {"name": lower.get("name", ""), "value": lower.get("value", "")}
