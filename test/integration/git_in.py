#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""in of the git kind: what lies there afterwards is what the git program leaves, and it goes on from there."""

import glob
import json
import os
import signal
import subprocess
import time
import unittest

import tap
from git_in_world import Got, tree
from git_world import BIN

MARK = ".git/build-service-resource-incomplete"
TRIES = 20  # to catch a program in the act


class In(Got):
    """The same on all ways to reach a repository."""

    @staticmethod
    def used_s(pid):
        """The processor time that a process has used."""
        with open("/proc/%d/stat" % pid, encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def publish_many(self, count, size):
        """Publish a commit of so many files; the commit, and the request that gets it."""
        self.many = count
        for number in range(count):
            self.world.write("many/%d" % number, os.urandom(size))
        commit = self.world.commit("many")
        self.world.publish()
        return commit, json.dumps({"source": self.world.source(), "version": {"ref": commit}}).encode()

    def written(self):
        return len(glob.glob(os.path.join(self.path, "many/*")))

    def stop_at(self, words, request, busy_s=0.0):
        """Stop a get when its log says `words` and it has been busy for so long; the time that it takes then. Where it
        was faster than we are, once more."""
        for _ in range(TRIES):
            took_s = self.stop_once(words, request, busy_s)
            if self.written() < self.many:
                return took_s
            self.world.run("rm", "-rf", self.path)
        return self.fail("%s: it went on to the end" % words)

    def stop_once(self, words, request, busy_s):
        with subprocess.Popen([os.path.join(BIN, "in"), self.path], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(request)
            process.stdin.close()
            log = b""
            while words not in log:
                log += os.read(process.stderr.fileno(), 4096) or self.fail("%s: not said in %s" % (words, log))
            before = self.used_s(process.pid)
            while before < busy_s and not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                time.sleep(0.01)
                before = self.used_s(process.pid)
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            output, log = process.stdout.read(), process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            self.assertEqual((process.returncode, output), (1, b""))
            self.assertIn(b"stopped by a signal", log)
        # on a machine that is busy with others it is the work that counts
        return min(usage.ru_utime + usage.ru_stime - before, time.monotonic() - began)

    def test_files_refs_and_index_are_those_of_a_clone(self):
        for commit in self.fill():
            with self.subTest(commit=commit):
                self.folder = "got-%s" % commit
                self.path = self.world.path(self.folder)
                self.get(commit)
                other = self.clone(commit)
                self.assertEqual(tree(self.path), tree(other))
                for question in (["for-each-ref"], ["rev-parse", "HEAD"], ["ls-files", "--stage"],
                                 ["log", "--all", "--format=%H %D"], ["notes", "list"],
                                 ["config", "remote.origin.fetch"], ["config", "branch.main.merge"],
                                 ["config", "branch.main.remote"]):
                    self.assertEqual(self.git(*question), self.git(*question, path=other), question)
                self.world.run("rm", "-rf", other)

    def test_git_finds_it_clean_and_sound(self):
        commits = self.fill()
        self.get(commits[2])
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.git("fsck", "--full", "--strict"), "")
        self.assertEqual(self.git("config", "--default", "unset", "--get", "core.protectHFS"), "unset")
        self.assertFalse(os.path.exists(os.path.join(self.path, MARK)))

    def test_the_files_of_the_git_resource(self):
        commits = self.fill()
        answer = self.get(commits[1]).answer
        log = lambda form: self.git("log", "-1", "--format=" + form)
        read = lambda name: open(os.path.join(self.path, ".git", name), encoding="utf-8", newline="").read()
        wanted = {
            "ref": commits[1] + "\n", "commit": commits[1] + "\n", "short_ref": commits[1][:7],
            "branch": "", "tags": "light,nested,v1.0\n", "url": "",
            "author": log("%an") + "\n", "author_date": log("%ai") + "\n",
            "committer": log("%ae"), "committer_name": log("%an"), "committer_date": "",
            "commit_message": "second: modes\n\nA body,\nof two lines.\n",
            "commit_timestamp": self.git("log", "-1", "--format=%cd", "--date=iso8601") + "\n",
            "describe_ref": self.git("describe", "--always", "--dirty", "--broken") + "\n",
            "metadata.json": json.dumps(answer["metadata"], indent=2, ensure_ascii=False) + "\n",
        }
        self.assertEqual({name: read(name) for name in wanted}, wanted)
        self.assertEqual(answer["version"], {"ref": commits[1]})
        self.assertEqual([(row["name"], row["value"]) for row in answer["metadata"]], [
            ("commit", commits[1]), ("author", log("%an")), ("author_date", log("%ai")),
            ("tags", "light,nested,v1.0"), ("message", wanted["commit_message"].rstrip("\n"))])

    def test_a_committer_who_is_the_author_is_told_and_so_is_the_branch(self):
        self.fill()
        self.world.git("-c", "user.name=x", "commit", "-q", "--allow-empty", "-m", "same",
                       "--author", "C O Mitter <committer@example.com>")
        tip = self.world.git("rev-parse", "HEAD")
        self.world.publish()
        rows = self.get(tip).answer["metadata"]
        self.assertEqual([row["name"] for row in rows],
                         ["commit", "author", "author_date", "committer", "committer_date", "branch", "message"])
        self.assertEqual(rows[5]["value"], "main")
        self.assertEqual([row.get("type") for row in rows], [None, None, "time", None, "time", None, "message"])

    def test_describe_counts_from_the_nearest_annotated_tag(self):
        commits = self.fill()
        self.get(commits[3])
        with open(os.path.join(self.path, ".git/describe_ref"), encoding="ascii") as file:
            self.assertEqual(file.read(), self.git("describe", "--always", "--dirty", "--broken") + "\n")

    def test_a_commit_that_left_the_branch_is_asked_for_by_its_id(self):
        commits = self.fill()
        self.world.git("reset", "-q", "--hard", commits[1])
        self.world.commit("instead")
        self.world.publish()
        self.get(commits[3])
        self.assertEqual(self.git("rev-parse", "HEAD"), commits[3])
        self.assertEqual(self.git("status", "--porcelain"), "")

    def test_a_commit_that_is_nowhere(self):
        self.fill()
        result = self.world.get("1234567890" * 4, self.folder)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("version.ref: '%s' is not in %s" % ("1234567890" * 4, self.world.uri), result.message)

    def test_without_a_version_it_is_the_branch(self):
        commits = self.fill()
        result = self.get_with({})
        self.assertEqual(result.answer["version"], {"ref": commits[3]})
        self.assertEqual(self.git("symbolic-ref", "HEAD"), "refs/heads/main")
        self.assertEqual(self.git("status", "--porcelain", "--branch"), "## main...origin/main")

    def test_a_version_that_is_a_tag_or_a_short_id(self):
        commits = self.fill()
        for ref, commit in (("v1.0", commits[1]), ("light", commits[1]), (commits[0][:8], commits[0]),
                            ("refs/tags/nested", commits[1]), ("HEAD", commits[3]), ("main", commits[3])):
            with self.subTest(ref):
                self.another()
                result = self.get_with(ref)
                self.assertEqual(result.answer["version"], {"ref": ref})
                self.assertEqual((self.read("ref"), self.read("commit")), (ref + "\n", commit + "\n"))
                self.assertEqual(self.read("short_ref"), ref[:7])
                self.assertEqual(self.git("rev-parse", "HEAD"), commit)
                self.assertEqual(self.git("status", "--porcelain"), "")
                on_branch = ref in ("HEAD", "main")
                self.assertEqual(self.git("rev-parse", "--abbrev-ref", "HEAD"), "main" if on_branch else "HEAD")

    def test_a_version_that_is_nothing(self):
        self.fill()
        for ref in ("v9.9", "0123abcd", "--help"):
            with self.subTest(ref):
                self.another()
                result = self.ask(ref)
                self.assertEqual((result.status, result.stdout), (1, ""))
                self.assertIn("version.ref: '%s' is not in " % ref, result.message)

    def test_the_branch_of_a_version(self):
        self.fill()
        tip = self.world.git("rev-parse", "elsewhere")
        self.get_with({"ref": tip, "branch": "elsewhere"})
        self.assertEqual(self.git("rev-parse", "elsewhere", "origin/elsewhere", "HEAD"), "\n".join([tip] * 3))

    def test_an_interrupted_run_is_begun_anew(self):
        commits = self.fill()
        os.makedirs(os.path.join(self.path, ".git/objects/pack"))
        os.symlink(self.world.work, os.path.join(self.path, "outside"))
        for name in (MARK, ".git/objects/pack/half", "left-over"):
            with open(os.path.join(self.path, name), "w", encoding="ascii") as file:
                file.write("x")
        self.get(commits[1])
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.git("fsck"), "")
        self.assertTrue(os.path.exists(os.path.join(self.world.work, "README")))

    def test_a_folder_with_something_else_is_refused_and_left_alone(self):
        commits = self.fill()
        os.mkdir(self.path)
        with open(os.path.join(self.path, "mine"), "w", encoding="ascii") as file:
            file.write("x")
        result = self.world.get(commits[1], self.folder)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("is not empty", result.message)
        self.assertEqual(os.listdir(self.path), ["mine"])

    def test_the_default_branch(self):
        commits = self.fill()
        self.get(commits[3], branch=None)
        self.assertEqual(self.git("rev-parse", "origin/main", "main"), "%s\n%s" % (commits[3], commits[3]))

    def test_another_branch_than_the_default_one(self):
        commits = self.fill()
        self.world.admin("symbolic-ref", "HEAD", "refs/heads/elsewhere")
        self.get(commits[3])
        self.assertEqual(self.git("for-each-ref", "refs/remotes"),
                         self.git("for-each-ref", "refs/remotes", path=self.clone(commits[3])))

    def test_a_server_whose_own_history_is_cut(self):
        commits = self.fill()
        self.world.admin("update-ref", "-d", "refs/heads/elsewhere")
        self.world.run("rm", "-rf", self.world.bare)
        self.world.run("git", "clone", "-q", "--bare", "--depth", "2", "file://" + self.world.work, self.world.bare)
        self.world.admin("config", "uploadpack.allowFilter", "true")
        self.get(commits[3])
        self.assertEqual(self.git("log", "--format=%H"), "\n".join(reversed(commits[2:])))
        self.assertEqual(self.git("fsck", "--full"), "")
        self.assertEqual(self.git("rev-parse", "--is-shallow-repository"), "true")

    def test_nothing_is_written_outside(self):
        link = self.world.run("git", "-C", self.world.work, "hash-object", "-w", "--stdin").decode().strip()
        outside = self.world.path("outside-%d" % self.world.count)
        os.mkdir(outside)
        target = self.world.path("target")
        with open(target, "w", encoding="ascii") as file:
            file.write(outside)
        to_outside = self.world.git("hash-object", "-w", target)
        inner, program = (self.mktree("%s blob %s\tpwned\n" % (mode, link)) for mode in ("100644", "100755"))
        for name, listing in {
                "a dot git folder": "040000 tree %s\t.git\n" % inner,
                "a dot git folder in other case": "040000 tree %s\t.GIT\n" % inner,
                "its short name": "040000 tree %s\tgit~1\n" % inner,
                "its name for HFS+": "040000 tree %s\t.g\u200cit\n" % inner,
                "two dots": "040000 tree %s\t..\n" % inner,
                "a link, then a folder": "120000 blob %s\tx\n040000 tree %s\tx\n" % (to_outside, inner),
                "a link, then a folder with a program": "120000 blob %s\tx\n040000 tree %s\tx\n" % (to_outside, program),
        }.items():
            with self.subTest(name):
                commit = self.world.git("commit-tree", "-m", name, self.mktree(listing))
                self.world.git("update-ref", "refs/heads/main", commit)
                self.world.publish()
                self.folder = "hostile-%s" % commit
                result = self.world.get(commit, self.folder)
                self.assertEqual(os.listdir(outside), [])
                self.assertFalse(os.path.exists(self.world.path(self.folder, ".git", "pwned")))
                self.assertFalse(os.path.exists(self.world.path("pwned")))
                if "link" not in name:
                    self.assertEqual((result.status, result.stdout), (1, ""), result.stderr)


