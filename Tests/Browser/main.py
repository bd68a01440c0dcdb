"""Runs the browser tests; the last line is `N passed, N failed`."""

import sys
import unittest
from pathlib import Path

from platform_under_test import Platform


class Result(unittest.TextTestResult):
    """Prints each test as a sentence when it ends."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def getDescription(self, test):
        return str(test).split(" ")[0].removeprefix("test_").replace("_", " ")


def main():
    folder = Path(__file__).parent
    loader = unittest.TestLoader()
    names = sys.argv[1:] or sorted(path.stem for path in folder.glob("test_*.py"))
    suite = loader.loadTestsFromNames(names)
    with Platform() as platform:
        Platform.current = platform
        runner = unittest.TextTestRunner(resultclass=Result, verbosity=2, stream=sys.stdout)
        result = runner.run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed")
    sys.exit(1 if failed or not result.passed else 0)


if __name__ == "__main__":
    main()
