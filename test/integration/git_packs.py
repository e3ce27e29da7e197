#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Packs become an index of our own: byte by byte that of git index-pack, for random repositories that git packs with
random options; hostile packs are refused, or as git has them, with memory and CPU time that stay within bounds.

SEED and SECONDS are those of seeds.py.
"""

import hashlib
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest

import seeds
import tap
from git_world import BIN, clean_environment
from packs import BLOB, Pack, blob_id, copy, delta, header, insert

CLIENT = os.path.join(BIN, "test/integration/pack_client")
TIMEOUT_S = 240
MIB = 1 << 20
LARGEST = 0xffffff  # that one instruction copies
PERSON = b"A U Thor <author@example.com> 1500000000 +0100"


class Outcome:
    """How a run of the client ended, and what it cost."""

    def __init__(self, status, said, cpu_s, memory_mib):
        self.status = status
        self.said = said
        self.cpu_s = cpu_s
        self.memory_mib = memory_mib

    @property
    def message(self):
        """The last line, without the progress in front of it."""
        return re.split(r"[\r\n]", self.said.rstrip("\n"))[-1].replace("\x1b[K", "")


class Packs:
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="packs-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.place = os.path.join(self.folder, "place")
        self.git = os.path.join(self.folder, "git")
        for folder in (self.place, self.git):
            os.mkdir(folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_git(self, *arguments, stdin=b"", check=True):
        """The git program, in the random repository where there is one."""
        done = subprocess.run(["git", *arguments], cwd=self.folder, input=stdin, capture_output=True,
                              env=clean_environment(), timeout=TIMEOUT_S, check=False)
        if check and done.returncode:
            raise AssertionError("git %s: %s" % (" ".join(arguments), done.stderr.decode()))
        return done.stdout if check else done.returncode

    def receive(self, pack, piece=65536):
        """By ours; the pack is a file."""
        with open(pack, "rb") as stdin, tempfile.TemporaryFile() as said:
            with subprocess.Popen([CLIENT, self.place, str(piece)], stdin=stdin, stdout=said, stderr=said) as process:
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            return Outcome(process.returncode, said.read().decode(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)

    def index_by_git(self, pack):
        """Its index by git; None where git refuses it. It goes on in a file of its own."""
        with open(pack, "rb") as stdin:
            self.run_git("init", "-q", "--bare", self.git)
            done = subprocess.run(["git", "-C", self.git, "index-pack", "--stdin"], stdin=stdin, capture_output=True,
                                  env=clean_environment(), timeout=TIMEOUT_S, check=False)
        folder = os.path.join(self.git, "objects/pack")
        found = [name for name in os.listdir(folder) if name.endswith(".idx")]
        content = None
        if done.returncode == 0 and found:
            with open(os.path.join(folder, found[0]), "rb") as file:
                content = file.read()
        shutil.rmtree(self.git)
        os.mkdir(self.git)
        return content

    def take(self, extension):
        """What is there under the pack's name; it goes."""
        names = [name for name in os.listdir(self.place) if name.endswith(extension)]
        self.assertEqual(len(names), 1, os.listdir(self.place))
        path = os.path.join(self.place, names[0])
        self.assertEqual(os.stat(path).st_mode & 0o7777, 0o444)
        with open(path, "rb") as file:
            content = file.read()
        os.unlink(path)
        return content

    def same(self, pack, where, piece=65536):
        """Ours is git's; how it went."""
        outcome = self.receive(pack, piece)
        self.assertEqual(outcome.status, 0, "%s: %s" % (where, outcome.message))
        wanted = self.index_by_git(pack)
        self.assertTrue(wanted, where)
        self.run_git("verify-pack", os.path.join(self.place, os.listdir(self.place)[0]))
        self.assertEqual(self.take(".idx"), wanted, where)
        with open(pack, "rb") as file:
            self.assertEqual(self.take(".pack"), file.read(), where)
        self.assertEqual(os.listdir(self.place), [], where)
        return outcome


