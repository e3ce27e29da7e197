# SPDX-License-Identifier: Apache-2.0
"""Run kpack's controllers against the cluster of a kubeconfig.

Prints one line of JSON when every watch stands.
"""

import argparse
import json

from .. import names
from ..client import Client, until_parent_ends
from .builders import Builders
from .builds import Builds
from .collector import Collector
from .images import Images
from .runtime import Informer, Worker
from .sources import Sources

BUILDER_PARTS = {"clusterstacks": "stack", "clusterstores": "store",
                 "clusterlifecycles": "lifecycle"}
BUILDERS = {"clusterbuilders": "clusterbuilder", "builders": "builder"}


class Controllers:
    """Which keys an event puts into which queue."""

    def __init__(self, client, poll, git_ca):
        builders = Builders(client)
        sources = Sources(client, poll, git_ca)
        self.main = Worker({
            "image": Images(client).reconcile, "build": Builds(client).reconcile,
            "stack": builders.stack, "store": builders.store, "lifecycle": builders.lifecycle,
            "clusterbuilder": builders.cluster_builder, "builder": builders.builder,
            "collect": Collector(client).reconcile})
        # git servers may be slow: they must not hold up the rest
        self.git = Worker({"source": sources.reconcile})
        sources.again = self.git.queue.add
        handlers = {
            "images": self._image, "builds": self._build, "sourceresolvers": self._source,
            **{plural: self._part for plural in BUILDER_PARTS},
            **{plural: self._builder for plural in BUILDERS}}
        self.informers = {plural: Informer(client, names.V1ALPHA2, plural, handler)
                          for plural, handler in handlers.items()}
        self.informers["pods"] = Informer(client, "v1", "pods", self._pod,
                                          labelSelector=names.BUILD)

    def start(self):
        # nothing is reconciled before all is known, or an Image would not find its builder's kind
        for informer in self.informers.values():
            informer.start()
        for informer in self.informers.values():
            informer.ready.wait()
        self.main.queue.add(("collect", None, None))
        self.main.start()
        self.git.start()

    def _image(self, kind, obj):
        self._collect(kind)
        self.main.queue.add(("image", *_place(obj)))

    def _build(self, kind, obj):
        self._collect(kind)
        namespace, name = _place(obj)
        self.main.queue.add(("build", namespace, name))
        image = obj["metadata"].get("labels", {}).get(names.IMAGE)
        if image:
            self.main.queue.add(("image", namespace, image))

    def _source(self, _, obj):
        self.git.queue.add(("source", *_place(obj)))
        image = obj["metadata"].get("labels", {}).get(names.IMAGE)
        if image:
            self.main.queue.add(("image", obj["metadata"]["namespace"], image))

    def _pod(self, _, obj):
        meta = obj["metadata"]
        self.main.queue.add(("build", meta["namespace"], meta["labels"][names.BUILD]))

    def _part(self, _, obj):
        plural = obj["kind"].lower() + "s"
        self.main.queue.add((BUILDER_PARTS[plural], *_place(obj)))
        for builders, key in BUILDERS.items():
            for namespace, name in list(self.informers[builders].known):
                self.main.queue.add((key, namespace, name))

    def _builder(self, _, obj):
        self.main.queue.add((BUILDERS[obj["kind"].lower() + "s"], *_place(obj)))
        for namespace, name in list(self.informers["images"].known):
            self.main.queue.add(("image", namespace, name))

    def _collect(self, kind):
        if kind == "DELETED":
            self.main.queue.add(("collect", None, None), 0.05)


def _place(obj):
    return obj["metadata"].get("namespace"), obj["metadata"]["name"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--poll", type=float, default=60.0,
                        help="seconds between two looks at a branch or tag")
    parser.add_argument("--git-ca", help="CA file for git servers")
    options = parser.parse_args()
    client = Client.from_kubeconfig(options.kubeconfig, agent="controller")
    Controllers(client, options.poll, options.git_ca).start()
    print(json.dumps({"ready": True}), flush=True)
    until_parent_ends()


if __name__ == "__main__":
    main()
