#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh - run fuzz targets, see tests/fuzz/fuzz.h.
#
#   tools/fuzz.sh --check               can $CLANG build any?
#   BUILD=DIR tools/fuzz.sh TARGET...   run $BUILD/tests/fuzz/TARGET
#
# For each target, side by side:
# - its corpus, tests/fuzz/corpus/TARGET, must pass and come to every MUST() of
#   its source;
# - with a planted fault it must not pass, or the rest would mean nothing;
# - $FUZZ_RUNS inputs made from that must pass, the same ones each time. 0: as
#   many as fit into $FUZZ_TIME seconds.
# What fails is kept in $BUILD/crashes; a target of that name run with it as its
# argument does it again.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
limit_s=10 # an input that takes longer hangs
memory_mb=2048

check_clang() {
    local made status

    made=$(mktemp)
    echo 'int LLVMFuzzerTestOneInput(const char *, long);
        int LLVMFuzzerTestOneInput(const char *d, long n) { return 0 * d[n]; }' |
        "${CLANG:-clang}" -fsanitize=fuzzer,address,undefined -x c -o "$made" - \
            2>/dev/null
    status=$?
    rm -f "$made"
    [ $status -eq 0 ] && return
    echo "fuzz: ${CLANG:-clang} cannot build a fuzz target: it, or its fuzzer" \
        'runtime, is missing (remedy: tools/install-packages.sh lint fuzz)' >&2
    return 1
}

# failed TARGET WHY [LOG]
failed() {
    echo "  $1 FAILED: $2"
    [ -z "${3-}" ] || tail -n 60 "$3" | sed 's/^/    /'
    return 1
}

# The MUST()s of a source, as fuzz_must() notes them: __LINE__ is where one ends.
musts() {
    awk '/MUST\(/ { inside = 1 }
        inside && /;$/ { print FILENAME ":" FNR; inside = 0 }' "tests/fuzz/$1.c"
}

# replay TARGET LOG: all of its corpus, once.
replay() {
    "$BUILD/tests/fuzz/$1" -runs=0 -timeout=$limit_s -rss_limit_mb=$memory_mb \
        -artifact_prefix="$BUILD/crashes/$1-" "tests/fuzz/corpus/$1" >"$2" 2>&1
}

# What a planted fault leaves is no crash to look at.
plant() {
    FUZZ_PLANT=1 "$BUILD/tests/fuzz/$1" -runs=0 -artifact_prefix="$2/" \
        "tests/fuzz/corpus/$1" >"$2/planted" 2>&1
}

# fuzz TARGET FOLDER LOG: what is found goes to FOLDER.
fuzz() {
    local dictionary=tests/fuzz/dict/$1 limits=(-runs="$FUZZ_RUNS")

    [ "$FUZZ_RUNS" != 0 ] || limits=(-max_total_time="$FUZZ_TIME")
    [ ! -f "$dictionary" ] || limits+=(-dict="$dictionary")
    mkdir "$2"
    "$BUILD/tests/fuzz/$1" "${limits[@]}" -seed=1 -timeout=$limit_s \
        -rss_limit_mb=$memory_mb -print_final_stats=1 \
        -artifact_prefix="$BUILD/crashes/$1-" "$2" "tests/fuzz/corpus/$1" \
        >"$3" 2>&1
}

one() {
    local target=$1 start=$SECONDS missed runs

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    export TMPDIR=$work # what fails tidies up nothing
    FUZZ_REACHED=$work/reached replay "$target" "$work/log" ||
        { failed "$target" 'its corpus does not pass' "$work/log"; return 1; }
    missed=$(comm -23 <(musts "$target" | sort) <(sort -u "$work/reached"))
    [ -z "$missed" ] ||
        { failed "$target" "its corpus does not come to ${missed//$'\n'/, }"
          return 1; }
    ! plant "$target" "$work" ||
        { failed "$target" 'it passes with a planted fault'; return 1; }
    fuzz "$target" "$work/found" "$work/log" ||
        { failed "$target" "see $BUILD/crashes" "$work/log"; return 1; }
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    printf '  %-9s %d inputs in %d s\n' "$target" "$runs" $((SECONDS - start))
}

if [ "${1-}" = --check ]; then
    check_clang
    exit
fi
if [ "${1-}" = --one ]; then
    one "$2"
    exit
fi
: "${BUILD:?}"
export BUILD FUZZ_RUNS=${FUZZ_RUNS:-0} FUZZ_TIME=${FUZZ_TIME:-10}
export UBSAN_OPTIONS=print_stacktrace=1
mkdir -p "$BUILD/crashes"
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" tools/fuzz.sh --one ||
    { echo 'fuzz: FAILED'; exit 1; }
echo "fuzz: passed, $# targets"
