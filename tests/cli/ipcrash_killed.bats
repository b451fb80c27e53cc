#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_killed.bats - whoever of ipcrash is killed, and when: nothing is left
# and --resume comes to the same.
#
# KILLS: how many in the first test, 40 if not given; make soak does
# 200. KILL_SEED: equal seeds choose the same programs, processes and moments.

load isolated
load ipcrash

setup() {
    own_directory
    PATH=${LEAKCHECK%/*}/scenarios:$PATH
    seed=${KILL_SEED:-$RANDOM}
    kills=${KILLS:-40}
    export killing=$BATS_TEST_DIRNAME/killing.bash
    mqueue='[ ! -d /dev/mqueue ] || mount -t mqueue mqueue /dev/mqueue'
}

@test "killed at any moment: nothing is left, --resume has the same verdicts" {
    echo "KILL_SEED=$seed"
    mkdir one two
    isolated "$mqueue
        (cd one && exec bash \"\$killing\" $((kills / 2)) $seed) &
        (cd two && exec bash \"\$killing\" $((kills / 2)) $((seed + 1)))
        wait \$!"
    [ "$status" -eq 0 ]
    [ "$(grep -c "^$((kills / 2)) kills, " <<<"$output")" -eq 2 ]
}

@test "the same on the host" {
    echo "KILL_SEED=$seed"
    isolated "$mqueue
        exec bash \"\$killing\" $((kills / 4)) $seed --host"
    [ "$status" -eq 0 ]
    prints "^$((kills / 4)) kills, "
}

# killed_at_work VICTIMS OPTION: while the target has a segment and a FIFO.
killed_at_work() {
    isolated "$mqueue"'
        what_is_there() { tail -n +2 /proc/sysvipc/shm; ls "$DIR"; }
        [ -z "$(what_is_there)" ]
        ipckill 9 '"$1"' 1 0 lines "$IPCRASH" run '"$2"' --timeout 1s -- \
            ipcodd hold "$DIR/fifo" lines 3>&1 >out 2>err || cat err
        rm lines
        what_is_there'
    [ "$status" -eq 0 ]
    [[ "$output" == "sent "* ]]
    [ "${#lines[@]}" -eq 1 ]
}

@test "killed while the target has a segment and a FIFO: both go" {
    killed_at_work ipcrash-warden --sandbox
    killed_at_work ipcrash-warden --host
    killed_at_work ipcrash,ipcrash-warden --sandbox
    killed_at_work ipcrash,ipcrash-warden --host
    killed_at_work ipcrash,ipcrash-warden,leakcheck-init --sandbox
    killed_at_work ipcrash,ipc-keeper --host
}

@test "pkill -9 ipcrash: what the target had goes" {
    for place in --sandbox --host; do
        isolated '"$IPCRASH" run '$place' -- ipcodd hold fifo lines >out 2>&1 &
            timeout 30 sh -c "until [ -s lines ]; do :; done"
            keeper=$(pgrep -x ipc-keeper)
            pkill -9 ipcrash
            timeout 30 tail -s 0.01 --pid="$keeper" -f /dev/null
            tail -n +2 /proc/sysvipc/shm
            rm lines'
        [ "$status" -eq 0 ]
        [ -z "$output" ]
        [ ! -e fifo ]
    done
}

@test "a warden killed on the host: a process that no tracer follows goes" {
    isolated 'ipckill 9 ipcrash-warden 1 0 "$DIR/lines" \
            "$IPCRASH" run --host --settle 1s -- \
            ipcodd stray "$DIR/lines" 3>&1 >out 2>err'
    [ "$status" -eq 0 ]
    # The warden may be done before it is killed.
    prints '^[a-z]+ exit 3 [12]$'
}

@test "a killed rerun leaves nothing" {
    "$IPCRASH" run --faults SIGTERM --timeout 300ms -- hang-1 >/dev/null 2>&1 ||
        [ $? -eq 1 ]
    id=$(sed -nE 's/.*"short":"([0-9a-f]*)".*"verdict":"hung".*/\1/p' \
        ipcrash.out/run.jsonl | head -n 1)
    for signal in 2 9; do
        ipckill $signal ipcrash 1 0 trace sh -c \
            'exec "$IPCRASH" rerun --timeout 30s "$0" >trace' "$id" \
            3>result </dev/null
        cat result trace
        grep -q "^sent signal $signal " result
        rm trace
    done
}
