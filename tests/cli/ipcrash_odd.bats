#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_odd.bats - targets that are no good guests, and what thousands of
# trials leave in ipcrash itself: tests/programs/ipcodd.c.

load isolated
load ipcrash

setup() {
    own_directory
}

# What the log has of trials, in an order of its own: "verdict id".
verdicts() {
    sed -nE 's/.*"id":"([^"]*)".*"verdict":"([a-z-]*)".*/\2 \1/p' \
        "$1/run.jsonl" | LC_ALL=C sort
}

# As if it did nothing in between: ipcodd WAY [ARG].
like_tiny() {
    ipcrash run -o tiny -- ipcodd tiny
    ipcrash run -o odd -- ipcodd "$@"
    [ "$status" -eq 1 ]
    [ "$(verdicts tiny | wc -l)" -gt 10 ]
    diff <(verdicts tiny) <(verdicts odd)
}

@test "writes a megabyte: the same verdicts, and the end of it is kept" {
    like_tiny pour
}

@test "writes without end: ended in time" {
    ipcrash run --timeout 300ms -- ipcodd flood
    [ "$status" -eq 3 ]
    prints 'did not end in time'
}

@test "writes and dies by a signal" {
    ipcrash run -- ipcodd die
    [ "$status" -eq 3 ]
    prints 'SIGTERM'
    ipcrash run --allow-leaky-baseline --faults SIGINT -- ipcodd die
    [ "$status" -eq 1 ]
}

