#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# soak.sh - what takes too long for each change: does ipcrash say the same 50
# times over, with all processors busy with something else; is nothing left
# after 200 kills; are memory and cost flat over 100,000 trials?
#
#   BUILD=DIR tools/soak.sh [repeat|killed|many]...     default: all
#
# REPEAT, KILLS and TRIALS are other numbers, see the files that are run.
set -euo pipefail

cd "$(dirname "$0")/.."
: "${BUILD:?}"
export LEAKCHECK=$BUILD/leakcheck IPCRASH=$BUILD/ipcrash
export BATS_TEST_TIMEOUT=3600
load=()
trap '[ ${#load[@]} -eq 0 ] || kill "${load[@]}"' EXIT

keep_busy() {
    local i

    for ((i = 0; i < $(nproc); i++)); do
        sh -c 'while :; do :; done' &
        load+=($!)
    done
}

soak_repeat() {
    keep_busy
    REPEAT=${REPEAT:-50} bats tests/cli/manifest*.bats
    kill "${load[@]}"
    load=()
}

soak_killed() {
    KILLS=${KILLS:-200} bats tests/cli/ipcrash_killed.bats
}

soak_many() {
    TINY=$BUILD/tests/bench-tiny tests/bench/many.sh
}

[ $# -gt 0 ] || set -- repeat killed many
for part; do
    declare -F "soak_$part" >/dev/null ||
        { echo "soak.sh: no part '$part'" >&2; exit 2; }
    echo "== $part"
    "soak_$part"
done
