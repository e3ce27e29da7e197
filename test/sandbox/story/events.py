# SPDX-License-Identifier: Apache-2.0
"""The events of the story, and all that must follow from each."""

import re
import time

from .table import Row

UPDATE = "update-build-service-image"
DEPLOY = "continuous-deployment"
USE_DEFAULT = "use-default-builder"
REBUILD = "rebuild"
PHASES = ("prepare", "analyze", "detect", "restore", "build", "export")
FIRST = "Welcome to the pet clinic"
SECOND = "Welcome to the new pet clinic"
TEAM = "team"             # the ClusterBuilder and the ClusterStack of the Image at first
RUN_IMAGE = "registry.sandbox.invalid/stacks/run:"
SGR = re.compile(r"\033\[[0-9;]*m")


class Story:
    """Plays the events on a stage, in order; each adds a row to the table."""

    def __init__(self, stage):
        self.stage = stage
        self.rows = []
        self._cause = self._seconds = 0.0
        self._page_before = None

    def play(self):
        """All of it."""
        for event in (self.first_deployment, self.new_welcome_message, self.patched_stack,
                      self.commit_that_fails, self.commit_that_changes_nothing, self.rollback,
                      self.forward_again, self.default_builder, self.rebuild):
            event()
        self.stage.expect(self.stage.player.redactions == 0, "no log ever held a credential")

    # The events.

    def first_deployment(self):
        """An Image, a Deployment, a pipeline: the first commit is deployed."""
        stage, name = self.stage, "petclinic"
        self._begin("first deployment")
        stage.developer.git("add", "--all")
        stage.developer.git("commit", "--quiet", "--message", "A page with a welcome message")
        stage.developer.push()
        stage.operator.give_git_credentials(stage.git_server)
        stage.operator.create_builder(TEAM, RUN_IMAGE + "1.0")
        tag = stage.operator.create_image(name, stage.git_url, TEAM)
        stage.operator.create_deployment(name, tag)
        stage.console.say("  $ fly set-pipeline -p petclinic -c ci/pipeline.yml …"
                          " && fly unpause-pipeline -p petclinic")
        stage.player.start(stage.poll_s)
        self._went_green(UPDATE, DEPLOY)
        self._deployed("first deployment", reason="CONFIG", page=FIRST)

    def new_welcome_message(self):
        """A commit and a push: built phase by phase, deployed, and there it is."""
        developer = self.stage.developer
        self._begin("a new welcome message")
        developer.edit("src/messages.properties", FIRST, SECOND)
        developer.git("commit", "--quiet", "--all", "--message", "Welcome to the new one")
        self._new_message = developer.head()
        developer.push()
        update, _ = self._went_green(UPDATE, DEPLOY)
        log = self._log_of_put(update)
        headings = [phase for phase in re.findall(r"^\W*([a-z]+)\W*$", log.lower(), re.M)
                    if phase in PHASES]
        self.stage.expect(headings == list(PHASES),
                          "the log of the put has a heading a phase: " + ", ".join(headings))
        self.stage.expect("writing index.html: " + SECOND in log,
                          "the log holds what the build script said")
        self._deployed("new welcome message", reason="COMMIT", page=SECOND)

    def patched_stack(self):
        """A CVE: the operator patches the stack, no one commits anything."""
        self._begin("the operator patches the stack (a CVE), nobody commits")
        before = self.stage.newest_build()
        self.stage.operator.patch_stack(TEAM, RUN_IMAGE + "1.1")
        self._went_green(DEPLOY)
        steps = self.stage.newest_build()["status"]["stepsCompleted"]
        self.stage.expect(steps == ["rebase", "completion"], "the build only rebased: no phase ran")
        self._deployed("stack patched (CVE)", reason="STACK", page=SECOND)
        self._patched = self._digest(self.stage.newest_build())
        self.stage.expect(self._patched != self._digest(before), "the digest is a new one")

    def commit_that_fails(self):
        """The build script ends with an error: red, and the page stays."""
        developer = self.stage.developer
        self._begin("a commit that fails to build")
        developer.edit("src/messages.properties", "welcome=", "wellcome=")
        developer.git("commit", "--quiet", "--all", "--message", "Rename the message")
        developer.push()
        build = self.stage.next_build(UPDATE)
        self.stage.expect(build.status == "failed", "job %s is red" % build)
        log = self._log_of_put(build)
        last = log.splitlines()[-1]
        self.stage.expect(re.search(r"phase .?build\b|\bbuild\b.* failed|'build'", last, re.I),
                          "the log ends with the phase: " + last)
        self.stage.expect("there is no 'welcome=' in it" in log,
                          "the log holds the reason that the build script gave")
        self._not_deployed("commit that fails to build", "COMMIT")

    def commit_that_changes_nothing(self):
        """The broken commit is reverted and the README edited: the image is what it was."""
        developer = self.stage.developer
        self._begin("commits that change nothing in the image: the fix, and a word in the README")
        developer.git("revert", "--no-edit", "HEAD")
        developer.edit("README.md", "a page with a welcome message", "a page that welcomes you")
        developer.git("commit", "--quiet", "--all", "--message", "Say it shorter")
        developer.push()
        build, = self._went_green(UPDATE)
        self.stage.expect(build.inputs["source-code"].fields["ref"] == developer.head(),
                          "it built the newer of the two commits")
        self.stage.expect(self._digest(self.stage.newest_build()) == self._patched,
                          "the digest is that of the image that runs")
        self._not_deployed("commits that change nothing", "COMMIT")

    def rollback(self):
        """The new message is reverted: the page is the first one again."""
        developer = self.stage.developer
        self._begin("a rollback to the first page")
        developer.git("revert", "--no-edit", self._new_message)
        developer.push()
        self._went_green(UPDATE, DEPLOY)
        self._deployed("rollback to the first", reason="COMMIT", page=FIRST)

    def forward_again(self):
        """The rollback is reverted: a digest that was deployed before is deployed again."""
        developer = self.stage.developer
        self._begin("the rollback is taken back: an image that ran before")
        developer.git("revert", "--no-edit", "HEAD")
        developer.push()
        self._went_green(UPDATE, DEPLOY)
        self._deployed("rollback taken back", reason="COMMIT", page=SECOND)
        self.stage.expect(self._digest(self.stage.newest_build()) == self._patched,
                          "the digest is that of the image before the rollback")

    def default_builder(self):
        """Another CVE: the operator moves the Image to the patched builder, by a put."""
        operator = self.stage.operator
        self._begin("the operator moves the Image to the patched builder 'default', by a put")
        operator.patch_stack("base", RUN_IMAGE + "1.2")
        operator.wait_for_builder("default", "base")
        self._by_hand(USE_DEFAULT)
        put, _ = self._went_green(USE_DEFAULT, DEPLOY)
        self.stage.expect("- builder.name %s\n+ builder.name default\n" % TEAM in self._log_of_put(put),
                          "the log of the put shows the builder before and after")
        self._deployed("put: cluster_builder", reason="STACK", page=SECOND)

    def rebuild(self):
        """A build with nothing changed: the put waits for its own build, and nothing is deployed."""
        before = self._digest(self.stage.newest_build())
        self._begin("a build with nothing changed, by a put")
        self._by_hand(REBUILD)
        put, = self._went_green(REBUILD)
        log = self._log_of_put(put)
        self.stage.expect("triggered a build after build 8\n" in log and "===> BUILD\n" in log,
                          "the log of the put shows the build that it caused")
        self.stage.expect(self._digest(self.stage.newest_build()) == before,
                          "the digest is that of the image that runs")
        self._not_deployed("put: trigger", "TRIGGER")

    # What they have in common.

    def _by_hand(self, job):
        self.stage.console.say("  $ fly trigger-job -j petclinic/%s" % job)
        self.stage.player.trigger(job)

    def _begin(self, title):
        console = self.stage.console
        console.say()
        console.say(console.paint("%d. %s" % (len(self.rows) + 1, title), "1;36"))
        self._cause = time.monotonic()

    def _went_green(self, *jobs):
        """The next build of each of these jobs, which are all green; the clock stops here."""
        builds = [self.stage.next_build(job) for job in jobs]
        self._seconds = time.monotonic() - self._cause
        for build in builds:
            self.stage.expect(build.status == "succeeded", "job %s is green" % build)
        return builds

    @staticmethod
    def _log_of_put(build):
        return SGR.sub("", build.text("put: app-image"))

    @staticmethod
    def _digest(build):
        return build.get("status", {}).get("latestImage", "").partition("@")[2]

    def _row(self, event, build, deployed, seconds):
        labels, annotations = build["metadata"]["labels"], build["metadata"]["annotations"]
        self.rows.append(Row(event, labels["image.kpack.io/buildNumber"],
                             annotations["image.kpack.io/reason"],
                             self._digest(build)[:19] or "-", deployed, seconds))

    def _deployed(self, event, reason, page):
        """The newest build has this reason, runs in the Deployment, and serves this page."""
        stage, build = self.stage, self.stage.newest_build()
        said = build["metadata"]["annotations"]["image.kpack.io/reason"]
        stage.expect(said == reason, "build %s was made because of %s" % (
            build["metadata"]["labels"]["image.kpack.io/buildNumber"], said))
        image = stage.deployment()["spec"]["template"]["spec"]["containers"][0]["image"]
        stage.expect(image == build["status"]["latestImage"], "the deployment runs " + image)
        self._page_before = stage.page()
        stage.expect("<h1>%s</h1>" % page in self._page_before,
                     "%s says: %s" % (stage.page_url(), page))
        self._row(event, build, "yes", "%.1f" % self._seconds)
        stage.expect(stage.no_more_builds(), "no other job ran")
        self._no_ghosts()

    def _not_deployed(self, event, reason):
        """The newest build has this reason, and nothing of it reached the Deployment."""
        stage, build = self.stage, self.stage.newest_build()
        rested = stage.no_more_builds()
        said = build["metadata"]["annotations"]["image.kpack.io/reason"]
        stage.expect(said == reason, "build %s was made because of %s" % (
            build["metadata"]["labels"]["image.kpack.io/buildNumber"], said))
        stage.expect(rested, "job %s did not run" % DEPLOY)
        stage.expect(stage.page() == self._page_before, "the page is as it was")
        self._row(event, build, "no", "-")
        self._no_ghosts()

    def _no_ghosts(self):
        """put and check agree on every version: there are as many as there were deployments."""
        versions = len(self.stage.player.history("app-image").ordered())
        self.stage.expect(versions == sum(row.deployed == "yes" for row in self.rows),
                          "versions of app-image so far: %d, one for each deployment" % versions)
