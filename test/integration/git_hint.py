#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The hint that a check leaves in TMPDIR: what it saves, and that without it, or with a bad one, the answer is the same."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

import tap
from git_world import BIN, TIMEOUT_S, Served, World

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sandbox"))
from atc.container import Worker  # noqa: E402
from gitserver import GitDaemon  # noqa: E402
from story.stage import root_filesystem  # noqa: E402

NAME = "build-service-resource-%d.hints" % os.geteuid()
ONE_REF = 2  # requests: what the server can do, and the one ref


class Rare(Served, unittest.TestCase):
    """A path that nobody changes, and a version that stays."""

    def setUp(self):
        shutil.rmtree(self.world.path("tmp"))
        os.mkdir(self.world.path("tmp"))
        self.world.environment = {}
        super().setUp()
        self.version = self.world.commit("rare", "rare/file")
        self.older = self.version
        for number in range(12):
            self.world.commit("often %d" % number, "often/%d" % number)
        self.world.publish()
        self.tip = self.world.git("rev-parse", "HEAD")

    @property
    def file(self):
        """Where the hints are."""
        return self.world.path("tmp", NAME)

    def ask(self, version, expected, says="", **source):
        """One check, and what it says; how many requests it made."""
        source.setdefault("paths", ["rare"])
        self.world.server.forget_requests()
        result = self.world.check(version, **source)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.refs, expected)
        self.assertEqual(result.stderr, says)
        return len(self.world.server.requests())

    def publish(self, *arguments, path="often/more"):
        """Commit and publish; the new tip."""
        tip = self.world.commit("more", path, " ".join(arguments) or str(time.time_ns()))
        self.world.publish()
        return tip

    def test_nothing_new_is_one_ref(self):
        self.assertGreater(self.ask(self.version, [self.version]), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)

    def test_it_goes_on_from_the_hint(self):
        self.ask(self.version, [self.version])
        self.publish()
        self.assertGreater(self.ask(self.version, [self.version]), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)
        wanted = self.publish(path="rare/file")
        self.ask(self.version, [self.version, wanted])
        self.assertGreater(self.ask(self.version, [self.version, wanted]), ONE_REF)
        self.assertEqual(self.ask(wanted, [wanted]), ONE_REF)

    def test_only_what_came_since_is_fetched(self):
        for number in range(300):
            self.world.git("commit", "-q", "--allow-empty", "-m", "empty %d" % number)
        self.world.publish()
        self.ask(self.version, [self.version])
        whole = sum(request.bytes_out for request in self.world.server.requests())
        self.publish()
        self.ask(self.version, [self.version])
        self.assertLess(sum(request.bytes_out for request in self.world.server.requests()), whole / 5)

    def test_a_path_that_never_existed(self):
        self.assertGreater(self.ask(None, [], paths=["no/such"]), ONE_REF)
        self.assertEqual(self.ask(None, [], paths=["no/such"]), ONE_REF)
        self.publish()
        self.ask(None, [], paths=["no/such"])
        self.assertEqual(self.ask(None, [], paths=["no/such"]), ONE_REF)
        first, second = self.publish(path="no/such"), self.publish(path="no/such")
        self.ask(None, [second], paths=["no/such"])
        self.ask(None, [first, second], paths=["no/such"], version_depth=5)

    def test_other_filters(self):
        for name, source in (("message", {"commit_filter": {"include": ["^rare"]}, "paths": None}),
                             ("author", {"commit_filter": {"exclude_authors": ["A U"]}, "paths": None}),
                             ("mark", {"skip_patterns": ["^often"], "paths": None}),
                             ("ignored", {"ignore_paths": ["often"], "paths": None})):
            with self.subTest(name):
                self.assertGreater(self.ask(self.version, [self.version], **source), ONE_REF)
                self.assertEqual(self.ask(self.version, [self.version], **source), ONE_REF)

    def test_what_decides_is_part_of_it(self):
        self.ask(self.version, [self.version])
        often = self.world.git("rev-list", "--reverse", self.version + "..").split()
        self.ask(self.version, [self.version] + often, paths=["often"])
        self.ask(self.version, [self.version] + often, paths=["rare", "often/*"])
        self.ask(self.version, [self.version, often[1]], paths=["rare", "often/1"], ignore_paths=["often/2"])
        self.world.admin("branch", "other", "main")
        self.assertGreater(self.ask(self.version, [self.version], branch="other"), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)

    def test_the_user_in_the_uri_is_no_part_of_it(self):
        self.ask(self.version, [self.version])
        uri = self.world.uri.replace("://", "://%s:%s@" % (self.world.server.username, self.world.server.password))
        source = {"uri": uri, "username": None, "password": None}
        self.assertEqual(self.ask(self.version, [self.version], **source), ONE_REF)

    def test_an_older_version_given_later(self):
        older = self.version
        self.version = self.publish(path="rare/file")
        self.publish()
        self.ask(self.version, [self.version])
        self.assertGreater(self.ask(older, [older, self.version]), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)

    def damage(self, change):
        """Change the bytes of the file, and see that it counts for nothing and is made anew."""
        self.ask(self.version, [self.version])
        with open(self.file, "rb") as file:
            content = bytearray(file.read())
        content = change(content)
        with open(self.file, "wb") as file:
            file.write(content)
        self.assertGreater(self.ask(self.version, [self.version]), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)

    def test_half_written(self):
        for keep in (0, 1, 40, 120, 200):
            with self.subTest(keep=keep):
                self.damage(lambda content, keep=keep: content[:keep])

    def test_a_byte_that_was_changed(self):
        self.damage(lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:])

    def test_much_too_large(self):
        self.damage(lambda content: content * 1000)

    def test_a_writer_that_was_killed(self):
        with open(self.world.path("tmp", NAME.replace("hints", "new")), "wb") as file:
            file.write(b"half")
        self.ask(self.version, [self.version])
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)
        self.assertEqual(os.listdir(self.world.path("tmp")), [NAME])

    def test_force_push_of_what_was_examined(self):
        for name, back in (("kept by the server", "HEAD~3"), ("to the version", self.version), ("to a root", None)):
            with self.subTest(name):
                self.ask(self.version, [self.version])
                if back:
                    self.world.git("reset", "-q", "--hard", back)
                    tip, expected = self.publish(path="rare/other"), [self.version]
                else:
                    self.world.git("checkout", "-q", "--orphan", "fresh")
                    self.world.git("branch", "-q", "-D", "main")
                    self.world.git("branch", "-q", "-m", "main")
                    tip, expected = self.publish(path="rare/other"), []
                says = "" if back else "the branch was rewritten: it no longer holds %s\n" % self.version
                self.ask(self.version, expected + [tip], says)
                self.world.git("reset", "-q", "--hard", self.tip)
                self.world.publish()

    def test_what_was_examined_is_gone(self):
        self.ask(self.version, [self.version])
        self.world.git("reset", "-q", "--hard", "HEAD~3")
        wanted = self.publish(path="rare/other")
        self.world.admin("reflog", "expire", "--expire=now", "--all")
        self.world.admin("gc", "-q", "--prune=now")
        self.ask(self.version, [self.version, wanted])

    def test_what_was_examined_came_in_by_a_merge(self):
        self.ask(self.version, [self.version])
        self.world.git("checkout", "-q", "-b", "side", self.version)
        wanted = self.world.commit("rare on the other side", "rare/other")
        self.world.git("merge", "-q", "--no-ff", "-m", "merge", "main")
        self.world.git("branch", "-f", "main", "side")
        self.world.git("checkout", "-q", "main")
        self.world.publish()
        self.ask(self.version, [self.version, wanted])

    def test_set_back_behind_the_examined(self):
        self.ask(self.version, [self.version])
        self.world.git("reset", "-q", "--hard", "HEAD~3")
        self.world.publish()
        self.ask(self.version, [self.version])
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)

    def without(self, expected_files=None):
        """Two checks that leave and find no hint, and say nothing."""
        for _ in range(2):
            self.assertGreater(self.ask(self.version, [self.version]), ONE_REF)
        if expected_files is not None:
            self.assertEqual(os.listdir(self.world.path("tmp")), expected_files)

    def test_no_folder(self):
        self.world.environment = {"TMPDIR": self.world.path("none")}
        self.without([])

    def test_a_folder_that_cannot_be_written(self):
        self.world.environment = {"TMPDIR": "/proc/self"}
        self.without([])

    def test_a_full_disk(self):
        def full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

        request = {"source": self.world.source(paths=["rare"]), "version": {"ref": self.version}}
        for _ in range(2):
            done = subprocess.run([os.path.join(BIN, "check")], input=json.dumps(request).encode(), cwd="/",
                                  env={"TMPDIR": self.world.path("tmp")}, preexec_fn=full, capture_output=True,
                                  check=False, timeout=TIMEOUT_S)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(json.loads(done.stdout), [{"ref": self.version}])
            self.assertEqual(os.listdir(self.world.path("tmp")), [])

    def test_nobody_else_can_read_it(self):
        self.ask(self.version, [self.version])
        self.assertEqual(os.stat(self.file).st_mode & 0o7777, 0o600)
        self.assertEqual(os.listdir(self.world.path("tmp")), [NAME])

    def test_nothing_of_the_source_is_in_it(self):
        self.ask(self.version, [self.version])
        with open(self.file, encoding="ascii") as file:
            heading, line, checksum, end = file.read().split("\n")
        self.assertEqual((heading, end), ("build-service-resource hints 1", ""))
        self.assertEqual(line.split()[1:], [self.version, self.tip])
        for word in (line.split()[0], checksum):
            self.assertRegex(word, "^[0-9a-f]{64}$")

    def refused(self, trick):
        """A good hint, which somebody else could have put there."""
        self.ask(self.version, [self.version])
        trick()
        self.assertGreater(self.ask(self.version, [self.version]), ONE_REF)

    def test_others_could_have_written_it(self):
        self.refused(lambda: os.chmod(self.file, 0o660))

    def test_others_can_read_it(self):
        self.refused(lambda: os.chmod(self.file, 0o604))

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a file away")
    def test_it_is_owned_by_somebody_else(self):
        self.refused(lambda: os.chown(self.file, 65534, 65534))

    def test_a_symbolic_link_is_not_followed(self):
        target = self.world.path("target")

        def trick():
            os.rename(self.file, target)
            os.symlink(target, self.file)

        self.refused(trick)
        before = os.stat(target)
        self.assertFalse(os.path.islink(self.file))  # replaced, not written through
        self.assertEqual(before.st_nlink, 1)

    def test_a_symbolic_link_where_it_is_written(self):
        target, new = self.world.path("victim"), self.world.path("tmp", NAME.replace("hints", "new"))
        with open(target, "w", encoding="ascii") as file:
            file.write("mine")
        os.symlink(target, new)
        self.ask(self.version, [self.version])
        with open(target, encoding="ascii") as file:
            self.assertEqual(file.read(), "mine")

    def test_a_second_name_for_it(self):
        self.refused(lambda: os.link(self.file, self.world.path("second")))

    def test_a_pipe_and_a_folder_of_that_name(self):
        os.mkfifo(self.file)
        self.assertGreater(self.ask(self.version, [self.version]), ONE_REF)
        self.assertEqual(self.ask(self.version, [self.version]), ONE_REF)
        os.unlink(self.file)
        os.mkdir(self.file)
        self.without([NAME])

    def test_the_tip_needs_no_hint(self):
        self.assertEqual(self.ask(self.tip, [self.tip]), ONE_REF)
        self.assertEqual(os.listdir(self.world.path("tmp")), [])

    def test_a_wanted_commit_leaves_none(self):
        wanted = self.publish(path="rare/file")
        self.ask(self.version, [self.version, wanted])
        self.assertEqual(os.listdir(self.world.path("tmp")), [])


