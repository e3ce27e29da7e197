# SPDX-License-Identifier: Apache-2.0
"""check, get and put: a resource's programs run in their containers."""

import os
import threading

from . import config, durations, gojson, protocol
from .container import Errored, copy_tree
from .lines import LineSplitter
from .protocol import Failed

CHECK_TIMEOUT_S = 3600


class CheckContainers:
    """Check containers are kept and shared by everything with the same image and source."""

    def __init__(self, player):
        self._player = player
        self._kept = {}
        self._lock = threading.Lock()

    def of(self, image, source, env):
        """The container, its environment (frozen when it was made) and its lock."""
        key = (image.digest, gojson.digest(source))
        with self._lock:
            if key not in self._kept:
                container = self._player.worker.resource_container(image.root, "check")
                self._kept[key] = (container, env, threading.Lock())
            return self._kept[key]


class GetCache:
    """Results of get steps. Two steps that want the same one wait for each other."""

    def __init__(self):
        self.found = {}
        self._locks = {}
        self._lock = threading.Lock()

    def lock_of(self, key):
        """The lock to hold while a result is looked for and made."""
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())


def run_check(player, resource, version, on_line, stop=None):
    """Run check; returns the versions that it answered with, oldest first."""
    used = []
    source = player.source_of(resource, used)
    image = player.image_of(resource)
    container, env, lock = player.check_containers.of(image, source, player.env(None, "check"))
    lines = LineSplitter(lambda line: on_line(player.hide(line, used)))
    with lock:
        status, output = container.run(
            [container.path_inside(protocol.SCRIPTS["check"])],
            stdin=protocol.request(source, version=version), env={**image.env, **env},
            on_stderr=lines, timeout_s=_check_timeout(resource), stop=stop)
    lines.close()
    if status != 0:
        raise Failed(status)
    return protocol.versions_answer(output)


def _check_timeout(resource):
    return durations.seconds(resource["check_timeout"]) if "check_timeout" in resource \
        else CHECK_TIMEOUT_S


def get_step(context, step, label):
    """Fetch the version that the scheduler chose for this input."""
    version = context.build.inputs[step["get"]]
    _get(context, step["get"], config.resource_of(step), step.get("params"), version, label)
    return gojson.dumps(version.fields)


def _get(context, name, resource_name, params, version, label):
    """Run in, or take its result from the cache; the artifact is then a private copy."""
    player, build = context.player, context.build
    resource = player.resource(resource_name)
    source = player.source_of(resource, build.secrets)
    params = player.interpolate(params, build)
    image = player.image_of(resource)
    key = (image.digest, gojson.digest(source), version.key, gojson.digest(params or {}))
    with player.get_cache.lock_of(key):
        cached = player.get_cache.found.get(key)
        if cached is None:
            cached = _fetch(context, resource, source, params, version, image, label)
            player.get_cache.found[key] = cached
        else:
            player.log(build, label, "INFO: found existing resource cache")
    folder, metadata = cached
    version.metadata = metadata
    build.passed_versions.add((resource_name, version.key))
    build.local_vars[name] = {field["name"]: field["value"] for field in metadata}
    player.listener.metadata(build, label, version, metadata)
    build.artifacts[name] = folder


def _fetch(context, resource, source, params, version, image, label):
    container = context.player.worker.resource_container(image.root, "get")
    answered, metadata = _run(context, container, image, "get", label, resource,
                              protocol.request(source, params=params, version=version.fields))
    if answered != version.fields:
        raise Errored("in was asked for %s and answered %s" %
                      (gojson.dumps(version.fields), gojson.dumps(answered)))
    folder = context.player.worker.volume("artifact")
    os.rmdir(folder)
    copy_tree(container.work_on_host, folder)
    container.destroy()
    return folder, metadata


def put_step(context, step, label):
    """Run out, save its version as Concourse does, and fetch it."""
    player, build = context.player, context.build
    name = config.resource_of(step)
    resource = player.resource(name)
    source = player.source_of(resource, build.secrets)
    params = player.interpolate(step.get("params"), build)
    image = player.image_of(resource)
    inputs = _put_inputs(step.get("inputs", "detect"), params, build.artifacts)
    container = player.worker.resource_container(image.root, "put", inputs)
    fields, metadata = _run(context, container, image, "put", label, resource,
                            protocol.request(source, params=params))
    container.destroy()
    history = player.history(name)
    history.save([fields])
    version = history.find(fields)
    version.metadata = metadata
    build.passed_versions.add((name, version.key))
    player.listener.metadata(build, label, version, metadata)
    if not step.get("no_get"):
        _get(context.with_(hook_status="succeeded"), step["put"], name, step.get("get_params"),
             version, label)
    return gojson.dumps(fields)


def _put_inputs(wanted, params, artifacts):
    if wanted == "all":
        return dict(artifacts)
    if wanted == "detect":
        wanted = [text.split("/")[0] for text in _strings(params or {})]
        return {name: artifacts[name] for name in wanted if name in artifacts}
    missing = [name for name in wanted if name not in artifacts]
    if missing:
        raise Errored("missing inputs: " + ", ".join(missing))
    return {name: artifacts[name] for name in wanted}


def _strings(node):
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        node = list(node.values())
    return [text for item in node for text in _strings(item)] if isinstance(node, list) else []


def _run(context, container, image, kind, label, resource, request):
    player, build = context.player, context.build
    script = protocol.SCRIPTS[kind]
    env = {**image.env, **player.env(build, kind, resource, context.hook_status)}
    lines = LineSplitter(lambda line: player.log(build, label, line))
    status, output = container.run(
        [container.path_inside(script), container.path_inside(container.work)], env=env,
        stdin=request, on_stderr=lines, timeout_s=context.timeout_s, stop=build.stop)
    lines.close()
    if status != 0:
        raise Failed(status)
    return protocol.result_answer(output, "%s %s" % (script, container.work))
