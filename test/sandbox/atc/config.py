# SPDX-License-Identifier: Apache-2.0
"""A pipeline's YAML: read as Concourse reads it, refused as `fly validate-pipeline --strict` does."""

import re

import yaml

IDENTIFIER = re.compile(r"[\u00a1-\uffffa-z0-9][\u00a1-\uffffa-z0-9\-_.]*")

HOOKS = {"on_success", "on_failure", "on_error", "on_abort", "ensure"}
MODIFIERS = HOOKS | {"attempts", "timeout", "tags", "across", "fail_fast"}
KEYS = {
    "pipeline": {"resource_types", "resources", "jobs", "groups", "var_sources", "display",
                 "prototypes"},
    "resource type": {"name", "type", "source", "privileged", "params", "check_every", "tags",
                      "defaults"},
    "resource": {"name", "type", "source", "old_name", "icon", "version", "check_every",
                 "check_timeout", "expose_build_created_by", "tags", "public", "webhook_token"},
    "job": HOOKS | {"name", "old_name", "serial", "serial_groups", "max_in_flight", "public",
                    "build_log_retention", "disable_manual_trigger", "interruptible", "plan"},
    "get": MODIFIERS | {"get", "resource", "passed", "params", "trigger", "version"},
    "put": MODIFIERS | {"put", "resource", "params", "inputs", "get_params", "no_get"},
    "task": MODIFIERS | {"task", "file", "config", "privileged", "vars", "container_limits",
                         "params", "image", "input_mapping", "output_mapping", "hermetic"},
    "in_parallel": MODIFIERS | {"in_parallel"},
    "do": MODIFIERS | {"do"},
    "try": MODIFIERS | {"try"},
    "task config": {"platform", "image_resource", "rootfs_uri", "container_limits", "params",
                    "run", "inputs", "outputs", "caches"},
    "image_resource": {"name", "type", "source", "params", "version", "tags"},
    "run": {"path", "args", "dir", "user"},
    "task input": {"name", "path", "optional"},
    "task output": {"name", "path"},
}
REQUIRED = {"resource type": {"name", "type", "source"}, "resource": {"name", "type"},
            "job": {"name", "plan"}, "task config": {"platform", "run"}, "run": {"path"},
            "image_resource": {"type", "source"}, "task input": {"name"}, "task output": {"name"}}
STEP_KINDS = ("get", "put", "task", "in_parallel", "do", "try")


class ConfigError(Exception):
    """The pipeline is not one; the message lists every fault found."""


