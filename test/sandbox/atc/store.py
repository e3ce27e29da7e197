# SPDX-License-Identifier: Apache-2.0
"""What Concourse keeps in its database: versions in their order, builds and their inputs."""

import threading

from . import gojson


class Version:
    """One version of a resource; `order` is its check_order, 0 until something saved it."""

    def __init__(self, fields):
        self.fields = fields
        self.key = gojson.digest(fields)
        self.order = 0
        self.metadata = []

    def __repr__(self):
        return "Version(%s, order=%d)" % (gojson.dumps(self.fields), self.order)


class History:
    """The versions of one resource."""

    def __init__(self):
        self._versions = {}
        self._top = 0
        self._lock = threading.Lock()

    def save(self, returned):
        """Upsert what check or put returned; returns the new ones.

        Only when at least one version is new does the order of the returned ones change, all of
        them then in the order of the answer: a known version alone never becomes the latest.
        """
        with self._lock:
            found = [self._versions.get(gojson.digest(fields)) for fields in returned]
            if all(found):
                return []
            new = []
            for fields, version in zip(returned, found):
                if version is None:
                    version = self._versions.get(gojson.digest(fields))
                if version is None:
                    version = Version(fields)
                    self._versions[version.key] = version
                    new.append(version)
                self._top += 1
                version.order = self._top
            return new

    def find(self, fields):
        """The stored version with exactly these fields, or None."""
        return self._versions.get(gojson.digest(fields))

    def matching(self, pin):
        """The newest version that holds every field of a pin, or None."""
        hits = [version for version in self.ordered()
                if all(version.fields.get(key) == value for key, value in pin.items())]
        return hits[-1] if hits else None

    def ordered(self):
        """Every version, oldest first."""
        with self._lock:
            return sorted(self._versions.values(), key=lambda version: version.order)

    def latest(self):
        """The newest version, or None."""
        versions = self.ordered()
        return versions[-1] if versions else None

    def after(self, version):
        """The version that follows this one, or None."""
        later = [other for other in self.ordered() if other.order > version.order]
        return later[0] if later else None


class Builds:
    """Every build: which versions went in and came out, and how it ended."""

    def __init__(self):
        self._builds = []
        self._lock = threading.Lock()

    def add(self, build):
        """Remember a build; gives it its id and its number within the job."""
        with self._lock:
            self._builds.append(build)
            build.id = len(self._builds)
            build.name = str(sum(1 for other in self._builds if other.job == build.job))

    def of(self, job):
        """The builds of one job, oldest first."""
        with self._lock:
            return [build for build in self._builds if build.job == job]

    def all(self):
        """Every build, oldest first."""
        with self._lock:
            return list(self._builds)

    def used(self, job, name, version):
        """Whether a build of the job ever had this version as this input."""
        return any(build.inputs.get(name) is version for build in self.of(job))

    def that_passed(self, job, resource, version):
        """The ids of the job's green builds that got or put this version of the resource."""
        return {build.id for build in self.of(job) if build.status == "succeeded"
                and (resource, version.key) in build.passed_versions}

    def last_used(self, job, name):
        """The version that the job's newest build had as this input, or None."""
        for build in reversed(self.of(job)):
            if name in build.inputs:
                return build.inputs[name]
        return None
