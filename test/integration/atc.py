#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The player of the ATC does what Concourse does: shapes, order, triggers, caches, containers."""

import os
import shutil
import tempfile
import threading
import time
import unittest
import unittest.mock

import tap
from atc_fakes import (Errored, Failed, Worker, fake_pipeline, make_image, make_player,
                       run_jobs)

GET = {"get": "thing", "trigger": True}
JOB = {"name": "job", "plan": [GET]}


def shell(script, **task):
    """A task step that runs a shell script."""
    return {"task": task.pop("name", "script"), "config": {
        "platform": "linux", "run": {"path": "sh", "args": ["-ec", script]}, **task}}


class Atc(unittest.TestCase):
    equal = unittest.TestCase.assertEqual

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="atc-")
        self.addCleanup(shutil.rmtree, self.directory, True)

    def play(self, jobs, source=None, **options):
        """A player of these jobs, and the world outside that their resource looks at."""
        return make_player(self.directory, fake_pipeline(jobs, source), **options)

    def fails(self, text, function, *arguments):
        """The call ends in red or orange, and its message holds the text."""
        with self.assertRaises((Failed, Errored)) as caught:
            function(*arguments)
        self.assertIn(text, str(caught.exception))

    def test_check_gets_the_exact_bytes_and_the_latest_version(self):
        player, outside = self.play(
            [JOB], {"b": 1.10, "a": "<&>é", "on": True, "deep": {"z": None, "y": [1, "x"]}})
        outside.say("dump", "")
        outside.versions("1", "2")
        lines = []
        player.listener.check_ended = lambda name, log, new, problem: lines.append(log)
        self.equal([v.fields for v in player.check("thing")], [{"v": "1"}, {"v": "2"}])
        player.check("thing")
        player.check("thing", {"v": "1"})
        source = (r'{"source":{"a":"\u003c\u0026\u003eé","b":1.1,'
                  r'"deep":{"y":[1,"x"],"z":null},"on":true}')
        asked = [line for log in lines for line in log if line.startswith("request ")]
        self.equal(asked, ["request " + source + "}", "request " + source + ',"version":{"v":"2"}}',
                      "request " + source + ',"version":{"v":"1"}}'])
        self.equal(lines[0][0], "argv0 /opt/resource/check argc 0 cwd / umask 0022 uid 0 0")
        self.equal([log[1] for log in lines], ["runs 1", "runs 2", "runs 3"], "a kept container")

    def test_source_that_is_absent_arrives_as_null(self):
        player, outside = self.play([JOB])
        outside.say("dump", "")
        log = []
        player.listener.check_ended = lambda name, lines, new, problem: log.extend(lines)
        player.check("thing")
        assert 'request {"source":null}' in log, log

    def test_environment_of_check_and_get(self):
        player, outside = self.play([JOB], {"x": "y"},
                                    proxies={"http_proxy": "http://proxy.test:1"})
        outside.say("dump", "")
        outside.versions("1")
        log = []
        player.listener.check_ended = lambda name, lines, new, problem: log.extend(lines)
        player.check("thing")
        env = dict(line[4:].split("=", 1) for line in log if line.startswith("env "))
        expected = {"BUILD_NAME": "check", "BUILD_PIPELINE_NAME": "sandbox", "HOME": "/",
                    "IMAGE_ENV": "yes", "http_proxy": "http://proxy.test:1",
                    "BUILD_ID": None, "BUILD_JOB_NAME": None, "LANG": None}
        self.equal({name: env.get(name) for name in expected}, expected)
        build, = run_jobs(player)
        text = build.text("get")
        for line in ("env BUILD_ID=1", "env BUILD_NAME=1", "env BUILD_JOB_NAME=job",
                     'in /tmp/build/get {"source":{"x":"y"},"version":{"v":"1"}}', "root scratch"):
            assert line in text.splitlines(), (line, text)
        assert "BUILD_STATUS" not in text and "root home" not in text, text

    def test_a_version_is_bumped_only_when_the_answer_holds_a_new_one(self):
        player, outside = self.play([JOB])
        outside.versions("a", "b")
        player.check("thing")
        outside.versions("a")
        self.equal(player.check("thing"), [])
        self.equal(player.history("thing").latest().fields, {"v": "b"}, "nothing new")
        outside.versions("a", "c")
        self.equal([v.fields for v in player.check("thing")], [{"v": "c"}])
        self.equal([v.fields["v"] for v in player.history("thing").ordered()], ["b", "a", "c"])

    def test_a_job_runs_once_a_version_and_not_again_for_an_old_one(self):
        player, outside = self.play([JOB])
        self.equal(run_jobs(player), [], "no version")
        outside.versions("a", "b")
        player.check("thing")
        build, = run_jobs(player)
        self.equal((build.status, build.inputs["thing"].fields), ("succeeded", {"v": "b"}))
        self.equal(run_jobs(player), [])
        outside.versions("a")
        player.check("thing")
        self.equal(run_jobs(player), [], "the latest is still b")
        outside.versions("b", "c")
        player.check("thing")
        self.equal([build.inputs["thing"].fields for build in run_jobs(player)], [{"v": "c"}])
        outside.versions("b")
        player.check("thing")
        self.equal(run_jobs(player), [], "a rollback to the same version map does not run the job")

    def test_version_every_walks_through_all_of_them(self):
        player, outside = self.play(
            [{"name": "job", "plan": [{**GET, "version": "every"}]}])
        outside.versions("a")
        player.check("thing")
        run_jobs(player)
        outside.versions("a", "b", "c")
        player.check("thing")
        seen = [build.inputs["thing"].fields["v"] for _ in range(4) for build in run_jobs(player)]
        self.equal(seen, ["b", "c"])

    def test_passed_takes_only_what_went_green(self):
        second = {"name": "second", "plan": [{**GET, "passed": ["first"]}]}
        first = {"name": "first", "plan": [GET, shell("! grep -q bad thing/version",
                                                      inputs=[{"name": "thing"}])]}
        player, outside = self.play([first, second])
        outside.versions("good")
        player.check("thing")
        self.equal([str(build) for build in run_jobs(player)], ["first #1"])
        self.equal([str(build) for build in run_jobs(player)], ["second #1"])
        outside.versions("good", "bad")
        player.check("thing")
        build, = run_jobs(player)
        self.equal((str(build), build.status), ("first #2", "failed"))
        self.equal(run_jobs(player), [], "a red job passes nothing on")

    def test_put_has_detected_inputs_then_gets_what_it_made(self):
        put = {"put": "thing", "params": {"file": "made/a", "other": ["also/x"], "n": 1},
               "get_params": {"p": "q"}}
        make = shell("touch made/a also/x unused/y", outputs=[{"name": "made"}, {"name": "also"},
                                                              {"name": "unused"}])
        later = shell("cat thing/version", name="look", inputs=[{"name": "thing"}])
        after = {"name": "after", "plan": [{**GET, "passed": ["job"]}]}
        player, outside = self.play(
            [{"name": "job", "plan": [make, put, later]}, after])
        outside.say("put", '{"version":{"v":"new"}}')
        player.check("thing")
        build = player.trigger("job")
        assert build.done.wait(60)
        self.equal(build.status, "succeeded", build.text())
        text = build.text("put").splitlines()
        inputs = [line for line in text if line.startswith("input ")]
        self.equal(inputs, ["input also", "input made"])
        self.equal(text[0], 'out /tmp/build/put {"source":null,"params":'
              '{"file":"made/a","n":1,"other":["also/x"]}}')
        assert 'in /tmp/build/get {"source":null,"params":{"p":"q"},"version":{"v":"new"}}' in text
        assert "env BUILD_STATUS=succeeded" in text
        self.equal(build.text("task: look"), '{"v":"new"}')
        self.equal([str(build) for build in run_jobs(player)], ["after #1"], "triggered")

    def test_put_that_is_known_already_triggers_nothing(self):
        jobs = [{"name": "putter", "plan": [{"put": "thing", "no_get": True}]}, JOB]
        player, outside = self.play(jobs)
        outside.versions("a")
        outside.say("put", '{"version":{"v":"a"}}')
        player.check("thing")
        self.equal([str(build) for build in run_jobs(player)], ["job #1"])
        assert player.trigger("putter").done.wait(60)
        self.equal(run_jobs(player), [])
        self.equal([v.fields for v in player.history("thing").ordered()], [{"v": "a"}])

    def test_get_is_cached_by_source_version_and_params(self):
        player, outside = self.play(
            [JOB, {"name": "with-params", "plan": [{**GET, "params": {"depth": 1}}]},
             {"name": "twin", "plan": [GET]}])
        outside.versions("a")
        player.check("thing")
        run_jobs(player)
        logs = [build.text("get") for build in player.builds.all()]
        self.equal(sum("in /tmp/build/get" in log for log in logs), 2, "two of three had to fetch")
        self.equal(sum("found existing resource cache" in log for log in logs), 1)
        again = player.trigger("job")
        assert again.done.wait(60)
        self.equal(again.text("get"), "INFO: found existing resource cache")

    def test_red_and_orange(self):
        hooks = {"on_failure": shell("echo it failed", name="failed"),
                 "on_error": shell("echo it errored", name="errored"),
                 "ensure": shell("echo always", name="always")}
        player, outside = self.play([{"name": "job", "plan": [GET], **hooks}])
        outside.versions("a")
        player.check("thing")
        outside.say("in-fails", "")
        build, = run_jobs(player)
        self.equal((build.status, build.text("task: failed"), build.text("task: always")),
              ("failed", "it failed", "always"))
        outside.say("versions", '[{"v":1}]')
        self.fails("cannot unmarshal number into Go value of type string", player.check, "thing")
        outside.say("versions", "")
        self.fails("EOF", player.check, "thing")
        outside.say("versions", "[{}]")
        self.fails("Version must contain at least one", player.check, "thing")
        outside.say("versions", 'words [{"v":"2"}]')
        self.fails("unmarshal", player.check, "thing")
        outside.say("versions", '[{"v":"never"}]')
        outside.say("status", "7")
        self.fails("exit status 7", player.check, "thing")
        self.equal(player.history("thing").latest().fields, {"v": "a"}, "stdout of a failed check")
        outside.say("status", "0")
        outside.say("versions", '[{"v":"2"}] and words after it')
        self.equal([v.fields for v in player.check("thing")], [{"v": "2"}])

    def test_secrets_arrive_and_are_redacted_in_logs(self):
        player, outside = self.play(
            [{"name": "job", "plan": [GET, shell(
                "echo have $KEY; echo plain $NAME",
                params={"KEY": "((deep.key))", "NAME": "((name))"})]}],
            {"token": "((deep.key))", "all": "((deep))"},
            vars={"name": "petclinic"}, secrets={"deep": {"key": "s3cret\nsecond"}})
        outside.versions("a")
        player.check("thing")
        build, = run_jobs(player)
        self.equal(build.text("task"), "have ((redacted)) ((redacted))\nplain petclinic")
        self.assertGreater(player.redactions, 0)
        fetched = build.text("get")
        assert "s3cret\\nsecond" not in fetched and "((redacted))" in fetched, fetched

    def test_serial_jobs_wait_and_others_do_not(self):
        plan = [GET, shell("sleep 0.5")]
        player, outside = self.play(
            [{"name": "one", "serial": True, "plan": plan}, {"name": "many", "plan": plan}])
        outside.versions("a")
        player.check("thing")
        first = player.schedule()
        outside.versions("a", "b")
        player.check("thing")
        second = player.schedule()
        self.equal(sorted(str(build) for build in first + second), ["many #1", "many #2", "one #1"])
        for build in first + second:
            assert build.done.wait(60)
        self.equal([str(build) for build in run_jobs(player)], ["one #2"])

    def test_in_parallel_attempts_timeout_try(self):
        grace = unittest.mock.patch("atc.container.GRACE_S", 1)
        grace.start()
        self.addCleanup(grace.stop)
        plan = [{"in_parallel": {"limit": 2, "steps": [
                    {**GET}, shell("echo left", name="left"), shell("echo right", name="right")]}},
                {"try": shell("exit 1", name="ignored")},
                {**shell("echo run >> thing/runs; test $(wc -l < thing/runs) = 9", name="flaky",
                         inputs=[{"name": "thing"}]), "attempts": 3},
                shell("echo never", name="never")]
        slow = {"name": "slow", "plan": [{**shell("trap '' TERM; sleep 30 & wait; exit 0"),
                                          "timeout": "300ms"}]}
        player, outside = self.play([{"name": "job", "plan": plan}, slow])
        outside.versions("a")
        player.check("thing")
        build, = run_jobs(player)
        self.equal((build.status, build.text("task: never")), ("failed", ""))
        self.equal((build.text("task: left"), build.text("task: right")), ("left", "right"))
        begun = time.monotonic()
        late = player.trigger("slow")
        assert late.done.wait(30)
        self.equal((late.status, late.text("task")), ("errored", "timeout exceeded"))
        assert time.monotonic() - begun < 8

    def test_abort_is_sigterm(self):
        job = {"name": "job", "plan": [shell("trap 'echo stopping; exit 1' TERM; echo up; "
                                             "sleep 30 & wait")]}
        player, _ = self.play([job, JOB | {"name": "other"}])
        build = player.trigger("job")
        assert player.wait_until(lambda: build.text("task") == "up", 20), build.text()
        build.stop.set()
        assert build.done.wait(20)
        self.equal((build.status, build.text("task")), ("aborted", "up\nstopping\naborted"))

    def test_local_variables_come_from_metadata(self):
        say = shell("echo $COLOR", params={"COLOR": "((.:thing.color))"})
        player, outside = self.play([{"name": "job", "plan": [GET, say]}])
        outside.versions("a")
        player.check("thing")
        self.equal([build.text("task") for build in run_jobs(player)], ["blue"])

    def test_a_task_sees_the_machine_read_only_and_writes_where_it_may(self):
        marker = os.path.join(self.directory, "marker")
        with open(marker, "w", encoding="ascii"):
            pass
        script = ("test ! -e %s; ! touch /usr/marker 2>/dev/null; echo out > made/file; "
                  "pwd; cat /proc/self/status | grep ^NSpid" % marker)
        player, outside = self.play(
            [{"name": "job", "plan": [GET, shell(script, outputs=[{"name": "made"}])]}])
        outside.versions("a")
        player.check("thing")
        build, = run_jobs(player)
        self.equal(build.status, "succeeded", build.text())
        assert build.text("task").startswith("/tmp/build/"), build.text("task")

    def test_without_namespaces_a_chroot_or_nothing_keeps_a_step(self):
        image = make_image(self.directory)
        modes = ["chroot", "plain"] if os.geteuid() == 0 else ["plain"]
        for mode in modes:
            with self.subTest(mode):
                worker = Worker(os.path.join(self.directory, mode), isolation=mode)
                made = os.path.join(self.directory, mode, "made")
                os.mkdir(made)
                put = worker.resource_container(image.root, "put", {"made": made})
                put.run([put.path_inside("/bin/touch"), put.path_inside("/tmp/build/put/made/x")])
                self.equal(os.listdir(os.path.join(put.work_on_host, "made")), ["x"])
                self.equal(os.listdir(made), [], "an input is a copy")
                _, listed = put.run([put.path_inside("/bin/ls"), "/"])
                self.equal(b"opt" in listed and b"home" not in listed, mode == "chroot")
                put.destroy()

    def test_a_machine_without_namespaces_is_told_of(self):
        refusing = os.path.join(self.directory, "enter.py")
        with open(refusing, "w", encoding="ascii") as file:
            file.write("import os, sys\nos.write(int(sys.argv[2]), b'unshare: not permitted')\n")
        with unittest.mock.patch("atc.container.ENTER", refusing):
            worker = Worker(os.path.join(self.directory, "worker"))
        self.equal(worker.isolation, "chroot" if os.geteuid() == 0 else "plain")
        self.assertIn("allows no namespaces (unshare: not permitted)", worker.isolation_note)

    def test_lidar_polls_what_can_trigger(self):
        pipeline = fake_pipeline([{"name": "job", "plan": [GET, {"get": "quiet"}]}])
        pipeline["resources"].append({"name": "quiet", "type": "fake", "source": {"q": "1"}})
        player, outside = make_player(self.directory, pipeline)
        outside.versions("a")
        self.equal(player.due(), ["thing", "quiet"], "never checked")
        player.check("thing")
        player.check("quiet")
        self.equal(player.due(), ["thing"])
        outside.say("status", "1")
        self.fails("exit status", player.check, "quiet")
        self.equal(player.due(), ["thing", "quiet"], "failing")

    def test_the_clock_runs_it_all(self):
        player, outside = self.play([JOB])
        ended = threading.Event()
        player.listener.build_ended = lambda build: ended.set()
        player.start(poll_s=0.1)
        time.sleep(0.3)
        outside.versions("late")
        assert ended.wait(30)
        player.stop()
        build, = player.builds.all()
        self.equal((str(build), build.status), ("job #1", "succeeded"))


if __name__ == "__main__":
    tap.main()