class _Loader(yaml.SafeLoader):
    """YAML as Go's library reads it: no dates, no base-60 numbers, no duplicate keys."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value
                if key.tag != "tag:yaml.org,2002:merge"]
        for key in keys:
            if keys.count(key) > 1:
                raise ConfigError("line %d: key '%s' is given twice" %
                                  (node.start_mark.line + 1, key))
        return super().construct_mapping(node, deep)


def _number_resolvers():
    unwanted = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
    _Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in unwanted]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    _Loader.add_implicit_resolver("tag:yaml.org,2002:int",
                                  re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$"),
                                  list("-+0123456789"))
    _Loader.add_implicit_resolver("tag:yaml.org,2002:float",
                                  re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
                                  list("-+0123456789."))


_number_resolvers()


def load_yaml(text):
    """Parse one YAML document."""
    try:
        return yaml.load(text, Loader=_Loader)  # nosec: a SafeLoader
    except yaml.YAMLError as error:
        raise ConfigError(str(error)) from None


def load_yaml_file(path):
    """Parse one YAML file."""
    with open(path, encoding="utf-8") as file:
        return load_yaml(file.read())


def step_kind(step):
    """Which of the step kinds this is."""
    kinds = [kind for kind in STEP_KINDS if kind in step]
    if len(kinds) != 1:
        raise ConfigError("a step must be one of %s, not %s" %
                          (", ".join(STEP_KINDS), ", ".join(step) or "empty"))
    return kinds[0]


def children(step):
    """The steps directly inside a step, its hooks included."""
    inside = [step[hook] for hook in sorted(HOOKS) if hook in step]
    if "in_parallel" in step:
        block = step["in_parallel"]
        inside = (block["steps"] if isinstance(block, dict) else block) + inside
    return step.get("do", []) + ([step["try"]] if "try" in step else []) + inside


def walk(steps):
    """Every step of a plan, outer before inner, in order."""
    for step in steps:
        yield step
        yield from walk(children(step))


def resource_of(step):
    """The resource that a get or put step names."""
    return step.get("resource", step.get("get", step.get("put")))


class _Validator:
    """Collects every fault, so that one run shows them all."""

    def __init__(self, pipeline):
        self.faults = []
        self.pipeline = pipeline
        self.resources = {item.get("name") for item in pipeline.get("resources", [])}
        self.jobs = {job.get("name"): job for job in pipeline.get("jobs", [])}
        self.used = set()

    def keys(self, kind, item, where):
        """Unknown and missing keys of one map."""
        if not isinstance(item, dict):
            self.faults.append("%s: must be a map" % where)
            return False
        for key in sorted(set(item) - KEYS[kind]):
            self.faults.append("%s: unknown key '%s'" % (where, key))
        for key in sorted(REQUIRED.get(kind, set()) - set(item)):
            self.faults.append("%s: '%s' is missing" % (where, key))
        return True

    def named(self, kind, section):
        """One list of named things."""
        seen = set()
        for index, item in enumerate(self.pipeline.get(section, [])):
            where = "%s[%s]" % (section, item.get("name", index))
            self.keys(kind, item, where)
            name = item.get("name", "")
            if not IDENTIFIER.fullmatch(str(name)):
                self.faults.append("%s: '%s' is not a valid identifier" % (where, name))
            if name in seen:
                self.faults.append("%s: the name is given twice" % where)
            seen.add(name)

    def step(self, step, where):
        """One step and, for a task, its inline configuration."""
        try:
            kind = step_kind(step)
        except ConfigError as error:
            self.faults.append("%s: %s" % (where, error))
            return
        name = step[kind] if isinstance(step[kind], str) else ""
        where = "%s.%s(%s)" % (where, kind, name)
        self.keys(kind, step, where)
        if kind in ("get", "put"):
            self.used.add(resource_of(step))
            if resource_of(step) not in self.resources:
                self.faults.append("%s: unknown resource '%s'" % (where, resource_of(step)))
        for passed in step.get("passed", []):
            self.passed(step, passed, where)
        if kind == "task":
            if ("config" in step) == ("file" in step):
                self.faults.append("%s: needs 'config' or 'file', and only one" % where)
            self.faults += task_faults(step["config"], where) if "config" in step else []

    def passed(self, step, name, where):
        """A passed constraint names a job that has the resource."""
        inside = walk(self.jobs.get(name, {}).get("plan", []))
        if name not in self.jobs:
            self.faults.append("%s.passed: unknown job '%s'" % (where, name))
        elif resource_of(step) not in {resource_of(other) for other in inside}:
            self.faults.append("%s.passed: job '%s' does not interact with '%s'" %
                               (where, name, resource_of(step)))

    def run(self):
        """The whole pipeline."""
        self.keys("pipeline", self.pipeline, "pipeline")
        self.named("resource type", "resource_types")
        self.named("resource", "resources")
        self.named("job", "jobs")
        for name, job in self.jobs.items():
            plan = job.get("plan") or []
            if not plan:
                self.faults.append("jobs[%s]: the plan is empty" % name)
            for step in walk(plan + children({key: job[key] for key in HOOKS & set(job)})):
                self.step(step, "jobs[%s]" % name)
        for name in sorted(self.resources - self.used, key=str):
            self.faults.append("resources[%s]: is not used" % name)
        return self.faults


def task_faults(config, where):
    """Every fault of a task configuration."""
    check = _Validator({})
    if check.keys("task config", config, where):
        check.keys("run", config.get("run", {}), where + ".run")
        if "image_resource" in config:
            check.keys("image_resource", config["image_resource"], where + ".image_resource")
        for item in config.get("inputs", []):
            check.keys("task input", item, where + ".inputs")
        for item in config.get("outputs", []):
            check.keys("task output", item, where + ".outputs")
    return check.faults


def validate(pipeline):
    """Raise ConfigError unless `fly validate-pipeline --strict` would accept this."""
    if not isinstance(pipeline, dict):
        raise ConfigError("the pipeline must be a map")
    faults = _Validator(pipeline).run()
    if faults:
        raise ConfigError("invalid pipeline:\n- " + "\n- ".join(faults))
    return pipeline
