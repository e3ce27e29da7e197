#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Options of the git kind in the forms that pipelines write them: what each row of source and params does."""

import os
import unittest

import tap
from git_in_world import Got
from git_out_world import Putting
from git_world import Served


class Source(Served, unittest.TestCase):
    """What check makes of them."""

    kind = "local"

    def setUp(self):
        super().setUp()
        self.commits = {}
        for name, path in (("blank", "docs/read me"), ("other", "docs/read"), ("me", "me"), ("tip", "last [ci skip]")):
            self.commits[name] = self.world.commit("last [ci skip]" if name == "tip" else name, path)
        self.world.publish()

    def test_rows(self):
        for source, found in (
                ({}, ["me"]),
                ({"branch": ""}, ["me"]),
                ({"branch": None}, ["me"]),
                ({"initial_version": ""}, ["me"]),
                ({"disable_ci_skip": True}, ["tip"]),
                ({"disable_ci_skip": "true"}, ["tip"]),
                ({"disable_ci_skip": "TRUE"}, ["tip"]),
                ({"disable_ci_skip": "false"}, ["me"]),
                ({"disable_ci_skip": None}, ["me"]),
                ({"version_depth": "2"}, ["other", "me"]),
                ({"version_depth": 2.0}, ["other", "me"]),
                ({"paths": []}, ["me"]),
                ({"paths": ["."]}, ["me"]),
                ({"paths": ["docs/read me"]}, ["blank"]),
                ({"paths": ["'docs/read me'"]}, ["blank"]),
                ({"paths": ["\"docs/read me\""]}, ["blank"]),
                ({"paths": "docs"}, ["other"]),
                ({"paths": ["docs"], "ignore_paths": ["docs/read"]}, ["blank"]),
                ({"ignore_paths": "me"}, ["other"]),
                ({"ignore_paths": [":(icase)ME"]}, ["other"]),
                ({"paths": ["$(echo me)", "`echo me`", "m$x"]}, []),
                ({"tag_filter": "", "tag_regex": "", "tag_behaviour": ""}, ["me"]),
                ({"version_type": ""}, ["me"]),
                ({"commit_filter": {}}, ["me"]),
                ({"commit_filter": None}, ["me"]),
                ({"commit_filter": {"include": ["^blank"]}}, ["blank"]),
                ({"commit_filter": {"exclude": ["^me$"]}}, ["other"]),
                ({"forward_agent": True, "https_tunnel": {}, "submodule_credentials": []}, ["me"]),
                ({"private_key": "", "username": "", "password": "", "github_app_id": ""}, ["me"]),
                ({"fetch_tags": False, "sparse_paths": ["x"], "search_remote_refs": True}, ["me"])):
            with self.subTest(source):
                result = self.world.check(**source)
                self.assertEqual(result.status, 0, result.stderr)
                self.assertEqual(result.refs, [self.commits[name] for name in found])

    def test_refusals(self):
        for source, message in (
                ({"uri": ""}, "source.uri: is required and must not be empty"),
                ({"version_depth": 0}, "source.version_depth: must be at least 1"),
                ({"version_depth": "many"}, "source.version_depth: must be a whole number"),
                ({"disable_ci_skip": "yes"}, "source.disable_ci_skip: must be true or false"),
                ({"branch": " main"}, "source.branch: ' main' does not exist at %s, whose default branch is 'main'"
                 % self.world.uri),
                ({"branch": 1.1}, "source.branch: must be a string (quote it in YAML)"),
                ({"tag_behaviour": "x"}, "source.tag_behaviour: must be 'match_tagged' or 'match_tag_ancestors'"),
                ({"tag_filter": "a", "tag_regex": "b"},
                 "source.tag_regex: cannot be set together with 'tag_filter'"),
                ({"paths": {"a": 1}}, "source.paths: must be a list of strings"),
                ({"initial_version": "nope"},
                 "source.initial_version: there is no commit, tag or branch 'nope' at %s" % self.world.uri),
                ({"commit_filter": {"include": {}}}, "source.commit_filter.include: must be a list of strings")):
            with self.subTest(source):
                result = self.world.check(**source)
                self.assertEqual((result.status, result.stdout, result.message), (1, "", "check: " + message))


