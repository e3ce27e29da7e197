#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""out of an Image, beyond a commit: builders, variables, lists, sources, creation."""

import json

import tap
from image_put import PHASES, Case
from image_world import TAG, Repository

PLAIN = {"commitish": None}


class ParamsCase(Case):
    def change(self, params, **options):
        """A put without a commit."""
        return self.put("unused", {**PLAIN, **params}, **options)

    def patches(self, since):
        """(resource, body) of the patches since then."""
        return [(entry["path"].split("/")[-2], json.loads(entry["body"]))
                for entry in self.cluster.requests("ci", since=since) if entry["method"] == "PATCH"]

    def spec(self, path):
        value = self.image()["spec"]
        for key in path.split("."):
            value = (value or {}).get(key)
        return value


class Settings(ParamsCase):
    def test_a_builder_is_patched_as_kp_does(self):
        self.start()
        self.edit({"builder": {"name": "gone"}})
        since = self.now()
        result = self.change({"cluster_builder": "default"})
        self.made(result, 1)
        self.assertEqual(self.patches(since), [("images", {"spec": {"builder": {"name": "default"}}})])
        self.assertIn("- builder.name gone\n+ builder.name default\n", result.stderr)

    def test_a_namespaced_builder_and_back(self):
        self.start()
        self.gives_up("Unable to find builder 'own'", lambda timeout: self.change({"builder": "own", "timeout": timeout}))
        self.assertEqual(self.spec("builder"), {"kind": "Builder", "name": "own", "namespace": "demo"})
        self.change({"cluster_builder": "default"})
        self.assertEqual(self.spec("builder"), {"kind": "ClusterBuilder", "name": "default"})

    def test_variables_are_set_and_taken_away_and_the_others_stay(self):
        self.start()
        self.edit({"build": {"env": [{"name": "OLD", "value": "1"}, {"name": "KEPT", "value": "2"}]}})
        result = self.change({"env": {"NEW": "s3cret", "KEPT": "3"}, "delete_env": "OLD"})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.spec("build.env"), [{"name": "KEPT", "value": "3"}, {"name": "NEW", "value": "s3cret"}])
        # the build service itself shows them where the build begins
        self.assertNotIn("s3cret", result.stderr.partition("===> PREPARE")[0])
        self.assertEqual(result.headings(), PHASES)

    def test_the_same_variables_again_patch_nothing(self):
        self.start()
        self.change({"env": {"A": "1"}})
        since = self.now()
        result = self.change({"env": {"A": "1"}, "delete_env": ["B"]})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.patches(since), [])

    def test_settings_that_cause_no_build(self):
        self.start()
        result = self.change({"additional_tags": [TAG + ":a", TAG + ":b"], "cache_size": "2Gi",
                              "service_account": "builder", "success_build_history_limit": "7",
                              "failed_build_history_limit": 6, "build_timeout": 900, "default_process": "web"})
        self.made(result, 1)
        self.assertEqual(result.headings(), [])
        spec = self.image()["spec"]
        self.assertEqual((spec["additionalTags"], spec["cache"], spec["serviceAccountName"]),
                         ([TAG + ":a", TAG + ":b"], {"volume": {"size": "2Gi"}}, "builder"))
        self.assertEqual((spec["successBuildHistoryLimit"], spec["failedBuildHistoryLimit"]), (7, 6))
        self.assertEqual((spec["build"]["buildTimeout"], spec["defaultProcess"]), (900, "web"))
        self.made(self.change({"delete_additional_tags": TAG + ":a", "cache_size": "2048Mi"}), 1)
        self.assertEqual((self.spec("additionalTags"), self.spec("cache.volume.size")), ([TAG + ":b"], "2Gi"))

    def test_what_is_asked_is_shown_where_params_say_so(self):
        self.start()
        asked = "/apis/kpack.io/v1alpha2/namespaces/demo/images/" + self.name
        self.assertNotIn(asked, self.change({"default_process": "web"}).stderr)
        self.assertIn(asked, self.change({"default_process": "web", "debug": True}).stderr)

    def test_service_bindings(self):
        self.start()
        self.change({"service_bindings": ["db", "Queue:queues.test/v1:jobs"]})
        db = {"kind": "Secret", "apiVersion": "v1", "name": "db"}
        queue = {"kind": "Queue", "apiVersion": "queues.test/v1", "name": "jobs"}
        self.assertEqual(self.spec("build.services"), [db, queue])
        self.change({"delete_service_bindings": "db"})
        self.assertEqual(self.spec("build.services"), [queue])

    def test_the_folder_to_build_in(self):
        self.start()
        result = self.put(self.commit("Welcome"), {"sub_path": "."})
        self.assertEqual(self.spec("source.subPath"), ".")
        self.assertEqual(self.build(2)["spec"]["source"].get("subPath"), ".", result.stderr)

    def test_a_refusal_is_in_the_words_of_who_refuses(self):
        self.start()
        since = self.now()
        result = self.change({"service_account": "x", "git_revision": ""})
        self.failed(result, 'admission webhook "validation.webhook.kpack.io" denied the request: validation failed: '
                    r"missing field\(s\): spec.source.git.revision")
        self.assertEqual(len(self.patches(since)), 1)

    def test_a_list_that_somebody_changes_meanwhile_keeps_both(self):
        self.start()
        self.cluster.faults({"verb": "patch", "resource": "images", "times": 1, "user": "ci", "status": 409})
        result = self.change({"env": {"OURS": "1"}, "timeout": 60})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertLess(result.seconds, 45)
        self.assertEqual(self.spec("build.env"), [{"name": "OURS", "value": "1"}])

    def test_a_change_that_somebody_undoes_says_so(self):
        self.start()
        first, open_gate = self.start_held(self.commit("One"))
        second = self.start_put("unused", {**PLAIN, "env": {"OURS": "1"}})
        self.hear(second, "is in progress")
        self.edit({"build": {"env": None}})
        self.failed(self.finish(second), "^out: the change was undone by somebody else before it was built$")
        open_gate()
        self.assertEqual(self.finish(first).status, 0)

    def test_puts_of_lists_at_once_lose_nothing(self):
        self.start()
        puts = [self.start_put("unused", {**PLAIN, "env": {"V%d" % n: "1"}, "wait": False}) for n in range(4)]
        for process in puts:
            result = self.finish(process)
            self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(sorted(v["name"] for v in self.spec("build.env")), ["V0", "V1", "V2", "V3"])


