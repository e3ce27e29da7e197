# SPDX-License-Identifier: Apache-2.0
"""Run a node against the cluster of a kubeconfig: scheduler, kubelet and deployment controller.

Prints one line of JSON when the Node is registered and every watch stands.
"""

import argparse
import json
import os
import threading
import uuid

from ..client import Client, Refused, until_parent_ends
from ..controller.runtime import Informer, Worker, log, stamp
from . import kubelet, web
from .pods import ANNOTATION, PastRun, PodRun
from .registry import Registry

NAME = "sandbox"


class Node:
    def __init__(self, client, options):
        self.client = client
        self.step = options.step
        self.folder = os.path.abspath(options.folder)
        self.git_ca = options.git_ca
        self.log = log
        self.images = Registry(os.path.join(self.folder, "registry"))
        self.runs = {}      # uid → PodRun
        self.kubelet = kubelet.Server(self.find, options.cert, options.key)
        deployments = web.Deployments(client, self.images, self.folder, options.step)
        self.worker = Worker({"pod": self._pod, "deployment": deployments.reconcile})
        deployments.again = self.worker.queue.add
        self.informers = [
            Informer(client, "v1", "pods", self._pod_changed),
            Informer(client, "apps/v1", "deployments", self._deployment_changed)]

    def start(self):
        self._register()
        for informer in self.informers:
            informer.start()
        for informer in self.informers:
            informer.ready.wait()
        self.worker.start()

    def _register(self):
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {
            "name": NAME, "labels": {"kubernetes.io/os": "linux", "kubernetes.io/hostname": NAME}}}
        try:
            self.client.create(node, "nodes")
        except Refused as refused:
            if refused.code != 409:
                raise
        self.client.patch("v1", "nodes", None, NAME, {"status": {
            # no Hostname: the API server would rather have that one, and resolve it
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": self.kubelet.port}},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
                            "message": "kubelet is posting ready status",
                            "lastHeartbeatTime": stamp(), "lastTransitionTime": stamp()}]}},
            "status")

    # -- pods ---------------------------------------------------------------------------------

    def find(self, namespace, name):
        """The newest run of that pod."""
        for run in reversed(list(self.runs.values())):
            if (run.namespace, run.pod_name) == (namespace, name):
                return run
        return None

    def _pod_changed(self, kind, pod):
        meta = pod["metadata"]
        if kind == "DELETED":
            run = self.runs.pop(meta["uid"], None)
            if run:
                run.stop()
                threading.Thread(target=run.clean, daemon=True).start()
            return
        if meta["uid"] not in self.runs and pod["spec"].get("nodeName") == NAME and \
                pod["status"].get("phase") in ("Succeeded", "Failed"):
            self.runs[meta["uid"]] = PastRun(self, pod)
        self.worker.queue.add(("pod", meta["namespace"], meta["name"]))

    def _pod(self, namespace, name):
        pod = self.client.find("v1", "pods", namespace, name)
        if pod is None:
            return
        uid = pod["metadata"]["uid"]
        if "deletionTimestamp" in pod["metadata"]:
            if uid in self.runs:
                self.runs[uid].stop()
            self.client.delete("v1", "pods", namespace, name, {
                "gracePeriodSeconds": 0, "preconditions": {"uid": uid}})
            return
        if not pod["spec"].get("nodeName"):
            self._schedule(pod)
        elif uid in self.runs or pod["spec"]["nodeName"] != NAME:
            return
        elif pod["status"].get("phase") in ("Pending", "Running"):
            # after a restart of the node its containers are lost; the pod begins anew
            self.runs[uid] = PodRun(self, pod)
            self.runs[uid].start()

    def _schedule(self, pod):
        """What kube-scheduler does: bind, or say why not."""
        meta = pod["metadata"]
        if meta.get("annotations", {}).get(ANNOTATION + "hold") == "Unschedulable":
            message = "0/1 nodes are available: 1 Insufficient memory."
            if pod["status"].get("conditions"):
                return
            self.client.patch("v1", "pods", meta["namespace"], meta["name"], {"status": {
                "phase": "Pending", "conditions": [{
                    "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                    "message": message, "lastTransitionTime": stamp()}]}}, "status")
            self.event(pod, "Warning", "FailedScheduling", message)
            return
        self.client.call("POST", "/api/v1/namespaces/%s/pods/%s/binding" % (
            meta["namespace"], meta["name"]), {
                "apiVersion": "v1", "kind": "Binding", "metadata": {"name": meta["name"]},
                "target": {"apiVersion": "v1", "kind": "Node", "name": NAME}})
        self.event(pod, "Normal", "Scheduled", "Successfully assigned %s/%s to %s" % (
            meta["namespace"], meta["name"], NAME))

    def event(self, pod, kind, reason, message):
        meta = pod["metadata"]
        self.client.create({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": "%s.%s" % (meta["name"], uuid.uuid4().hex[:16]),
                         "namespace": meta["namespace"]},
            "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": meta["name"],
                               "namespace": meta["namespace"], "uid": meta["uid"]},
            "type": kind, "reason": reason, "message": message, "count": 1,
            "firstTimestamp": stamp(), "lastTimestamp": stamp(),
            "source": {"component": "kubelet", "host": NAME}}, "events")

    def _deployment_changed(self, _, deployment):
        meta = deployment["metadata"]
        self.worker.queue.add(("deployment", meta["namespace"], meta["name"]))

    def stop(self):
        """No build script outlives the node."""
        for run in list(self.runs.values()):
            run.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--folder", required=True, help="for images, workspaces and sites")
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--step", type=float, default=0.2, help="seconds that one container takes")
    parser.add_argument("--git-ca", help="CA file for git servers")
    options = parser.parse_args()
    node = Node(Client.from_kubeconfig(options.kubeconfig, agent="kubelet"), options)
    node.start()
    print(json.dumps({"kubelet": node.kubelet.port}), flush=True)
    try:
        until_parent_ends()
    finally:
        node.stop()


if __name__ == "__main__":
    main()
