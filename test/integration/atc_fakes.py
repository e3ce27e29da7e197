# SPDX-License-Identifier: Apache-2.0
"""A resource type for tests of the player: three shell scripts in a root file system of their own.

The scripts keep nothing: what check answers lies in a folder that the worker mounts read-only on
/etc/ssl/certs, as it does with its certificates, so that a test can change the outside world.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sandbox"))

from atc import Errored, Failed, Image, Player, Worker

TOOLS = ("dash", "cat", "env", "id", "ls", "sed", "sleep", "stat", "readlink", "touch", "mv")

CHECK = r"""#!/bin/dash
cat > /tmp/request
echo run >> /tmp/runs
cat /etc/ssl/certs/log >&2
[ -e /etc/ssl/certs/dump ] && {
    echo "argv0 $0 argc $# cwd $(readlink /proc/self/cwd) umask $(umask) uid $(id -u) $(id -g)"
    echo "runs $(cat /tmp/runs | sed -n '$=')"
    printf 'request %s\n' "$(cat /tmp/request)"
    env | sed 's/^/env /'
} >&2
cat /etc/ssl/certs/versions
exit $(cat /etc/ssl/certs/status)
"""
IN = r"""#!/bin/dash
request=$(cat)
printf 'in %s %s\n' "$*" "$request" >&2
env | sed 's/^/env /' >&2
ls -a / | sed 's/^/root /' >&2
version=$(printf '%s' "$request" | sed 's/.*"version"://; s/}$//')
echo "$version" > "$1/version"
[ -e /etc/ssl/certs/in-fails ] && exit 3
echo '{"version":'"$version"',"metadata":[{"name":"color","value":"blue"}]} trailing words'
"""
OUT = r"""#!/bin/dash
printf 'out %s %s\n' "$*" "$(cat)" >&2
ls "$1" | sed 's/^/input /' >&2
cat /etc/ssl/certs/put
"""


def _libraries(program):
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(/\S+) \(0x", listing)


def make_image(directory):
    """The root file system: a shell, a few tools, their libraries, and the scripts."""
    root = os.path.join(directory, "rootfs")
    for folder in ("bin", "opt/resource", "tmp", "etc"):
        os.makedirs(os.path.join(root, folder))
    os.chmod(os.path.join(root, "tmp"), 0o1777)
    for tool in TOOLS:
        program = shutil.which(tool)
        shutil.copy2(program, os.path.join(root, "bin", tool))
        for library in _libraries(program):
            os.makedirs(root + os.path.dirname(library), exist_ok=True)
            shutil.copy2(library, root + library)
    for name, text in (("check", CHECK), ("in", IN), ("out", OUT)):
        path = os.path.join(root, "opt/resource", name)
        with open(path, "w", encoding="ascii") as script:
            script.write(text)
        os.chmod(path, 0o755)
    return Image(root, {"IMAGE_ENV": "yes"})


class Outside:
    """The world that the fake resource looks at."""

    def __init__(self, directory):
        self.directory = os.path.join(directory, "outside")
        os.mkdir(self.directory)
        self.say("versions", "[]")
        self.say("status", "0")
        self.say("log", "")

    def say(self, name, text):
        """Put a file there."""
        with open(os.path.join(self.directory, name), "w", encoding="utf-8") as file:
            file.write(text)

    def versions(self, *versions):
        """What check answers from now on."""
        self.say("versions", json.dumps([{"v": version} for version in versions]))


def make_player(directory, pipeline, **options):
    """A player with the fake type, and its outside world."""
    outside = Outside(directory)
    player = Player(os.path.join(directory, "worker"), pipeline, make_image(directory),
                    certs_dir=outside.directory, **options)
    if player.worker.isolation != "namespace":
        raise unittest.SkipTest(player.worker.isolation_note)
    return player, outside


def fake_pipeline(jobs, source=None):
    """A pipeline with one resource `thing` of the fake type."""
    resource = {"name": "thing", "type": "fake"}
    if source is not None:
        resource["source"] = source
    return {"resource_types": [{"name": "fake", "type": "registry-image",
                                "source": {"repository": "fake"}}],
            "resources": [resource], "jobs": jobs}


def run_jobs(player):
    """Start what has a reason to run and wait for it; returns the builds."""
    builds = player.schedule()
    for build in builds:
        if not build.done.wait(60):
            raise AssertionError("%s does not end" % build)
    return builds
