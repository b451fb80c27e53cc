#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check.sh - run tests, show what failed in full, and list what was skipped.
#
#   BUILD=DIR LEAKCHECK=FILE tools/check.sh STAGE...
#
# Stages: unit and live are programs made with Check; cli and real are folders
# of bats files. A test that cannot run here says so: bats by `skip "why"`,
# Check tests by a line "SKIP test: why" on stdout. The logs are kept in
# $BUILD/check. Fails when a test failed, a stage hung, or one had no result.
# A bats test may take TEST_LIMIT_S seconds, a stage CHECK_LIMIT_S.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
: "${BUILD:?}" "${LEAKCHECK:?}"
logs=$BUILD/check
limit_s=${CHECK_LIMIT_S:-600}
export BATS_TEST_TIMEOUT=${TEST_LIMIT_S:-60}
failed=()
skips=()
mkdir -p "$logs"

# limited LOG COMMAND...: its output goes to LOG, its stdin is empty.
limited() {
    local log=$1
    shift
    timeout --kill-after=10 "$limit_s" "$@" </dev/null >"$log" 2>&1
}

# report STAGE STATUS SUMMARY SECONDS DETAILS: DETAILS is a command that shows
# what is wrong, for a stage that failed.
report() {
    local stage=$1 status=$2 summary=$3 seconds=$4 details=$5

    [ "$status" -ne 124 ] || summary+=", not done after $limit_s s"
    if [ "$status" -eq 0 ]; then
        printf '  %-7s %s in %d s\n' "$stage" "$summary" "$seconds"
        return
    fi
    printf '  %-7s FAILED: %s\n' "$stage" "${summary:-no result}"
    failed+=("$stage")
    $details "$logs/$stage.log" | sed 's/^/    /'
}

note_skips() {
    local stage=$1 line

    while IFS= read -r line; do
        skips+=("$stage: $line")
    done
}

# A program made with Check ends with a line "100%: Checks: 9, Failures: 0, ...".
run_check() {
    local stage=$1 log=$logs/$1.log start=$SECONDS status summary

    limited "$log" "$BUILD/tests/$stage-tests"
    status=$?
    summary=$(sed -n 's/^[0-9]*%: Checks: \(.*\), Failures: 0, Errors: 0$/\1 tests/p
        s/^[0-9]*%: \(Checks: .*\)/\1/p' "$log" | tail -n 1)
    [ -n "$summary" ] || [ "$status" -ne 0 ] || status=1
    note_skips "$stage" < <(sed -nE 's/^SKIP:? +//p' "$log")
    report "$stage" "$status" "$summary" $((SECONDS - start)) cat
}

# TAP: "ok 1 name", "ok 2 name # skip why", "not ok 3 name" and "# details".
failures_of_tap() {
    awk '/^not ok/ { show = 1; print; next } /^ok/ { show = 0 }
        show || !/^(ok|#|1\.\.)/' "$1"
}

run_bats() {
    local stage=$1 log=$logs/$1.log start=$SECONDS status passed plan bad

    if [ -z "$(find "tests/$stage" -name '*.bats' 2>/dev/null)" ]; then
        printf '  %-7s has no tests\n' "$stage"
        return
    fi
    limited "$log" bats --tap --print-output-on-failure "tests/$stage"
    status=$?
    plan=$(sed -n 's/^1\.\.//p' "$log")
    bad=$(grep -c '^not ok' "$log")
    passed=$(grep '^ok' "$log" | grep -cv ' # skip')
    # A plan that was not fulfilled is a failure, whatever bats says.
    [ "$(grep -cE '^(not )?ok' "$log")" = "${plan:-none}" ] || status=${status/#0/1}
    note_skips "$stage" < <(
        sed -nE 's/^ok [0-9]+ (.*) # skip ?\(?(.*[^)])\)?$/\1: \2/p' "$log")
    [ "$bad" = 0 ] && bad='' || bad=", $bad failed"
    report "$stage" "$status" "$passed of ${plan:-0} tests$bad" \
        $((SECONDS - start)) failures_of_tap
}

echo "Tests as $(id -un 2>/dev/null || id -u), kernel $(uname -r)"
for stage; do
    case $stage in
    unit | live) run_check "$stage" ;;
    cli | real) run_bats "$stage" ;;
    *) echo "check.sh: no stage '$stage'" >&2; exit 2 ;;
    esac
done

if [ ${#skips[@]} -gt 0 ]; then
    echo "Skipped, nothing was proved there:"
    printf '%s\n' "${skips[@]}" | uniq -c |
        sed -E 's/^ *1 /  /; s/^ *([0-9]+) (.*)/  \2 (\1 times)/'
fi
if [ ${#failed[@]} -gt 0 ]; then
    echo "check: FAILED: ${failed[*]} (logs: $logs)"
    exit 1
fi
echo "check: passed, ${#skips[@]} skipped"
