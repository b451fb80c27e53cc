#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_programs.bats - programs of all sorts under ipcrash: the right verdict
# for each, or a clear refusal, and nothing is left of it. Most are
# tests/tracees/owner.c, which tidies up and does something odd meanwhile.

load isolated
load ipcrash

setup() {
    own_directory
    tracees=${LEAKCHECK%/*}/tests/tracees
    owner=$tracees/owner
    crowd=$tracees/crowd
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

# crash OPTION... -- COMMAND: a campaign where all that it leaves can be seen.
crash() {
    isolated '
        "$IPCRASH" run "$@" || status=$?
        for left in /dev/shm/*; do [ ! -e "$left" ] || exit 98; done
        [ "$(cat /proc/sysvipc/* | grep -cv key)" -eq 0 ] || exit 98
        set -- /proc/[0-9]*
        [ $# -eq 1 ] || exit 99
        exit ${status-0}' "$@"
}

# How many trials have this "verdict id", a regular expression.
count() {
    verdicts | grep -cxE -- "$1" || :
}

# tidy COMMAND: only SIGKILL may leave something, and does at some point.
tidy() {
    crash --faults exit,SIGTERM,SIGKILL -- "$@"
    [ "$status" -eq 0 ]
    [ "$(count 'clean .*:exit')" -gt 0 ]
    [ "$(count 'clean .*:SIGTERM')" -gt 2 ]
    [ "$(count 'leaked .*:SIGKILL')" -gt 2 ]
    [ "$(verdicts |
        grep -cvE '^(clean .*|leaked .*:SIGKILL)$')" -eq 0 ]
}

# sloppy COMMAND: SIGTERM leaves something wherever SIGKILL does.
sloppy() {
    crash --faults exit,SIGTERM,SIGKILL -- "$@"
    [ "$status" -eq 1 ]
    prints '^LEAK 1 of 1  sysv-shm '
    [ "$(count 'leaked .*:SIGTERM')" -gt 2 ]
    diff <(verdicts | sed -n 's/:SIGTERM$//p') \
        <(verdicts | sed -n 's/:SIGKILL$//p')
    [ "$(count 'leaked .*:exit')" -eq 0 ]
}

# The note on what cannot be followed, if it is the only one.
note() {
    tr -s '\n ' ' ' <<<"$output" | grep -qF -- "note: the program $1"
    [ "$(grep -cE 'note: +the program' <<<"$output")" -eq 1 ]
}

@test "static, stripped: the same verdicts" {
    tidy "$owner"
    verdicts | grep -qF '/owner.c:create:shmget:1:return:SIGTERM'
    run ! prints 'note:'
    sloppy "$owner" -s
    tidy "$owner-static"
    sloppy "$owner-static" -s
    tidy "$owner-stripped"
    verdicts | grep -qE ' owner-stripped\+0x[0-9a-f]+:shmget:1:return:SIGTERM$'
    sloppy "$owner-stripped" -s
}

@test "static and stripped: there is no exit() to call, told once" {
    crash --faults exit,SIGTERM,SIGKILL -- "$owner-bare"
    [ "$status" -eq 0 ]
    [ "$(count 'not-available .*:exit')" -ge 2 ]
    [ "$(count '(not-available|clean|leaked) .*:exit')" -eq \
        "$(count 'not-available .*')" ]
    [ "$(grep -c 'not-available: ' <<<"$output")" -eq 1 ]
    tr -s '\n ' ' ' <<<"$output" |
        grep -qF 'the program has no exit() that could be called'
    [ "$(count 'clean .*:SIGTERM')" -gt 2 ]
    [ "$(count 'leaked .*:SIGTERM')" -eq 0 ]
    crash --faults SIGTERM -- "$owner-bare" -s
    [ "$status" -eq 1 ]
    crash --faults exit -- "$owner-bare"
    [ "$status" -eq 5 ]
    prints 'INCOMPLETE'
}

@test "a program of clang has lines, too" {
    need clang
    clang -g -D_GNU_SOURCE -o built "$BATS_TEST_DIRNAME/../tracees/owner.c"
    ipcrash list -- ./built
    [ "$status" -eq 0 ]
    prints 'owner\.c:create:shmget:1 .* [^ ]*owner\.c:[0-9]+$'
}

@test "ten threads that make objects at once" {
    crash --faults SIGTERM --only '*:shmget:*:return:*' --equal 0 -- \
        "$crowd" threads 10
    [ "$status" -eq 1 ]
    prints '^LEAK 1 of 1  sysv-shm made in make_and_remove\(\)'
    [ "$(count 'leaked 0:t[0-9]+/.*:shmget:1:return:SIGTERM')" -eq 10 ]
    [ "$(verdicts | wc -l)" -eq 10 ]
}

@test "one thread works, in the next run another: the same points" {
    crash -j1 --faults SIGTERM --only '*:work:*' -- "$owner" turns "$PWD/turn"
    [ "$status" -eq 1 ]
    [ "$(count 'leaked .*:work:shmget:1:return:SIGTERM')" -eq 1 ]
    [ "$(count 'leaked .*:work:shmctl:1:before:SIGTERM')" -eq 1 ]
    [ "$(count 'not-reached .*')" -eq 0 ]
}

# A signal that is ignored wakes nobody, but for ptrace(2).
@test "a call that the kernel restarts is one call" {
    ipcrash list --points syscalls -- "$owner" sleep-on
    [ "$status" -eq 0 ]
    prints ':sleep_on:poll:1 '
    run ! prints 'restart_syscall'
}

# What a killed thread was making has a maker, too.
# Only that it is traced wakes semop(2) when a child dies.
@test "a call that is made again for no reason of the program's is one call" {
    ipcrash list -- "${owner%owner}actor" be-woken
    [ "$status" -eq 0 ]
    rounds=$(sed -nE 's/.*\bROUNDS = ([0-9]+).*/\1/p' \
        "$BATS_TEST_DIRNAME/../tracees/actor.c")
    [ "$(grep -c '^[^0-9 ][^ ]*:wait_twice:semtimedop:' <<<"$output")" -eq "$rounds" ]
}

@test "ten threads, all killed: it is known who made what is left" {
    for place in --sandbox --host; do
        crash "$place" --faults SIGKILL --repeat 5 --only '*:shm*:*' -- \
            "$crowd" threads 10
        # Some points do not come again: such is a race.
        [ "$status" -eq 0 ] || [ "$status" -eq 5 ]
        [ "$(count 'leaked .*')" -gt 5 ]
        [ "$(count 'broken .*')" -eq 0 ]
        run ! prints 'unknown place'
    done
}

@test "a tree of 20 processes, each with an object" {
    crash --faults SIGTERM,SIGKILL --only '*:shmget:*:return:*' -- \
        "$owner" children 19
    [ "$status" -eq 0 ]
    [ "$(count 'clean .*:SIGTERM')" -eq 20 ]
    [ "$(count 'leaked .*:SIGKILL')" -eq 20 ]
    [ "$(count '.* 0\.[0-9]+/.*')" -eq 38 ]
    # One object each, whoever is killed: the others tidy up.
    run ! grep -qE '"left":\[\{[^]]*\},\{' ipcrash.out/run.jsonl
}

@test "a storm of 255 processes" {
    crash --faults SIGTERM --only '*:shmget:*:return:*' --max-trials 8 -- \
        "$crowd" storm 7
    [ "$status" -eq 1 ]
    [ "$(count 'leaked .*:shmget:1:return:SIGTERM')" -eq 8 ]
    [ "$(grep -cF '"type":"lifetime"' ipcrash.out/run.jsonl)" -eq 128 ]
}

@test "a daemon that forks twice; one that stays is told" {
    crash --faults SIGTERM,exit -- "$crowd" daemon
    [ "$status" -eq 1 ]
    [ "$(count 'leaked 0\.1\.1/.*:SIGTERM')" -eq 2 ]
    [ "$(verdicts | grep -cv '^leaked ')" -eq 0 ]
    crash --settle 200ms -- sh -c 'sleep 300 & exec "$0"' "$owner"
    [ "$status" -eq 3 ]
    prints '^  stays:  pid [0-9]+: sleep 300$'
}

@test "vfork, posix_spawn: the child's objects as well" {
    tidy "$owner" vfork
    [ "$(count 'clean 0\.1/.*:shmget:1:return:SIGTERM')" -eq 1 ]
    tidy "$owner" spawn
    [ "$(count 'clean 0\.1/.*:shmget:1:return:SIGTERM')" -eq 1 ]
}

@test "a seccomp filter of its own: one that refuses, one that kills" {
    tidy "$owner" refused
    run ! prints 'note:'
    tidy "$owner" killed
}

@test "what goes past the filter, or is refused under it: told" {
    tidy "$owner" io-uring
    note 'uses io_uring(7)'
    tidy "$owner" supervised
    note 'lets a supervisor of its own decide'
    tidy "$owner" strict
    note 'asks for the strict mode of seccomp(2)'
}

@test "a FIFO in a mount namespace of its own: told" {
    crash -- unshare --map-root-user --mount sh -c \
        'mount -t tmpfs none /mnt && mkfifo /mnt/fifo'
    [ "$status" -eq 4 ]
    says 'no IPC object that could be followed'
    says 'makes a FIFO or a socket in a mount namespace of its own'
    # One whose place can be reached from here is followed.
    crash -- unshare --map-root-user --mount sh -c 'mkfifo "$PWD/fifo"'
    [ "$status" -eq 3 ]
    prints '^  left:   fifo [^ ]*/fifo '
}

@test "a process that only root may look into: told to an ordinary user" {
    mkdir -m 777 out
    run --separate-stderr unprivileged "$IPCRASH" run -o out --host \
        --faults SIGTERM -- "$owner" closed "$PWD/out/fifo"
    note 'has made itself unreadable'
    run --separate-stderr unprivileged "$IPCRASH" run -o out --sandbox \
        --faults SIGTERM -- "$owner" closed "$PWD/out/fifo"
    run ! prints 'note:'
    [ "$(verdicts out | grep -c ':mkfifo:1:return:')" -eq 1 ]
}

@test "a program that traces: told, and judged if it can do without" {
    crash -- "$owner" ptrace
    [ "$status" -eq 3 ]
    prints '^  output: owner: ptrace: Operation not permitted$'
    note 'calls ptrace(2), which fails'
    tidy "$owner" ptrace anyway
    note 'calls ptrace(2), which fails'
}

@test "a child that must not be traced: it is" {
    tidy "$owner" untraced
    run ! prints 'note:'
    [ "$(count 'clean 0\.1/.*:create:shmget:1:return:SIGTERM')" -eq 1 ]
}

@test "strace and ipcrash as targets: told" {
    need strace
    crash -- strace -f -o /dev/null "$owner"
    [ "$status" -eq 3 ]
    note 'calls ptrace(2), which fails'
    crash -- "$IPCRASH" run -o inner -- "$owner"
    [ "$status" -eq 3 ]
    prints 'the program exited with 77'
    # And tries whether it has a supervisor, by being one.
    prints 'note: +the program calls ptrace\(2\), which fails'
}

# LeakSanitizer cannot work under ptrace(2), and then fails the program.
@test "sanitizers: the search for lost memory is off, other options stay" {
    for sanitizer in address leak; do
        "${TEST_CC:-cc}" -g -D_GNU_SOURCE -fsanitize="$sanitizer" -o built \
            "$BATS_TEST_DIRNAME/../tracees/owner.c" ||
            skip "no -fsanitize=$sanitizer"
        ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=detect_leaks=1 tidy ./built
    done
    ASAN_OPTIONS=verbosity=0 LSAN_OPTIONS='' crash -- \
        sh -c 'echo "$ASAN_OPTIONS $LSAN_OPTIONS"; exit 7'
    prints '^  output: verbosity=0:detect_leaks=0 :detect_leaks=0$'
}

@test "a set-user-ID program gains nothing from an ordinary user: told" {
    [ "$(id -u)" -eq 0 ] || skip "only root can make one for another user"
    cp "$owner" privileged
    chmod 4755 privileged
    mkdir -m 777 out
    run --separate-stderr unprivileged "$IPCRASH" run -o out \
        --faults SIGTERM -- ./privileged
    [ "$status" -eq 0 ]
    note 'executes a set-user-ID or set-group-ID file'
    tr -s '\n ' ' ' <<<"$output" | grep -qF 'run ipcrash as root'
    tidy ./privileged
    run ! prints 'note:'
}

@test "an ordinary user, the same verdicts" {
    mkdir -m 777 out
    crash --faults default -- "$owner"
    [ "$status" -eq 0 ]
    run --separate-stderr unprivileged "$IPCRASH" run -o out \
        --faults default -- "$owner"
    [ "$status" -eq 0 ]
    diff <(verdicts) <(verdicts out)
}

# What rustc inlines does not change where things are.
@test "Rust: the place is in the program, not in Rust's own library" {
    need rustc
    cat >built.rs <<'END'
use std::os::unix::net::UnixListener;
fn serve(path: &str) -> std::io::Result<()> {
    drop(UnixListener::bind(path)?);
    std::fs::remove_file(path)
}
fn main() { serve("socket").unwrap(); }
END
    for optimize in 0 3; do
        rustc -g -C opt-level=$optimize -o built built.rs
        crash --faults exit,SIGTERM -- ./built
        [ "$status" -eq 1 ]
        prints '^LEAK 1 of 1  unix-socket made in _ZN5built5serve\(\) at built.rs:3 '
        [ "$(verdicts | wc -l)" -eq 3 ]
        [ "$(count 'leaked built\.rs:_ZN5built5serve:(bind|unlink):.*')" -eq 3 ]
    done
}

# Its threads come as they like, and with them sites that make no objects.
@test "Go: the place is in the program; no exit() of libc to call" {
    need go
    mkdir -p program cache
    cat >program/main.go <<'END'
package main

import ("net"; "os"; "os/signal"; "syscall")

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	listener, err := net.Listen("unix", "socket")
	if err != nil { panic(err) }
	select { case <-stop: default: }
	listener.Close()
}
END
    (cd program && GO111MODULE=off GOCACHE="$PWD/../cache" CGO_ENABLED=0 \
        go build -o ../built main.go)
    crash --only '*:bind:*' --only '*:unlinkat:*' --faults exit,SIGTERM,SIGKILL \
        -- ./built
    [ "$(count 'clean .*main\.go:main\.main:bind:1:return:SIGTERM')" -eq 1 ]
    [ "$(count 'leaked .*main\.go:main\.main:bind:1:return:SIGKILL')" -eq 1 ]
    [ "$(count 'not-available .*:unlinkat:1:before:exit')" -le 1 ]
    [ ! -e socket ]
}

