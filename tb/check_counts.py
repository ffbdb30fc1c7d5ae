#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that `persimmon replay` compared what there was to compare, and skipped what it may.

For each trace: compared.X of the report must be the number of lines that have field X minus those it says it
skipped. Counted here from the file alone, so that a replay that quietly compares nothing cannot pass. What a
recording of a client has is advisory: counted there, equal and different together.

With --axi, probes are bursts: those that got through or were refused, by the file, must have been, and a recording
without any is an error.

With --skips, the lines skipped must be those of the table, reason by reason; a trace that is not in it is an error.

    tb/check_counts.py PERSIMMON [--dut rtl|golden|both] [--skips TABLE] [--profile NAME] [--axi] TRACE...
"""

import argparse
import json
import os
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
# Of a recording of a client: what is advisory, and its field.
ADVISORY = {"errno": "errno", "kret": "kret", "st": "st"}
# Why a line of a recording that the project carries may be skipped at all.
REASONS = {"timing", "note", "unlogged", "merged"}


def check(arguments, trace):
    """Problems with the report on one trace, as lines of text."""
    with open(trace, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    lines = [line for line in lines if line["op"] != "meta"]
    command = [arguments.persimmon, "replay", "--json", "--dut", arguments.dut, trace]
    if arguments.profile:
        command += ["--profile", arguments.profile]
    if arguments.axi:
        command.append("--axi")
    run = subprocess.run(command, capture_output=True, text=True)
    reports = run.stdout.splitlines()
    if run.returncode != 0 or len(reports) != 1:
        return [f"exit code {run.returncode}, {len(reports)} reports: {run.stdout}{run.stderr}"]
    report = json.loads(reports[0])
    client = any("client" in line for line in lines)
    problems = client_counts(arguments.dut, lines, report) if client else counts(arguments.dut, lines, report)
    if arguments.skips:
        problems += skips(arguments.skips, trace, report["skipped"])
    if arguments.axi:
        problems += bursts(lines, report["axi"])
    compared = report["advisory"]["kinds"] if client else report["compared"]
    by_axi = f", AXI4 {json.dumps(report['axi'])}" if arguments.axi else ""
    print(f"{trace}: {json.dumps(compared)}{by_axi}, skipped {json.dumps(report['skipped'])}")
    return problems


def counts(dut, lines, report):
    """Problems with the counts of a kernel's recording."""
    problems = []
    for kind, (field, devices) in KINDS.items():
        present = sum(field in line for line in lines) if dut in devices.split() else 0
        compared, skipped = report["compared"][kind], report["skipped_fields"][kind]
        if compared != present - skipped:
            problems.append(
                f"{kind}: {present} lines have \"{field}\" and {skipped} were skipped, but {compared} were compared"
            )
    return problems


def client_counts(dut, lines, report):
    """Problems with the counts of a client's recording."""
    problems = []
    for kind, field in ADVISORY.items():
        present = sum(field in line for line in lines)
        compared = sum(report["advisory"]["kinds"][kind].values())
        if compared != present:
            problems.append(f"{kind}: {present} lines have \"{field}\", but {compared} were compared")
    # Both devices' tables after every line that does something; a disagreement of answers is counted besides.
    steps = sum(line["op"] != "note" for line in lines) if dut == "both" else 0
    lockstep = report["also_compared"]["lockstep"]
    if lockstep != steps:
        problems.append(f"lockstep: {steps} steps, but {lockstep} comparisons of tables")
    return problems


def bursts(lines, axi):
    """Problems with the probes that were made as bursts."""
    made = [line["result"] for line in lines if line.get("control") == "ok/ok"]
    faults = made.count("fault")
    # Others may have been made too: of a device whose rings are out of its reach, for one.
    most = sum("result" in line for line in lines)
    problems = []
    if not made:
        problems.append("axi: no probe in it")
    if not len(made) <= axi["probes"] <= most:
        problems.append(f"axi: {axi['probes']} probes were bursts; {len(made)} must be, and {most} can be")
    # With each go two known-good packets: twelve accesses each, besides that of the probe.
    if axi["forwarded"] < 24 * len(made):
        problems.append(f"axi: {axi['forwarded']} bursts reached memory for {len(made)} probes")
    if axi["refused"] < faults:
        problems.append(f"axi: {axi['refused']} bursts were refused, though {faults} probes were")
    return problems


def skips(table, trace, skipped):
    """Problems with what was skipped."""
    with open(table, encoding="utf-8") as file:
        allowed = json.load(file)
    name = os.path.relpath(trace, os.path.dirname(table)).replace(os.sep, "/")
    if name not in allowed:
        return [f"{table} does not have \"{name}\": say there what a replay of it may skip"]
    problems = [f"{reason}: not a reason to skip a line of a recording" for reason in skipped.keys() - REASONS]
    if skipped != allowed[name]:
        problems.append(f"skipped {json.dumps(skipped)}, but {table} has {json.dumps(allowed[name])}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("persimmon", help="the persimmon binary")
    parser.add_argument("--dut", default="both", choices=["rtl", "golden", "both"])
    parser.add_argument("--skips", metavar="TABLE", help="table of the lines that may be skipped")
    parser.add_argument("--profile", metavar="NAME", help="passed on")
    parser.add_argument("--axi", action="store_true", help="passed on; then bursts are counted too")
    parser.add_argument("traces", nargs="+", metavar="TRACE")
    arguments = parser.parse_args()
    failed = 0
    for trace in arguments.traces:
        for problem in check(arguments, trace):
            failed = 1
            print(f"{trace}: {problem}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