class Image(unittest.TestCase):
    """In the image's root file system, which holds nothing but an empty /tmp."""

    def test_checks_of_one_container_share_it(self):
        world = World("local")
        self.addCleanup(world.close)
        version = world.commit("rare", "rare/file")
        world.commit("often")
        world.publish()
        daemon = GitDaemon(world.folder, world.path("daemon.log"))
        self.addCleanup(daemon.stop)
        folder = world.path("worker")
        os.mkdir(folder)
        container = Worker(folder).resource_container(root_filesystem(BIN, world.path("rootfs")), "check")
        request = {"source": {"uri": daemon.url(world.name), "branch": "main", "paths": ["rare"], "debug": True},
                   "version": {"ref": version}}
        said = []
        for _ in range(2):
            stderr = bytearray()
            status, stdout = container.run([container.path_inside("/opt/resource/check")],
                                           stdin=json.dumps(request).encode(), on_stderr=stderr.extend,
                                           timeout_s=TIMEOUT_S)
            self.assertEqual((status, json.loads(stdout)), (0, [{"ref": version}]), stderr.decode())
            said.append("a hint says" in stderr.decode())
        if container.mode != "plain":
            self.assertEqual(os.listdir(container.root + "/tmp"), [NAME])
        self.assertEqual(said, [False, True])


if __name__ == "__main__":
    tap.main()
