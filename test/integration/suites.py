#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The runners of the tests: what they count, and what they say at the end of what failed."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
GOOD = "#!/bin/sh\necho ok 1 - good\necho 1..1\n"


class Runner(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def copy(self, runner, place):
        os.makedirs(os.path.dirname(os.path.join(self.folder, place)), exist_ok=True)
        return shutil.copy(os.path.join(HERE, runner), os.path.join(self.folder, place))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(file.name, 0o755)

    def run_it(self, *command, **variables):
        """Its status and its lines."""
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                              timeout=120, env={"PATH": os.environ["PATH"], **variables})
        return done.returncode, done.stdout.splitlines()


class All(Runner):
    """test/all, with suites of a makefile of our own."""

    variables = {}

    def suites(self, **commands):
        runner = self.copy("../all", "test/all")
        self.write("Makefile", "".join("%s:\n%s" % (name, "".join("\t@%s\n" % line for line in lines))
                                       for name, lines in commands.items()))
        return self.run_it(runner, *commands, **self.variables)

    def test_what_is_good_is_counted(self):
        status, said = self.suites(one=["echo ok 1 - a", "echo 'ok 2 - b # SKIP no time'"], two=["echo ok 1 - c"])
        self.assertEqual((status, said[-2:]), (0, ["skipped: one: b: no time", "2 passed, 0 failed, 1 skipped"]))

    def test_what_failed_is_explained_at_the_end(self):
        status, said = self.suites(
            one=["echo ok 1 - a", "echo not ok 2 - b", "echo '#   1 is not 2'", "echo ok 3 - c"],
            two=["for i in `seq 100`; do echo \"ok $$i - d\"; done"])
        self.assertEqual(status, 1)
        self.assertEqual(said[-4:], ["# failed: one: b", "#   1 is not 2", "failed: one: b",
                                     "102 passed, 1 failed, 0 skipped"])

    def test_of_much_the_ends_are_kept(self):
        _, said = self.suites(one=["echo not ok 1 - a", "seq -f '# %.0f' 100"])
        said = said[said.index("# failed: one: a"):]
        self.assertEqual(said[1:22], ["# %d" % number for number in range(1, 21)] + ["# [60 lines]"])
        self.assertEqual(said[22:42], ["# %d" % number for number in range(81, 101)])

    def test_what_passed_at_last_is_explained_too(self):
        status, said = self.suites(one=["echo ok 1 - a", "echo '# unsteady: a'", "echo '#   1 is not 2'", "echo ok 2 - b"])
        self.assertEqual((status, said[-3:]), (0, ["# unsteady: a", "#   1 is not 2", "2 passed, 0 failed, 0 skipped"]))

    def test_a_suite_that_breaks_is_explained_by_its_last_words(self):
        status, said = self.suites(one=["echo ok 1 - a", "echo cc: no such file >&2", "false"])
        self.assertEqual(status, 1)
        self.assertIn("cc: no such file", said[said.index("# failed: one: ended with status 2"):])
        self.assertEqual(said[-2:], ["failed: one: ended with status 2", "1 passed, 1 failed, 0 skipped"])

    def test_the_last_is_left_out_where_time_lacks(self):
        os.makedirs(os.path.join(self.folder, "test/cluster"))
        for build, minutes, last in (("true", "12", "1 passed, 0 failed, 1 skipped"),
                                     ("exec sleep 600", "15", "1 passed, 0 failed, 1 skipped"),
                                     ("exec sleep 600", "25", "2 passed, 0 failed, 0 skipped")):
            with self.subTest(build=build, minutes=minutes):
                self.write("test/cluster/build", "#!/bin/sh\n%s\n" % build)
                self.variables = {"TEST_MINUTES": minutes}
                self.assertEqual(self.suites(**{"one": ["echo ok 1 - a"], "test-cluster": ["echo ok 1 - b"]})[1][-1], last)

    def test_a_suite_without_a_test_has_failed(self):
        self.assertEqual(self.suites(one=["true"])[1][-2:], ["failed: one: has no test", "0 passed, 1 failed, 0 skipped"])


class Unit(Runner):
    """test/unit/run, with a program of our own."""

    def test_a_skipped_test_has_the_reason_that_was_said(self):
        self.write("program", "#!/bin/sh\necho 1..2\necho ok 1 - a\necho '# no such memory here'\necho 'not ok 2 # SKIP b'\n")
        status, said = self.run_it(self.copy("../unit/run", "run"), os.path.join(self.folder, "program"))
        self.assertEqual((status, said), (0, ["ok 1 - program: a", "# no such memory here",
                                              "ok 2 - program: b # SKIP no such memory here", "1..2"]))


class Integration(Runner):
    """test/integration/run, with programs of our own."""

    def programs(self, **texts):
        runner = self.copy("run", "run")
        for name, text in texts.items():
            self.write(name + ".sh", text)
        status, said = self.run_it(runner)
        return status, [line for line in said if not re.fullmatch(r"# \w+: \d+ s", line)]

    def test_results_are_numbered_on(self):
        status, said = self.programs(a=GOOD, b=GOOD)
        self.assertEqual((status, said), (0, ["ok 1 - a: good", "ok 2 - b: good", "1..2"]))

    def test_what_a_program_complained_of_is_shown_with_it(self):
        status, said = self.programs(a="#!/bin/sh\necho ok 1 - good\necho oh dear >&2\nexit 3\n", b=GOOD)
        self.assertEqual(status, 1)
        self.assertEqual(said[1:4], ["ok 2 - a: good", "not ok 3 - a: planned None tests, ran 1", "# oh dear"])

    def test_what_fails_beside_others_runs_again_alone(self):
        once = "#!/bin/sh\n[ -e again ] && exec ./b.sh\n>again\necho not ok 1 - bad\necho '#   why'\necho 1..1\nexit 1\n"
        status, said = self.programs(a=once, b=GOOD)
        self.assertEqual((status, said), (0, ["ok 1 - b: good", "ok 2 - a: good", "# unsteady: a: bad", "#   why", "1..2"]))

    def test_what_fails_again_has_failed(self):
        status, said = self.programs(a=GOOD.replace("ok 1", "not ok 1"), b=GOOD)
        self.assertEqual((status, said), (1, ["ok 1 - b: good", "not ok 2 - a: good", "1..2"]))

    def test_where_many_fail_none_runs_again(self):
        status, said = self.programs(**dict.fromkeys("abcd", "#!/bin/sh\necho x >>ran\necho not ok 1 - bad\necho 1..1\n"))
        self.assertEqual((status, said[-1]), (1, "1..4"))
        with open(os.path.join(self.folder, "ran"), encoding="ascii") as file:
            self.assertEqual(file.read(), "x\n" * 4)

    def test_what_is_wrong_with_a_program_as_a_whole(self):
        for text, wrong in (("#!/bin/sh\necho 1..0\n", "planned 0 tests, ran 0"),
                            (GOOD.replace("1..1", "1..2"), "planned 2 tests, ran 1"),
                            (GOOD + "exit 3\n", "exit status 3"),
                            (GOOD + "sleep 60 >/dev/null 2>&1 &\n", "left processes behind")):
            with self.subTest(wrong):
                status, said = self.programs(a=text)
                self.assertEqual((status, [line for line in said if line.startswith("not ok")]),
                                 (1, ["not ok %d - a: %s" % (len(said) - 1, wrong)]))


if __name__ == "__main__":
    tap.main()
