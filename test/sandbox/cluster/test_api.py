# SPDX-License-Identifier: Apache-2.0
"""The API server: who may, verbs, words, representations."""

import base64
import gzip
import json
import time
import unittest

from . import REAL
from .client import Client
from .test_support import BUILDS, IMAGES, MERGE, SHA, TAG, V, ClusterCase, image

WEBHOOK = 'admission webhook "validation.webhook.kpack.io" denied the request: validation failed: '
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


class ApiServer(ClusterCase):
    def setUp(self):
        self.admin.call("DELETE", IMAGES)
        self.made = self.admin.create(image(), "images")

    # -- who ----------------------------------------------------------------------------------

    def test_nobody_needs_credentials_for_health_alone(self):
        self.assertEqual(self.raw("GET", "/readyz", user=None)[::2], (200, b"ok"))
        code, _, body = self.raw("GET", IMAGES + "/app", user=None)
        self.assertEqual(code, 403)
        self.assertEqual(json.loads(body), {
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": 'images.kpack.io "app" is forbidden: User "system:anonymous" cannot get '
                       'resource "images" in API group "kpack.io" in the namespace "demo"',
            "reason": "Forbidden", "code": 403,
            "details": {"name": "app", "group": "kpack.io", "kind": "images"}})

    def test_a_wrong_token_is_unauthorized(self):
        code, _, body = self.raw("GET", IMAGES, user=None,
                                 headers={"Authorization": "Bearer nonsense"})
        self.assertEqual((code, json.loads(body)["reason"]), (401, "Unauthorized"))

    def test_a_client_certificate_names_its_user_and_groups(self):
        file = self.folder + "/by-certificate"
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(self.cluster.kubeconfig("ci-certificate"))
        client = Client.from_kubeconfig(file)
        self.assertEqual(client.get(V, "images", "demo", "app")["metadata"]["name"], "app")
        said = self.refused(403, client.delete, V, "images", "demo", "app")
        self.assertIn('User "ci-certificate" cannot delete resource "images"', said["message"])

    def test_a_role_gives_what_it_lists_and_no_more(self):
        self.assertEqual(self.ci.get(V, "images", "demo", "app"), self.made)
        self.assertEqual(self.ci.list(V, "builds", "demo")["items"], [])
        said = self.refused(403, self.ci.list, V, "images", "demo")
        self.assertIn('User "ci" cannot list resource "images"', said["message"])
        said = self.refused(403, self.ci.list, V, "builds", "kpack")
        self.assertIn('in the namespace "kpack"', said["message"])
        said = self.refused(403, self.ci.list, V, "builds")
        self.assertIn("at the cluster scope", said["message"])
        said = self.refused(403, self.ci.call, "GET",
                            "/api/v1/namespaces/demo/secrets/any")
        self.assertIn('secrets "any" is forbidden', said["message"])
        self.refused(403, self.ci.call, "GET", "/sandbox/faults")

    def test_resource_names_limit_a_rule_to_a_name_or_its_field_selector(self):
        self.cluster.apply([
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
             "metadata": {"name": "one", "namespace": "demo"},
             "rules": [{"apiGroups": ["kpack.io"], "resources": ["images"],
                        "resourceNames": ["app"], "verbs": ["get", "list"]}]},
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
             "metadata": {"name": "one", "namespace": "demo"},
             "roleRef": {"kind": "Role", "name": "one"},
             "subjects": [{"kind": "User", "name": "nobody"}]}])
        nobody = self.user("nobody")
        nobody.get(V, "images", "demo", "app")
        nobody.list(V, "images", "demo", fieldSelector="metadata.name=app")
        self.refused(403, nobody.get, V, "images", "demo", "other")
        self.refused(403, nobody.list, V, "images", "demo")

    # -- discovery ----------------------------------------------------------------------------

    def test_discovery_prefers_the_newest_version_of_kpack(self):
        group = self.ci.call("GET", "/apis/kpack.io")
        self.assertEqual([v["version"] for v in group["versions"]], ["v1alpha2", "v1alpha1"])
        self.assertEqual(group["preferredVersion"]["groupVersion"], V)
        found = {r["name"]: r for r in self.ci.call("GET", "/apis/" + V)["resources"]}
        self.assertEqual(found["images"]["shortNames"], ["cnbimage", "cnbimages", "img", "imgs"])
        self.assertEqual(found["images/status"]["verbs"], ["get", "patch", "update"])
        self.assertFalse(found["clusterstacks"]["namespaced"])
        self.assertEqual(len([n for n in found if "/" not in n]), 10)
        older = {r["name"] for r in self.ci.call("GET", "/apis/kpack.io/v1alpha1")["resources"]}
        self.assertNotIn("clusterlifecycles", older)

    def test_what_is_not_served_is_page_not_found(self):
        for target in ("/apis/kpack.io/v1", "/apis/kpack.io/v1alpha2/namespaces/demo/nothings",
                       "/apis/kpack.io/v1alpha2/namespaces/demo/"
                       "clusterstacks/base", "/nothing"):
            with self.subTest(target):
                code, _, body = self.raw("GET", target)
                self.assertEqual((code, body), (404, b"404 page not found\n"))
        said = self.refused(404, self.admin.call, "GET", IMAGES + "/app/scale")
        self.assertEqual(said["message"], 'images.kpack.io "app" not found')

    # -- writes -------------------------------------------------------------------------------

    def test_create_fills_in_what_the_server_and_the_webhook_give(self):
        meta = self.made["metadata"]
        self.assertEqual(meta["generation"], 1)
        self.assertRegex(meta["uid"], r"^[0-9a-f-]{36}$")
        self.assertRegex(meta["creationTimestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.made["spec"]["successBuildHistoryLimit"], 10)
        self.assertEqual(self.made["spec"]["failedBuildHistoryLimit"], 10)
        self.assertEqual(self.made["spec"]["imageTaggingStrategy"], "BuildNumber")
        self.assertEqual(self.made["spec"]["serviceAccountName"], "default")
        self.assertNotIn("status", self.made)
        owned = meta["managedFields"][0]
        self.assertEqual((owned["manager"], owned["operation"]), ("sandbox-test", "Update"))
        self.assertIn("f:tag", owned["fieldsV1"]["f:spec"])

    def test_refusals_in_the_servers_words(self):
        said = self.refused(409, self.admin.create, image(), "images")
        self.assertEqual((said["reason"], said["message"]),
                         ("AlreadyExists", 'images.kpack.io "app" already exists'))
        said = self.refused(404, self.admin.get, V, "images", "demo", "nope")
        self.assertEqual(said["message"], 'images.kpack.io "nope" not found')
        self.assertEqual(said["details"],
                         {"name": "nope", "group": "kpack.io", "kind": "images"})
        lost = image("lost")
        lost["metadata"]["namespace"] = "lost"
        said = self.refused(404, self.admin.create, lost, "images")
        self.assertEqual(said["message"], 'namespaces "lost" not found')
        self.refused(422, self.admin.create, image("Upper"), "images")
        self.refused(400, self.admin.call, "POST", IMAGES, b"{")

    def test_a_patch_that_changes_nothing_leaves_the_resource_version(self):
        same = self.patch("app", {"spec": {"source": {"git": {"revision": SHA}}}})
        self.assertEqual(same["metadata"], self.made["metadata"])
        # dropped without a word; only that it was asked for is noted
        same = self.patch("app", {"spec": {"bogus": 1}})
        self.assertEqual((same["spec"], same["metadata"]["generation"]), (self.made["spec"], 1))
        self.assertIn("f:bogus", str(same["metadata"]["managedFields"]))

    def test_generation_moves_with_the_spec_alone(self):
        noted = self.patch("app", {"metadata": {"annotations": {"a": "b"}}})
        self.assertEqual(noted["metadata"]["generation"], 1)
        self.assertNotEqual(noted["metadata"]["resourceVersion"],
                            self.made["metadata"]["resourceVersion"])
        ready = self.patch("app", {"status": {"buildCounter": 3}, "spec": {"tag": "no"}},
                           subresource="status")
        self.assertEqual(ready["metadata"]["generation"], 1)
        self.assertEqual((ready["status"], ready["spec"]["tag"]), ({"buildCounter": 3}, TAG))
        moved = self.patch("app", {"status": {"buildCounter": 9},
                                   "spec": {"source": {"git": {"revision": "main"}}}})
        self.assertEqual(moved["metadata"]["generation"], 2)
        self.assertEqual(moved["status"], {"buildCounter": 3})
        managers = [(m["manager"], m.get("subresource")) for m in
                    moved["metadata"]["managedFields"]]
        self.assertEqual(managers, [("sandbox-test", None), ("sandbox-test", "status")])

    def test_managed_fields_follow_the_last_writer(self):
        self.patch("app", {"spec": {"source": {"git": {"revision": "main"}}}}, self.ci)
        owners = {m["manager"]: json.dumps(m["fieldsV1"]) for m in self.cluster.get(
            "images", "app")["metadata"]["managedFields"]}
        self.assertIn("f:revision", owners["test"])
        self.assertNotIn("f:revision", owners["sandbox-test"])
        self.assertIn("f:url", owners["sandbox-test"])

    def test_a_stale_resource_version_conflicts(self):
        old = self.made["metadata"]["resourceVersion"]
        self.patch("app", {"metadata": {"annotations": {"a": "b"}}})
        said = self.refused(409, self.patch, "app", {
            "metadata": {"resourceVersion": old}, "spec": {"additionalTags": [TAG + ":x"]}})
        self.assertEqual(said["reason"], "Conflict")
        self.assertEqual(said["details"], {"name": "app", "group": "kpack.io", "kind": "images"})
        self.assertEqual(said["message"], 'Operation cannot be fulfilled on images.kpack.io "app": '
                         "the object has been modified; please apply your changes to the latest "
                         "version and try again")
        self.refused(409, self.admin.call, "PUT", IMAGES + "/app", self.made)
        unversioned = image()
        self.refused(422, self.admin.call, "PUT", IMAGES + "/app", unversioned)

    def test_a_merge_patch_deletes_with_null_and_replaces_lists(self):
        self.patch("app", {"spec": {"additionalTags": [TAG + ":a", TAG + ":b"],
                                    "build": {"env": [{"name": "A", "value": "1"}]}}})
        after = self.patch("app", {"spec": {"additionalTags": [TAG + ":c"], "build": None}})
        self.assertEqual(after["spec"]["additionalTags"], [TAG + ":c"])
        self.assertNotIn("build", after["spec"])

    def test_other_patches_of_a_custom_resource_are_415(self):
        for kind in ("application/strategic-merge-patch+json", "application/json"):
            said = self.refused(415, self.admin.call, "PATCH", IMAGES + "/app", {}, kind)
            self.assertEqual(said["reason"], "UnsupportedMediaType")

    def test_dry_run_shows_and_does_not_store(self):
        said = self.admin.call("PATCH", IMAGES + "/app?dryRun=All",
                               {"spec": {"source": {"git": {"revision": "main"}}}}, MERGE)
        self.assertEqual(said["spec"]["source"]["git"]["revision"], "main")
        self.assertEqual(self.cluster.get("images", "app"), self.made)

    def test_delete_says_which(self):
        said = self.admin.delete(V, "images", "demo", "app")
        self.assertEqual(said["details"]["uid"], self.made["metadata"]["uid"])
        self.refused(404, self.admin.delete, V, "images", "demo", "app")

    # -- kpack's webhook ----------------------------------------------------------------------

    def test_denials(self):
        rows = [
            ({"tag": "other"}, "Immutable field changed: spec.tag\ngot: other, want: " + TAG),
            ({"tag": None}, "missing field(s): spec.tag"),
            ({"source": {"git": {"url": None}}}, "missing field(s): spec.source.git.url"),
            ({"source": {"git": None}}, "expected exactly one, got neither: spec.source.blob, "
             "spec.source.git, spec.source.registry"),
            ({"source": {"blob": {"url": "x"}}}, "expected exactly one, got both: "
             "spec.source.blob, spec.source.git"),
            ({"source": {"git": None, "registry": {"imagePullSecrets": []}}},
             "missing field(s): spec.source.registry.image"),
            ({"failedBuildHistoryLimit": 0}, "invalid value: 0: spec.failedBuildHistoryLimit\n"
             "build history limit must be greater than 0"),
        ]
        for spec, words in rows:
            with self.subTest(spec):
                said = self.refused(400, self.patch, "app", {"spec": spec})
                self.assertEqual((said["reason"], said["message"]),
                                 ("BadRequest", WEBHOOK + words))
        said = self.refused(400, self.patch, "app", {"spec": {"source": {"git": {"revision": 7}}}})
        self.assertIn("cannot unmarshal number into Go struct field "
                      "ImageSpec.spec.source.git.revision of type string", said["message"])
        self.assertEqual(self.cluster.get("images", "app"), self.made)

    def test_v1alpha1_needs_the_conversion_webhook(self):
        old = IMAGES.replace("v1alpha2", "v1alpha1")
        code, end = 0, time.monotonic() + 60      # until the server has noticed
        while code != 429 and time.monotonic() < end:
            code, headers, body = self.raw("GET", old)
            time.sleep(0.1)
        self.assertEqual((code, headers["Retry-After"]), (429, "1"))
        self.assertRegex(json.loads(body)["message"], r"^storage is \(re\)initializing")
        for target in (old + "/app", old + "?limit=5"):
            code, _, body = self.raw("GET", target)
            self.assertEqual(code, 500)
            self.assertIn("conversion webhook for kpack.io/v1alpha2, Kind=Image failed",
                          json.loads(body)["message"])
        self.assertEqual(self.raw("GET", old + "/nope")[0], 404)

    def test_v1alpha1_converted_loses_what_it_cannot_hold(self):
        self.cluster.settings(conversion=True)
        self.addCleanup(self.cluster.settings, conversion=False)
        self.patch("app", {"spec": {"additionalTags": [TAG + ":x"],
                                    "build": {"creationTime": "now"}}})
        target = IMAGES.replace("v1alpha2", "v1alpha1") + "/app"
        old = self.admin.call("GET", target)
        self.assertEqual((old["apiVersion"], old["spec"]["serviceAccount"]),
                         ("kpack.io/v1alpha1", "default"))
        self.assertNotIn("additionalTags", old["spec"])
        old["spec"]["source"]["git"]["revision"] = "main"
        self.admin.call("PUT", target, old)
        new = self.cluster.get("images", "app")
        self.assertEqual(new["spec"]["source"]["git"]["revision"], "main")
        self.assertEqual(new["spec"]["serviceAccountName"], "default")
        self.assertNotIn("additionalTags", new["spec"])

    # -- built-in kinds -----------------------------------------------------------------------

    def test_a_strategic_patch_merges_containers_by_name(self):
        self.cluster.apply([{
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "app", "namespace": "demo"},
            "spec": {"selector": {"matchLabels": {"app": "app"}}, "template": {
                "metadata": {"labels": {"app": "app"}},
                "spec": {"containers": [{"name": "app", "image": "one", "command": ["run"]},
                                        {"name": "side", "image": "two"}]}}}}])
        patch = {"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "new"}]}}}}
        after = self.user("deployer").call(
            "PATCH", "/apis/apps/v1/namespaces/demo/deployments/app", patch,
            "application/strategic-merge-patch+json")
        default = {"resources": {}, "terminationMessagePath": "/dev/termination-log",
                   "terminationMessagePolicy": "File", "imagePullPolicy": "Always"}
        self.assertEqual(after["spec"]["template"]["spec"]["containers"], [
            {"name": "app", "image": "new", "command": ["run"], **default},
            {"name": "side", "image": "two", **default}])
        self.assertEqual(after["metadata"]["generation"], 2)

    def test_items_of_a_built_in_list_have_no_kind(self):
        listed = self.admin.list("v1", "namespaces")
        self.assertEqual((listed["apiVersion"], listed["kind"]), ("v1", "NamespaceList"))
        self.assertEqual({"kind" in item for item in listed["items"]}, {False})
        self.assertEqual(self.admin.get("v1", "namespaces", None, "demo")["kind"], "Namespace")
        self.assertEqual(self.admin.list(V, "images", "demo")["items"][0]["kind"], "Image")

    def test_a_secrets_string_data_is_encoded(self):
        made = self.admin.create({"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "b"},
                                  "metadata": {"generateName": "s-", "namespace": "demo"}},
                                 "secrets")
        self.assertEqual(base64.b64decode(made["data"]["a"]), b"b")
        self.assertRegex(made["metadata"]["name"], "^s-.{5}$")


class Lists(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.seed(45, states={3: "failed", 45: "running"})

    def names(self, listed):
        return [i["metadata"]["name"] for i in listed["items"]]

    def test_pages_are_one_consistent_list(self):
        page = self.ci.list(V, "builds", "demo", limit=20)
        self.assertEqual(page["metadata"]["remainingItemCount"], 25)
        gone = "app-build-9"        # the last by name, so on the last page
        self.admin.delete(V, "builds", "demo", gone)
        self.addCleanup(self.cluster.seed, 45, states={3: "failed", 45: "running"})
        seen, pages = self.names(page), 1
        while token := page["metadata"].get("continue"):
            page = self.ci.list(V, "builds", "demo", limit=20, **{"continue": token})
            seen += self.names(page)
            pages += 1
        self.assertEqual((len(seen), len(set(seen)), pages), (45, 45, 3))
        self.assertIn(gone, seen)
        self.assertEqual(seen, sorted(seen))

    @unittest.skipIf(REAL, "a real API server cannot be made to forget a page")
    def test_an_expired_page_token_is_410_and_offers_the_rest(self):
        page = self.ci.list(V, "builds", "demo", limit=20)
        self.cluster.compact()
        said = self.refused(410, self.ci.list, V, "builds", "demo", limit=20,
                            **{"continue": page["metadata"]["continue"]})
        self.assertEqual(said["reason"], "Expired")
        self.assertIn("The provided continue parameter is too old", said["message"])
        rest = self.ci.list(V, "builds", "demo", **{"continue": said["metadata"]["continue"]})
        self.assertEqual(len(self.names(page)) + len(self.names(rest)), 45)
        self.refused(400, self.ci.list, V, "builds", "demo", **{"continue": "nonsense"})

    def test_label_selectors(self):
        number = "image.kpack.io/buildNumber"
        rows = [("image.kpack.io/image=app", 45), ("image.kpack.io/image==other", 0),
                ("image.kpack.io/image!=other", 45), (number + " in (1, 2,99)", 2),
                (number + " notin (1)", 44), ("!" + number, 0), (number, 45),
                ("image.kpack.io/image=app,%s=7" % number, 1)]
        for selector, count in rows:
            with self.subTest(selector):
                listed = self.ci.list(V, "builds", "demo", labelSelector=selector)
                self.assertEqual(len(listed["items"]), count)
        self.refused(400, self.ci.list, V, "builds", "demo", labelSelector="a in")

    def test_field_selectors_know_name_and_namespace_alone(self):
        listed = self.ci.list(V, "builds", "demo", fieldSelector="metadata.name=app-build-7")
        self.assertEqual(self.names(listed), ["app-build-7"])
        said = self.refused(400, self.ci.list, V, "builds", "demo",
                            fieldSelector="status.podName=x")
        self.assertIn("field label not supported: status.podName", said["message"])

    def test_a_table_carries_the_printer_columns(self):
        _, _, body = self.raw("GET", BUILDS + "?limit=1", headers={"Accept": TABLE}, user="ci")
        table = json.loads(body)
        self.assertEqual(table["kind"], "Table")
        self.assertEqual([c["name"] for c in table["columnDefinitions"]],
                         ["Name", "Image", "Succeeded"])
        row = table["rows"][0]
        build = self.cluster.get("builds", row["cells"][0])
        self.assertEqual(row["cells"], ["app-build-1", build["status"]["latestImage"], "True"])
        self.assertEqual(row["object"]["metadata"], build["metadata"])
        self.assertEqual(row["object"]["kind"], "PartialObjectMetadata")

    def test_metadata_alone(self):
        accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
        _, _, body = self.raw("GET", BUILDS, headers={"Accept": accept}, user="ci")
        listed = json.loads(body)
        self.assertEqual(listed["kind"], "PartialObjectMetadataList")
        self.assertEqual({tuple(sorted(i)) for i in listed["items"]},
                         {("apiVersion", "kind", "metadata")})
        self.assertEqual(self.raw("GET", BUILDS, headers={"Accept": "text/html"})[0], 406)

    def test_a_large_list_is_compressed_where_the_client_can(self):
        code, headers, body = self.raw("GET", BUILDS, headers={"Accept-Encoding": "gzip"})
        self.assertEqual((code, headers["Content-Encoding"]), (200, "gzip"))
        self.assertEqual(len(json.loads(gzip.decompress(body))["items"]), 45)
        _, headers, plain = self.raw("GET", BUILDS)
        self.assertNotIn("Content-Encoding", headers)
        self.assertGreater(len(plain), 5 * len(body))
        _, headers, _ = self.raw("GET", BUILDS + "/app-build-1",
                                 headers={"Accept-Encoding": "gzip"})
        self.assertNotIn("Content-Encoding", headers)

    def test_seeded_builds_are_as_kpack_leaves_them(self):
        good, bad, running = (self.cluster.get("builds", "app-build-%d" % n) for n in (2, 3, 45))
        self.assertEqual(good["metadata"]["annotations"]["image.kpack.io/builderKind"], "")
        self.assertEqual(good["metadata"]["ownerReferences"][0]["uid"],
                         self.cluster.get("images", "app")["metadata"]["uid"])
        self.assertEqual(good["status"]["stepsCompleted"][-1], "completion")
        self.assertRegex(good["status"]["latestImage"], TAG + "@sha256:[0-9a-f]{64}$")
        self.assertEqual(bad["status"]["conditions"][0]["reason"], "Failed")
        self.assertNotIn("latestImage", bad["status"])
        self.assertEqual(running["status"]["conditions"][0]["status"], "Unknown")
        self.assertLess(good["metadata"]["creationTimestamp"],
                        bad["metadata"]["creationTimestamp"])
