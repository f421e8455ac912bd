"""Counts the GoogleTest cases in a folder of XML reports: prints "<passed> <failed>".

A test program that ended without a report (it crashed, or was stopped by the time limit) makes ctest fail; it then counts
as one failure more.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def main() -> int:
    folder, ctest_status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    passed = failed = 0
    for report in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("failure") is not None or case.get("status") == "notrun" or case.get("result") == "skipped":
                failed += 1  # a skipped test is a failed one here
            else:
                passed += 1
    if ctest_status != 0 and failed == 0:
        failed = 1
    if passed + failed == 0:
        return 1
    print(passed, failed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
