#!/usr/bin/env bash
# Changes the compiler of rules and the page's scripts in small ways and looks whether the tests notice.
#
#   run.sh [SEED [COMPILER [SCRIPTS]]]   so many mutants of each kind, drawn from the seed (2026 400 600)
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --quiet --manifest-path tests/mutation/Cargo.toml --target-dir target/mutation/tool
exec target/mutation/tool/debug/mutation "$@"
