"""Runs the cells; see tests/bench/run."""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import report
from cells import CELLS, Campaign
from servers import remove

SCALES = {
    "quick": {"turn": 0.7, "warmup": 0.2, "skew": 1.5, "pinned": 120, "overload": 3, "recovery": 3,
              "backlogs": [10000, 100000], "backlog_count": 4000},
    "usual": {"turn": 5, "warmup": 1, "skew": 6, "pinned": 120, "overload": 15, "recovery": 20,
              "backlogs": [10000, 1000000], "backlog_count": 10000},
    "full": {"turn": 10, "warmup": 2, "skew": 12, "pinned": 600, "overload": 30, "recovery": 60,
             "backlogs": [10000, 1000000, 10000000], "backlog_count": 10000},
}


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("--quick", dest="scale", action="store_const", const="quick", default="usual",
                        help="within five minutes")
    parser.add_argument("--full", dest="scale", action="store_const", const="full", help="within forty minutes")
    parser.add_argument("--cell", action="append", choices=CELLS, help="only this one; may be repeated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    parser.add_argument("--chart", type=pathlib.Path, help="write an SVG chart to this file")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def write(options, results):
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    if options.chart:
        options.chart.write_text(report.chart(results))


def main():
    options = parse()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="switchboard-bench."))
    directory.chmod(0o755)
    campaign = Campaign(options.build, directory, options.rounds, SCALES[options.scale])
    results = {}
    try:
        for name in options.cell or CELLS:
            begin = time.monotonic()
            results[name] = CELLS[name](campaign)
            print(f"{name} took {time.monotonic() - begin:.0f} s", file=sys.stderr)
            write(options, results)  # an interrupted run leaves what it has measured
    finally:
        campaign.close()
        remove(directory)
    print(report.table(results))


if __name__ == "__main__":
    main()
