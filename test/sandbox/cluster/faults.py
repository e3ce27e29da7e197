# SPDX-License-Identifier: Apache-2.0
"""Faults that tests switch on at run time, and the record of every request.

A fault is a dict. What it matches (all that are given must):
    method, verb, resource, subresource, name, namespace, user   equal
    path, query                                                  regular expressions, searched
    skip    let so many matches pass first
    times   how often it strikes; default 1, 0 is always
What it does (together, in this order):
    delay        seconds before anything is answered
    drop         True: close the connection without an answer
    status       answer this code as the API server would; message, retry_after go with it
    end          end a stream in good order after so many events (watch) or lines (log)
    gone         a watch sends the 410 ERROR event after so many events
    cut_events   close the connection after so many events or lines
    cut_bytes    close the connection after so many bytes of the body
    half         True: with cut_events, half of the next event still goes out
    slow         seconds between two events or lines
    garbage      text sent in place of the event after `cut_events`, then the connection closes
"""

import collections
import re
import threading
import time

RECORD = 10000      # requests that are kept
BODY_MAX = 8192     # and of each as many bytes of its body

EQUAL = ("method", "verb", "resource", "subresource", "name", "namespace", "user")
ACTIONS = {"delay", "drop", "status", "message", "retry_after", "end", "gone", "cut_events",
           "cut_bytes", "half", "slow", "garbage"}
KNOWN = ACTIONS | set(EQUAL) | {"path", "query", "skip", "times"}


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.rules = []

    def set(self, rules):
        """Replace all rules. ValueError names an unknown key."""
        for rule in rules:
            unknown = set(rule) - KNOWN
            if unknown:
                raise ValueError("unknown in a fault: " + ", ".join(sorted(unknown)))
        with self.lock:
            self.rules = [{"struck": 0, "seen": 0, **rule} for rule in rules]

    def get(self):
        with self.lock:
            return [dict(rule) for rule in self.rules]

    def strike(self, request, user):
        """The actions for this request; {} for none. The first rule that matches strikes."""
        values = {"method": request.method, "verb": request.verb, "resource": request.plural,
                  "subresource": request.subresource, "name": request.name,
                  "namespace": request.namespace, "user": user}
        with self.lock:
            for rule in self.rules:
                if any(k in rule and rule[k] != values[k] for k in EQUAL):
                    continue
                if not re.search(rule.get("path", ""), request.path):
                    continue
                if not re.search(rule.get("query", ""), request.raw_query):
                    continue
                times = rule.get("times", 1)
                if times and rule["struck"] >= times:
                    continue
                rule["seen"] += 1
                if rule["seen"] <= rule.get("skip", 0):
                    continue
                rule["struck"] += 1
                return {k: v for k, v in rule.items() if k in ACTIONS}
        return {}


class Record:
    """The audit log: one dict a request, in the order of their arrival."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = collections.deque(maxlen=RECORD)
        self.number = 0

    def open(self, request, user, connection, headers, body):
        with self.lock:
            self.number += 1
            entry = {"number": self.number, "time": time.time(), "method": request.method,
                     "path": request.path, "query": request.raw_query, "verb": request.verb,
                     "user": user, "connection": connection, "status": None, "bytes": 0,
                     "agent": headers.get("User-Agent", ""),
                     "accept": headers.get("Accept", ""),
                     "content_type": headers.get("Content-Type", ""),
                     "body": body.decode("utf-8", "replace")[:BODY_MAX], "done": False}
            self.entries.append(entry)
        return entry

    def since(self, number, user=None):
        with self.lock:
            return [dict(e) for e in self.entries
                    if e["number"] > number and (user is None or e["user"] == user)]
