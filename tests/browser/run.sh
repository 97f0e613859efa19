#!/usr/bin/env bash
# Builds the book with `$SALESBOOK` (the debug build unless named) and tries it in a real browser.
# `$CHROMIUM` names the browser. Installs the pinned tools by itself; exits non-zero on any failure.
set -euo pipefail
cd "$(dirname "$0")"

missing() {
    printf 'tests/browser/run.sh: %s is missing. On Debian or Ubuntu: %s\n' "$1" "$2" >&2
    exit 2
}
command -v node >/dev/null || missing "node" "apt-get install nodejs npm (18 or newer)"
command -v npm >/dev/null || missing "npm" "apt-get install npm"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || missing "node 18 or newer" "apt-get install nodejs from a newer release"
CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
[ -x "$CHROMIUM" ] || missing "$CHROMIUM" "apt-get install chromium fonts-noto-cjk, or set CHROMIUM to a Chromium or Chrome"
SALESBOOK=$(realpath -m "${SALESBOOK:-../../target/debug/salesbook}")
[ -x "$SALESBOOK" ] || missing "$SALESBOOK" "run \`cargo build\` first, or set SALESBOOK to the program"
export CHROMIUM SALESBOOK

# The lock file decides; what is installed already and matches it is kept.
if ! cmp -s package-lock.json node_modules/.lock-of-tests; then
    npm ci --no-audit --no-fund --ignore-scripts
    cp package-lock.json node_modules/.lock-of-tests
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A path such as people have: Chinese, a space, and characters that addresses must escape.
SALESBOOK_DIST="$work/销售 手册#1 100%/dist"
mkdir -p "$(dirname "$SALESBOOK_DIST")"
export SALESBOOK_DIST
"$SALESBOOK" build --root ../.. --out "$SALESBOOK_DIST"

node_modules/.bin/tsc -p .

# Two files at a time: one browser each.
files=("$@")
[ ${#files[@]} -gt 0 ] || files=(*.test.mjs)
node --test --test-concurrency=2 --test-reporter=spec "${files[@]}"
