#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of options in README.md and docs/ name exactly the keys that the programs know.

A table counts when its first column is headed `source`, `params of get` or `params of put`; a page may have several
of one kind, which count as one. It belongs to the kind whose heading (README.md) or page (docs/KIND.md) it stands under. A page names the keys of an object too, as
`object.key`; README.md names the object alone.
"""

import json
import os
import re
import subprocess
import unittest

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.environ.get("PROGRAMS", os.path.join(ROOT, "build"))
TABLES = {"source": ("check", "source"), "params of get": ("in", "params"), "params of put": ("out", "params")}
COMMON = {"debug"}  # said once for all kinds in the README


def known(verb, kind, part):
    """The keys that the program takes: {name: description of the JSON Schema}."""
    run = subprocess.run([os.path.join(PROGRAMS, verb), "--schema"], capture_output=True, check=True, timeout=10)
    kinds = {one["title"]: one["properties"] for one in json.loads(run.stdout)["oneOf"]}
    return with_nested(kinds[kind].get(part, {"properties": {}})["properties"])


def with_nested(properties):
    """The same with the keys of objects, as "object.key"."""
    found = dict(properties)
    for name, described in properties.items():
        for key, value in with_nested(described.get("properties", {})).items():
            found["%s.%s" % (name, key)] = value
    return found


def tables(text):
    """(heading above, first cell of the header, names in the first column) for each table of options."""
    heading = ""
    header = None
    names = []
    for line in text.splitlines() + [""]:
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None
        if cells is None:
            if header in TABLES:
                yield heading, header, names
            header, names = None, []
            found = re.match(r"#+ +(.*)", line)
            heading = found.group(1) if found else heading
        elif header is None:
            header = cells[0]
        elif not set(cells[0]) <= set("-: "):
            names += re.findall(r"`([^`]+)`", cells[0])


class Tables(unittest.TestCase):
    def compare(self, kind, header, names, where, nested=True):
        verb, part = TABLES[header]
        keys = {key for key in known(verb, kind, part) if nested or "." not in key}
        self.assertEqual(sorted(set(names) - COMMON), sorted(keys - COMMON), where)
        self.assertEqual(len(names), len(set(names)), "%s: a key stands twice" % where)

    def test_readme_names_every_key(self):
        seen = set()
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            for heading, header, names in tables(file.read()):
                self.compare(heading, header, names, "README.md, %s, %s" % (heading, header), nested=False)
                seen.add((heading, header))
        self.assertGreaterEqual(seen, {("git", "source"), ("git", "params of put"), ("image", "source"),
                                       ("image", "params of put")})

    def test_pages_name_every_key(self):
        for kind in ("git", "image"):
            page = os.path.join("docs", kind + ".md")
            with open(os.path.join(ROOT, page), encoding="utf-8") as file:
                found = {}
                for _, header, names in tables(file.read()):
                    found.setdefault(header, []).extend(names)
            self.assertGreaterEqual(set(found), {"source", "params of put"}, page)
            for header, names in found.items():
                self.compare(kind, header, names, "%s, %s" % (page, header))

    def test_every_key_is_set_by_a_test(self):
        """In a request of a case, or in a test's own: as "key": or as key=."""
        written = "".join(self.texts_of_tests())
        for kind in ("git", "image"):
            for verb, part in TABLES.values():
                for key in known(verb, kind, part):
                    set_so = r'\b%s\b(\\?["\']\s*:|=)' % re.escape(key.rsplit(".", 1)[-1])
                    with self.subTest(kind=kind, part=part, key=key):
                        self.assertTrue(re.search(set_so, written), "no test sets it")

    @staticmethod
    def texts_of_tests():
        """What all tests are written in, the tables themselves apart."""
        for folder, _, names in os.walk(os.path.join(ROOT, "test")):
            for name in names:
                if name == "request.json" or (name.endswith((".py", ".c")) and name != "docs.py"):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        yield file.read()

    def test_every_link_leads_somewhere(self):
        for folder in ("", "docs"):
            for name in sorted(os.listdir(os.path.join(ROOT, folder))):
                if name.endswith(".md"):
                    self.check_links(folder, name)

    def check_links(self, folder, name):
        with open(os.path.join(ROOT, folder, name), encoding="utf-8") as file:
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", file.read()):
                if not re.match(r"[a-z]+:", target):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, folder, target)),
                                    "%s: %s" % (name, target))


if __name__ == "__main__":
    tap.main()