class InV2(In, unittest.TestCase):
    """Apache before git http-backend."""

    def test_it_costs_three_requests(self):
        commits = self.fill()
        self.world.server.forget_requests()
        self.get(commits[3])
        methods = [request.method for request in self.world.server.requests()]
        self.assertEqual(methods, ["GET", "POST", "POST"])

    def test_git_goes_on_from_there(self):
        commits = self.fill()
        self.get(commits[1])
        server = self.world.server
        self.git("config", "http.sslCAInfo", server.ca_file)
        self.git("config", "credential.helper",
                 "!f() { echo username=%s; echo password=%s; }; f" % (server.username, server.password))
        newer = self.world.commit("newer")
        self.world.publish()
        self.git("fetch", "-q")
        self.assertEqual(self.git("rev-parse", "origin/main"), newer)
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--ff-only", "origin/main")
        self.git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "ours")
        self.git("push", "-q")
        self.assertEqual(self.world.admin("rev-parse", "main"), self.git("rev-parse", "HEAD"))

    def test_no_file_holds_a_secret(self):
        commits = self.fill()
        server = self.world.server
        uri = self.world.uri.replace("://", "://%s:%s@" % (server.username, server.password))
        result = self.get(commits[3], uri=uri, username=None, password=None)
        self.assertEqual(self.git("config", "remote.origin.url"), self.world.uri)
        found = subprocess.run(["grep", "-rl", server.password, self.path], capture_output=True, check=False)
        self.assertEqual(found.stdout, b"")
        self.assertNotIn(server.password, result.stderr + result.stdout)

    def test_a_stop_ends_it_within_a_second_and_it_can_be_run_again(self):
        commit, request = self.publish_many(3000, 2000)
        for words in (b"fetching", b"receiving objects", b"writing files"):
            with self.subTest(words=words):
                self.assertLess(self.stop_at(words, request), 1)
        self.get(commit)
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.written(), self.many)

    def test_a_stop_ends_the_writing_of_files_with_attributes(self):
        self.world.write(".gitattributes", "*.txt text\n")
        _, request = self.publish_many(3000, 2000)
        self.stop_at(b"writing files", request)

    def kill_while_it_receives(self, request, folder):
        """Kill a get whose pack is on its way into the folder. Where it was faster than we are, once more."""
        for _ in range(TRIES):
            with subprocess.Popen([os.path.join(BIN, "in"), self.path], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                process.stdin.write(request)
                process.stdin.close()
                while process.poll() is None and not (os.path.isdir(folder) and os.listdir(folder)):
                    pass
                process.kill()
            if any(name.startswith("tmp_pack_") for name in os.listdir(folder)):
                return
            self.world.run("rm", "-rf", self.path)
        self.fail("it was always faster")

    def test_what_a_kill_left_is_gone_after_the_next_run(self):
        commit, request = self.publish_many(3000, 2000)
        folder = os.path.join(self.path, ".git/objects/pack")
        self.kill_while_it_receives(request, folder)
        self.get(commit)
        names = os.listdir(folder)
        self.assertEqual(sorted(os.path.splitext(name)[1] for name in names), [".idx", ".pack"], names)
        self.assertEqual(self.git("fsck"), "")


class InV0(In, unittest.TestCase):
    """Version 0 of the protocol."""

    kind = "v0"

    def test_a_commit_that_left_the_branch_is_asked_for_by_its_id(self):
        # version 0 gives nothing that no ref reaches
        commits = self.fill()
        self.world.git("reset", "-q", "--hard", commits[1])
        self.world.publish()
        result = self.world.get(commits[3], self.folder)
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertIn("version.ref: '%s' is not in %s" % (commits[3], self.world.uri), result.message)


class InLocal(In, unittest.TestCase):
    """A path on this machine."""

    kind = "local"

    def test_a_stop_ends_the_packing(self):
        _, request = self.publish_many(200, 100000)  # which take long to compare
        self.assertLess(self.stop_at(b"fetching main", request, busy_s=0.5), 1)


if __name__ == "__main__":
    tap.main()
