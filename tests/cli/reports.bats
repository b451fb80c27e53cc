#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports.bats - `--report FORMAT[=FILE]`: what goes where. What each format is
# like is for the file of that format.

load isolated
load ipcrash

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    own_directory
    {
        echo '{"type":"campaign","version":1,"tool":"ipcrash 0.1.0","target":["./a"],"cwd":"/","sandbox":"namespaces","plan":{"trials":1}}'
        echo '{"type":"site","site":"a.c:f:shmget:1","role":"0","operation":"shmget","syscall":"shmget","kind":"sysv-shm","action":"acquire","file":"a.c","line":7,"function":"f"}'
        echo '{"type":"trial","id":"a.c:f:shmget:1:return:SIGTERM","short":"00000001","site":"a.c:f:shmget:1","phase":"return","fault":"SIGTERM","policy":"must-clean","verdict":"leaked","end":"exit:0","ms":1,"left":[{"kind":"sysv-shm","id":0,"created_at":"a.c:f:shmget:1"}]}'
    } >log
}

@test "a report without a file is shown instead of the text" {
    ipcrash report --report json log
    [ "$status" -eq 1 ]
    [ "$(jq -r .gate <<<"$output")" = failed ]
    ipcrash report --report=json=- log
    [ "$(jq -r .gate <<<"$output")" = failed ]
}

@test "with a file the text is shown, too" {
    ipcrash report --report json=a.json --report json=b.json log
    [ "$status" -eq 1 ]
    prints '^  Gate    FAILED: 1 finding$'
    [ "$(jq -r '.findings[0].rule' a.json)" = leak.sysv-shm ]
    cmp a.json b.json
    [ -z "$(find . -name '.replace*')" ] # nothing half-written
}

@test "standard output by its name in /dev is standard output" {
    local name

    for name in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
        { echo first; "$IPCRASH" report --report json=$name log || :; } >out
        [ "$(head -n 1 out)" = first ]
        tail -n +2 out | jq -e '.type == "report"' # and no text behind it
        ipcrash report --report tap --report json=$name log
        [ "$status" -eq 2 ]
        says 'both tap and json would go to standard output'
        ipcrash report --report json=$name --gen-suppressions log
        [ "$status" -eq 2 ]
    done
}

@test "run writes them, too" {
    ipcrash run --report json=a.json --report text=a.txt -o out --faults exit \
        -- "$ROOT/$TEST_BUILD/scenarios/shm_atexit-2"
    [ -s out/run.jsonl ]
    jq -e '.cases | length > 0' a.json
    grep -q '^  Gate' a.txt
    prints '^  Gate'
}

@test "what cannot be written is told before anything runs" {
    ipcrash run --report json=none/a.json -- touch ran
    [ "$status" -eq 2 ]
    says 'writing none/a.json: cannot open its directory: No such file or directory'
    [ ! -e ran ]
    ipcrash report --report jsn log
    [ "$status" -eq 2 ]
    says "no format 'jsn', did you mean 'json'?"
    ipcrash report --report json= log
    [ "$status" -eq 2 ]
    says "no file in 'json='"
    ipcrash report --report json --report text log
    [ "$status" -eq 2 ]
    says 'both json and text would go to standard output'
    ipcrash report --report json=a --report text=a log
    [ "$status" -eq 2 ]
    says 'both json and text would go to a'
    ipcrash report --report json=a --report text=./a log
    [ "$status" -eq 2 ]
    says 'both json and text would go to ./a'
    ipcrash report --report html=page --report json=report.css log
    [ "$status" -eq 2 ]
    says 'both html and json would go to report.css'
    ipcrash report --report html=report.css log
    [ "$status" -eq 2 ]
    says 'html puts its report.css there, too'
    ipcrash report --report json --gen-suppressions log
    [ "$status" -eq 2 ]
    says 'both json and --gen-suppressions would go to standard output'
    ipcrash run --report json=a --dry-run -- touch ran
    [ "$status" -eq 2 ]
    says '--dry-run makes no trial'
    [ ! -e a ] && [ ! -e page ] && [ ! -e ran ] && [ ! -e ipcrash.out ]
    # Two pages may share their style.
    ipcrash report --report html=one --report html=two log
    [ "$status" -eq 1 ]
}

