#!/usr/bin/env python3
"""Measures what the program spends on rules that mean harm: each must end within a second and 256 MiB, and say why.

    tests/bench/hostile.py [--program FILE] [--cpu SECONDS] [--memory MIB] [--only WORD] [--all]

Runs the release program, which it builds first unless one is named, on every script that
`cargo test --test suite hostile` left in `target/tmp/hostile/`: `rule run`, `rule js --standalone`, and `check`,
`build`, `test` and `rule eval` of a playbook of two pages with the script as its rule, so that the script's own statements
run whenever a customer is judged. Prints wall time, processor time and the peak of resident memory of what is most
expensive, or of every run with --all. Exit code 1 when one takes more than it may, ends by a signal or a panic, or says
nothing where something is due. Memory is the kernel's own figure, of which some MiB belong to this script.
Linux only, standard library only.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from build import ROOT, program, target_folder  # noqa: E402

# A run that needs more than this is stopped; every limit that is measured lies far below.
MOST_SECONDS = 30
MOST_BYTES = 8 << 30
EXPENSIVE = 10

HOME = "---\nkind: home\ntitle: 小手册\ntool: hostile\n---\n从这里开始。\n"
TOOL = """---
kind: tool
title: 判一判
facts:
  - id: asks
    question: 他先问什么？
    kind: choice
    options:
      - id: proof
        label: 问凭据
      - id: price
        label: 问价钱
outcomes:
  - id: careful
    title: 慎重
---
答不上来就选不清楚。
"""
ENTRY = '\nfn classify(facts) { #{ outcome: "careful", state: "decided" } }\n'
CASES = "- customer: 先问凭据的\n  facts: { asks: proof }\n  outcome: careful\n"


def run(command, cwd):
    """Exit code, processor and wall seconds, MiB, standard output and standard error of one run."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd, preexec_fn=limit)
        # What waits spends no processor time.
        timer = threading.Timer(4 * MOST_SECONDS, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        texts = [file.read().decode(errors="replace") for file in (out, err)]
    return [child.returncode, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024] + texts


def line_fault(end, code, out):
    """What is wrong with the answer of `rule run`."""
    try:
        line = json.loads(out)
    except ValueError:
        return "no canonical line"
    kind = "error" if "error" in line else "value" if "value" in line else "nothing"
    due = {"limit": "error", "error": "error", "value": "value"}.get(end, kind)
    if code != 0 or kind != due:
        return "exit code %d and %s instead of %s" % (code, kind, due)
    return ""


def report_fault(end, code, err):
    """What is wrong with the answer of a command that compiles."""
    if end == "refused" and code != 1 or code not in (0, 1):
        return "exit code %d" % code
    return "it says nothing" if code == 1 and not err.strip() else ""


def playbook(folder, script):
    files = {"salesbook.yaml": "title: 小手册\n", "content/zh/_index.md": HOME, "content/zh/tools/hostile.md": TOOL,
             "rules/hostile.rhai": script + ENTRY, "rules/hostile.cases.yaml": CASES, "facts.json": "{}"}
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)


def measure(salesbook, script, end, work):
    """Rows of command, fault, and what it spent."""
    with open(script, encoding="utf-8", newline="") as file:
        playbook(work, file.read())
    own = {
        "rule run": (["rule", "run", script], lambda code, out, err: line_fault(end, code, out)),
        "rule js": (["rule", "js", script, "--standalone"], lambda code, out, err: report_fault(end, code, err)),
    }
    book = {"check": ["check"], "build": ["build", "--out", os.path.join(work, "dist")], "test": ["test"],
            "rule eval": ["rule", "eval", "hostile", "--facts", os.path.join(work, "facts.json")]}
    # A rule must also judge within its limits, so the playbook's commands may report what is no refusal.
    own.update({name: (command + ["--root", work], lambda code, out, err: report_fault(end, code, out + err))
                for name, command in book.items()})
    for name, (command, judge) in own.items():
        code, cpu, wall, memory, out, err = run([salesbook] + command, work)
        fault = judge(code, out, err)
        if code < 0:
            fault = "ended by signal %d" % -code
        elif "panicked at" in err:
            fault = "panics: " + err[err.index("panicked at"):][:120].replace("\n", " ")
        yield name, fault, cpu, wall, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the program; by default the release build")
    parser.add_argument("--cpu", type=float, default=1.0, help="the most processor seconds of one run")
    parser.add_argument("--memory", type=float, default=256.0, help="the most MiB of one run")
    parser.add_argument("--only", default="", help="only scripts whose name contains this")
    parser.add_argument("--all", action="store_true", help="print every run")
    arguments = parser.parse_args()
    manifest = os.path.join(ROOT, "Cargo.toml")
    folder = os.path.join(target_folder(manifest), "tmp", "hostile")
    if not os.path.exists(os.path.join(folder, "ends.jsonl")):
        raise SystemExit("%s is empty; run `cargo test --test suite hostile` first" % folder)
    salesbook = os.path.abspath(arguments.program or program(manifest, "salesbook"))
    with open(os.path.join(folder, "ends.jsonl"), encoding="utf-8") as file:
        scripts = [json.loads(line) for line in file]
    rows, faults = [], []
    for name, end in scripts:
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory() as work:
            for command, fault, cpu, wall, memory in measure(salesbook, os.path.join(folder, name), end, work):
                row = (cpu, wall, memory, command, name[:-len(".rhai")])
                rows.append(row)
                if not fault and cpu > arguments.cpu:
                    fault = "%.2f s of the processor" % cpu
                if not fault and memory > arguments.memory:
                    fault = "%.0f MiB" % memory
                if fault:
                    faults.append("%s, %s: %s" % (row[4], command, fault))
                    print("FAULT " + faults[-1], file=sys.stderr, flush=True)
    if not rows:
        raise SystemExit("no script has %r in its name" % arguments.only)
    by_cost = sorted(rows, reverse=True)
    by_memory = sorted(rows, key=lambda row: row[2], reverse=True)
    shown = rows if arguments.all else list(dict.fromkeys(by_cost[:EXPENSIVE] + by_memory[:EXPENSIVE]))
    print("| cpu s | wall s | peak MiB | command | script |")
    print("| --- | --- | --- | --- | --- |")
    for row in shown:
        print("| %.2f | %.2f | %.0f | %s | %s |" % row)
    slowest, largest = by_cost[0], by_memory[0]
    print("\n%d runs of %d scripts, %d faults" % (len(rows), len({row[4] for row in rows}), len(faults)))
    print("most processor time: %.2f s, %s of %s" % (slowest[0], slowest[3], slowest[4]))
    print("most memory: %.0f MiB, %s of %s" % (largest[2], largest[3], largest[4]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