class GetParams(Got, unittest.TestCase):
    """What in makes of them, where that is not git's own matter."""

    kind = "local"

    def test_tags_for_a_filter(self):
        """A filter of tags fetches all of them, also those that no branch holds, unless fetch_tags says no."""
        commits = self.fill()
        every = ["light", "nested", "unrelated", "v1.0"]
        for source, params, tags in (({"tag_filter": "v*"}, {}, every), ({"tag_regex": "x"}, {}, every),
                                     ({"tag_filter": ""}, {}, ["light", "nested", "v1.0"]),
                                     ({"tag_filter": "v*"}, {"fetch_tags": False}, []),
                                     ({"tag_filter": "v*", "fetch_tags": "false"}, {}, []),
                                     ({"tag_filter": "v*", "fetch_tags": "false"}, {"fetch_tags": "TRUE"}, every)):
            with self.subTest(source=source, params=params):
                self.another()
                self.get_with(commits[3], params, **source)
                self.assertEqual(self.git("tag", "--list").split(), tags)

    def test_all_of_the_files(self):
        commits = self.fill()
        for sparse in ([], ["."], ".", None):
            with self.subTest(sparse):
                self.another()
                self.get_with(commits[3], sparse_paths=sparse)
                self.assertEqual(self.git("ls-files", "-t").count("S "), 0)
                self.assertEqual(self.git("config", "--default", "unset", "core.sparseCheckout"), "unset")

    def test_every_local_branch_at_the_commit_is_told(self):
        commits = self.fill()
        self.world.git("branch", "also", "main")
        self.world.publish("refs/heads/*")
        for params, branches in (({}, "main"), ({"fetch": ["also"]}, "also,main"),
                                 ({"fetch": "elsewhere"}, "main")):
            with self.subTest(params):
                self.another()
                answer = self.get_with(commits[3], params).answer
                self.assertEqual([row["value"] for row in answer["metadata"] if row["name"] == "branch"], [branches])
                self.assertEqual(self.read("branch"), branches + "\n")

    def test_debug_in_source_or_params(self):
        commits = self.fill()
        for source, params, said in (({}, {}, False), ({"debug": True}, {}, True), ({}, {"debug": "true"}, True),
                                     ({"debug": False}, {"debug": False}, False)):
            with self.subTest(source=source, params=params):
                self.another()
                self.assertEqual("git: " in self.get_with(commits[3], params, **source).stderr, said)

    def test_branches_in_any_spelling(self):
        commits = self.fill()
        for value in (True, "true", "True", "TRUE"):
            with self.subTest(value):
                self.another()
                self.get_with(commits[3], {"all_branches": value})
                self.assertIn("origin/elsewhere", self.git("branch", "-r"))


class Page(Got, unittest.TestCase):
    """The page of a commit on its forge: a host of any name that has 'github' in it."""

    kind = "v2"

    def test_the_url(self):
        commits = self.fill()
        uri = self.world.uri.replace("127.0.0.1", "github.localhost")
        url = "%s/commit/%s" % (uri[:-len(".git")], commits[3])
        credentials = uri.replace("://", "://somebody:%s@" % self.world.server.password)
        for given in (uri, credentials):
            self.another()
            source = {"uri": given, "skip_ssl_verification": True}
            if given == credentials:
                source.update(uri=given.replace("somebody", self.world.server.username), username=None, password=None)
            answer = self.get_with(commits[3], **source).answer
            self.assertEqual(answer["metadata"][-1], {"name": "url", "value": url})
            self.assertEqual(self.read("url"), url + "\n")


class TagsOffTheBranch(Got):
    """Tagged commits that the branch does not hold, as check names them."""

    def test_a_tag_of_another_branch(self):
        self.fill()
        commit = self.world.git("rev-parse", "unrelated^{commit}")
        for version, source in (({"ref": "unrelated", "commit": commit}, {"tag_filter": "un*"}),
                                ({"ref": "unrelated", "commit": commit}, {"tag_filter": "un*", "branch": None}),
                                ({"tag": "unrelated", "ref": commit}, {"version_type": "tags"}),
                                ({"tag": "unrelated", "ref": commit}, {"version_type": "tags", "branch": None})):
            with self.subTest(version=version, source=source):
                self.another()
                self.get_with(version, **source)
                self.assertEqual(self.git("rev-parse", "HEAD"), commit)
                self.assertEqual(self.git("status", "--porcelain"), "")


