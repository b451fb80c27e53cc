#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_server.bats - programs that do not end by themselves, and --stop.

load isolated
load ipcrash

setup() {
    own_directory
}

@test "a program that does not end by itself: what to do is said" {
    ipcrash run --timeout 300ms -- ipcodd serve
    [ "$status" -eq 3 ]
    prints 'remedy: a server is told when to end: --stop'
    ipcrash run --timeout 300ms --stop INT -- ipcodd flood
    [ "$status" -eq 3 ]
    prints 'did not end in time'
}

@test "--stop: a server has the verdicts of a program that ends" {
    # Where a server is told to end the other one ends itself.
    ipcrash run -o tiny --skip '*SIGHUP' -- ipcodd tiny
    ipcrash run -o serve --stop SIGTERM --idle 50ms \
        --skip '*SIGHUP' -- ipcodd serve
    [ "$status" -eq 1 ]
    [ "$(grep -c ':shmget:' <(verdicts tiny))" -gt 5 ]
    diff <(verdicts tiny | grep ':shmget:') \
        <(verdicts serve | grep ':shmget:')
}

@test "--stop: who goes on after a fault is told to end, and cleans up" {
    ipcrash run --stop TERM --idle 50ms --faults SIGHUP -- ipcodd serve
    # Before there is a handler it is the end, without cleanup.
    [ "$status" -eq 1 ]
    [ "$(verdicts | grep -c '^leaked ')" -gt 0 ]
    verdicts | grep -qx 'clean .*:shmctl:1:before:SIGHUP'
    ipcrash rerun "$(verdicts | sed -n 's/^clean //p' | head -1)"
    [ "$status" -eq 0 ]
}

@test "--stop: how a server exits that was told to is no failure" {
    ipcrash run --stop INT --idle 50ms --faults SIGHUP -- ipcodd serve
    [ "$status" -eq 1 ]
    [ "$(verdicts | grep -c '^clean ')" -gt 0 ]
    mkfifo fifo
    ipcrash run --stop USR1 --idle 50ms -- \
        bash -c 'trap "kill -SEGV $$" USR1; read -r <>fifo'
    [ "$status" -eq 3 ]
    prints 'SIGSEGV'
}

@test "--stop: a signal that does not end it is no end" {
    ipcrash run --stop HUP --idle 50ms --timeout 500ms -- ipcodd serve
    [ "$status" -eq 3 ]
    prints 'did not end in time, though it got SIGHUP'
}

# Its handlers come first, and it waits afterwards.
@test "--dry-run: a fault at the start costs less than a whole run" {
    ipcrash run --dry-run --stop TERM --idle 500ms -j 1 --only '*shmget*' \
        --faults SIGKILL -- ipcodd serve
    [ "$status" -eq 0 ]
    # One trial that ends at once, or lasts half a second longer.
    sed -nE 's/^1 trial.*; ([0-9.]+) to ([0-9.]+) s .*/\1 \2/p' \
        <<<"$output" | awk '{ exit !($2 - $1 > 0.35) }'
    ipcrash run --dry-run -j 9 -- sh -c 'mkfifo same; rm same'
    prints 'with 1 job,'
}

@test "--stop: what it takes" {
    ipcrash run --stop exit -- ipcodd serve
    [ "$status" -eq 2 ]
    [[ $stderr == *"'exit' is no signal"* ]]
    ipcrash list --stop TERM --idle 50ms -- ipcodd serve
    [ "$status" -eq 0 ]
    prints 'shmctl'
}

# A pid file, a port: what only one run at a time can have.
@test "runs that are in each other's way are made again, alone" {
    command -v flock >/dev/null || skip "flock is not installed"
    set -- --stop TERM --idle 50ms -- flock -n --no-fork lock ipcodd serve
    ipcrash run -o one -j 1 "$@"
    [ "$status" -eq 1 ]
    ipcrash run -o many -j 8 "$@"
    [ "$status" -eq 1 ]
    [[ $stderr == *'otherwise when made alone'*'--jobs=1'* ]]
    [ "$(verdicts one | grep -c '^leaked ')" -gt 5 ]
    diff <(verdicts one) <(verdicts many)
}

# One that hangs holds the lock; the others wait for it, and in vain.
@test "who waits for a run that hangs does not hang itself" {
    set -- --equal=0 --timeout 500ms --faults exit,SIGTERM -- ipcodd lock lock
    ipcrash run -o one -j 1 "$@"
    [ "$status" -eq 1 ]
    ipcrash run -o many -j 8 "$@"
    [ "$status" -eq 1 ]
    [ "$(verdicts one | grep -c '^hung ')" -ge 3 ]
    diff <(verdicts one) <(verdicts many)
}
