# SPDX-License-Identifier: Apache-2.0
"""Task steps. Their image is not pulled here: they run with the machine's own tools, read-only."""

import os
import shutil

from . import config, gojson
from .container import DEFAULT_PATH, Errored, copy_tree
from .lines import LineSplitter
from .protocol import Failed


def task_step(context, step, label):
    """Run a task; its outputs become artifacts."""
    player, build = context.player, context.build
    task = _load(step, context)
    _say_which_image(player, build, label, task)
    container = player.worker.task_container()
    _lay_inputs(container.folder, task, step, build.artifacts)
    for output in task.get("outputs", []):
        os.makedirs(os.path.join(container.folder, output.get("path", output["name"])),
                    exist_ok=True)
    params = {**(task.get("params") or {}), **(player.interpolate(step.get("params"), build) or {})}
    lines = LineSplitter(lambda line: player.log(build, label, line))
    status, _ = container.run(
        _argv(task["run"]), env={name: _text(value) for name, value in params.items()},
        cwd=container.path_inside(os.path.join(container.work, task["run"].get("dir", ""))),
        on_stderr=lines, on_stdout=lines, timeout_s=context.timeout_s, stop=build.stop)
    lines.close()
    if status != 0:
        raise Failed(status)
    _keep_outputs(container, task, step, build.artifacts)
    return ""


def _load(step, context):
    """The task's configuration, inline or from a file of an artifact, with variables filled in."""
    if "config" in step:
        return context.player.interpolate(step["config"], context.build)
    artifact, _, path = step["file"].partition("/")
    folder = context.build.artifacts.get(artifact)
    if folder is None:
        raise Errored("unknown artifact source: '%s' in task config file path '%s'" %
                      (artifact, step["file"]))
    try:
        task = config.load_yaml_file(os.path.join(folder, path))
    except (OSError, config.ConfigError) as error:
        raise Errored("task config '%s': %s" % (step["file"], error)) from None
    faults = config.task_faults(task, step["file"])
    if faults:
        raise Errored("invalid task configuration:\n" + "\n".join(faults))
    return context.player.interpolate(task, context.build, extra=step.get("vars"))


def _say_which_image(player, build, label, task):
    source = task.get("image_resource", {}).get("source", {})
    if player.say_images and source.get("repository"):
        player.log(build, label, "sandbox: the image %s is not pulled, the task runs with this "
                   "machine's tools" % source["repository"])


def _lay_inputs(folder, task, step, artifacts):
    mapping = step.get("input_mapping", {})
    missing = []
    for entry in task.get("inputs", []):
        source = artifacts.get(mapping.get(entry["name"], entry["name"]))
        if source is None:
            missing += [] if entry.get("optional") else [entry["name"]]
            continue
        target = os.path.join(folder, entry.get("path", entry["name"]))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        copy_tree(source, target)
    if missing:
        raise Errored("missing inputs: " + ", ".join(missing))


def _keep_outputs(container, task, step, artifacts):
    mapping = step.get("output_mapping", {})
    for output in task.get("outputs", []):
        artifacts[mapping.get(output["name"], output["name"])] = \
            os.path.join(container.folder, output.get("path", output["name"]))


def _argv(run):
    path = run["path"]
    found = path if "/" in path else shutil.which(path, path=DEFAULT_PATH)
    if found is None:
        raise Errored("exec: '%s' is not a program of this machine" % path)
    return [found, *(str(argument) for argument in run.get("args", []))]


def _text(value):
    """A param as an environment variable: strings as they are, the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else gojson.dumps(value)
