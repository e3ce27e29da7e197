# SPDX-License-Identifier: Apache-2.0
"""How random tests go on: by themselves the same questions in every run, as many as the test says, so that a failure is
that of a change. SECONDS=S asks others for so long, SEED=N those of a run that printed it.
"""

import os
import time
import zlib

SECONDS = float(os.environ.get("SECONDS") or 0)


def seed_of(test):
    """The seed of a test's class, which is printed."""
    given, name = os.environ.get("SEED"), test.__name__
    seed = int(given or (time.time_ns() if SECONDS else zlib.crc32(name.encode())) % 1000000)
    print("# %s: SEED=%d" % (name, seed), flush=True)
    return seed


def rounds(count):
    """The numbers of the rounds."""
    end, number = time.monotonic() + SECONDS, 0
    while number < count if not SECONDS else time.monotonic() < end:
        yield number
        number += 1
