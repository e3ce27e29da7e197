# SPDX-License-Identifier: Apache-2.0
"""Watch streams."""

import random
import time

from . import render, status
from .exchange import Cut, EndStream
from .request import Selector
from .store import encode

LAST_BOOKMARK_S = 2     # the last bookmark comes so long before a watch's end
TICK = 0.5      # how often an idle watch looks after its client and the clock


class Watch:
    def __init__(self, api, exchange, resource, version, form):
        request = exchange.request
        self.api = api
        self.exchange = exchange
        self.request = request
        self.resource = resource
        self.version = version
        self.form = form
        self.selector = Selector(request, resource)
        if request.name:
            self.selector.fields.append(("metadata.name", True, request.name))
        self.bookmarks = request.query.get("allowWatchBookmarks", "") in ("true", "1")
        timeout = request.number("timeoutSeconds")
        self.seconds = timeout if timeout else random.uniform(1800, 3600)
        self.headed = False

    def run(self):
        text = self.request.query.get("resourceVersion", "")
        revision = self.request.number("resourceVersion") or 0
        self.exchange.stream("application/json")
        try:
            try:
                self._run(text in ("", "0"), revision)
            except status.ApiError as err:      # too old: said inside the stream
                self._send("ERROR", encode(err.body()))
        except EndStream:
            pass
        self.exchange.finish()

    def _run(self, from_now, revision):
        store = self.api.store
        gone = self.exchange.fault.get("gone")
        if from_now or self.request.query.get("sendInitialEvents") == "true":
            revision, entries, position = store.start(self.resource, self.request.namespace)
            for entry in entries:
                if self.selector.matches(entry.obj):
                    self._object("ADDED", entry)
            if self.bookmarks:
                self._bookmark(revision, {"k8s.io/initial-events-end": "true"})
        else:
            position = store.cursor(self.resource, revision)
        end = time.monotonic() + self.seconds
        marked = time.monotonic()
        while True:
            if gone is not None and self.exchange.events >= gone:
                raise status.expired(revision, store.revision)
            self.exchange.check_stream()
            pause = max(0.0, min(TICK, end - time.monotonic()))
            events, position, revision = store.wait(self.resource, position, pause)
            for event in events:
                self._event(event)
                if gone is not None and self.exchange.events >= gone:
                    break
            if events:
                continue
            now = time.monotonic()
            if self.bookmarks and (now - marked >= self.api.settings["bookmark"]
                                   or marked < end - LAST_BOOKMARK_S <= now):
                self._bookmark(revision)
                marked = now
            if now >= end:
                return

    def _event(self, event):
        """A selector makes ADDED and DELETED of changes that enter or leave it."""
        entry, old = event.entry, event.old
        namespace = self.request.namespace
        if namespace and entry.key[0] != namespace:
            return
        before = old is not None and self.selector.matches(old.obj)
        after = event.type != "DELETED" and self.selector.matches(entry.obj)
        if after:
            self._object("MODIFIED" if before else "ADDED", entry)
        elif before:
            self._object("DELETED", entry)

    def _object(self, kind, entry):
        self._send(kind, self._render(entry))

    def _render(self, entry):
        if self.form.kind == "table":
            obj = self.api.converted(self.resource, entry, self.version)
            meta = {"resourceVersion": obj["metadata"]["resourceVersion"]}
            headed, self.headed = not self.headed, True
            return encode(render.table(self.resource, self.version, [obj], meta, self.form, headed))
        if self.form.kind == "partial":
            return encode(render.partial(entry.obj))
        if self.version == self.resource.storage:
            return entry.raw
        return encode(self.api.converted(self.resource, entry, self.version))

    def _bookmark(self, revision, annotations=None):
        meta = {"resourceVersion": str(revision)}
        if self.resource.custom is False:
            meta["creationTimestamp"] = None
        if annotations:
            meta["annotations"] = annotations
        obj = {"kind": self.resource.kind, "metadata": meta,
               "apiVersion": self.resource.api_version(self.version)}
        self._send("BOOKMARK", encode(obj))

    def _send(self, kind, raw):
        self.exchange.event(b'{"type":"%s","object":%s}\n' % (kind.encode(), raw))


def serve(api, exchange, resource, version, form):
    watch = Watch(api, exchange, resource, version, form)
    with api.streams_lock:
        api.streams.add(exchange)
    try:
        watch.run()
    except (OSError, ValueError) as err:    # the client went away in the middle of a write
        raise Cut from err
    finally:
        with api.streams_lock:
            api.streams.discard(exchange)