# A blocked fault of the processor ends the process, whatever handler there is;
# abort(3) gets through to the handler. signal(7)
@test "blocks all signals: a fault leaks as a real one does, abort() does not" {
    run "$LEAKCHECK" run -- ipcodd fence crash
    prints '1 object left behind'
    ipcrash run --faults SIGSEGV,SIGABRT,SIGBUS --require 'SIG*' \
        --only '*:fence:rt_sigprocmask:2:before:*' -- ipcodd fence idle
    [ "$status" -eq 1 ]
    [ "$(verdicts ipcrash.out | sed 's/ .*:/ /')" = "clean SIGABRT
leaked SIGSEGV
not-available SIGBUS" ]
    prints 'why:    SIGSEGV: it was blocked: a fault then ends the process, and'
}

# No program can call exit() when its thread's function has returned.
@test "a thread ends: no exit() there" {
    ipcrash run --dry-run --faults exit,SIGTERM -- ipcodd part
    prints ':start_thread:rt_sigprocmask:[0-9]+:before:SIGTERM$'
    [[ $output != *:start_thread:*:exit* ]]
    prints ', [1-9] of exit in the middle of a call of libc left out'
}

@test "closes all its descriptors" {
    like_tiny close
}

@test "leaves a process that cannot be traced: orphaned, and it is ended" {
    isolated '"$1" i386' "${LEAKCHECK%/*}/tests/tracees/owner"
    [ "$status" -eq 0 ] || skip "no 32-bit calls here"
    for place in --sandbox --host; do
        isolated 'set -- --settle 200ms '"$place"'
            "$IPCRASH" run "$@" -- ipcodd stray lines || [ $? -eq 3 ]
            "$IPCRASH" run "$@" --allow-leaky-baseline --faults SIGINT \
                -- ipcodd stray lines || [ $? -eq 1 ]
            ! pgrep -x ipcodd'
        [ "$status" -eq 0 ]
        prints '^  stays:  pid [0-9]+: ipcodd stray lines$'
        [ "$(verdicts ipcrash.out | grep -c '^orphaned ')" -ge 1 ]
    done
}

@test "a directory in /dev/shm: the next run does not meet it" {
    ipcrash run --faults SIGKILL -- ipcodd nest
    [ "$status" -eq 0 ]
    [ "$(verdicts ipcrash.out | cut -d" " -f1 | sort -u)" = leaked ]
}

# Not even for the objects of the host that can be seen then.
@test "unmounts /dev/shm: not judged, and the host's is not touched" {
    [ "$(id -u)" -eq 0 ] || skip "root is needed to unmount it"
    isolated 'echo >/dev/shm/of_the_host
        "$IPCRASH" run --sandbox --faults SIGKILL -- ipcodd bare || echo $?
        ls /dev/shm'
    [ "$status" -eq 0 ]
    prints '^70$'
    [ "${lines[-1]}" = of_the_host ]
    says "unmounted the sandbox's"
}

@test "the time to settle is that in which nothing is done" {
    # However long a process needs for its work, as on a busy machine.
    ipcrash run --settle 100ms --faults exit --only '*:exit' -- ipcodd toil 400
    [ "$status" -eq 0 ]
    prints ' clean$'
    ipcrash run --settle 100ms --faults exit --only '*:exit' -- ipcodd rouse 400
    [ "$status" -eq 0 ]
    # It begins anew with a fault.
    ipcrash run --settle 400ms --faults SIGTERM --only '0.1/*:shmctl:*' \
        -- ipcodd dawdle 250
    [ "$status" -eq 0 ]
    prints ' 1 clean$'
    ipcrash run --settle 100ms --faults SIGTERM -- ipcodd dawdle 60000
    [ "$status" -eq 3 ]
    prints '^  stays:  pid [0-9]+: ipcodd dawdle 60000$'
    # But not for ever.
    ipcrash run --settle 100ms --timeout 1s --faults SIGTERM \
        -- ipcodd toil 60000
    [ "$status" -eq 3 ]
    prints '^  stays:  pid [0-9]+: ipcodd toil 60000$'
}

@test "exit in the middle of malloc is not tried, and that is said" {
    [[ ${TEST_CFLAGS-} != *-fsanitize=* ]] ||
        skip "the malloc of a sanitizer is another"
    ipcrash run --points syscalls --equal=0 --faults exit,_exit \
        --only '*:grow:*' --timeout 1s -- ipcodd grow
    [ "$status" -eq 0 ]
    # The call is there, and others are made at it.
    grep -qF ':brk:1:before:_exit"' ipcrash.out/run.jsonl
    run ! grep -F ':brk:1:before:exit"' ipcrash.out/run.jsonl
    # What the program calls itself is tried.
    grep -F ':write:1:before:exit"' ipcrash.out/run.jsonl |
        grep -qF '"verdict":"clean"'
    run ! grep -E 'before:exit".*"verdict":"hung"' ipcrash.out/run.jsonl
    ipcrash report
    prints '^note: +exit was not tried at [0-9]+ points? in the middle of a'
    ipcrash run --points syscalls --faults exit --dry-run -- ipcodd grow
    prints ', [0-9]+ of exit in the middle of a call of libc left out'
}

@test "reads its input, from the begin in each run" {
    echo hello >input
    ipcrash run -o nothing -- ipcodd read hello
    [ "$status" -eq 3 ]
    ipcrash run -o tiny -- ipcodd tiny
    ipcrash run -o odd --input input -- ipcodd read hello
    diff <(verdicts tiny) <(verdicts odd)
    ipcrash run --input nowhere -- ipcodd read hello
    [ "$status" -eq 2 ]
    says 'nowhere: No such file'
}

# left GLOB ARG HELD VALUE: how the set of `ipclock ARG` is left.
left() {
    ipcrash run -v --faults SIGKILL --only "*:$1:SIGKILL" -- ipclock "$2"
    [ "$status" -eq 0 ]
    prints '1 leaked \(1 allowed\)$'
    prints "values $4,"
    [ "$(grep -cF '"held":true' ipcrash.out/run.jsonl)" -eq "$3" ]
    [ "$(grep -cF '; held: who' <<<"$output")" -eq "$3" ]
}

@test "a semaphore that semop(+1) has made: held, or used up" {
    left 'take:*:return' lock 1 0
    left 'give:*:2:before' lock 1 0
    left 'give:*:1:before' lock 0 0
    left 'take:*:before' lock 0 1
    left 'give:*:2:return' lock 0 1
    # What one gives the other takes: at 0 is how it should be.
    left 'semctl:1:before' feed 0 0
}

# children_of PID: sets the array `children`.
children_of() {
    IFS=' ' read -r -d '' -a children <"/proc/$1/task/$1/children" || :
}

# resident PID: in kilobytes.
resident() {
    sed -n 's/^VmRSS:[ \t]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

# The least of many looks, for in a trial there are more of each: sets
# $descriptors and $zombies of the warden.
least() {
    local look fds zombies_now child children state

    descriptors=1000 zombies=1000
    for ((look = 0; look < 50; look++)); do
        fds=("/proc/$warden/fd/"*)
        [ ${#fds[@]} -ge "$descriptors" ] || descriptors=${#fds[@]}
        zombies_now=0
        children_of "$warden"
        for child in "${children[@]}"; do
            read -r _ _ state _ 2>/dev/null <"/proc/$child/stat" || continue
            [ "$state" != Z ] || zombies_now=$((zombies_now + 1))
        done
        [ $zombies_now -ge "$zombies" ] || zombies=$zombies_now
    done
}

# until_made N: wait for so many records.
until_made() {
    timeout 50 tail -n +1 -f many/run.jsonl | sed -n "$1q"
}

# nearly A B: do they differ by less than a tenth?
nearly() {
    [ $((10 * ($1 > $2 ? $1 - $2 : $2 - $1))) -lt "$1" ]
}

@test "thousands of trials: no descriptor, zombie or memory is lost" {
    few=200 many=2000
    # Sanitizers are slow and keep what is freed.
    [[ ${TEST_CFLAGS-} != *-fsanitize=* ]] || few=50 many=300
    mkdir many
    : >many/run.jsonl
    env --default-signal=INT "$IPCRASH" run -j1 --no-window --repeat 1000 \
        -o many -- ipcodd tiny >out 2>err 3>&- &
    campaign=$!
    until_made $few
    children_of $campaign
    children_of "${children[0]}"
    warden=${children[0]}
    [ "$(<"/proc/$warden/comm")" = ipcrash-warden ]
    least
    first=("$descriptors" "$zombies" "$(resident $campaign)"
        "$(resident "$warden")")
    until_made $many
    least
    second=("$descriptors" "$zombies" "$(resident $campaign)"
        "$(resident "$warden")")
    kill -INT $campaign
    wait $campaign || [ $? -eq 130 ]
    echo "after $few trials: ${first[*]}, after $many: ${second[*]}"
    [ "${second[0]}" -le $((first[0] + 4)) ]
    [ "${first[1]}" -eq 0 ]
    [ "${second[1]}" -eq 0 ]
    [ $few -ge 200 ] || return 0
    nearly "${first[2]}" "${second[2]}"
    nearly "${first[3]}" "${second[3]}"
}
