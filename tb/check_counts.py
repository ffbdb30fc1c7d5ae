#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that `persimmon replay` compared what there was to compare.

For each trace: compared.X of the report must be the number of lines that have field X minus those it says it
skipped. Counted here from the file alone, so that a replay that quietly compares nothing cannot pass.

    tb/check_counts.py PERSIMMON [--dut rtl|golden|both] TRACE...
"""

import argparse
import json
import subprocess
import sys

# What is compared, the field of a line that calls for it, and the devices it needs.
KINDS = {
    "errno": ("errno", "rtl golden both"),
    "kret": ("kret", "rtl golden both"),
    "s_table": ("vhost", "rtl golden both"),
    "d_golden": ("dev", "golden both"),
    "d_rtl": ("dev", "rtl both"),
    "probe": ("result", "rtl golden both"),
}


def check(persimmon, dut, trace):
    """Problems with the report on one trace, as lines of text."""
    with open(trace, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    command = [persimmon, "replay", "--json", "--dut", dut, trace]
    run = subprocess.run(command, capture_output=True, text=True)
    reports = run.stdout.splitlines()
    if run.returncode != 0 or len(reports) != 1:
        return [f"exit code {run.returncode}, {len(reports)} reports: {run.stdout}{run.stderr}"]
    report = json.loads(reports[0])
    problems = []
    for kind, (field, devices) in KINDS.items():
        present = sum(field in line for line in lines) if dut in devices.split() else 0
        compared, skipped = report["compared"][kind], report["skipped_fields"][kind]
        if compared != present - skipped:
            problems.append(
                f"{kind}: {present} lines have \"{field}\" and {skipped} were skipped, but {compared} were compared"
            )
    counts = " ".join(f"{kind} {report['compared'][kind]}-{report['skipped_fields'][kind]}" for kind in KINDS)
    print(f"{trace}: {counts}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("persimmon", help="the persimmon binary")
    parser.add_argument("--dut", default="both", choices=["rtl", "golden", "both"])
    parser.add_argument("traces", nargs="+", metavar="TRACE")
    arguments = parser.parse_args()
    failed = 0
    for trace in arguments.traces:
        for problem in check(arguments.persimmon, arguments.dut, trace):
            failed = 1
            print(f"{trace}: {problem}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
