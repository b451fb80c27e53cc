#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# valgrind.sh - unit tests and programs under Valgrind's memcheck.
#
#   BUILD=DIR tools/valgrind.sh [JOB]...     default: all, see "jobs" below
#
# A job fails when any of its processes reads what was never written or is not
# its own, when one loses memory for good, when the first one, which lives
# longest, ends with a descriptor that it opened itself, or when the exit status
# is not as it should be. Logs of what failed are shown.
#
# The tests do not run as processes of their own (CK_FORK), for each would be
# looked through for lost memory. What of the programs cannot run under Valgrind,
# and why, is in docs/ARCHITECTURE.md, section 15.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
jobs=(unit list snapshot clean run run_host report ipcrash)
: "${BUILD:?}"

# errors PID: what the logs say against it; PID is the first process. Who was
# killed has no summary.
errors() {
    grep -l '^==[0-9]*== ERROR SUMMARY: [1-9]' "$work"/*.log | while read -r log; do
        sed '/^==[0-9]*== /!d; s///' "$log" | head -n 60
    done
    awk '/Open / { open = $0; next }
        open && / at 0x/ { print open; shown = 12 }
        { open = "" }
        shown-- > 0' "$work/$1.log"
}

# memcheck STATUS... -- COMMAND...: one of these statuses is right.
memcheck() {
    local right=() first status wrong

    while [ "$1" != -- ]; do
        right+=("$1")
        shift
    done
    shift
    rm -f "$work"/*.log
    valgrind --error-exitcode=99 --leak-check=full \
        --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --track-fds=yes --log-file="$work/%p.log" "$@" \
        >"$work/output" 2>&1 </dev/null &
    first=$!
    wait $first
    status=$?
    wrong=$(errors $first)
    [[ " ${right[*]} " == *" $status "* ]] ||
        wrong="exit status $status"$'\n'$(tail -n 20 "$work/output")$'\n'$wrong
    [ -n "$wrong" ] || return 0
    printf '%s: %s\n' "$*" "$wrong"
    return 1
}

job_unit() {
    CK_FORK=no CK_DEFAULT_TIMEOUT=0 CK_EXCLUDE_TAGS=slow \
        memcheck 0 -- "$BUILD/tests/unit-tests"
}

job_list() {
    memcheck 0 -- "$BUILD/leakcheck" list --json --watch "$work"
}

job_snapshot() {
    memcheck 0 -- "$BUILD/leakcheck" snapshot --watch "$work" -o "$work/before" &&
        memcheck 0 1 5 -- "$BUILD/leakcheck" diff "$work/before"
}

job_clean() {
    memcheck 0 1 -- "$BUILD/leakcheck" clean --kind fifo --watch "$work"
}

# 77: no sandbox is to be had.
job_run() {
    memcheck 1 77 -- "$BUILD/leakcheck" run --sandbox -- \
        "$BUILD/tests/programs/ipcmake" posix-shm /left
}

job_run_host() {
    memcheck 0 -- "$BUILD/leakcheck" run --host -- true
}

job_report() {
    local log

    for log in tests/fuzz/corpus/log/{a-real-one,found-*}; do
        memcheck 0 1 2 5 -- "$BUILD/ipcrash" report --matrix --verbose \
            --report "html=$work/page.html" "$log" || return
    done
}

# 77: seccomp(2) fails.
job_ipcrash() {
    memcheck 2 -- "$BUILD/ipcrash" run --require 'NOT*' -- true || return
    memcheck 2 -- "$BUILD/ipcrash" run --skip '*:shmta:*' --faults SIGNOT -- true
}

one() {
    local start=$SECONDS said

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    said=$("job_$1") || { printf '  %s FAILED\n%s\n' "$1" "$said"; return 1; }
    printf '  %-9s clean in %d s\n' "$1" $((SECONDS - start))
}

if [ "${1-}" = --one ]; then
    one "$2"
    exit
fi
[ $# -eq 0 ] || jobs=("$@")
command -v valgrind >/dev/null ||
    { echo 'valgrind: not installed (remedy: tools/install-packages.sh subjects)' >&2
      exit 1; }
printf '%s\0' "${jobs[@]}" | xargs -0 -n 1 -P "$(nproc)" tools/valgrind.sh --one ||
    { echo 'valgrind: FAILED'; exit 1; }
echo "valgrind: passed, ${#jobs[@]} jobs"
