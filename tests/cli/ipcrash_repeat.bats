#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_repeat.bats - trials that are repeated and do not come to the same
# each time: what counts, what is told, and what --resume goes on with.

load isolated
load ipcrash

setup() {
    own_directory
    command -v jq >/dev/null || skip "jq is not installed"
    log=ipcrash.out/run.jsonl
}

# moody OPTION...: one trial of a program that leaks it while the file `mood`
# is there, which it removes then. --only: at one point.
moody() {
    ipcrash run -j1 --only '*:shmctl:1:before:SIGTERM' \
        --faults SIGTERM "$@" -- ipcodd moody mood
}

# repetitions VERDICT...: what the log has, by repetition.
repetitions() {
    diff <(printf '%s\n' "$@") <(jq -r 'select(.type == "trial") |
        "\(.repetition // 1) \(.verdict)"' "$log")
}

@test "--repeat: the worst counts, and how often it came is told" {
    touch mood
    moody --repeat 3
    [ "$status" -eq 1 ]
    repetitions '1 leaked' '2 clean' '3 clean'
    prints '^  runs:   2 clean, 1 leaked of the repetitions;'
    prints '^note:     1 trial came to different verdicts when repeated,'
    prints '^  Summary .* 1 trial at [0-9]+ sites: 1 leaked$'
    tail -n 1 "$log" | jq -e '.unsteady == 1 and .gate == "failed" and
        .trials == 1 and .findings[0].faults == ["SIGTERM"]'
    said=$(sed -n '/^LEAK/,/ Gate /p' <<<"$output")
    ipcrash report
    [ "$status" -eq 1 ]
    [ "$(sed -n '/^LEAK/,/ Gate /p' <<<"$output")" = "$said" ]
    moody --repeat 3
    [ "$status" -eq 0 ]
    repetitions '1 clean' '2 clean' '3 clean'
    [[ $output != *'different verdicts'* ]]
}

@test "--repeat: a run that hung does not hide behind one that leaked" {
    touch mood
    moody --repeat 3
    sed -i '/"repetition":2/s/"verdict":"clean"/"verdict":"hung"/' "$log"
    ipcrash report --report json
    [ "$status" -eq 1 ]
    jq -e '.cases[0].tells.runs == ["1 clean, 1 leaked, 1 hung of the repetitions; the worst counts"]' <<<"$output"
    jq -e '[.findings[].rule] == ["leak.sysv-shm", "hung"]' <<<"$output"
    "$IPCRASH" baseline -o known
    ipcrash report --baseline known
    [ "$status" -eq 0 ]
    grep -v hung known >less
    ipcrash report --baseline less
    [ "$status" -eq 1 ]
    prints '^HUNG 1 of 1 '
}

@test "--resume makes the repetitions that are missing" {
    touch mood
    moody --repeat 3
    head -n -2 "$log" >torn
    for missing in 0 1; do
        head -n "-$missing" torn >"$log"
        moody --repeat 3 --resume
        [ "$status" -eq 1 ]
        repetitions '1 leaked' '2 clean' '3 clean'
        says "($((2 - missing)) made before)"
    done
    # None is missing: none is made.
    moody --repeat 3 --resume
    [ "$status" -eq 1 ]
    repetitions '1 leaked' '2 clean' '3 clean'
    # More are wanted now. Killed, it leaves fewer.
    moody --repeat 4 --resume
    [ "$status" -eq 1 ]
    repetitions '1 leaked' '2 clean' '3 clean' '4 clean'
    sed -i '/"repetition":4/,$d' "$log"
    ipcrash report
    prints '^note:     3 of 4 repetitions of trials were made;'
    # A broken one is made again.
    sed -i '/"repetition":2/s/"verdict":"clean"/"verdict":"broken"/' "$log"
    moody --repeat 3 --resume
    [ "$status" -eq 1 ]
    repetitions '1 leaked' '2 broken' '3 clean' '2 clean'
    prints '^  runs:   2 clean, 1 leaked of the repetitions;'
}

@test "--repeat: more than can be made is refused" {
    ipcrash run --repeat 9223372036854775809 --faults SIGTERM -- ipcodd mark
    [ "$status" -eq 2 ]
    says 'trials are too many'
    [ ! -e ipcrash.out ]
}
