# SPDX-License-Identifier: Apache-2.0
"""((variables)): found in strings, looked up by path, replaced with their type kept."""

import re

_VARIABLE = re.compile(r"\(\(([-/.\w:\"]+)\)\)")


class MissingVariable(Exception):
    """A ((variable)) that no one defined."""


def lookup(name, values):
    """The value of `a.b.c` in nested maps; KeyError when a part of the path is not there.

    `.:a.b` is a local variable of the build: the metadata field b of its get step a.
    """
    value = values
    if name.startswith(".:"):
        value, name = values.get(".", {}), name[2:]
    for part in (piece.strip('"') for piece in name.split(".")):
        if not isinstance(value, dict):
            raise KeyError(name)
        value = value[part]
    return value


def interpolate(node, values, *, keep_missing=False, used=None):
    """A copy of node with every ((variable)) replaced.

    A string that is one variable takes the variable's value with its type; inside a longer
    string the value must be a string or a number. `used`, a list, collects the values, but
    not those of the build's local variables.
    """
    if isinstance(node, dict):
        return {interpolate(key, values, keep_missing=keep_missing, used=used):
                interpolate(item, values, keep_missing=keep_missing, used=used)
                for key, item in node.items()}
    if isinstance(node, list):
        return [interpolate(item, values, keep_missing=keep_missing, used=used) for item in node]
    if isinstance(node, str):
        return _string(node, values, keep_missing, used)
    return node


def _value(match, values, keep_missing, used):
    try:
        value = lookup(match[1], values)
    except KeyError:
        if keep_missing:
            return match[0]
        raise MissingVariable("undefined vars: " + match[1]) from None
    # What a get step said about itself is no secret.
    if used is not None and not match[1].startswith(".:"):
        used.append(value)
    return value


def _string(text, values, keep_missing, used):
    whole = _VARIABLE.fullmatch(text)
    if whole:
        return _value(whole, values, keep_missing, used)

    def piece(match):
        value = _value(match, values, keep_missing, used)
        if isinstance(value, (dict, list)):
            raise MissingVariable("((%s)) is not a string" % match[1])
        return value if isinstance(value, str) else _scalar(value)

    return _VARIABLE.sub(piece, text)


def _scalar(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def strings_in(value):
    """Every string, at any depth, of what was interpolated: these are the secrets of a log."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in strings_in(item)]
    return [value] if isinstance(value, str) else []


class Redactor:
    """Replaces credentials in a log by ((redacted)), a line of a credential at a time."""

    def __init__(self, values):
        pieces = {piece.strip() for value in values for text in strings_in(value)
                  for piece in text.split("\n")}
        self._pieces = sorted((piece for piece in pieces if len(piece) > 1),
                              key=len, reverse=True)

    def __call__(self, line):
        for piece in self._pieces:
            line = line.replace(piece, "((redacted))")
        return line
