#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_stuck.bats - wardens that do not answer: stopped, or held by a
# debugger. Every wait for them has an end, and nothing is left.
#
# order: first, most of a minute is waiting

load isolated
load ipcrash

setup() {
    own_directory
    PATH=${LEAKCHECK%/*}/scenarios:$PATH
    log=ipcrash.out/run.jsonl
}

# Nothing of a test that failed may stay.
teardown() {
    for pid in ${warden-} ${keeper-} ${campaign-}; do
        kill -KILL "$pid" 2>/dev/null || :
    done
}

# children_of PID: sets the array `children`.
children_of() {
    IFS=' ' read -r -d '' -a children <"/proc/$1/task/$1/children" || :
}

# until_there FILE TEXT: wait until it has that.
until_there() {
    timeout 30 sh -c 'until grep -qs "$1" "$0"; do :; done' "$1" "$2"
}

# Sets $keeper and $warden; fails while they are not there.
find_warden() {
    children_of "$campaign"
    keeper=${children[0]-}
    [ -n "$keeper" ] && children_of "$keeper" 2>/dev/null || return 1
    warden=${children[0]-}
    [ -n "$warden" ] &&
        [ "$(cat "/proc/$warden/comm" 2>/dev/null)" = ipcrash-warden ]
}

# begin FILE TEXT ARGUMENT...: start ipcrash, and wait until FILE has TEXT and
# there is a warden: sets $campaign, $keeper and $warden.
begin() {
    local deadline=$((SECONDS + 30))

    rm -rf ipcrash.out
    env --default-signal=INT "$IPCRASH" run -j1 "${@:3}" >out 2>err 3>&- &
    campaign=$!
    until_there "$1" "$2"
    until find_warden; do
        [ $SECONDS -lt $deadline ]
    done
}

# In the middle of a trial that takes long.
begin_trial() {
    begin "$log" lifetime --timeout 30s --faults SIGTERM -- hang-1
}

# freeze PID: until it dies.
freeze() {
    ipcfreeze "$1" >frozen 3>&- &
    until_there frozen frozen || skip "no process may be held by ptrace"
}

# ended STATUS [SECONDS]: how it ended, with nothing left, before a stuck one
# would.
ended() {
    local status=0 pid

    for pid in $campaign $keeper $warden; do
        timeout "${2-38}" tail -s 0.01 --pid="$pid" -f /dev/null
    done
    wait "$campaign" || status=$?
    campaign='' keeper='' warden=''
    cat out err
    [ "$status" -eq "$1" ]
}

# The log ends with the record that says which signal it was.
log_says() {
    tail -n 1 "$log" | grep -qF '"type":"summary"'
    tail -n 1 "$log" | grep -qF "\"interrupted_by\":\"$1\""
}

@test "stopped in a trial: killed, told, and another one makes it" {
    ipcrash run -o other --timeout 500ms --settle 100ms -- shm_atexit-1
    result=$(ipckill 19 ipcrash-warden 8 0 "$log" "$IPCRASH" run -j1 \
        --timeout 500ms --settle 100ms -- shm_atexit-1 3>&1 >out 2>err)
    cat out err
    [[ $result == 'sent exit 1'* ]]
    grep -qE '^ +AGAIN +scenarios/shm_atexit\.c:.* did not answer within 22\.9 s and was killed$' err
    diff <(verdicts other) <(verdicts)
}

# As when a container is frozen: the target waits for its tracer.
@test "stopped, and continued: the target did not take that long" {
    begin ready '' --timeout 1s --faults SIGTERM \
        --only '*:shmctl:1:before:*' -- ipcodd nap ready 300
    kill -STOP "$warden"
    timeout 2 tail -f /dev/null || [ $? -eq 124 ]
    kill -CONT "$warden"
    ended 0
    [[ $(verdicts) == 'clean '* ]]
}

@test "stopped, then Ctrl-C: it goes on for that" {
    begin_trial
    kill -STOP "$warden"
    kill -INT "$campaign"
    ended 130
    log_says SIGINT
    begin_trial
    kill -STOP "$keeper" "$warden"
    kill -INT "$campaign"
    ended 130
    log_says SIGINT
}

@test "held by a debugger, then Ctrl-C: killed when it had its time" {
    begin_trial
    freeze "$warden"
    kill -INT "$campaign"
    ended 130
    log_says SIGINT
}

@test "held, then Ctrl-C twice: killed at once, and what it had made is gone" {
    begin ready '' -- ipcodd hold fifo ready
    freeze "$warden"
    [ -p fifo ]
    # Two equal ones may become one on their way.
    kill -INT "$campaign"
    kill -TERM "$campaign"
    ended 143 12
    [ ! -e fifo ]
    grep -qF 'SIGTERM came before the first trial' err
}

@test "held, and ipcrash killed: its keeper ends it" {
    begin ready '' -- ipcodd hold fifo ready
    freeze "$warden"
    kill -KILL "$campaign"
    ended 137
    [ ! -e fifo ]
}