class Sources(ParamsCase):
    def start_of(self, **source):
        self.create(revision="main")
        self.patch(self.name, {"spec": {"source": {"git": None, **source}}})

    def file_put(self, param, text, **params):
        return self.put(text, {**PLAIN, param: "src/.git/ref", "wait": False, **params})

    def test_a_blob_keeps_what_else_it_has(self):
        self.start()
        self.patch(self.name, {"spec": {"source": {"git": None, "blob": {
            "url": "https://blob.test/a.zip", "auth": "secret", "stripComponents": 1}}}})
        for param in ("blob_url_file", "blob_url_path"):
            url = "https://blob.test/%s.zip?sig=s3cret%%2F" % param
            result = self.file_put(param, url)
            self.assertEqual(result.status, 0, result.stderr)
            self.assertEqual(self.spec("source.blob"), {"url": url, "auth": "secret", "stripComponents": 1})
            self.assertNotIn("s3cret", result.stderr)

    def test_an_image_of_a_registry(self):
        self.start()
        self.patch(self.name, {"spec": {"source": {"git": None, "registry": {"image": "registry.test/src:1"}}}})
        source = "registry.test/src@sha256:" + "a" * 64
        result = self.put(source, {**PLAIN, "registry_image_file": "src/.git/ref", "wait": False})
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(self.spec("source"), {"registry": {"image": source}})

    def test_another_type_of_source_is_refused_and_nothing_patched(self):
        self.start()
        for param, kind in (("blob_url_file", "blob"), ("registry_image_file", "registry")):
            since = self.now()
            self.failed(self.file_put(param, "x", env={"A": "1"}), "^out: params.%s: image '%s' is not built from %s "
                        % (param, self.name, kind))
            self.assertEqual(self.patches(since), [])

    def test_a_commit_by_its_name(self):
        self.start()
        commit = self.commit("Welcome")
        self.made(self.change({"git_revision": "main", "git_url": self.repository.folder}), 2)
        self.assertEqual(self.build(2)["spec"]["source"]["git"]["revision"], commit)

    def test_another_repository_is_built_from_its_main(self):
        """Which has no commit of the one before."""
        self.start()
        other = Repository(self.repository.folder + "-other")
        commit = other.commit({"welcome": "Welcome\n"})
        self.made(self.change({"git_url": other.folder}), 2)
        self.assertEqual(self.build(2)["spec"]["source"]["git"], {"url": other.folder, "revision": commit})
        self.patch(self.name, {"spec": {"source": {"git": {"revision": commit}}}})
        self.made(self.change({"git_url": other.folder}), 2)
        self.assertEqual(self.spec("source.git.revision"), commit)


class Create(ParamsCase):
    def params(self, **more):
        return {"create": True, "tag": TAG, "git_url": self.repository.folder, **more}

    def test_a_missing_image_is_created_and_built(self):
        result = self.put(self.repository.first, self.params(env={"A": "1"}))
        self.built(1)
        self.built(1)
        self.made(result, 1)
        self.assertEqual(result.headings(), PHASES)
        self.assertEqual(self.spec("tag"), TAG)
        self.assertEqual(self.spec("builder"), {"kind": "ClusterBuilder", "name": "default"})
        self.assertEqual(self.spec("source.git"), {"url": self.repository.folder, "revision": self.repository.first})
        self.assertEqual(self.spec("build.env"), [{"name": "A", "value": "1"}])

    def test_main_is_built_where_no_commit_is_named(self):
        result = self.change(self.params())
        self.built(1)
        self.made(result, 1)
        self.assertEqual(self.spec("source.git.revision"), "main")

    def test_one_that_is_there_is_changed(self):
        self.start()
        since = self.now()
        commit = self.commit("Welcome")
        self.made(self.put(commit, self.params(tag=TAG + ":other")), 2)
        self.assertEqual(self.patches(since), [("images", {"spec": {"source": {"git": {"revision": commit}}}})])

    def test_two_that_create_it_at_once(self):
        puts = [self.start_put(self.repository.first, self.params()) for _ in range(2)]
        for process in puts:
            result = self.finish(process)
            self.built(1)
            self.made(result, 1)
        self.assertIsNone(self.build(2))

    def test_a_refused_creation(self):
        self.failed(self.change(self.params(tag="")), "missing field.*: spec.tag")


del Case

if __name__ == "__main__":
    tap.main()
