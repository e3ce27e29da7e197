# SPDX-License-Identifier: Apache-2.0
"""JSON as Go's encoding/json writes it: what a resource reads on its standard input."""

import hashlib
import json
import math
import re
from decimal import Decimal

# Go escapes these inside strings so that JSON may stand in HTML and JavaScript.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026",
            "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPED = re.compile("[<>&\u2028\u2029]")


def _number(value):
    """float64 as Go prints it: no exponent between 1e-6 and 1e21, none of Python's '.0'."""
    if not math.isfinite(value):
        raise ValueError("JSON has no number for %r" % value)
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    if 1e-6 <= abs(value) < 1e21:
        text = format(_decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, exponent = "{:e}".format(_decimal(value)).split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return "%se%s%s" % (mantissa, exponent[0], exponent[1:].lstrip("0"))


def _decimal(value):
    """The shortest decimal that reads back as this float, exact and without rounding."""
    return Decimal(repr(value))


def dumps(value):
    """Compact JSON with sorted keys and Go's escapes."""
    return "".join(_pieces(value))


def _pieces(value):
    if isinstance(value, dict):
        yield "{"
        for index, key in enumerate(sorted(value)):
            yield ("," if index else "") + _string(key) + ":"
            yield from _pieces(value[key])
        yield "}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ","
            yield from _pieces(item)
        yield "]"
    elif isinstance(value, str):
        yield _string(value)
    elif isinstance(value, float):
        yield _number(value)
    else:
        yield json.dumps(value)


def _string(text):
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], json.dumps(text, ensure_ascii=False))


def digest(value):
    """The identity of a version, a source or params: SHA-256 of the JSON."""
    return hashlib.sha256(dumps(value).encode()).hexdigest()