@test "scripts: of a shell, with and without a first line" {
    printf '%s\n' '#!/bin/sh' "'$owner' || exit" >script
    ipcrash run -- ./script
    [ "$status" -eq 126 ]
    says 'Permission denied'
    chmod +x script
    tidy ./script
    [ "$(count 'clean 0\.1/.*:shmget:1:return:SIGTERM')" -eq 1 ]
    sed -i 1d script
    tidy ./script
    sed -i '1i #!/nowhere/sh' script
    run -127 --separate-stderr "$IPCRASH" run -- ./script
    says 'cannot run ./script'
}

# Where a signal passes over END: docs/CHECKED_BY_HAND.md, section 3.
@test "scripts: of perl and python" {
    need perl
    need /usr/bin/python3
    crash --faults SIGTERM,SIGKILL --only '*:mkfifo:*' -- perl -e '
        use POSIX; my $f = "fifo"; END { unlink $f if $f }
        $SIG{TERM} = sub { exit 1 }; mkfifo($f, 0600) or die; exit 0'
    [ "$status" -eq 0 ]
    [ "$(count 'clean .*:mkfifo:1:return:SIGTERM')" -eq 1 ]
    [ "$(count 'leaked .*:mkfifo:1:return:SIGKILL')" -eq 1 ]
    crash --faults SIGTERM,SIGKILL -- /usr/bin/python3 -c '
import atexit, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
os.mkfifo("fifo")
atexit.register(lambda: os.unlink("fifo"))'
    [ "$(count 'leaked .*:SIGKILL')" -eq 2 ]
    [ "$(count 'clean .*:unlink:1:before:SIGTERM')" -eq 1 ]
    [ ! -e fifo ]
}

