# SPDX-License-Identifier: Apache-2.0
"""What every controller stands on: informers that say what may have changed, a queue of keys, and
workers that reconcile one key at a time from what the API server says now."""

import heapq
import sys
import threading
import time
import traceback

from ..client import Refused

RETRY = 0.3     # seconds before a failed reconcile, or a watch that broke, is tried again


def log(*words):
    print(time.strftime("%H:%M:%S"), *words, file=sys.stderr, flush=True)


class Informer(threading.Thread):
    """Lists a kind, then watches it; calls `changed(type, object)` for everything it hears."""

    def __init__(self, client, api_version, plural, changed, **query):
        super().__init__(daemon=True, name=plural)
        self.client = client
        self.api_version = api_version
        self.plural = plural
        self.changed = changed
        self.query = query
        self.known = {}
        self.ready = threading.Event()

    def run(self):
        while True:
            try:
                self._follow(self._list())
            except (OSError, ValueError, Refused) as err:
                log("watch of %s:" % self.plural, err)
                time.sleep(RETRY)
            except Exception:   # a bug in a handler must not end the watch unseen
                traceback.print_exc()
                time.sleep(RETRY)

    def _list(self):
        found = self.client.list(self.api_version, self.plural, **self.query)
        before, self.known = self.known, {}
        for obj in found["items"]:
            obj.setdefault("apiVersion", self.api_version)
            self._note(before.pop(_key(obj), None) and "MODIFIED" or "ADDED", obj)
        for obj in before.values():
            self._note("DELETED", obj)
        self.ready.set()
        return found["metadata"]["resourceVersion"]

    def _follow(self, revision):
        while True:
            for kind, obj in self.client.watch(self.api_version, self.plural,
                                               resourceVersion=revision, **self.query):
                if kind == "ERROR":
                    log("watch of %s: %s" % (self.plural, obj.get("message")))
                    return
                revision = obj["metadata"]["resourceVersion"]
                if kind != "BOOKMARK":
                    self._note(kind, obj)

    def _note(self, kind, obj):
        if kind == "DELETED":
            self.known.pop(_key(obj), None)
        else:
            self.known[_key(obj)] = obj
        self.changed(kind, obj)


def _key(obj):
    meta = obj["metadata"]
    return meta.get("namespace"), meta["name"]


class Queue:
    """Keys to reconcile; a key is in it once, at the earliest time that was asked for."""

    def __init__(self):
        self.condition = threading.Condition()
        self.heap = []
        self.due = {}
        self.order = 0

    def add(self, key, delay=0.0):
        with self.condition:
            at = time.monotonic() + delay
            if key in self.due and self.due[key] <= at:
                return
            self.due[key] = at
            self.order += 1
            heapq.heappush(self.heap, (at, self.order, key))
            self.condition.notify()

    def get(self):
        with self.condition:
            while True:
                now = time.monotonic()
                while self.heap and self.due.get(self.heap[0][2]) != self.heap[0][0]:
                    heapq.heappop(self.heap)    # asked for earlier since, or done
                if self.heap and self.heap[0][0] <= now:
                    key = heapq.heappop(self.heap)[2]
                    del self.due[key]
                    return key
                self.condition.wait(self.heap[0][0] - now if self.heap else None)


class Worker(threading.Thread):
    """Reconciles the keys of one queue, one after another. A key is (kind, namespace, name)."""

    def __init__(self, reconcilers):
        super().__init__(daemon=True)
        self.queue = Queue()
        self.reconcilers = reconcilers

    def run(self):
        while True:
            key = self.queue.get()
            try:
                self.reconcilers[key[0]](*key[1:])
            except Refused as refused:
                if refused.code != 409:
                    log(*key, refused)
                self.queue.add(key, 0.02 if refused.code == 409 else RETRY)
            except OSError as err:
                log(*key, err)
                self.queue.add(key, RETRY)
            except Exception:
                traceback.print_exc()
                self.queue.add(key, RETRY)


# -- conditions -------------------------------------------------------------------------------

def stamp(seconds=None):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def condition(kind, status, reason=None, message=None):
    made = {"type": kind, "status": status}
    if reason:
        made["reason"] = reason
    if message:
        made["message"] = message
    return made


def find_condition(obj, kind):
    for found in (obj.get("status") or {}).get("conditions", ()):
        if found["type"] == kind:
            return found
    return {}


def _timeless(status):
    conditions = [{k: v for k, v in c.items() if k != "lastTransitionTime"}
                  for c in status.get("conditions", ())]
    return {**status, "conditions": conditions}


def write_status(client, plural, obj, status):
    """PUT the status unless it already is so; kpack stamps all conditions when one changes."""
    if _timeless(obj.get("status") or {}) == _timeless(status):
        return obj
    now = stamp()
    for each in status.get("conditions", ()):
        each["lastTransitionTime"] = now
    return client.replace_status({**obj, "status": status}, plural)


def owner_reference(obj):
    meta = obj["metadata"]
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": meta["name"],
            "uid": meta["uid"], "controller": True, "blockOwnerDeletion": True}
