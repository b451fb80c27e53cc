#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash.bats - ipcrash over programs that nobody here wrote. What each trial
# must come to was found out by hand with `strace -e inject` and ipcs(1), see
# docs/CHECKED_BY_HAND.md.

bats_require_minimum_version 1.5.0

setup() {
    IPCRASH=${IPCRASH:-$BATS_TEST_DIRNAME/../../build/ipcrash}
    export ASAN_OPTIONS=detect_leaks=0 # see tests/cli/run.bats
    cd "$BATS_TEST_TMPDIR" || return
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

# crash OPTION... -- COMMAND: a campaign, its log in out/run.jsonl.
crash() {
    run --separate-stderr "$IPCRASH" run -o out --settle 1 "$@"
    if [ "$status" -eq 77 ]; then
        skip "cannot run here: $stderr"
    fi
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

# verdicts PATTERN: "verdict kinds that are left" of the trials whose id the
# extended regular expression matches, different ones once.
verdicts() {
    jq -r --arg pattern "$1" 'select(.type == "trial" and
        (.id | test($pattern))) |
        "\(.verdict) \([.left[]?.kind] | sort | join(","))"' out/run.jsonl |
        sort -u
}

@test "faked: SIGTERM leaks until its handlers are installed" {
    need faked-sysv
    need jq
    # shellcheck disable=SC2016
    crash --faults SIGTERM --only '0.1/faked-sysv*get:1:*' -- \
        sh -c 'out=$(faked-sysv) && kill -TERM "${out#*:}"'
    [ "$status" -eq 1 ]
    [ "$(jq -r 'select(.type == "trial" and .phase == "return") |
        "\(.left | length)"' out/run.jsonl | sort | xargs)" = "1 2 3" ]
    [ "$(verdicts 'semget:1:return')" = "leaked sysv-msg,sysv-msg,sysv-sem" ]
}

@test "php shmop: no signal is cleaned between open and delete" {
    need php
    need jq
    php -m | grep -qx shmop || skip "php has no shmop"
    # shellcheck disable=SC2016
    crash -- php -r '$s = shmop_open(0x1234, "c", 0600, 100);
                     shmop_delete($s);'
    [ "$status" -eq 1 ]
    [ "$(verdicts ':SIG(INT|TERM|HUP)$')" = "leaked sysv-shm" ]
    [ "$(verdicts 'shmget:1:before:ENOSPC$')" = "clean " ]
    grep -q 'handler php[^ ]* ran' <<<"$output"
    grep -q 'key 0x00001234, 100 bytes' <<<"$output"
}

# https://github.com/php/php-src/pull/22959
@test "php sysvshm: the segment stays when shmat fails" {
    need php
    need jq
    php -m | grep -qx sysvshm || skip "php has no sysvshm"
    # shellcheck disable=SC2016
    crash -- php -r '$s = shm_attach(0x1234, 1000) or exit(3); shm_remove($s);'
    [ "$status" -eq 1 ]
    [ "$(verdicts 'shmat:1:before:ENOMEM$')" = "leaked sysv-shm" ]
    [ "$(verdicts 'shmget:[0-9]:before:ENOSPC$')" = "clean " ]
}

@test "perl: a signal passes over END, and so does libc's exit()" {
    need perl
    need jq
    # shellcheck disable=SC2016
    crash --faults SIGTERM,exit --only '*shm*' -- \
        perl -MIPC::SysV=IPC_PRIVATE,IPC_CREAT,IPC_RMID -e '
        my $m = shmget(IPC_PRIVATE, 100, 0600 | IPC_CREAT);
        END { shmctl($m, IPC_RMID, 0) if defined $m } exit 0'
    [ "$status" -eq 1 ]
    [ "$(verdicts .)" = "leaked sysv-shm" ]
    grep -q 'its default action ended the process' <<<"$output"
}

@test "perl: a handler that exits has END clean up" {
    need perl
    need jq
    # shellcheck disable=SC2016
    crash --faults SIGTERM --only '*shmget*' --only '*shmctl*' -- \
        perl -MIPC::SysV=IPC_PRIVATE,IPC_CREAT,IPC_RMID -e '
        my $m; $SIG{TERM} = sub { exit 1 };
        $m = shmget(IPC_PRIVATE, 100, 0600 | IPC_CREAT);
        END { shmctl($m, IPC_RMID, 0) if defined $m } exit 0'
    [ "$(verdicts 'shmget:1:return')" = "clean " ]
}

@test "python3: what its tracker does not know yet is left by SIGTERM" {
    need python3
    need jq
    crash --faults SIGTERM,SIGKILL --only '*shm_open*' --only '*ftruncate*' \
        --only '*shm_unlink*' --settle 5 -- python3 -c '
from multiprocessing import shared_memory
s = shared_memory.SharedMemory(create=True, size=100)
s.close(); s.unlink()'
    [ "$status" -eq 1 ]
    [ "$(verdicts '(shm_open|ftruncate)')" = "leaked posix-shm" ]
    [ "$(verdicts 'shm_unlink.*before')" = "clean " ]
}

@test "stress-ng: of its segments none is left by SIGTERM" {
    need stress-ng
    need jq
    crash --faults SIGTERM --max-trials 10 -- \
        stress-ng --quiet --temp-path . --shm-sysv 1 --shm-sysv-ops 1
    [ "$status" -ne 1 ]
    [ "$(verdicts . | grep -c leaked)" -eq 0 ]
    [ "$(verdicts . | grep -c clean)" -gt 0 ]
}

@test "fakeroot: a campaign over the whole tree ends with a verdict each" {
    need fakeroot
    need jq
    crash --faults SIGTERM --only '*get:*' -- fakeroot true
    [ "$(jq -r 'select(.type == "trial") | .verdict' out/run.jsonl |
        grep -cvxE 'clean|leaked|orphaned')" -eq 0 ]
    [ "$(jq -r 'select(.type == "trial") | .verdict' out/run.jsonl |
        grep -c .)" -ge 5 ]
}

# Its socket is always /dev/log, which it never removes: a /dev of its own.
@test "busybox syslogd: a segment is left when what comes after it fails" {
    need busybox
    need jq
    [ "$(id -u)" -eq 0 ] || skip "needs root, for a /dev of its own"
    busybox --list | grep -qx syslogd || skip "busybox has no syslogd"
    mkdir dev
    unshare -m sh -c 'mount -t tmpfs dev dev && mkdir dev/shm dev/mqueue &&
        touch dev/null && mount --bind /dev/null dev/null &&
        mount --bind dev /dev && exec "$@"' - \
        "$IPCRASH" run -o out --stop TERM --allow-leaky-baseline \
        --faults SIGTERM,SIGSEGV,ENOSPC,ENOMEM -- \
        busybox syslogd -n -C64 -O "$PWD/messages" >shown 2>&1 || status=$?
    cat shown
    [ "${status-0}" -ne 77 ] || skip "cannot run here"
    [ "${status-0}" -eq 1 ]
    [ "$(verdicts ':SIGTERM$')" = "clean unix-socket" ]
    [ "$(verdicts ':shmat:1:before:ENOMEM$')" = "leaked sysv-shm,unix-socket" ]
    [ "$(verdicts ':semget:1:before:ENOSPC$')" = "leaked sysv-shm,unix-socket" ]
    [ "$(verdicts ':semctl:1:before:SIGSEGV$')" = \
        "leaked sysv-sem,unix-socket" ]
    # What is left without a fault, too, is no finding.
    grep -q '^LEAK 1 of 2  sysv-shm ' shown
    grep -q '^LEAK 2 of 2  sysv-sem ' shown
}

@test "pmqtest: SIGHUP and a failing mq_open leave queues, SIGTERM does not" {
    need pmqtest
    need jq
    set -- pmqtest -t 2 -i 1000 -l 20 -q
    "$@" >/dev/null 2>&1 || skip "pmqtest does not run here"
    crash --faults SIGTERM,SIGHUP,EMFILE --only '*:mq_open:*' -- "$@"
    [ "$status" -eq 1 ]
    [ "$(verdicts 'mq_open:[12]:.*:SIGTERM$' | sort -u)" = "clean " ]
    # Four queues, one after another.
    queues=posix-mq
    [ "$(verdicts 'return:SIGHUP$')" = "leaked $queues
leaked $queues,$queues
leaked $queues,$queues,$queues
leaked $queues,$queues,$queues,$queues" ]
    [ "$(verdicts ':EMFILE$' | sed 's/ $//')" = "clean
leaked $queues
leaked $queues,$queues
leaked $queues,$queues,$queues" ]
}

@test "ssh-agent: a server, whose socket stays until its handlers are there" {
    need ssh-agent
    need jq
    crash --stop TERM --faults SIGTERM,SIGKILL,exit -- \
        ssh-agent -D -a "$PWD/agent"
    [ "$status" -eq 1 ]
    [ "$(verdicts ':bind:1:return:SIGTERM$')" = "leaked unix-socket" ]
    [ "$(verdicts ':unlink:1:before:SIGTERM$')" = "clean " ]
    [ "$(verdicts ':(SIGKILL|exit)$')" = "leaked unix-socket" ]
    grep -q 'removing an old socket at start' <<<"$output"
}
