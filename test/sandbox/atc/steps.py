# SPDX-License-Identifier: Apache-2.0
"""Runs the plan of a job: the steps, their modifiers and their hooks."""

import threading

from . import config, durations
from .container import Errored, TimedOut
from .protocol import Failed
from .resources import get_step, put_step
from .task import task_step

RUN = {"get": get_step, "put": put_step, "task": task_step}


class Context:
    """What a step knows beside itself: the player, the build, its deadline, its hook."""

    def __init__(self, player, build, timeout_s=None, hook_status=None):
        self.player = player
        self.build = build
        self.timeout_s = timeout_s
        self.hook_status = hook_status

    def with_(self, **changes):
        """The same context with some fields changed."""
        return Context(**{**self.__dict__, **changes})


def run_plan(context, steps):
    """Run steps one after the other; raises Failed or Errored."""
    for step in steps:
        run_step(context, step)


def run_step(context, step):
    """One step with its hooks."""
    try:
        _attempts(context, step)
    except (Failed, Errored) as problem:
        _hooks(context, step, problem)
        raise
    _hooks(context, step, None)


def status_of(problem, build):
    """The word that Concourse has for how a step ended."""
    if problem is None:
        return "succeeded"
    if build.stop.is_set():
        return "aborted"
    return "failed" if isinstance(problem, Failed) else "errored"


def _hooks(context, step, problem):
    status = status_of(problem, context.build)
    name = {"succeeded": "on_success", "failed": "on_failure", "errored": "on_error",
            "aborted": "on_abort"}[status]
    word = {"succeeded": "success", "failed": "failure"}.get(status, status)
    inside = context.with_(hook_status=word)
    try:
        if name in step:
            run_step(inside, step[name])
    finally:
        if "ensure" in step:
            run_step(inside, step["ensure"])


def _attempts(context, step):
    for attempt in range(step.get("attempts", 1), 0, -1):
        try:
            return _timed(context, step)
        except (Failed, Errored):
            if attempt == 1 or context.build.stop.is_set():
                raise


def _timed(context, step):
    if "timeout" in step:
        context = context.with_(timeout_s=durations.seconds(step["timeout"]))
    kind = config.step_kind(step)
    if kind == "do":
        return run_plan(context, step["do"])
    if kind == "in_parallel":
        return _in_parallel(context, step["in_parallel"])
    if kind == "try":
        return _try(context, step["try"])
    return _leaf(context, kind, step)


def _leaf(context, kind, step):
    """A step that runs a program: its heading, its log and its end are shown."""
    label = "%s: %s" % (kind, step[kind])
    listener, build = context.player.listener, context.build
    listener.step_started(build, label)
    try:
        detail = RUN[kind](context, step, label)
    except (Failed, Errored) as problem:
        if isinstance(problem, TimedOut) or not isinstance(problem, Failed):
            context.player.log(build, label, str(problem))
        listener.step_ended(build, label, status_of(problem, build), str(problem))
        raise
    listener.step_ended(build, label, "succeeded", detail)


def _try(context, step):
    try:
        run_step(context, step)
    except (Failed, Errored):
        if context.build.stop.is_set():
            raise


def _in_parallel(context, block):
    options = block if isinstance(block, dict) else {"steps": block}
    slots = threading.Semaphore(options.get("limit") or len(options["steps"]))
    problems = []

    def run(step):
        with slots:
            if problems and options.get("fail_fast"):
                return
            try:
                run_step(context, step)
            except (Failed, Errored) as problem:
                problems.append(problem)

    threads = [threading.Thread(target=run, args=(step,)) for step in options["steps"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise next((problem for problem in problems if isinstance(problem, Errored)), problems[0])
