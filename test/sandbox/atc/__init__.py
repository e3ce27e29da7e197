# SPDX-License-Identifier: Apache-2.0
"""A player of the ATC: runs a pipeline with real resource programs under Concourse's rules.

    player = Player(directory, "ci/pipeline.yml", Image(rootfs), vars=…, secrets=…)
    player.check("source-code")       # the new versions
    for build in player.schedule():   # the jobs that now have a reason to run
        build.done.wait()
    player.start(); …; player.stop()  # or all of it by itself

See README.md of this folder for what it does as Concourse does it, and what it leaves out.
"""

from .build import Build
from .config import ConfigError, load_yaml_file, validate
from .console import Console
from .container import Errored, TimedOut, Worker, assemble_image, unpack_image
from .player import Image, Listener, Player
from .protocol import Failed

__all__ = ["Build", "ConfigError", "Console", "Errored", "Failed", "Image", "Listener", "Player",
           "TimedOut", "Worker", "assemble_image", "load_yaml_file", "unpack_image", "validate"]
