#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check.sh - run tests, show what failed in full, and list what was skipped.
#
#   BUILD=DIR LEAKCHECK=FILE tools/check.sh STAGE...
#
# Stages: unit and live are programs made with Check; cli and real are folders
# of bats files. A test that cannot run here says so: bats by `skip "why"`,
# Check tests by a line "SKIP test: why" on stdout. The logs are kept in
# $BUILD/check. Fails when a test failed, a stage hung, or one had no result;
# with SKIPS=none also when one was skipped and tests/skips.txt does not excuse
# it. A bats test may take TEST_LIMIT_S seconds, a file or program of tests
# CHECK_LIMIT_S: long, for a test that waits on a loaded machine does not hang.
#
# Bats files run side by side, JOBS at a time: most of what they do is to wait.
# One may say in its head
#
#   # order: first, WHY     it takes long: start it before the others
#   # order: alone, WHY     it would see what the others make, or they it
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
: "${BUILD:?}" "${LEAKCHECK:?}"
# What a make has for its own jobs is not for compilers that tests call.
unset MAKEFLAGS MFLAGS MAKELEVEL
logs=$BUILD/check
jobs=${JOBS:-$((2 * $(nproc)))}
limit_s=${CHECK_LIMIT_S:-1800}
export BATS_TEST_TIMEOUT=${TEST_LIMIT_S:-120}
failed=()
skips=()  # "stage: test", a tab, the reason
counts=() # "unit 1259": what passed
passed_count=0
failed_count=0
mkdir -p "$logs"

# When we are ended so are the tests: timeout(1) passes it on.
stop() {
    jobs -p | xargs -r kill
    exit 130
}
trap stop INT TERM

# limited LOG COMMAND...: its output goes to LOG, its stdin is empty.
limited() {
    timeout --kill-after=10 "$limit_s" "${@:2}" </dev/null >"$1" 2>&1 &
    wait $!
}

# report STAGE STATUS PASSED FAILED SECONDS DETAILS: DETAILS is a command that
# shows what is wrong, for a stage that failed.
report() {
    local stage=$1 status=$2 passed=$3 wrong=$4 seconds=$5 details=$6
    local summary="$passed passed"

    # Something is wrong, though no test says so.
    [ "$status" -eq 0 ] || [ "$wrong" -gt 0 ] || wrong=1
    [ "$wrong" -eq 0 ] || summary+=", $wrong failed"
    [ "$status" -ne 124 ] || summary+=", not done after $limit_s s"
    counts+=("$stage $passed")
    passed_count=$((passed_count + passed))
    failed_count=$((failed_count + wrong))
    if [ "$status" -eq 0 ]; then
        printf '  %-7s %s in %d s\n' "$stage" "$summary" "$seconds"
        return
    fi
    printf '  %-7s FAILED: %s\n' "$stage" "$summary"
    failed+=("$stage")
    $details "$logs/$stage.log" | sed 's/^/    /'
}

# note_skips STAGE: of stdin, lines "test<TAB>reason".
note_skips() {
    local line

    while IFS= read -r line; do
        skips+=("$1: $line")
    done
}

