# SPDX-License-Identifier: Apache-2.0
"""Objects, the one revision counter over all of them, and each kind's history for watches.

An Entry is never changed after it was stored, so readers need no copy. `raw` is its JSON, kept so
that lists of thousands of objects cost a join instead of an encoding.
"""

import collections
import json
import secrets
import threading
import time

from . import status

HISTORY = 5000      # events a kind remembers before its oldest are compacted away
SNAPSHOTS = 64      # paged lists that may be under way at once


def encode(obj):
    return json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Entry:
    __slots__ = ("obj", "raw", "key", "revision")

    def __init__(self, obj, key):
        self.obj = obj
        self.raw = encode(obj)
        self.key = key
        self.revision = int(obj["metadata"]["resourceVersion"])


#: One change: `old` is what a selector compares with to tell ADDED from MODIFIED.
Event = collections.namedtuple("Event", "revision type entry old")


class Table:
    """The objects of one kind and what happened to them."""

    def __init__(self):
        self.entries = {}
        self.history = collections.deque()
        self.dropped = 0        # events that left the history's front, for cursors
        self.compacted = 0      # watches from before this revision are told 410


class Store:
    def __init__(self):
        self.changed = threading.Condition()
        self.revision = 100
        self.tables = {}
        self.snapshots = collections.OrderedDict()

    def table(self, resource):
        return self.tables.setdefault(resource.key, Table())

    # -- reading ------------------------------------------------------------------------------

    def get(self, resource, namespace, name):
        with self.changed:
            return self.table(resource).entries.get((namespace or "", name))

    def list(self, resource, namespace=None):
        """(revision, entries in key order)"""
        with self.changed:
            entries = self.table(resource).entries
            keys = sorted(k for k in entries if not namespace or k[0] == namespace)
            return self.revision, [entries[k] for k in keys]

    # -- writing ------------------------------------------------------------------------------

    def put(self, resource, obj, event):
        """Store obj under a new revision. Call with `changed` held."""
        meta = obj["metadata"]
        key = (meta.get("namespace", ""), meta["name"])
        self.revision += 1
        meta["resourceVersion"] = str(self.revision)
        entry = Entry(obj, key)
        table = self.table(resource)
        old = table.entries.get(key)
        table.entries[key] = entry
        self._record(table, Event(self.revision, event, entry, old))
        return entry

    def remove(self, resource, key):
        """Take an object out; its last state carries the revision of its deletion."""
        table = self.table(resource)
        old = table.entries.pop(key)
        self.revision += 1
        last = json.loads(old.raw)
        last["metadata"]["resourceVersion"] = str(self.revision)
        entry = Entry(last, key)
        self._record(table, Event(self.revision, "DELETED", entry, old))
        return entry

    def _record(self, table, event):
        table.history.append(event)
        if len(table.history) > HISTORY:
            table.compacted = table.history.popleft().revision
            table.dropped += 1
        self.changed.notify_all()

    def compact(self):
        """Forget all history and every page token, as etcd's compaction does."""
        with self.changed:
            for table in self.tables.values():
                table.dropped += len(table.history)
                table.history.clear()
                table.compacted = self.revision
            self.snapshots.clear()
            self.changed.notify_all()

    # -- watching -----------------------------------------------------------------------------

    def cursor(self, resource, revision):
        """Where a watch from that revision starts: the number of the first event after it."""
        with self.changed:
            table = self.table(resource)
            if revision < table.compacted:
                raise status.expired(revision, table.compacted)
            position = table.dropped + len(table.history)
            for event in reversed(table.history):
                if event.revision <= revision:
                    break
                position -= 1
            return position

    def start(self, resource, namespace=None):
        """A list and the cursor right after it, in one step."""
        with self.changed:
            table = self.table(resource)
            revision, entries = self.list(resource, namespace)
            return revision, entries, table.dropped + len(table.history)

    def wait(self, resource, position, timeout):
        """(events from position on, next position, revision); waits for one at most so long."""
        with self.changed:
            table = self.table(resource)
            if table.dropped + len(table.history) <= position:
                self.changed.wait(timeout)
            if position < table.dropped:    # compacted before this watch had seen it
                raise status.expired(table.compacted - 1, table.compacted)
            first = position - table.dropped
            events = [table.history[i] for i in range(first, len(table.history))]
            return events, position + len(events), self.revision

    # -- pages --------------------------------------------------------------------------------

    def snapshot(self, revision, rest):
        """Keep the rest of a list for its next page; gives the page's token id."""
        with self.changed:
            token = secrets.token_hex(8)
            self.snapshots[token] = (time.monotonic(), revision, rest)
            while len(self.snapshots) > SNAPSHOTS:
                self.snapshots.popitem(last=False)
            return token

    def resume(self, token):
        """(revision, entries) of a page token, or None where it has expired. A page may be asked
        for again: the token stays."""
        with self.changed:
            found = self.snapshots.get(token)
            return found[1:] if found else None
