# SPDX-License-Identifier: Apache-2.0
"""Packs written by hand, byte by byte (gitformat-pack): such as git never makes."""

import hashlib
import struct
import zlib

COMMIT, TREE, BLOB, TAG, OFFSET_DELTA, REF_DELTA = 1, 2, 3, 4, 6, 7


def number(value):
    """Seven bits a byte, the lowest first: a size in a delta."""
    found = bytearray()
    while value > 127:
        found.append(128 | value & 127)
        value >>= 7
    return bytes(found) + bytes([value])


def header(kind, size):
    """Of an entry."""
    if size < 16:
        return bytes([kind << 4 | size])
    return bytes([128 | kind << 4 | size & 15]) + number(size >> 4)


def distance(value):
    """To the base of a delta: the highest bits first, each further byte adds one."""
    found = bytearray([value & 127])
    while value > 127:
        value = (value >> 7) - 1
        found.insert(0, 128 | value & 127)
    return bytes(found)


def insert(content):
    """An instruction of a delta: up to 127 new bytes."""
    return bytes([len(content)]) + content


def copy(offset, size):
    """An instruction of a delta: less than 16 MiB of the base."""
    instruction, operands = 128, b""
    for bit, byte in enumerate(struct.pack("<I", offset) + struct.pack("<I", size)[:3]):
        if byte:
            instruction |= 1 << bit
            operands += bytes([byte])
    return bytes([instruction]) + operands


def delta(base_size, size, *instructions):
    """From a base of that size, what makes an object of that size."""
    return number(base_size) + number(size) + b"".join(instructions)


def blob_id(content):
    """The id of a blob, raw."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).digest()


class Pack:
    """A pack that grows entry by entry."""

    def __init__(self):
        self.begins = []
        self.entries = bytearray()

    def entry(self, head, content, level=1):
        """One with this header; its number."""
        self.begins.append(12 + len(self.entries))
        self.entries += head + zlib.compress(content, level)
        return len(self.begins) - 1

    def blob(self, content, size=None):
        """That may lie about its size."""
        return self.entry(header(BLOB, len(content) if size is None else size), content)

    def by_offset(self, base, content):
        """A delta of entry `base`."""
        return self.by_distance(12 + len(self.entries) - self.begins[base], content)

    def by_distance(self, far, content):
        """A delta of whatever is so far in front of it."""
        return self.entry(header(OFFSET_DELTA, len(content)) + distance(far), content)

    def by_id(self, base, content):
        """A delta of the object with that raw id."""
        return self.entry(header(REF_DELTA, len(content)) + base, content)

    def bytes(self, count=None):
        """The whole, which may lie about how many entries there are."""
        told = struct.pack(">4sII", b"PACK", 2, len(self.begins) if count is None else count) + bytes(self.entries)
        return told + hashlib.sha1(told).digest()
