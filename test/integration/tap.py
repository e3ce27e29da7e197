# SPDX-License-Identifier: Apache-2.0
"""Run unittest's tests and print TAP, a line a test as it ends.

    import tap                     # test/integration is the program's own folder
    class Check(unittest.TestCase):
        def test_tip_is_the_version(self): ...
    if __name__ == "__main__":
        tap.main()                 # ok 1 - Check: tip is the version

Arguments choose tests by a part of their name. A skip prints its reason, a failure its diagnostics in
comment lines. The plan comes last: where it is missing, the program did not reach its end.
"""

import os
import signal
import sys
import traceback
import unittest


def _describe(test):
    """"Check: tip is the version" for Check.test_tip_is_the_version."""
    method = getattr(test, "_testMethodName", None)
    if method is None:  # the stand-in for a failed setUpClass: "setUpClass (__main__.Check)"
        return str(test)
    words = method[len("test_"):] if method.startswith("test_") else method
    return "%s: %s" % (type(test).__name__, words.replace("_", " "))


class _Result(unittest.TestResult):
    def __init__(self, out):
        super().__init__()
        self.out = out
        self.count = 0
        self.problems = []

    def line(self, ok, test, note="", diagnostics=""):
        """Print one test's line, and what there is to say about it."""
        self.count += 1
        # a bare '#' would begin a directive
        name = _describe(test).replace("#", "\\#")
        print("%s %d - %s%s" % ("ok" if ok else "not ok", self.count, name, note), file=self.out)
        for line in diagnostics.splitlines():
            print("#   " + line, file=self.out)
        self.out.flush()

    def startTest(self, test):
        super().startTest(test)
        self.problems = []

    def addSuccess(self, test):
        super().addSuccess(test)
        if not self.problems:
            self.line(True, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, " # SKIP " + " ".join(reason.split()))

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.line(True, test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.line(False, test, diagnostics="expected to fail, and passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(False, test, diagnostics=self._text(err))

    def addError(self, test, err):
        super().addError(test, err)
        self.line(False, test, diagnostics=self._text(err))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.problems.append("%s\n%s" % (dict(subtest.params), self._text(err)))

    def stopTest(self, test):
        # unittest reports nothing more of a test of which a part failed
        if self.problems:
            self.line(False, test, diagnostics="\n".join(self.problems))
        super().stopTest(test)

    @staticmethod
    def _text(err):
        kind, value, trace = err
        frames = [frame for frame in traceback.extract_tb(trace)
                  if os.path.dirname(frame.filename) != os.path.dirname(unittest.__file__)]
        return "".join(traceback.format_list(frames) +
                       traceback.format_exception_only(kind, value))


def _flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _flat(test)
        else:
            yield test


def _end(number, _frame):
    # as an exception, so that the servers and folders of the tests are cleaned up
    raise SystemExit(128 + number)


def main(module="__main__"):
    """Run the tests of `module`; ends the program, with 1 where a test failed."""
    signal.signal(signal.SIGTERM, _end)
    chosen = sys.argv[1:]
    tests = [test for test in _flat(unittest.defaultTestLoader.loadTestsFromName(module))
             if not chosen or any(part in _describe(test) or part in test.id() for part in chosen)]
    result = _Result(sys.stdout)
    unittest.TestSuite(tests).run(result)
    print("1..%d" % result.count, flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
