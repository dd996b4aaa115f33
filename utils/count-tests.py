#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""Counts what ctest wrote with --output-junit.

usage: count-tests.py FILE...

Prints each test that failed or was skipped, with the reason of a skip, and as the last line
"N passed, N failed, N skipped".  Exit code 1 if a test failed or none passed.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def reason(case):
    """Return what a skipped test said of why."""
    found = re.search(r"^skipped: *(.*)", case.findtext("system-out", ""), re.I | re.M)
    return found.group(1) if found else "no reason given"


def main(files):
    """Count the tests of all files."""
    if not files:
        sys.exit(__doc__)
    passed = failed = skipped = inner = 0
    for name in files:
        for case in ElementTree.parse(name).getroot().iter("testcase"):
            output = case.findtext("system-out", "")
            # A test case of an ns-3 suite is indented; unittest gives a line to each.
            inner += len(re.findall(r"^ +(?:PASS|FAIL|CRASH) ", output, re.M))
            inner += len(re.findall(r"\.\.\. (?:ok|FAIL|ERROR)$", output, re.M))
            for why in re.findall(r"\.\.\. skipped ['\"](.*)['\"]$", output, re.M):
                skipped += 1
                print(f"skipped: part of {case.get('name')}: {why}")
            if case.get("status") == "run":
                passed += 1
            elif any("SKIP" in found.get("message", "") for found in case.iter("skipped")):
                skipped += 1
                print(f"skipped: {case.get('name')}: {reason(case)}")
            else:
                failed += 1
                print(f"FAILED: {case.get('name')} ({name})")
    print(f"{inner} test cases inside them")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
