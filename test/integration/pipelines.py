#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The pipelines of ci/ would pass `fly validate-pipeline --strict`, and the validator refuses faults."""

import copy
import glob
import os
import re
import subprocess
import sys
import unittest

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
CI = os.path.join(HERE, "..", "..", "ci")
sys.path.insert(0, os.path.join(HERE, "..", "sandbox"))

from atc import ConfigError, load_yaml_file, validate
from atc.config import load_yaml
from atc.variables import interpolate

SECRETS = {"git": {"username": "u", "password": "p", "ca_certs": None}, "kubeconfig": "k",
           "cluster": {"server": "s", "ca": "c", "token": "t"}}


def ours():
    """The pipeline, as a fresh copy."""
    return load_yaml_file(os.path.join(CI, "pipeline.yml"))


def change(path, value):
    """The pipeline with one place changed: path is like "jobs.0.plan.0.tirgger"."""
    pipeline = copy.deepcopy(ours())
    node = pipeline
    *parents, last = path.split(".")
    for key in parents:
        node = node[int(key) if isinstance(node, list) else key]
    node[int(last) if isinstance(node, list) else last] = value
    return pipeline


class Pipelines(unittest.TestCase):
    def test_ours_are_valid(self):
        paths = [os.path.join(CI, "pipeline.yml"),
                 *sorted(glob.glob(os.path.join(CI, "examples", "*.yml")))]
        self.assertGreater(len(paths), 2)
        for path in paths:
            with self.subTest(os.path.basename(path)):
                validate(load_yaml_file(path))

    def test_every_variable_is_named_in_vars_or_among_the_secrets(self):
        values = load_yaml_file(os.path.join(CI, "vars", "petclinic.yml"))
        self.assertNotIn("((", str(interpolate(ours(), {**values, **SECRETS})))
        used = set(re.findall(r"\(\(([\w-]+)", str(ours())))
        self.assertEqual(used, set(values) | set(SECRETS))

    def test_the_scripts_of_tasks_are_posix_shell(self):
        for job in ours()["jobs"]:
            for step in job["plan"]:
                if "task" in step:
                    script = step["config"]["run"]["args"][-1]
                    done = subprocess.run(["sh", "-n"], input=script, text=True, check=False,
                                          capture_output=True)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_faults_are_refused(self):
        for path, value, message in (
                ("job", [], "pipeline: unknown key 'job'"),
                ("resources.0.sorce", {}, "resources[source-code]: unknown key 'sorce'"),
                ("resources.0.name", "Source", "'Source' is not a valid identifier"),
                ("resources.1.name", "source-code", "the name is given twice"),
                ("jobs.0.plan.0.tirgger", True, "get(source-code): unknown key 'tirgger'"),
                ("jobs.0.plan.0.get", "other", "unknown resource 'other'"),
                ("jobs.0.plan.1.put", "other", "unknown resource 'other'"),
                ("jobs.0.plan", [], "jobs[update-build-service-image]: the plan is empty"),
                ("jobs.1.plan.0.passed", ["nowhere"], "unknown job 'nowhere'"),
                ("jobs.0.plan.0.passed", ["continuous-deployment"],
                 "does not interact with 'source-code'"),
                ("jobs.1.plan.1.file", "a/b.yml", "needs 'config' or 'file', and only one"),
                ("jobs.1.plan.1.config.platfrom", "linux", "unknown key 'platfrom'"),
                ("jobs.1.plan.1.config.run", {"args": []}, "'path' is missing"),
                ("jobs.1.plan.1", {"get": "app-image", "task": "x"}, "a step must be one of")):
            with self.subTest(path):
                with self.assertRaises(ConfigError) as caught:
                    validate(change(path, value))
                self.assertIn(message, str(caught.exception))

    def test_a_resource_that_no_job_uses_is_refused(self):
        pipeline = ours()
        del pipeline["jobs"][0]
        with self.assertRaisesRegex(ConfigError, "source-code.*is not used"):
            validate(pipeline)

    def test_yaml_is_read_as_go_reads_it(self):
        self.assertEqual(load_yaml("{a: 1.10, b: 10:20, c: 2024-01-01, d: yes, e: 1e3}"),
                         {"a": 1.1, "b": "10:20", "c": "2024-01-01", "d": True, "e": 1000.0})
        with self.assertRaisesRegex(ConfigError, "key 'a' is given twice"):
            load_yaml("a: 1\na: 2\n")


if __name__ == "__main__":
    tap.main()