@test "a program that executes another: before, and with an object in hand" {
    tidy env -- env -- "$owner"
    crash --faults SIGTERM -- "$owner" hand-over
    [ "$status" -eq 1 ]
    [ "$(count 'clean .*:hand_over:execve:1:before:SIGTERM')" -eq 1 ]
    [ "$(count 'leaked .*:rt_sigaction:1:before:SIGTERM')" -eq 1 ]
    [ "$(count 'clean .*:cleanup:shmctl:2:before:SIGTERM')" -eq 1 ]
}

# It goes on as the first thread: execve(2).
@test "a thread that executes another program: seen to its end" {
    crash --faults SIGTERM -- "$owner" pass-on
    [ "$status" -eq 1 ]
    [ "$(count 'clean 0:t1/.*:hand_over:execve:1:before:SIGTERM')" -eq 1 ]
    [ "$(count 'leaked 0:t1/.*:hand_over:execve:1:return:SIGTERM')" -eq 1 ]
    [ "$(count 'not-reached .*')" -eq 0 ]
}

@test "a bad run without a fault: by a signal, by hanging" {
    crash -- sh -c 'kill -ABRT $$'
    [ "$status" -eq 3 ]
    prints '^  end:    the program was ended by SIGABRT$'
    crash --timeout 200ms -- "$owner" hang
    [ "$status" -eq 3 ]
    prints '^  end:    the program did not end in time'
    prints '^  left:   sysv-shm '
}