# A program made with Check ends with a line
# "98%: Checks: 90, Failures: 1, Errors: 1"
run_check() {
    local stage=$1 log=$logs/$1.log start=$SECONDS status numbers

    limited "$log" "$BUILD/tests/$stage-tests"
    status=$?
    read -ra numbers < <(sed -nE \
        's/^[0-9]+%: Checks: ([0-9]+), Failures: ([0-9]+), Errors: ([0-9]+)$/\1 \2 \3/p' \
        "$log" | tail -n 1)
    [ ${#numbers[@]} -eq 3 ] || { numbers=(0 0 0); status=${status/#0/1}; }
    note_skips "$stage" < <(sed -nE 's/^SKIP ([^:]*): (.*)/\1\t\2/p' "$log")
    report "$stage" "$status" \
        $((numbers[0] - numbers[1] - numbers[2] - $(grep -cE '^SKIP ' "$log"))) \
        $((numbers[1] + numbers[2])) $((SECONDS - start)) cat
}

# TAP: "ok 1 name", "ok 2 name # skip why", "not ok 3 name" and "# details".
failures_of_tap() {
    awk '/^not ok/ { show = 1; print; next } /^ok/ { show = 0 }
        show || !/^(ok|#|1\.\.)/' "$1"
}

# ordered STAGE WORD: the files whose head has this order; "" is any place.
ordered() {
    local file

    for file in "tests/$1"/*.bats; do
        [ "$(sed -nE '/^$/q; s/^# order: ([a-z]+), .*/\1/p' "$file")" != "$2" ] ||
            echo "$file"
    done
}

# Its log, and whether all went well. A plan that was not fulfilled is a failure,
# whatever bats says.
run_file() {
    local log=$logs/$1/${2##*/} status plan

    trap stop TERM # not inherited
    limited "$log.log" bats --tap --print-output-on-failure "$2"
    status=$?
    plan=$(sed -n 's/^1\.\.//p' "$log.log")
    [ "$(grep -cE '^(not )?ok' "$log.log")" = "${plan:-none}" ] ||
        status=${status/#0/1}
    echo "$status" >"$log.status"
}

# run_files STAGE JOBS FILE...
run_files() {
    local stage=$1 at_a_time=$2 file

    for file in "${@:3}"; do
        while [ "$(jobs -pr | wc -l)" -ge "$at_a_time" ]; do
            wait -n
        done
        run_file "$stage" "$file" &
    done
    wait
}

run_bats() {
    local stage=$1 log=$logs/$1.log start=$SECONDS side_by_side alone

    mapfile -t side_by_side < <(ordered "$stage" first; ordered "$stage" '')
    mapfile -t alone < <(ordered "$stage" alone)
    rm -rf "${logs:?}/$stage"
    mkdir "$logs/$stage"
    run_files "$stage" "$jobs" "${side_by_side[@]}"
    run_files "$stage" 1 "${alone[@]}"
    cat "$logs/$stage"/*.log >"$log"
    note_skips "$stage" < <(
        sed -nE 's/^ok [0-9]+ (.*) # skip ?\(?(.*[^)])?\)?$/\1\t\2/p' "$log")
    report "$stage" "$(sort -n "$logs/$stage"/*.status | tail -n 1)" \
        "$(grep '^ok' "$log" | grep -cv ' # skip')" \
        "$(grep -c '^not ok' "$log")" $((SECONDS - start)) failures_of_tap
}

# is_excused REASON: a line of tests/skips.txt is in it.
is_excused() {
    grep -vE '^(#|$)' tests/skips.txt | REASON=$1 awk '
        index(ENVIRON["REASON"], $0) { found = 1 } END { exit !found }'
}

show_skips() {
    echo "Skipped, nothing was proved there:"
    printf '%s\n' "${skips[@]}" | uniq -c | sed -E 's/\t/: /
        s/^ *1 /  /; s/^ *([0-9]+) (.*)/  \2 (\1 times)/'
}

# Those that SKIPS=none does not let pass.
forbid_skips() {
    local skip

    for skip in "${skips[@]}"; do
        is_excused "${skip#*$'\t'}" && continue
        echo "Not excused by tests/skips.txt: ${skip#*$'\t'}"
        failed+=(skips)
    done
}

# What the campaigns over the scenarios were held against.
count_manifest() {
    awk -F'\t' '!/^(#|$)/ {
            scenarios += !($1 in seen); seen[$1]
            variants += !(($1, $2) in seen); seen[$1, $2]
            cells++
        }
        END {
            printf "manifest: %d scenarios, %d variants, %d cells\n",
                scenarios, variants, cells
        }' scenarios/manifest.tab
}

echo "Tests as $(id -un 2>/dev/null || id -u), kernel $(uname -r)"
for stage; do
    case $stage in
    unit | live) run_check "$stage" ;;
    cli | real) run_bats "$stage" ;;
    *) echo "check.sh: no stage '$stage'" >&2; exit 2 ;;
    esac
done

[[ " $* " != *" cli "* ]] || [ ! -e scenarios/manifest.tab ] || count_manifest
[ ${#skips[@]} -eq 0 ] || show_skips
[ "${SKIPS-}" != none ] || forbid_skips
echo "tests: $(printf '%s\n' "${counts[@]}" | paste -sd, | sed 's/,/, /g')"
printf 'check: %d passed, %d failed, %d skipped\n' $passed_count $failed_count \
    ${#skips[@]}
if [ ${#failed[@]} -gt 0 ]; then
    echo "check: FAILED: $(printf '%s\n' "${failed[@]}" | uniq | xargs) (logs: $logs)"
    exit 1
fi
