# SPDX-License-Identifier: Apache-2.0
"""Log bytes as lines: complete ones at once, the rest at the end; colours are left alone."""

import codecs


class LineSplitter:
    """Feeds whole lines to a function. A carriage return begins the line anew."""

    def __init__(self, on_line):
        self._on_line = on_line
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""

    def __call__(self, data):
        *lines, self._rest = (self._rest + self._decode(data)).split("\n")
        for line in lines:
            self._on_line(_overwritten(line))

    def close(self):
        """Give out a last line that had no newline."""
        rest = _overwritten(self._rest + self._decode(b"", True))
        self._rest = ""
        if rest:
            self._on_line(rest)


def _overwritten(line):
    """What a terminal would show of a line with carriage returns: the last of them."""
    return line.rstrip("\r").rsplit("\r", 1)[-1]
