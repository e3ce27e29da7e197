# SPDX-License-Identifier: Apache-2.0
"""Go durations: what `timeout`, `check_every` and `check_timeout` hold."""

import re

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def seconds(text):
    """1h2m3.5s as seconds; ValueError for anything else."""
    text = str(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError("'%s' is not a duration" % text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
