#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in and out of the git kind where the disk is full: one line, no answer, and a second run with room succeeds.

The disk is a tmpfs of a few MiB in a mount namespace of the program's own; where none can be made, nothing is tried.
"""

import json
import os
import shlex
import subprocess
import unittest

import tap
from git_out_world import Putting
from git_world import BIN, Result

UNSHARE = ["unshare", "--mount", "--propagation", "private"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
SIZE = 3000000  # of what is received, and of what is checked out
TIMEOUT_S = 120


def may_mount():
    return subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], check=False,
                          capture_output=True).returncode == 0


@unittest.skipUnless(may_mount(), "no file system can be mounted here")
class FullDisk(Putting, unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.place = self.world.path("place%d" % self.world.count)
        os.mkdir(self.place)

    def on_disk(self, script):
        """Run a script of `run VERB DIR REQUEST` and `room KIB` with a disk of its own at self.place; what each run
        answered."""
        results = []
        with subprocess.Popen([*UNSHARE, "sh", "-e"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as shell:
            def tell(command):
                shell.stdin.write("%s > %s/said 2>&1 || { cat %s/said; exit 1; }; echo done\n"
                                  % (command, self.world.directory, self.world.directory))
                shell.stdin.flush()
                said = shell.stdout.readline()
                self.assertEqual(said, "done\n")

            tell("mount -t tmpfs -o size=16m,mode=755 disk %s" % shlex.quote(self.place))
            for step in script:
                if callable(step):
                    step(tell)
                    continue
                verb, folder, request = step
                names = [self.world.path(name) for name in ("request", "stdout", "stderr", "status")]
                with open(names[0], "w", encoding="utf-8") as file:
                    json.dump(request, file)
                tell("(s=0; %s %s < %s > %s 2> %s || s=$?; echo $s > %s)"
                     % (os.path.join(BIN, verb), folder, *names))
                content = []
                for name in names[1:]:
                    with open(name, "rb") as file:
                        content.append(file.read())
                results.append(Result(subprocess.CompletedProcess([], int(content[2]), content[0], content[1])))
            shell.stdin.close()
            shell.wait(TIMEOUT_S)
        return results

    def full(self, result, verb):
        """It failed so, in a line of its own."""
        self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)
        self.assertRegex(result.message, r"^%s: [^\n]*No space left on device" % verb)

    @staticmethod
    def room(place, mib):
        """A step: leave so much on the disk, whatever is there."""
        return lambda tell: tell("mount -o remount,size=%dk %s" % (int(mib * 1024), shlex.quote(place)))

    def in_request(self, tip):
        return {"source": self.world.source(), "version": {"ref": tip}}

    def test_in(self):
        """No room for the pack, for the files, for the last of them; then again, in the same folder."""
        tip = self.world.commit("large", "large", os.urandom(SIZE))
        self.world.publish()
        get = ("in", os.path.join(self.place, "got"), self.in_request(tip))
        for mib in (0.25, 1, 3.2, 4.5):
            with self.subTest(mib=mib):
                short, enough = self.on_disk([self.room(self.place, mib), get, self.room(self.place, 16), get,
                                              lambda tell: tell("git -C %s/got -c safe.directory=* fsck" % self.place)])
                self.full(short, "in")
                self.assertEqual(enough.status, 0, enough.stderr)
                self.assertEqual(enough.answer["version"], {"ref": tip})

    def test_in_whose_pack_alone_has_room(self):
        """Its index has none: neither is there then."""
        self.world.load(b"".join([
            b"commit refs/heads/main\nmark :1\ncommitter A <a@example.com> 1500000000 +0000\ndata 2\nc\n\n",
            *(b"M 100644 inline %d/%d\ndata 8\n%8d\n" % (number % 50, number, number) for number in range(20000))]))
        self.world.mirror()
        tip = self.world.admin("rev-parse", "refs/heads/main")
        self.world.admin("repack", "-a", "-d", "-q")
        folder = os.path.join(self.world.bare, "objects/pack")
        sizes = {os.path.splitext(name)[1]: os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)}
        get = ("in", os.path.join(self.place, "got"), self.in_request(tip))
        short, enough = self.on_disk([
            self.room(self.place, (sizes[".pack"] + sizes[".idx"] / 2) / (1 << 20)), get,
            lambda tell: tell("test -z \"$(find %s/got/.git/objects/pack -type f)\"" % self.place),
            lambda tell: tell("mount -o remount,size=256m %s" % self.place), get])
        self.full(short, "in")
        self.assertIn("/tmp_idx_", short.message)
        self.assertEqual(enough.status, 0, enough.stderr)

    def test_out(self):
        """A merge and a rebase receive what others pushed, for which there is no room."""
        tip = self.world.commit("theirs", "large", os.urandom(SIZE))
        for how in ("merge", "rebase"):
            with self.subTest(how):
                self.world.publish()
                self.world.git("reset", "-q", "--hard", self.first)
                self.world.commit("ours", "ours")
                request = {"source": self.world.source(), "params": {"repository": "ours", how: True}}
                bare = self.world.path("ours-%s" % how)
                self.world.run("git", "clone", "-q", "--single-branch", "--no-local", "--depth", "2",
                               "file://" + self.world.work, bare)
                short, enough = self.on_disk([
                    lambda tell, bare=bare: tell("cp -r %s %s/ours" % (bare, self.place)),
                    self.room(self.place, 1), ("out", self.place, request),
                    lambda tell: tell("test \"$(git -C %s/ours -c safe.directory=* status --porcelain)\" = ''" % self.place),
                    lambda tell: tell("! ls %s/ours/.git/objects/pack | grep tmp_" % self.place),
                    self.room(self.place, 16), ("out", self.place, request)])
                self.full(short, "out")
                self.assertEqual(enough.status, 0, enough.stderr)
                self.assertEqual(enough.answer["version"], {"ref": self.tip()})
                self.assertEqual(self.world.admin("fsck", "--full", "--no-dangling"), "")
                self.world.git("reset", "-q", "--hard", tip)

    def test_out_whose_merge_alone_has_no_room(self):
        """Not another file can be made, and all but the commit is there."""
        theirs = self.world.commit("theirs", "theirs")
        self.world.publish()
        self.world.git("reset", "-q", "--hard", self.first)
        ours = self.world.commit("ours", "ours")
        self.world.git("merge", "-q", "--no-edit", theirs)
        self.world.git("reset", "-q", "--hard", ours)
        put = ("out", self.place, {"source": self.world.source(), "params": {"repository": "ours", "merge": True}})
        short, enough = self.on_disk([
            lambda tell: tell("cp -r %s %s/ours" % (self.world.work, self.place)),
            lambda tell: tell("mount -o remount,nr_inodes=$(($(df --output=iused {0} | tail -n 1))) {0}".format(self.place)),
            put, lambda tell: tell("mount -o remount,nr_inodes=1000 %s" % self.place), put])
        self.full(short, "out")
        self.assertEqual(self.world.admin("rev-parse", self.tip() + "^2"), theirs)
        self.assertEqual(enough.answer["version"], {"ref": self.tip()})


if __name__ == "__main__":
    tap.main()
