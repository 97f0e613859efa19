#!/usr/bin/env bash
# Breaks the machine under `salesbook build` and looks at what is left: the output folder must hold the complete old
# or the complete new site, compared file by file by hash, and a failing build must say so (exit code 2, a path).
#
#   fault.sh kill   [COUNT]   signal 9 at COUNT random moments of a build (100)
#   fault.sh every  [STEP]    signal 9 at every STEP-th file operation of a build (1: every one; needs strace)
#   fault.sh fail   [STEP]    every STEP-th file operation fails, in four ways (1; needs strace)
#   fault.sh full   [COUNT]   the disk is full at COUNT sizes (20; needs root, for a tmpfs of its own)
#   fault.sh together [ROUNDS] eight builds at the same time, ROUNDS times (20)
#
# SALESBOOK names the program (target/release/salesbook), PAGES the size of the book (150).
# Works in a folder of its own below TMPDIR, prints one line with the figures, and exits 1 if any site was broken.
set -uo pipefail

what=${1:-kill}
program=$(realpath "${SALESBOOK:-target/release/salesbook}") || exit 2
pages=${PAGES:-150}
work=$(mktemp -d) || exit 2
book=$work/book place=$work/place out=$work/place/dist
mkdir -p "$book/content/zh/guide" "$place"
trap 'umount "$place" 2>/dev/null; rm -rf "$work"' EXIT

# The whole book in one version: every page carries the word, a part of them never changes.
write_book() {
    printf 'title: 故障手册\nname: fault\nlanguage: zh\n' >"$book/salesbook.yaml"
    printf -- '---\nkind: home\ntitle: 首页\nsummary: 首页。\nprovenance: proposed\n---\n%s\n' "$1" >"$book/content/zh/_index.md"
    printf -- '---\nkind: section\ntitle: 指南\nsummary: 指南。\nprovenance: proposed\n---\n%s\n' "$1" >"$book/content/zh/guide/_index.md"
    local number word
    for ((number = 0; number < pages; number++)); do
        word=$1
        ((number % 3 == 0)) && word=same
        printf -- '---\nkind: guide\ntitle: 第%s页\nsummary: 第%s页。\nprovenance: proposed\n---\n## 一\n\n%s\n' \
            "$number" "$number" "$word" >"$book/content/zh/guide/page-$number.md"
    done
}

build() { "$program" build --root "$book" --out "$out" 2>"$work/messages" >/dev/null; }

# One hash for all names and bytes of the published site; `none` without a site.
hash_of() {
    [ -e "$out" ] || { echo none; return; }
    (cd "$out" && find . -type f -print0 | sort -z | xargs -0 -r sha256sum | sha256sum)
}

leftovers() { find "$place" -mindepth 1 -maxdepth 1 ! -name dist | wc -l; }

# What the two versions look like when nothing goes wrong.
write_book old && build || { cat "$work/messages" >&2; echo "the book cannot be built" >&2; exit 2; }
old=$(hash_of)
write_book new && build || exit 2
new=$(hash_of)
[ "$old" != "$new" ] || { echo "the two versions are the same" >&2; exit 2; }

# Puts the old site in place and the new text into the book.
reset() {
    rm -rf "$place/dist" "$place"/.dist.*
    cp -a "$work/old-site" "$out"
    [ "$(hash_of)" = "$old" ] || { echo "the old site could not be put back" >&2; exit 2; }
}
write_book old && build && cp -a "$out" "$work/old-site" && write_book new

runs=0 kept_old=0 made_new=0 broken=0 dirty=0 unsaid=0
judge() {
    runs=$((runs + 1))
    case $(hash_of) in
        "$old") kept_old=$((kept_old + 1)) ;;
        "$new") made_new=$((made_new + 1)) ;;
        *) broken=$((broken + 1)) && echo "BROKEN: $1" >&2 ;;
    esac
    [ "$(leftovers)" = 0 ] || dirty=$((dirty + 1))
}

# After all that, an undisturbed build must succeed and leave nothing beside the site.
finish() {
    build || { echo "the build after the faults failed" >&2; cat "$work/messages" >&2; broken=$((broken + 1)); }
    [ "$(hash_of)" = "$new" ] && [ "$(leftovers)" = 0 ] || { echo "the build after the faults left something" >&2; ls -A "$place" >&2; broken=$((broken + 1)); }
    echo "$what: $runs runs, old site $kept_old, new site $made_new, broken $broken; with something left beside it $dirty; failed without exit 2 and a path $unsaid ($("$program" --version), $pages pages, $(uname -m))"
    [ "$broken" = 0 ] && [ "$unsaid" = 0 ]
    exit
}

