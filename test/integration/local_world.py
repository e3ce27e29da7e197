# SPDX-License-Identifier: Apache-2.0
"""What the tests of local_path share: trees of files, archives of them, and an Image whose registry is there."""

import gzip
import io
import os
import stat
import tarfile
import tempfile
import zipfile

from image_put import Case
from registry_world import Registry

WHEN = 315532801  # 1980-01-01T00:00:01Z

TREE = {  # names with what is there: bytes, (bytes,) of one that may be executed, a link's target, None for a folder
    "build.sh": (b"#!/bin/sh\necho built\n",),
    "empty": b"",
    "folder": None,
    "folder/a": b"a" * 511,
    "folder/b": b"b" * 512,
    "folder/c": b"c" * 513,
    "folder.txt": b"sorted behind the folder's own\n",
    "latest": "folder/a",
    "m\u00fcller": b"\xff\x00",
    "nothing": None,
    "far": "/etc/hostname",
    "n" * 100: b"as long as a header has room for",
    "n" * 101: b"longer",
    "d" * 99: None,
    "e" * 100: None,
    "l": "t" * 100,
    "m": "t" * 101,
    "deep": None,
    "deep/" + "/".join("x" * 60 for _ in range(1)): None,
    "deep/" + "/".join("x" * 60 for _ in range(1)) + "/" + "y" * 60: b"deep\n",
}


def write_tree(folder, tree):
    """Make it, in an order that is not that of names."""
    os.makedirs(folder, exist_ok=True)
    for name in sorted(tree, key=lambda one: (one.count("/"), one[::-1])):
        path, content = os.path.join(folder, name), tree[name]
        if content is None:
            os.makedirs(path, exist_ok=True)
        elif isinstance(content, str):
            os.symlink(content, path)
        else:
            with open(path, "wb") as file:
                file.write(content if isinstance(content, bytes) else content[0])
            os.chmod(path, 0o644 if isinstance(content, bytes) else 0o755)


def read_layer(blob):
    """The same of a layer, which must be as one is written."""
    found = {}
    archive = gzip.decompress(blob)
    assert len(archive) % 512 == 0 and archive.endswith(bytes(1024))
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = tar.getmembers()
        for member in members:
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", ""), member.name
            assert member.mtime == WHEN, member.name
            if member.isdir():
                assert member.mode == 0o755, member.name
                found[member.name] = None
            elif member.issym():
                found[member.name] = member.linkname
            else:
                content = tar.extractfile(member).read()
                assert member.isreg() and member.mode in (0o644, 0o755), member.name
                found[member.name] = (content,) if member.mode == 0o755 else content
    names = [member.name for member in members]
    assert names == sorted(names, key=lambda name: name.encode().replace(b"/", b"\0"))
    return found


def write_zip(path, tree, system=3, folders=True, **options):
    """An archive of it, as Unix (3) or DOS (0) would make one."""
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in tree.items():
            if content is None and not folders:
                continue
            info = zipfile.ZipInfo(name + "/" if content is None else name, (2026, 11, 28, 12, 0, 0))
            info.create_system = system
            info.compress_type = options.get("compression", zipfile.ZIP_DEFLATED)
            mode = (stat.S_IFDIR | 0o755 if content is None else stat.S_IFLNK | 0o777 if isinstance(content, str)
                    else stat.S_IFREG | (0o640 if isinstance(content, bytes) else 0o700))
            info.external_attr = mode << 16 if system else 0
            data = b"" if content is None else content.encode() if isinstance(content, str) else \
                content if isinstance(content, bytes) else content[0]
            archive.writestr(info, data)


class Local(Case):
    """An Image whose tag is of a registry that is there."""

    registry_options = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(os.path.join(cls.folder, "registry"), **cls.registry_options)
        cls.addClassCleanup(cls.registry.stop)

    def setUp(self):
        super().setUp()
        self.repository_name = "demo/%s-source" % self.name
        self.tag = "%s/demo/%s" % (self.registry.host, self.name)
        self.step = tempfile.mkdtemp(dir=self.folder)
        self.tmp = tempfile.mkdtemp(dir=self.folder)
        self.registry.requests()

    def start(self, **annotations):
        self.create(revision=self.repository.first, tag=self.tag)
        self.built(1)

    def environment(self):
        return {**super().environment(), "TMPDIR": self.tmp}

    def source(self, **options):
        return super().source(**{"registry": self.registry.login, **options})

    def path(self, *names):
        return os.path.join(self.step, *names)

    def local(self, path, params=None, **options):
        request = {"source": self.source(**options), "params": {"local_path": path, "wait": False, **(params or {})}}
        result = self.run_program("out", request, self.step)
        self.assertEqual(os.listdir(self.tmp), [])
        return result

    def good(self, path, params=None, **options):
        """The digest of the source image that a put of it made or found."""
        result = self.local(path, params, **options)
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual(result.answer["version"]["build"], "1")
        source = self.image()["spec"]["source"]
        reference, _, digest = source["registry"]["image"].partition("@")
        self.assertEqual(reference, self.tag + "-source")
        self.assertNotIn("git", source)
        return digest

    def layer(self, digest):
        manifest, _ = self.registry.manifest(self.repository_name, digest)
        return self.registry.blob(self.repository_name, manifest["layers"][0]["digest"])

    def nothing_happens(self, path, message, params=None, **options):
        since = self.now()
        self.registry.requests()
        self.failed(self.local(path, params, **options), message)
        self.assertFalse([line for line in self.asked(since) if not line.startswith("get")])
        self.assertFalse([method for method, _, status in self.registry.requests()
                          if method in ("POST", "PUT", "PATCH") and status < 300])
