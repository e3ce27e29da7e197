# SPDX-License-Identifier: Apache-2.0
"""The story that `make demo` plays: six changes, and what becomes of each.

    stage.py      the machine room: git server, cluster, player, and what they know of each other
    people.py     the developer and the operator, and the commands that they would type
    events.py     the six events, each with all that must follow from it
    table.py      the table at the end
"""