class TagsOffTheBranchHTTP(TagsOffTheBranch, unittest.TestCase):
    """Apache before git http-backend."""


class TagsOffTheBranchV0(TagsOffTheBranch, unittest.TestCase):
    """A server that gives only what it advertises."""

    kind = "v0"


class PutParams(Putting, unittest.TestCase):
    """What out makes of them."""

    kind = "local"

    def test_a_tag_that_was_set_here_is_set_anew(self):
        self.world.git("tag", "v1")
        second = self.world.commit("second")
        self.put(tag=self.file("version", "v1"))
        self.assertEqual((self.tip("v1"), self.tip()), (second, second))
        self.assertEqual(self.world.git("rev-parse", "v1"), second)

    def test_an_annotation_without_a_tag_is_nothing(self):
        self.world.commit("second")
        self.put(annotate=self.file("note", "a note"))
        self.assertEqual(self.tags(), [])
        self.put(tag=self.file("empty", ""), annotate="note", tag_prefix="v")
        self.assertEqual(self.tags(), [])

    def test_only_tag_goes_before_merge_and_rebase(self):
        self.theirs_and_ours()
        before = self.tip()
        for params in ({"merge": True}, {"rebase": True}):
            with self.subTest(params):
                self.put(only_tag=True, tag=self.file("version", "v-" + next(iter(params))), **params)
                self.assertEqual(self.tip(), before)
        self.assertEqual(self.tags(), ["v-merge", "v-rebase"])

    def test_only_tag_without_the_other_tags(self):
        self.world.git("tag", "local")
        self.put(only_tag=True, tags="none", tag=self.file("version", "v1"))
        self.assertEqual(self.tags(), ["v1"])
        self.put(only_tag=True)
        self.assertEqual(self.tags(), ["local", "v1"])

    def test_it_does_not_ask_what_check_looks_for(self):
        for number, source in enumerate(({"version_type": "tags"}, {"version_type": "branches"},
                                         {"tag_filter": "v*"}, {"paths": ["nope"]})):
            with self.subTest(source):
                commit = self.world.commit("number %d" % number)
                self.assertEqual(self.put(source)["version"], {"ref": commit})
                self.assertEqual(self.tip(), commit)

    def test_strategies_that_are_refused_before_anything_is_pushed(self):
        self.theirs_and_ours()
        self.world.git("tag", "local")
        strategy = "params.rebase_strategy: '%s' is not supported: 'ort' and 'recursive' are"
        option = ("params.rebase_strategy_option: '%s' is not supported: 'ours', 'theirs', 'ignore-space-change', "
                  "'ignore-all-space', 'ignore-space-at-eol', 'patience', 'histogram', 'diff-algorithm=' these, minimal or "
                  "myers, 'find-renames' and 'no-renames' are")
        for name in ("ours", "resolve", "octopus", "subtree"):
            with self.subTest(name):
                self.refused(strategy % name, rebase=True, rebase_strategy=name)
        for name in ("subtree=a", "renormalize", "diff-algorithm=fast", "find-renames=90%", "ignore-cr-at-eol"):
            with self.subTest(name):
                self.refused(option % name, rebase=True, rebase_strategy_option=["ours", name])

    def test_a_race_without_merge_or_rebase_is_an_error_at_once(self):
        there, _ = self.theirs_and_ours()
        result = self.world.put(self.name)
        self.assertEqual((result.status, self.tip()), (1, there))
        self.assertIn("has commits that are not in HEAD (non-fast-forward)", result.message)
        self.assertNotIn("beginning again", result.stderr)

    def test_what_excludes_one_another(self):
        self.world.commit("second")
        for params, message in (
                ({"merge": True, "rebase": True}, "params.merge, params.rebase: only one of them can be set"),
                ({"force": True, "force_with_lease": True},
                 "params.force, params.force_with_lease: only one of them can be set"),
                ({"force_with_lease": True, "rebase": True}, "params.force_with_lease: has no meaning with "
                 "params.merge or params.rebase, which build on what is there"),
                ({"returning": "both", "merge": True}, "params.returning: must be 'merged' or 'unmerged'"),
                ({"tags": "local"}, "params.tags: must be 'all' or 'none'"),
                ({"refs_prefix": "heads"}, "params.refs_prefix: must begin with 'refs/'")):
            with self.subTest(params):
                self.refused(message, **params)


if __name__ == "__main__":
    tap.main()
