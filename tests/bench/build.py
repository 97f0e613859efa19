#!/usr/bin/env python3
"""Measures `salesbook build` against the floor: the least work that any generator must do on the same pages.

    tests/bench/build.py [--pages 100 1000 10000] [--runs 5] [--make-corpus SCRIPT] [--work FOLDER] [--json FILE]

Builds both programs with the release profile, makes the corpora, and runs the programs in turn from an empty output
folder: one warm-up that is not counted, then --runs rounds. Prints medians of processor time (user and system), wall
time and the ratio of each round, and the peak of resident memory of one more run by GNU time. At the end, what a
reader downloads for the first page of the repository's own book, and how many crates the program is made of.
Processor time and the ratio are what counts: wall time depends on what else the machine does. Input and output stand
on tmpfs, for a disk's cost of creating files hides the programs. Linux only, standard library only.
"""
import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CARD = "obj-price-too-high"


def target_folder(manifest):
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--manifest-path", manifest]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["target_directory"]


def program(manifest, name):
    """Builds a program with the release profile and says where it is."""
    subprocess.run(["cargo", "build", "--release", "--quiet", "--bins", "--manifest-path", manifest], check=True)
    return os.path.join(target_folder(manifest), "release", name)


def run_once(command, out, environment):
    """Processor and wall seconds of one run into an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit("%s failed:\n%s" % (" ".join(command), errors.decode(errors="replace")[:4000]))
    return usage.ru_utime + usage.ru_stime, wall


def peak_memory(command, out, environment):
    """MiB by GNU time; the kernel's own figure for a child would include the memory of this script."""
    if not os.path.exists("/usr/bin/time"):
        return None
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.NamedTemporaryFile("r") as report:
        timed = ["/usr/bin/time", "-f", "%M", "-o", report.name] + command
        subprocess.run(timed, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        return int(report.read().split()[-1]) / 1024


def size_of(folder):
    files, size = 0, 0
    for parent, _, names in os.walk(folder):
        files += len(names)
        size += sum(os.path.getsize(os.path.join(parent, name)) for name in names)
    return files, size


def corpus(pages, work, make_corpus):
    """The playbook of so many pages; the corpus is deterministic, so an existing one is used again."""
    plain, book = os.path.join(work, "corpus-%d" % pages), os.path.join(work, "book-%d" % pages)
    if not os.path.exists(os.path.join(plain, "corpus.json")):
        command = [sys.executable, make_corpus, "--flavor", "neutral", "--pages", str(pages), "--out", plain]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, os.path.join(HERE, "to_playbook.py"), plain, book], check=True,
                   stdout=subprocess.DEVNULL)
    return book


def measure(pages, book, programs, work, runs):
    out = os.path.join(work, "out")
    content = os.path.join(book, "content", "zh")
    commands = {
        "floor, 1 thread": ([programs["floor"], content, out], {"FLOOR_THREADS": "1"}),
        "floor, 2 threads": ([programs["floor"], content, out], {"FLOOR_THREADS": "2"}),
        "salesbook check": ([programs["salesbook"], "check", "--root", book], {"RAYON_NUM_THREADS": "2"}),
        "salesbook build": ([programs["salesbook"], "build", "--root", book, "--out", out], {"RAYON_NUM_THREADS": "2"}),
    }
    figures = {name: {"cpu": [], "wall": []} for name in commands}
    for round_number in range(runs + 1):
        for name, (command, extra) in commands.items():
            cpu, wall = run_once(command, out, dict(os.environ, **extra))
            if round_number > 0:
                figures[name]["cpu"].append(cpu)
                figures[name]["wall"].append(wall)
    floor = figures["floor, 2 threads"]
    rows = []
    for name, (command, extra) in commands.items():
        memory = peak_memory(command, out, dict(os.environ, **extra))
        files, size = size_of(out)
        ratios = [ours / least for ours, least in zip(figures[name]["cpu"], floor["cpu"])]
        rows.append({
            "pages": pages, "program": name, "cpu_s": statistics.median(figures[name]["cpu"]),
            "wall_s": statistics.median(figures[name]["wall"]), "cpu_ratio": statistics.median(ratios),
            "peak_mib": memory, "files": files, "output_mib": size / 2 ** 20,
        })
        shutil.rmtree(out, ignore_errors=True)
    return rows


def first_view(salesbook, work):
    """Bytes by gzip of what one card needs before it can be read and used."""
    out = os.path.join(work, "own-book")
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([salesbook, "build", "--root", ROOT, "--out", out], check=True, stdout=subprocess.DEVNULL)
    page = os.path.join(out, "objections", CARD + ".html")
    with open(page, encoding="utf-8") as file:
        html = file.read()
    names = re.findall(r'<(?:script|link)[^>]*\s(?:src|href)="([^"]+\.(?:js|css|svg))"', html)
    files = [page] + [os.path.normpath(os.path.join(os.path.dirname(page), name)) for name in dict.fromkeys(names)]
    sizes = []
    for path in files:
        with open(path, "rb") as file:
            content = file.read()
        sizes.append((os.path.relpath(path, out), len(content), len(gzip.compress(content, 6, mtime=0))))
    shutil.rmtree(out)
    return sizes


def crates():
    command = ["cargo", "tree", "--prefix", "none", "-e", "normal", "--no-dedupe", "--manifest-path",
               os.path.join(ROOT, "Cargo.toml")]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return len({line for line in lines if line.strip()})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--make-corpus", default=os.path.join(ROOT, "..", "shared", "bench", "make_corpus.py"),
                        help="the script that writes the neutral corpus")
    parser.add_argument("--work", default="/dev/shm/salesbook-bench", help="a folder on tmpfs; kept, for the corpora")
    parser.add_argument("--json", help="also write the figures here")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    programs = {
        "salesbook": program(os.path.join(ROOT, "Cargo.toml"), "salesbook"),
        "floor": program(os.path.join(HERE, "floor", "Cargo.toml"), "floor"),
    }
    rows = []
    print("| pages | program | cpu s | wall s | cpu ÷ floor | peak MiB | files | output MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for pages in arguments.pages:
        book = corpus(pages, arguments.work, arguments.make_corpus)
        for row in measure(pages, book, programs, arguments.work, arguments.runs):
            rows.append(row)
            memory = "-" if row["peak_mib"] is None else "%.0f" % row["peak_mib"]
            print("| %d | %s | %.3f | %.3f | %.1f | %s | %d | %.1f |" % (
                row["pages"], row["program"], row["cpu_s"], row["wall_s"], row["cpu_ratio"], memory, row["files"],
                row["output_mib"]), flush=True)
    view = first_view(programs["salesbook"], arguments.work)
    print("\nFirst view of %s: %d bytes by gzip (%d plain)" % (
        CARD, sum(small for _, _, small in view), sum(plain for _, plain, _ in view)))
    for name, plain, small in view:
        print("  %-36s %7d %7d" % (name, plain, small))
    count = crates()
    print("\nCrates, salesbook itself included: %d" % count)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"builds": rows, "first_view": view, "crates": count}, file, ensure_ascii=False, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