calls=openat,write,mkdir,rename,renameat2,fsync,syncfs,linkat,unlinkat,unlink,rmdir,flock

# How often each of the calls is made in an undisturbed build: `name count` lines.
count_calls() {
    reset
    strace -f -qq -e trace="$calls" -e signal=none -o "$work/calls" "$program" build --root "$book" --out "$out" >/dev/null 2>&1
    sed -E 's/^[0-9]+ +//' "$work/calls" | grep -oE '^[a-z0-9]+' | sort | uniq -c | while read -r count name; do echo "$name $count"; done
}

case $what in
    kill)
        reset
        start=$(date +%s%N)
        build
        took=$((($(date +%s%N) - start) / 1000000 + 1))
        for ((run = 0; run < ${2:-100}; run++)); do
            reset
            setsid "$program" build --root "$book" --out "$out" >/dev/null 2>&1 &
            pause=$((RANDOM * took / 32768))
            sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
            kill -9 -- "-$!" 2>/dev/null
            wait "$!" 2>/dev/null
            judge "killed after $pause ms"
        done
        ;;
    every)
        while read -r name count; do
            for ((when = 1; when <= count; when += ${2:-1})); do
                reset
                # The braces keep the shell's own notice of the death out of the report.
                { strace -f -qq -e trace="$name" -e signal=none -e inject="$name:signal=KILL:when=$when" \
                    -o /dev/null "$program" build --root "$book" --out "$out" >/dev/null; } 2>/dev/null
                judge "killed at $name number $when"
            done
        done <<<"$(count_calls)"
        ;;
    fail)
        while read -r name count; do
            for error in ENOSPC EIO EACCES EMFILE; do
                for ((when = 1; when <= count; when += ${2:-1})); do
                    reset
                    strace -f -qq -e trace="$name" -e signal=none -e inject="$name:error=$error:when=$when" \
                        -o /dev/null "$program" build --root "$book" --out "$out" >/dev/null 2>"$work/messages"
                    code=$?
                    judge "$name number $when answered $error, exit $code"
                    # A failure that did not matter is fine: the new site is there. Otherwise it must be said, with a path.
                    if [ "$code" = 0 ]; then
                        [ "$(hash_of)" = "$new" ] || { unsaid=$((unsaid + 1)); echo "SILENT: $name number $when $error" >&2; }
                    elif { [ "$code" != 2 ] || ! grep -q '`' "$work/messages"; } &&
                        # A file of the author's that cannot be read is reported like a mistake in it: exit 1, with its path.
                        ! { [ "$code" = 1 ] && grep -q 'error\[SB0101\]' "$work/messages"; }; then
                        # Before our own code runs, the dynamic loader reports its own failures; and where writing to
                        # standard error itself was made to fail, nothing can be said.
                        grep -qE 'error while loading|failed printing to stderr' "$work/messages" ||
                            { unsaid=$((unsaid + 1)); echo "UNSAID: $name number $when $error: exit $code: $(head -c 200 "$work/messages")" >&2; }
                    fi
                done
            done
        done <<<"$(count_calls)"
        ;;
    full)
        size=$(du -sk "$work/old-site" | cut -f1)
        steps=${2:-20}
        for ((run = 0; run < steps; run++)); do
            # From hardly any room beside the old site to just under what the new files need.
            room=$((size + 64 + (size - 64) * run / steps / 2))
            mount -t tmpfs -o size="${room}k" tmpfs "$place" || { echo "no tmpfs can be mounted here" >&2; exit 2; }
            reset
            build
            code=$?
            judge "disk of $room KiB, exit $code"
            if [ "$code" != 0 ] && { [ "$code" != 2 ] || ! grep -q '`' "$work/messages"; }; then
                unsaid=$((unsaid + 1))
            fi
            umount "$place"
        done
        ;;
    together)
        reset
        for ((round = 0; round < ${2:-20}; round++)); do
            for builder in 1 2 3 4 5 6 7 8; do
                "$program" build --root "$book" --out "$out" >/dev/null 2>&1 &
            done
            wait
            judge "round $round"
        done
        ;;
    *)
        sed -n '2,/^set/p' "$0" | grep '^#' >&2
        exit 2
        ;;
esac
finish