@test "a report may go to the folder of the log, also the first time" {
    ipcrash run -o new --report json=new/a.json --faults exit \
        -- "$ROOT/$TEST_BUILD/scenarios/shm_atexit-2"
    jq -e '.cases | length > 0' new/a.json
    ipcrash run -o none --report json=other/a.json -- touch ran
    [ "$status" -eq 2 ]
    [ ! -e none ]
}

@test "no report replaces the log, nor the baseline" {
    mkdir folder
    cp log folder/run.jsonl
    for name in folder/run.jsonl folder/../folder/run.jsonl; do
        ipcrash report --report json=$name folder
        [ "$status" -eq 2 ]
        says "both json and the log would go to folder/run.jsonl"
        ipcrash run -o folder --report json=$name -- touch ran
        [ "$status" -eq 2 ]
        says "both json and the log would go to folder/run.jsonl"
    done
    cmp log folder/run.jsonl
    ipcrash run -o none --report json=none/run.jsonl -- touch ran
    [ "$status" -eq 2 ]
    [ ! -e ran ] && [ ! -e none ]
    "$IPCRASH" baseline -o known log
    cp known kept
    ipcrash report --baseline known --report json=./known log
    [ "$status" -eq 2 ]
    says 'both json and --baseline would go to known'
    cmp known kept
}

@test "files are written though nobody reads standard output any more" {
    mkfifo gone
    : <gone &
    "$IPCRASH" report --report tap --report json=a.json log >gone || :
    wait $! # not for all: the watch of bats is a child, too
    jq -e .gate a.json
    # What is shown where no trial is made is more than a pipe is given at once.
    : <gone &
    "$IPCRASH" run -v --report json=b.json -- \
        sh -c 'yes | head -n 9999; exit 3' >gone || :
    wait $!
    jq -e .gate b.json
}

@test "where no trial is made reports say so, as an error" {
    echo old >page
    ipcrash run --report json=a.json --report tap=a.tap --report html=page \
        --report text=a.txt \
        -- sh -c 'echo why; exit 3'
    [ "$status" -eq 3 ]
    jq -e '.gate == "incomplete" and (.summary |
        test("no trial was made, for the run without a fault exited with 3"))' a.json
    jq -e '.notes | any(test("why"))' a.json
    grep -q '^not ok 1 - ' a.tap
    grep -q '^no trial was made, for the run without a fault exited with 3$' a.txt
    says 'html tells of trials, and none was made: page was not written'
    prints '^BAD  the run without a fault'
    [ ! -e ipcrash.out ]
    ipcrash run --report github -- true
    [ "$status" -eq 4 ]
    prints '^::error .*::the program made no IPC object'
    [ "$(wc -l <<<"$output")" -eq 1 ]
}

@test "one that cannot be written is an error, the others are there" {
    ipcrash report --report json=/dev/full --report text=a.txt log
    [ "$status" -eq 2 ]
    says 'writing /dev/full: cannot write: No space left on device'
    grep -q '^  Gate    FAILED' a.txt
}

@test "a log that is cut off still reports, and says so" {
    head -c -30 log >torn
    ipcrash report --report json torn
    [ "$status" -eq 5 ]
    jq -e '.notes | any(test("cut off"))' <<<"$output"
    [ "$(jq -r .gate <<<"$output")" = incomplete ]
}

@test "every format: the same log, the same bytes, and the page has it" {
    for format in $("$IPCRASH" report --report '?' log 2>&1 |
        sed -nE 's/.*there are (.*)/\1/p' | tr -d ',' | sed 's/;.*//'); do
        ipcrash report --report "$format=1" log
        ipcrash report --report "$format=2" log
        cmp 1 2
        [ -s 1 ]
        grep -q "^\.It Cm $format\$" "$ROOT/docs/ipcrash.1"
        seen+=" $format"
    done
    [[ $seen == " text json"* ]]
}