class Random(Packs, unittest.TestCase):
    """Of random repositories."""

    def blobs(self, dice):
        """Contents that resemble each other, of sizes that matter."""
        size = dice.choice((10, 300, 300, 5000, 200000, MIB - 1, MIB, MIB + 1, 3 * MIB))
        content = bytearray(dice.randbytes(size // 3 + 1) * 3)[:size]
        for _ in range(dice.choice((1, 3, 12) if size > 100000 else (1, 10, 60))):
            at = dice.randrange(len(content))
            content[at:at + dice.choice((0, 4))] = dice.randbytes(dice.choice((1, 4, 30)))
            yield bytes(content)

    def fill(self, dice):
        """A repository of many objects; the options that say which of them are packed."""
        self.run_git("init", "-q", "repository")
        blobs = [b"", b"x"] + [content for _ in range(dice.choice((1, 4, 10))) for content in self.blobs(dice)]
        if dice.random() < 0.3:
            blobs += [b"small %d\n" % number * 20 for number in range(4000)]
        stream = []
        for number, content in enumerate(blobs):
            name = b"%d/%d" % (number % 7, number % 41)
            stream += [b"commit refs/heads/main\nmark :%d\n" % (number + 1), b"committer %s\n" % PERSON,
                       b"data 2\nc\n", b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(content), content)]
            if number % 50 == 7:
                stream += [b"tag t%d\nfrom :%d\n" % (number, number + 1), b"tagger %s\n" % PERSON, b"data 2\nt\n"]
        self.run_git("-C", "repository", "fast-import", "--quiet", stdin=b"".join(stream))

    def options(self, dice):
        """Of git pack-objects."""
        options = ["--all", "--stdout", "-q", "--window=%d" % dice.choice((0, 2, 10, 50)),
                   "--depth=%d" % dice.choice((1, 5, 50, 250)), "--compression=%d" % dice.choice((0, 1, 6, 9)),
                   "--threads=2"]
        for option in ("--delta-base-offset", "--no-reuse-delta", "--no-reuse-object", "--include-tag"):
            options += [option] * (dice.random() < 0.5)
        return options

    def test_random_packs(self):
        dice = random.Random(seeds.seed_of(type(self)))
        for number in seeds.rounds(3):
            shutil.rmtree(self.path("repository"), ignore_errors=True)
            self.fill(dice)
            for _ in range(3):
                options = self.options(dice)
                pack = self.path("one.pack")
                with open(pack, "wb") as file:
                    file.write(self.run_git("-C", "repository", "pack-objects", *options, stdin=b""))
                self.same(pack, "round %d, %s" % (number, options), dice.choice((1000, 65536, MIB)))

    def test_damaged_packs(self):
        """A bit is changed, and the checksum made to fit: what git takes we take, and nothing else."""
        dice = random.Random(seeds.seed_of(type(self)))
        self.fill(dice)
        listed = self.run_git("-C", "repository", "rev-list", "--objects", "--max-count=30", "main")
        names = b"".join(line.split()[0] + b"\n" for line in listed.splitlines())
        good = self.run_git("-C", "repository", "pack-objects", "--stdout", "-q", "--delta-base-offset", stdin=names)
        pack, taken = self.path("one.pack"), 0

        def write(told):
            with open(pack, "wb") as file:
                file.write(told + hashlib.sha1(told).digest())

        write(good[:-20])
        begins = [int(line.split()[0]) for line in self.run_git("show-index", stdin=self.index_by_git(pack)).splitlines()]
        for number in seeds.rounds(50):
            told = bytearray(good[:-20])
            # rather in front of what is compressed, where every change is found
            at = dice.randrange(len(told)) if dice.random() < 0.2 else dice.choice(begins) + dice.choice((0, 0, 1, 2, 3))
            told[at] ^= 1 << dice.choice((4, 5, dice.randrange(8)))  # the type's, or any
            write(told)
            where = "round %d, byte %d" % (number, at)
            if self.index_by_git(pack) is None:
                self.assertEqual(self.receive(pack).status, 1, where)
                self.assertEqual(os.listdir(self.place), [], where)
            else:
                taken += 1
                self.same(pack, where)
        self.assertTrue(taken or seeds.SECONDS)
        print("# %d of them git takes" % taken)


def offset_chain(size, length):
    """Of objects of that size; beside each link a leaf, which keeps what it builds on from being let go."""
    pack = Pack()
    last = pack.blob(random.Random(1).randbytes(size))
    for number in range(length):
        told = struct.pack(">I", number)
        pack.by_offset(last, delta(size, size, insert(b"leaf" + told), copy(8, size - 8)))
        last = pack.by_offset(last, delta(size, size, insert(told), copy(4, size - 4)))
    return pack.bytes()


def named_chain(size, length, backwards=False):
    """The same by ids."""
    pack, content, entries = Pack(), random.Random(1).randbytes(size), []
    entries.append(lambda first=content: pack.blob(first))
    for number in range(length):
        told, base = struct.pack(">I", number), blob_id(content)
        entries.append(lambda base=base, told=told: pack.by_id(
            base, delta(size, size, insert(b"leaf" + told), copy(8, size - 8))))
        entries.append(lambda base=base, told=told: pack.by_id(base, delta(size, size, insert(told), copy(4, size - 4))))
        content = told + content[4:]
    for entry in reversed(entries) if backwards else entries:
        entry()
    return pack.bytes()


def copies(count):
    """So many objects of the same content, as deltas, and as many deltas that name it."""
    pack = Pack()
    base = pack.blob(b"x" * 100)
    for _ in range(count):
        pack.by_offset(base, delta(100, 100, insert(b"y" * 100)))
    for number in range(count):
        pack.by_id(blob_id(b"y" * 100), delta(100, 100, insert(struct.pack(">I", number)), copy(4, 96)))
    return pack.bytes()


def amplified(size, roots, length):
    """Chains of deltas that make objects of many MiB from a few bytes."""
    pack, times = Pack(), size // LARGEST
    size = times * LARGEST
    for number in range(roots):
        last = pack.blob(bytes([number]) * LARGEST)
        last = pack.by_offset(last, delta(LARGEST, size, copy(0, LARGEST) * times))
        for link in range(1, length):
            rest = b"".join(copy(at * LARGEST, LARGEST) for at in range(1, times))
            last = pack.by_offset(last, delta(size, size, insert(b"%4d" % link), copy(4, LARGEST - 4), rest))
    return pack.bytes()


def one(head, content, count=None):
    """A pack of one entry."""
    pack = Pack()
    pack.entry(head, content)
    return pack.bytes(count)


def with_delta(far, content):
    """A blob, and a delta of what is so far in front of it."""
    pack = Pack()
    pack.blob(b"hello")
    pack.by_distance(far, content)
    return pack.bytes()


def cycle():
    """Each makes what the other names."""
    pack = Pack()
    pack.by_id(blob_id(b"a"), delta(1, 1, insert(b"b")))
    pack.by_id(blob_id(b"b"), delta(1, 1, insert(b"a")))
    return pack.bytes()


FIT = delta(5, 5, copy(0, 5))
SMALL = 40  # MiB: the program, and what is kept of a pack as it comes

# (title, the pack, memory in MiB): taken as git takes them
TAKEN = (
    ("a chain of 20,000 links with leaves", lambda: offset_chain(400, 20000), 2 * SMALL),
    ("a chain of 100 objects of 1 MiB with leaves", lambda: offset_chain(MIB, 100), SMALL),
    ("a chain of 6,000 by ids", lambda: named_chain(100, 6000), SMALL),
    ("a chain of 3,000 by ids, backwards", lambda: named_chain(100, 3000, backwards=True), SMALL),
    ("a chain of 120 objects of 1 MiB by ids, with leaves", lambda: named_chain(MIB, 120), 3 * SMALL),
    ("a blob of 100 MiB from 100 kB", lambda: one(header(BLOB, 100 * MIB), bytes(100 * MIB)), SMALL),
    ("a delta to 192 MiB from 16 kB", lambda: amplified(192 * MIB, 1, 1), 192 + 3 * SMALL),
    ("four chains of objects of 80 MiB", lambda: amplified(80 * MIB, 4, 3), 2 * 80 + 64 + 3 * SMALL),
)

# refused by both
REFUSED = (
    ("says to have 1 TiB", lambda: one(header(BLOB, 1 << 40), b"hello"), "is shorter than it says"),
    ("says to have 900 MiB", lambda: one(header(BLOB, 900 * MIB), b"hello"), "is shorter than it says"),
    ("says to have 5 bytes, and holds 100 MiB", lambda: one(header(BLOB, 5), bytes(100 * MIB)), "is longer than it says"),
    ("says to have four billion objects", lambda: one(header(BLOB, 1), b"x", 0xffffffff), "is damaged"),
    ("a base inside an object", lambda: with_delta(9, FIT), "a delta's base is not in it"),
    ("a base in front of the pack", lambda: with_delta(5000, FIT), "a delta's base is not in it"),
    ("a cycle", cycle, "a delta's base is not in it"),
    ("a delta that does not fit", lambda: with_delta(14, delta(5, 5, copy(0, 6))), "a delta does not fit its base"),
)
CPU_S = 30  # each; the quadratic ones took minutes


class Hostile(Packs, unittest.TestCase):
    """Of a few kB that want to be many GB, or hours."""

    def write(self, content):
        with open(self.path("one.pack"), "wb") as file:
            file.write(content)
        return self.path("one.pack")

    def bounded(self, outcome, memory_mib):
        self.assertLess(outcome.memory_mib, memory_mib)
        self.assertLess(outcome.cpu_s, CPU_S)

    def test_taken(self):
        for title, make, memory_mib in TAKEN:
            with self.subTest(title):
                outcome = self.same(self.write(make()), title)
                print("# %s: %.1f s CPU, %d MiB" % (title, outcome.cpu_s, outcome.memory_mib), flush=True)
                self.bounded(outcome, memory_mib)

    def test_copies(self):
        """Of an object that is there often and that many name; git refuses it for that."""
        outcome = self.receive(self.write(copies(20000)))
        self.assertEqual(outcome.status, 0, outcome.said)
        self.bounded(outcome, 2 * SMALL)

    def test_refused(self):
        for title, make, words in REFUSED:
            with self.subTest(title):
                pack = self.write(make())
                outcome = self.receive(pack)
                self.assertEqual((outcome.status, os.listdir(self.place)), (1, []), outcome.said)
                self.assertIn(words, outcome.message)
                self.bounded(outcome, SMALL)
                self.assertIsNone(self.index_by_git(pack))

    def test_a_stop_while_deltas_are_resolved(self):
        """Nothing is left behind."""
        pack = self.write(offset_chain(MIB, 1000))
        with open(pack, "rb") as stdin, subprocess.Popen([CLIENT, self.place], stdin=stdin, stdout=subprocess.DEVNULL,
                                                         stderr=subprocess.PIPE) as process:
            said = b""
            while b"resolving" not in said:
                piece = os.read(process.stderr.fileno(), 4096)
                self.assertTrue(piece, said)
                said += piece
            process.send_signal(signal.SIGTERM)
            said += process.stderr.read()
            self.assertEqual(process.wait(TIMEOUT_S), 1)
        self.assertIn(b"stopped by a signal", said)
        self.assertEqual(os.listdir(self.place), [])


if __name__ == "__main__":
    tap.main()
