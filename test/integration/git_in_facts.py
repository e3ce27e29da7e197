#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind: the files in .git by the formats of params, against what the git program says."""

import unittest

import tap
from git_in_world import Got


class Facts(Got, unittest.TestCase):
    """A path on this machine: how the commit came does not matter here."""

    kind = "local"

    def test_timestamp_formats_are_those_of_git(self):
        commits = self.fill()
        for form in ("iso8601", "iso", "iso-strict", "iso8601-strict", "rfc", "rfc2822", "short", "raw", "unix",
                     "default", "format:%Y/%m/%d %H-%M %z %s 100%%|%Z|", "format:", "iso-local", "local",
                     "format-local:%H:%M"):
            with self.subTest(form):
                self.another()
                self.get_with(commits[1], {"timestamp_format": form})
                self.assertEqual(self.read("commit_timestamp"),
                                 self.git("log", "-1", "--format=%cd", "--date=" + form) + "\n")

    def test_timestamp_formats_that_are_refused(self):
        for form in ("relative", "human", "iso9999", ""):
            with self.subTest(form):
                result = self.ask("1" * 40, {"timestamp_format": form})
                self.assertEqual((result.status, result.stdout), (1, ""))
                self.assertTrue(result.message.startswith("in: params.timestamp_format: '%s' " % form), result.message)

    def test_short_ref_formats_are_those_of_printf(self):
        commits = self.fill()
        for form, wanted in (("dev-%s", "dev-%s"), ("%10s|", "%10s|"), ("%-10s|", "%-10s|"), ("%.4s", "%.4s"),
                             ("100%%-%s\\n", "100%%-%s\n"), ("none", "none")):
            with self.subTest(form):
                self.another()
                self.get_with(commits[1], {"short_ref_format": form})
                value = commits[1][:7]
                self.assertEqual(self.read("short_ref"), wanted % value if "s" in wanted else wanted)

    def test_short_ref_formats_that_are_refused(self):
        for form in ("%d", "%s%s", "%", "%1000000s", "%n", "\\x"):
            with self.subTest(form):
                result = self.ask("1" * 40, {"short_ref_format": form})
                self.assertEqual((result.status, result.stdout), (1, ""))
                self.assertTrue(result.message.startswith("in: params.short_ref_format: '%s' " % form), result.message)

    def test_describe_is_that_of_git(self):
        commits = self.fill()
        for words in ("", "--tags", "--all", "--always --abbrev=12", "--long --tags", "--tags --match=v*",
                      "--tags --match l*", "--exact-match", "--first-parent --tags", "--abbrev=0", "--candidates=1",
                      "--tags --dirty --broken=x", "--always --match nothing"):
            for commit in (commits[0], commits[1], commits[3]):
                with self.subTest(words=words, commit=commit):
                    self.another()
                    self.get_with(commit, {"describe_ref_options": words})
                    said = self.world.run("git", "-C", self.path, "describe", *words.split(), check=False)
                    self.assertEqual(self.read("describe_ref"), said.decode() or "\n")

    def test_describe_without_a_tag_that_names(self):
        for tags in ((), ("light",)):
            self.world.fresh()
            commit = self.world.commit("one")
            for tag in tags:
                self.world.git("tag", tag)
            commit = self.world.commit("two")
            self.world.publish()
            if tags:
                self.world.publish("refs/tags/light")
            for words in ("--always", "--always --abbrev=4", "--always --abbrev=40", "--always --long", "--always --tags",
                          "--always --dirty --broken", "--first-parent --always", "--long", "--tags"):
                with self.subTest(words=words, tags=tags):
                    self.another()
                    self.get_with(commit, {"describe_ref_options": words})
                    said = self.world.run("git", "-C", self.path, "describe", *words.split(), check=False)
                    self.assertEqual(self.read("describe_ref"), said.decode() or "\n")

    def test_describe_options_that_are_refused(self):
        result = self.ask("1" * 40, {"describe_ref_options": "--tags --contains"})
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertTrue(result.message.startswith("in: params.describe_ref_options: '--contains' is not supported"))

    def commit_of(self, message):
        """A published commit with exactly that message."""
        text = b"tree %s\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n" % self.world.git(
            "write-tree").encode()
        with open(self.world.path("commit"), "wb") as file:
            file.write(text + message)
        commit = self.world.git("hash-object", "-t", "commit", "-w", self.world.path("commit"))
        self.world.git("update-ref", "refs/heads/main", commit)
        self.world.publish()
        return commit

    def test_the_message_in_the_metadata(self):
        for name, message, told in (
                ("a line", b"subject\n", "subject"), ("without a newline", b"subject", "subject"),
                ("newlines at the end", b"subject\n\nbody\n\n\n", "subject\n\nbody"), ("empty", b"", ""),
                ("much too long", b"x" * 10240 + b"y\n", "x" * 10240),
                ("cut in a letter", b"x" * 10239 + "\u00e9\n".encode(), "x" * 10239 + "\ufffd"),
                ("cut behind a newline", b"x" * 10239 + b"\ny\n", "x" * 10239),
                ("another encoding", b"caf\xe9\n", "caf\ufffd")):
            with self.subTest(name):
                self.another()
                answer = self.get_with(self.commit_of(message)).answer
                self.assertEqual([row["value"] for row in answer["metadata"] if row["name"] == "message"], [told])
                with open(self.world.path(self.folder, ".git", "commit_message"), "rb") as file:
                    self.assertEqual(file.read(), message)


if __name__ == "__main__":
    tap.main()
