#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The sandbox's cluster keeps to what a real API server and a real kpack were seen to do."""

import os
import sys

import tap

# before this folder: the package has this file's name
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sandbox"))

from cluster.test_api import ApiServer, Lists                       # noqa: E402,F401
from cluster.test_builds import Builds                              # noqa: E402,F401
from cluster.test_deployments import Deployments                    # noqa: E402,F401
from cluster.test_trouble import Trouble                            # noqa: E402,F401
from cluster.test_watch import FaultsOfTheServer, Watches           # noqa: E402,F401

if __name__ == "__main__":
    tap.main()
