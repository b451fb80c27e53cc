#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_stopped.bats - signals, closed outputs, full disks, other people's
# logs: the end is in order, said, and the log is whole.

load isolated
load ipcrash

setup() {
    own_directory
    PATH=${LEAKCHECK%/*}/scenarios:$PATH
    log=ipcrash.out/run.jsonl
}

# What the log has of trials, in an order of its own: "verdict id".
verdicts() {
    sed -nE 's/.*"id":"([^"]*)".*"verdict":"([a-z-]*)".*/\2 \1/p' \
        "${1-ipcrash.out}/run.jsonl" | LC_ALL=C sort
}

# signalled SIGNALS RECORDS LOG COMMAND...: until LOG has so many lines.
# Fails when a process is left.
signalled() {
    local failed=0

    result=$(ipckill "$1" ipcrash "$2" 0 "$3" "${@:4}" \
        3>&1 >out 2>err </dev/null) || failed=1
    echo "$result"
    cat out err
    return $failed
}

# ended STATUS: how that command ended.
ended() {
    [[ $result == "sent exit $1 "* ]]
}

# The log ends with the record that says which signal it was.
log_says() {
    tail -n 1 "$log" | grep -qF '"type":"summary"'
    tail -n 1 "$log" | grep -qF "\"interrupted_by\":\"$1\""
}

number_of() {
    kill -l "$1"
}

@test "a signal in the run without a fault: said, no log, nothing is left" {
    for name in INT TERM HUP; do
        number=$(number_of $name)
        signalled "$number" 1 ready "$IPCRASH" run -- ipcodd hold fifo ready
        ended $((128 + number))
        grep -qF "SIG$name came before the first trial" err
        [ ! -e fifo ]
        [ ! -e ipcrash.out ]
        rm ready
    done
    signalled 15 1 ready "$IPCRASH" list -- ipcodd hold fifo ready
    ended 143
    [ ! -e fifo ]
}

@test "a signal between trials: a whole log with its name" {
    for name in INT TERM HUP; do
        number=$(number_of $name)
        rm -rf ipcrash.out
        signalled "$number" 5 "$log" "$IPCRASH" run --timeout 30s \
            --faults SIGTERM,SIGHUP,SIGINT -- hang-1
        ended $((128 + number))
        log_says "SIG$name"
        grep -qE 'of [0-9]+ trials were made' out
        "$IPCRASH" report >/dev/null || [ $? -eq 5 ] || [ $? -eq 1 ]
    done
}

@test "a second signal: it ends all the same, and the log is whole" {
    signalled 2,2,15,1,2 5 "$log" "$IPCRASH" run --timeout 30s \
        --faults SIGTERM -- hang-1
    [[ $result == 'sent exit 1'* ]]
    tail -n 1 "$log" | grep -qE '"interrupted_by":"SIG(INT|TERM)"'
}

# On a terminal of script(1), with a gdb that dies of it.
@test "Ctrl-C in the gdb of a rerun is for that alone" {
    local status=0

    "$IPCRASH" run --faults SIGHUP --only '*:shmctl:1:before:*' \
        -- shm_atexit-1 >/dev/null 2>&1 || [ $? -eq 1 ]
    id=$(sed -nE 's/.*"short":"([0-9a-f]*)".*/\1/p' "$log")
    mkdir bin
    printf '%s\n' '#!/bin/sh' 'echo ready' 'exec cat' >bin/gdb
    chmod +x bin/gdb
    mkfifo keys
    PATH=$PWD/bin:$PATH env --default-signal=INT script -qfec "exec '$IPCRASH' rerun --gdb $id" \
        script.log <keys >out 2>&1 3>&- &
    exec 4>keys
    timeout 30 sh -c 'until grep -q ready out; do :; done'
    printf '\003' >&4
    wait $! || status=$?
    exec 4>&-
    cat out
    [ "$status" -eq 5 ]
    grep -qE '[0-9a-f]{8}: left to gdb, so there is no verdict.?$' out
}

@test "a signal that is ignored is ignored: nohup" {
    signalled 1,1 12 "$log" env --ignore-signal=HUP \
        "$IPCRASH" run -- shm_atexit-0
    ended 0
    tail -n 1 "$log" | grep -qvF interrupted_by
}

@test "SIGUSR1 tells how far it is, before the trials, too" {
    signalled 10,15 1 ready "$IPCRASH" run -- ipcodd hold fifo ready
    ended 143
    grep -qF 'the run without a fault is not over' err
    signalled 10,15 5 "$log" "$IPCRASH" run --timeout 30s --faults SIGTERM \
        -- hang-1
    ended 143
    grep -qE '^\[ *[0-9]+%\] [0-9]+/[0-9]+ trials' err
}

@test "nobody reads what it says: the log is whole" {
    ipcrash run -- shm_atexit-0
    verdicts >whole
    rm -rf ipcrash.out
    status=0
    "$IPCRASH" run -- shm_atexit-0 2>err >&- || status=$?
    cat err
    [ "$status" -eq 2 ]
    grep -qF 'cannot write to standard output' err
    diff whole <(verdicts)
    rm -rf ipcrash.out
    # Trials of this one are told on stderr as they come.
    ipcrash run -o other -- shm_atexit-1
    "$IPCRASH" run -- shm_atexit-1 2> >(exec true) >out || [ $? -eq 1 ]
    grep -qF 'FAILED' out
    diff <(verdicts other) <(verdicts)
    for trap in 'trap "" PIPE' true; do
        rm -rf ipcrash.out
        (eval "$trap"; "$IPCRASH" run -v -- shm_atexit-1 2>&1) | true
        timeout 30 sh -c 'until grep -qs \"summary\" "$0"; do :; done' "$log"
        diff <(verdicts other) <(verdicts)
    done
}

@test "a full disk: status 2, and --resume goes on when there is room" {
    ipcrash run -o other -- shm_atexit-1
    # shellcheck disable=SC2016
    isolated 'mkdir small; mount -t tmpfs -o size=64k tmpfs small
        head -c 48k /dev/zero >small/filler
        status=0
        "$IPCRASH" run -o small -- shm_atexit-1 || status=$?
        [ "$status" -eq 2 ]
        rm small/filler
        "$IPCRASH" run --resume -o small -- shm_atexit-1 || [ $? -eq 1 ]
        mkdir -p kept; cp small/run.jsonl kept'
    [ "$status" -eq 0 ]
    says 'No space left on device'
    says ' made before)'
    diff <(verdicts other) <(verdicts kept)
}

@test "a folder that cannot be one: status 2" {
    touch file
    ipcrash run -o file -- shm_atexit-0
    [ "$status" -eq 2 ]
    says 'file/run.jsonl: Not a directory'
    ipcrash run -o no/where -- shm_atexit-0
    [ "$status" -eq 2 ]
    says 'no/where: No such file'
    isolated 'mkdir ro; mount -t tmpfs -o ro tmpfs ro
        exec "$IPCRASH" run -o ro -- shm_atexit-0'
    [ "$status" -eq 2 ]
    says 'ro/run.jsonl: Read-only file system'
}

@test "two campaigns on one folder: the second is refused" {
    env --default-signal=INT "$IPCRASH" run --timeout 30s --faults SIGTERM \
        -- hang-1 >out 2>err 3>&- &
    first=$!
    timeout 30 sh -c 'until grep -qs lifetime "$0"; do :; done' "$log"
    cp "$log" before
    for how in '' --resume; do
        # shellcheck disable=SC2086
        ipcrash run $how --faults SIGTERM -- hang-1
        [ "$status" -eq 2 ]
        says 'another ipcrash is writing to ipcrash.out/run.jsonl'
    done
    cmp before "$log"
    [ ! -e "$log.old" ]
    kill -INT "$first"
    wait "$first" || [ $? -eq 130 ]
    log_says SIGINT
}

# torn BYTES: what a campaign leaves that was killed when it had written these.
torn() {
    rm -rf ipcrash.out
    mkdir ipcrash.out
    head -c "$1" whole.jsonl >"$log"
}

@test "--resume goes on with a log that is cut off anywhere" {
    "$IPCRASH" run --faults SIGHUP,SIGTERM -- shm_atexit-1 >/dev/null 2>&1 ||
        [ $? -eq 1 ]
    verdicts >whole
    cp "$log" whole.jsonl
    size=$(wc -c <whole.jsonl)
    header=$(grep -v '"type":"[ts][ru]' whole.jsonl | wc -c)
    for bytes in 0 1 100 $((header / 2)) $((header - 1)) "$header" $((header + 1)) \
        $((header + 500)) $((size / 2)) $((size - 700)) $((size - 1)) "$size"; do
        echo "cut off behind $bytes of $size bytes"
        torn "$bytes"
        ipcrash run --resume --faults SIGHUP,SIGTERM -- shm_atexit-1
        [ "$status" -eq 1 ]
        diff whole <(verdicts)
        [ "$(grep -c '"type":"site"' "$log")" -eq \
            "$(grep -c '"type":"site"' whole.jsonl)" ]
    done
}

@test "--resume refuses a log of other runs and leaves it alone" {
    "$IPCRASH" run --faults SIGHUP -- shm_atexit-1 >/dev/null 2>&1 || [ $? -eq 1 ]
    cp "$log" before
    # another OPTION...: refused.
    another() {
        ipcrash run --resume "$@"
        [ "$status" -eq 2 ]
        cmp before "$log"
    }
    another --faults SIGHUP,SIGTERM -- shm_atexit-1
    says '"faults" of them was another'
    another --faults SIGHUP --only '*:shmctl:*' -- shm_atexit-1
    says '"only" of them was another'
    another --faults SIGHUP --timeout 20s -- shm_atexit-1
    says '"timeout_ms" of them was another'
    another --faults SIGHUP --host -- shm_atexit-1
    says 'the log is of runs in a sandbox'
    another --faults SIGHUP -- shm_atexit-0
    says 'the log is of another command'
    another() {
        run --separate-stderr env -C "$DIR" "$IPCRASH" run --resume "$@"
        [ "$status" -eq 2 ]
        cmp before "$log"
    }
    another -o "$PWD/ipcrash.out" --faults SIGHUP -- shm_atexit-1
    says 'the log is of runs in another directory'
    # How many are made at a time is no matter, nor what is shown of it.
    ipcrash run --resume --faults SIGHUP -j1 -v -- shm_atexit-1
    [ "$status" -eq 1 ]
}

@test "--resume refuses what is no log and leaves it alone" {
    mkdir ipcrash.out
    echo 'my notes' >"$log"
    ipcrash run --resume -- shm_atexit-0
    [ "$status" -eq 2 ]
    says 'this is no log of ipcrash'
    [ "$(cat "$log")" = 'my notes' ]
}