@test "a 32-bit call: told that it is not followed" {
    isolated '"$1" i386' "$owner"
    [ "$status" -eq 0 ] || skip "no 32-bit calls here"
    [ "$(uname -m)" = x86_64 ] || skip "owner knows those of x86-64 only"
    crash --faults SIGTERM -- "$owner" i386
    [ "$status" -eq 1 ]
    note 'makes 32-bit or x32 system calls'
    ipcrash list -- "$owner" i386
    prints '^the program makes 32-bit or x32 system calls'
    crash -- sh -c 'foreign fifo && rm fifo'
    [ "$status" -eq 4 ]
    says 'no IPC object that could be followed'
    says 'the program makes 32-bit or x32 system calls'
}

# Identifiers there are those of others here.
@test "an IPC namespace of its own: what is there cannot leak, told" {
    tidy "$owner" namespace
    note 'makes objects in another IPC namespace'
    crash --faults SIGTERM -- unshare --map-root-user --ipc "$owner" -s
    [ "$status" -eq 4 ]
    says 'makes objects in another IPC namespace'
    isolated '
        ipcmk --shmem 100 >/dev/null
        "$IPCRASH" run --host --faults SIGTERM -- \
            unshare --map-root-user --ipc "$1" -s || status=$?
        grep -vc key /proc/sysvipc/shm
        exit ${status-0}' "$owner"
    [ "$status" -eq 4 ]
    [ "$output" = 1 ]
}

@test "where calls cannot be seen: status 77 and what helps" {
    isolated '"$LEAKCHECK" run -- "$IPCRASH" run -- "$1"' "$owner"
    [ "$status" -eq 77 ]
    says "run ipcrash outside of it, of 'leakcheck run' for one"
    need strace
    # LeakSanitizer, where it is in, cannot work under strace.
    isolated 'ASAN_OPTIONS=detect_leaks=0 \
        strace -f -o /dev/null "$IPCRASH" run -- "$1"' "$owner"
    [ "$status" -eq 77 ]
    says 'ptrace is refused'
    says 'run without it'
    [ ! -e ipcrash.out ]
}
