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
