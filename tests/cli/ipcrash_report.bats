#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_report.bats - `ipcrash report`: logs to text, and to an exit status.
# What the text is like is for tests/unit/check_text_report.c.

load isolated
load ipcrash

setup() {
    own_directory
}

# campaign [TRIALS]: the first records, TRIALS planned.
campaign() {
    echo '{"type":"campaign","version":1,"tool":"ipcrash 0.1.0","target":["./a"],"cwd":"/","sandbox":"namespaces","plan":{"trials":'"${1-0}"'}}'
    echo '{"type":"site","site":"a.c:f:shmget:1","role":"0","operation":"shmget","syscall":"shmget","kind":"sysv-shm","action":"acquire","file":"a.c","line":7,"function":"f"}'
}

# trial FAULT VERDICT [POLICY]
trial() {
    local id=a.c:f:shmget:1:return:$1 left=

    case $2 in
    leaked | window) left='{"kind":"sysv-shm","id":0,"created_at":"a.c:f:shmget:1"}' ;;
    esac
    printf '{"type":"trial","id":"%s","short":"%08x","site":"a.c:f:shmget:1","phase":"return","fault":"%s","policy":"%s","verdict":"%s","end":"exit:0","ms":1,"left":[%s]}\n' \
        "$id" "0x$(cksum <<<"$1" | cut -c1-6)" "$1" "${3-must-clean}" "$2" "$left"
}

@test "the exit status is the gate's" {
    { campaign; trial SIGTERM clean; trial SIGKILL leaked may-leak; } >log
    ipcrash report log
    [ "$status" -eq 0 ]
    prints '^  Gate    PASSED: 1 warning$'
    trial SIGHUP leaked >>log
    ipcrash report log
    [ "$status" -eq 1 ]
    prints '^  Gate    FAILED: 1 finding$'
    ipcrash report --error-exitcode=9 log
    [ "$status" -eq 9 ]
    { campaign; trial SIGTERM not-reached; } >log
    ipcrash report log
    [ "$status" -eq 5 ]
    { campaign 2; trial SIGTERM clean; } >log
    ipcrash report log
    [ "$status" -eq 5 ]
    [ "$stderr" = "" ]
}

@test "--strict: windows fail the gate" {
    { campaign; trial SIGTERM window; } >log
    ipcrash report log
    [ "$status" -eq 0 ]
    ipcrash report --strict log
    [ "$status" -eq 1 ]
    sed -i '1s/"plan"/"options":{"strict":true},&/' log
    ipcrash report log
    [ "$status" -eq 1 ]
}

@test "a folder, the default one, several logs" {
    mkdir ipcrash.out other
    { campaign 2; trial SIGTERM clean; } >ipcrash.out/run.jsonl
    { campaign 2; trial SIGHUP leaked; } >other/run.jsonl
    ipcrash report
    [ "$status" -eq 5 ]
    ipcrash report other
    [ "$status" -eq 1 ]
    prints '  rerun:  ipcrash rerun -o other '
    ipcrash report ipcrash.out other/run.jsonl -v
    [ "$status" -eq 1 ]
    prints '2 trials at 1 site: 1 clean, 1 leaked$'
}

@test "logs that cannot be used: status 2 and the place" {
    refused() {
        ipcrash report "$@"
        [ "$status" -eq 2 ]
        [ "$output" = "" ]
    }
    refused
    says 'ipcrash: ipcrash.out: No such file or directory'
    mkdir empty
    refused empty
    says 'ipcrash: empty/run.jsonl: No such file or directory'
    refused /dev/null
    says 'this is no log of ipcrash: it is empty'
    "$LEAKCHECK" snapshot -o snapshot -k sysv-sem
    refused snapshot
    says 'ipcrash: snapshot:1: this is no log of ipcrash'
    { campaign; echo '{"type":"trial"}'; } >log
    refused log
    says 'ipcrash: log:3: '
    campaign | sed '1s/"version":1/"version":2/' >log
    refused log
    says 'log:1: this log has version 2, known is 1'
    campaign >log
    campaign | sed 's|"./a"|"./b"|' >log2
    refused log log2
    says 'log2:1: this is a campaign of another target'
}

@test "a log that was cut off is read as far as it goes" {
    { campaign; trial SIGTERM clean; trial SIGHUP leaked; } >log
    truncate -s -10 log
    ipcrash report log
    [ "$status" -eq 0 ]
    prints 'the last record of the log is cut off'
}

@test "colour: only if wanted, and --color goes first" {
    { campaign; trial SIGTERM leaked; } >log
    ipcrash report log
    is_harmless "$output"
    CLICOLOR_FORCE=1 ipcrash report log
    [[ $output = *$'\e[31mLEAK'* ]]
    CLICOLOR_FORCE=1 ipcrash report --color=never log
    is_harmless "$output"
    NO_COLOR=1 ipcrash report --color=always log
    [[ $output = *$'\e[31m'* ]]
}

@test "--matrix shows points that are clean, -v warnings in full" {
    { campaign; trial SIGTERM clean; trial SIGKILL leaked may-leak; } >log
    ipcrash report log
    run ! grep -q PHASE <<<"$output"
    ipcrash report --matrix log
    prints '^  a\.c:7 shmget  return  \.     l$'
    ipcrash report -v log
    prints '^LEAK 1 of 1 '
}

@test "output that does not arrive is an error" {
    { campaign; trial SIGTERM leaked; } >log
    run --separate-stderr sh -c '"$IPCRASH" report log >/dev/full'
    [ "$status" -eq 2 ]
    says 'cannot write'
}

@test "rerun: which trial is meant must be plain" {
    { campaign; trial SIGTERM leaked; trial SIGHUP leaked; } >log
    sed -i 's/"short":"[0-9a-f]*"/"short":"abcd0123"/' log
    ipcrash rerun -o log abcd
    [ "$status" -eq 2 ]
    says "2 trials are called 'abcd': a.c:f:shmget:1:return:SIG"
    ipcrash rerun -o log 0123
    [ "$status" -eq 2 ]
    says "the log has no trial '0123'"
    ipcrash rerun 0123
    [ "$status" -eq 2 ]
    says 'ipcrash.out: No such file'
}
