#!/usr/bin/env bash
# Passes all tests, and installs what they need by itself where it can (Debian and Ubuntu, with apt).
# Elsewhere it says precisely what to install and stops; nothing is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }
missing() {
    printf 'tests/run.sh: %s is missing. Install it and run again. On Debian or Ubuntu: apt-get install %s\n' "$1" "$2" >&2
    exit 2
}

# Installs Debian packages when this machine and this user can; else says which.
install() {
    command -v apt-get >/dev/null || missing "$1" "$2"
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || missing "$1" "$2"
        sudo=(sudo)
    fi
    say "installing $2"
    "${sudo[@]}" apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends $2 >/dev/null
}

# A program and the Debian packages that bring it.
need() {
    command -v "$1" >/dev/null && return
    install "$1" "$2"
    command -v "$1" >/dev/null || missing "$1" "$2"
}

command -v cargo >/dev/null || {
    printf 'tests/run.sh: cargo is missing. Install Rust 1.89 or newer with rustup, and run again.\n' >&2
    exit 2
}
need cc "gcc libc6-dev"
need chromium "chromium"
need node "nodejs npm"
need npm "npm"
need fc-list "fontconfig"
[ -n "$(fc-list :lang=zh)" ] || install "a Chinese font" "fonts-noto-cjk"
cargo clippy --version >/dev/null 2>&1 || missing "cargo clippy" "(rustup component add clippy)"
cargo fmt --version >/dev/null 2>&1 || missing "cargo fmt" "(rustup component add rustfmt)"

say "browser test tools"
npm ci --prefix tests/browser --no-audit --no-fund --ignore-scripts
cp tests/browser/package-lock.json tests/browser/node_modules/.lock-of-tests

say "format"
cargo fmt --check

say "lints"
cargo clippy --all-targets --locked -- -D warnings

say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked --quiet

say "unit and suite tests"
cargo test --locked

say "the book itself"
cargo build --locked
SALESBOOK=${SALESBOOK:-$PWD/target/debug/salesbook}
export SALESBOOK
"$SALESBOOK" check
"$SALESBOOK" test

say "browser"
bash tests/browser/run.sh

say "faults"
bash tests/fault/fault.sh kill 100
bash tests/fault/fault.sh together 5

say "all tests passed"
