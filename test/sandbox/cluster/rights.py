# SPDX-License-Identifier: Apache-2.0
"""The roles that docs/image.md gives to who runs the resource, word for word: what the sandbox's
users ci and operator may do."""

import os
import re

import yaml

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/image.md")


def documented(namespace="demo"):
    """The Role, of this namespace, and the ClusterRole."""
    with open(PAGE, encoding="utf-8") as file:
        text = file.read().partition("\n## Rights\n")[2]
    section = re.split(r"(?m)^## ", text)[0]
    roles = [yaml.safe_load(block) for block in re.findall(r"(?ms)^```yaml\n(.*?)^```$", section)]
    if [role["kind"] for role in roles] != ["Role", "ClusterRole"]:
        raise ValueError("docs/image.md: '## Rights' does not hold a Role and a ClusterRole")
    roles[0]["metadata"]["namespace"] = namespace
    return roles


def allowed(role):
    """(group, resource, verb) of all that a role allows."""
    return {(group, resource, verb) for rule in role["rules"] for group in rule["apiGroups"]
            for resource in rule["resources"] for verb in rule["verbs"]}
