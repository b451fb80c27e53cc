#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# run.bats - leakcheck run over programs that nobody here wrote. What each
# leaves was found out by hand with ipcs(1) and find(1) in `unshare -im`.
#
# order: alone, on the host what others make meanwhile is told, too

bats_require_minimum_version 1.5.0

setup() {
    LEAKCHECK=${LEAKCHECK:-$BATS_TEST_DIRNAME/../../build/leakcheck}
    export ASAN_OPTIONS=detect_leaks=0 # see tests/cli/run.bats
    cd "$BATS_TEST_TMPDIR" || return
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

gate() {
    run --separate-stderr "$LEAKCHECK" run --sandbox "$@"
    if [ "$status" -eq 77 ]; then
        skip "no sandbox: $stderr"
    fi
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

clean() {
    [ "$stderr" = "" ]
    [ "$status" -eq 0 ]
}

# leaks COUNT KIND...: so many objects, of these kinds.
leaks() {
    [ "$status" -eq 1 ]
    grep -qF ": $1 object" <<<"$stderr"
    shift
    [ "$(grep -oE '^  [a-z-]+ ' <<<"$stderr" | sort | xargs)" = "$*" ]
}

@test "fakeroot: its two queues and its set are removed" {
    need fakeroot
    gate -- fakeroot sh -c 'touch f; stat -c %u:%g f'
    [ "$output" = 0:0 ]
    clean
}

# In an ordinary user's sandbox no other id is mapped, and libfakeroot does not
# take the EINVAL of chown(2) for the EPERM that it hides.
@test "fakeroot: with chown, an ordinary user needs --host" {
    need fakeroot
    run --separate-stderr "$LEAKCHECK" run --host -- \
        fakeroot sh -c 'touch f; chown 1:1 f; stat -c %u:%g f'
    [ "$output" = 1:1 ]
    clean
}

# The daemon forks when it is up and tells its key and pid.
@test "faked: SIGTERM cleans up, SIGKILL leaves two queues and a set" {
    need faked-sysv
    # shellcheck disable=SC2016
    gate -- sh -c 'out=$(faked-sysv) && kill -TERM "${out#*:}"'
    clean
    # shellcheck disable=SC2016
    gate -- sh -c 'out=$(faked-sysv) && kill -KILL "${out#*:}"'
    leaks 3 sysv-msg sysv-msg sysv-sem
    [ "$(grep -c 'made by pid [0-9]*: faked-sysv$' <<<"$stderr")" -eq 3 ]
}

php_with() {
    need php
    php -m | grep -qx "$1" || skip "php has no $1"
}

@test "php shmop: a segment stays unless it is deleted" {
    php_with shmop
    # shellcheck disable=SC2016
    gate -- php -r '$s = shmop_open(0x1234, "c", 0600, 100);
                    shmop_write($s, "x", 0);'
    leaks 1 sysv-shm
    grep -qF 'key 0x00001234, 100 bytes, mode 0600' <<<"$stderr"
    # shellcheck disable=SC2016
    gate -- php -r '$s = shmop_open(0x1234, "c", 0600, 100);
                    shmop_delete($s);'
    clean
}

@test "php sysvmsg and sysvsem: a queue with its message, a set" {
    php_with sysvmsg
    php_with sysvsem
    # shellcheck disable=SC2016
    gate -- php -r '$q = msg_get_queue(5); msg_send($q, 1, "hello");
                    $s = sem_get(9, 1);'
    leaks 2 sysv-msg sysv-sem
    grep -qF 'messages 1' <<<"$stderr"
    # shellcheck disable=SC2016
    gate -- php -r '$q = msg_get_queue(5); msg_remove_queue($q);
                    $s = sem_get(9, 1); sem_remove($s);'
    clean
}

# The script dies with the object just made: no END block, no destructor.
@test "perl IPC::SysV: what die() skips stays, what END removes does not" {
    need perl
    # shellcheck disable=SC2016
    gate -- perl -MIPC::SysV=IPC_PRIVATE,IPC_CREAT,IPC_RMID -e '
        my $q = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
        my $s = semget(IPC_PRIVATE, 3, 0600 | IPC_CREAT);
        my $m = shmget(IPC_PRIVATE, 100, 0600 | IPC_CREAT);
        END { shmctl($m, IPC_RMID, 0) if defined $m }
        exit 3'
    leaks 2 sysv-msg sysv-sem
    grep -qF 'exited with 3' <<<"$stderr"
    # shellcheck disable=SC2016
    gate -- perl -MIPC::SharedMem -MIPC::SysV=IPC_PRIVATE,S_IRUSR,S_IWUSR -e '
        my $m = IPC::SharedMem->new(IPC_PRIVATE, 8, S_IRUSR | S_IWUSR);
        $m->write("x", 0, 1); $m->remove'
    clean
}

python_makes='
import os, signal
from multiprocessing import shared_memory, resource_tracker
segment = shared_memory.SharedMemory(create=True, size=100)
tracker = resource_tracker._resource_tracker._pid
'

@test "python3 shared_memory: unlink, or else the tracker, cleans up" {
    need python3
    gate -- python3 -c "$python_makes"'segment.close(); segment.unlink()'
    clean
    gate -- python3 -c "$python_makes"'segment.close()'
    [ "$status" -eq 0 ]
    run ! grep 'left behind' <<<"$stderr"
    gate -- python3 -c "$python_makes"'os.kill(os.getpid(), signal.SIGKILL)'
    [ "$status" -eq 137 ]
    run ! grep 'left behind' <<<"$stderr"
}

@test "python3 shared_memory: with its tracker killed the segment stays" {
    need python3
    gate -- python3 -c "$python_makes"'
os.kill(tracker, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)'
    leaks 1 posix-shm
    grep -qF ' /dev/shm/psm_' <<<"$stderr"
    grep -qE 'made by pid [0-9]+: .*python3 -c' <<<"$stderr"
}

# Whether it cleans up is its own affair and a race: the shm stressor kills its
# child, and an object made just before, whose name the child had not yet told
# (its write to the pipe), stays. So the verdict is held against what ipcs and
# ls see when it has ended.
@test "stress-ng: the verdict is what ipcs and ls see at its end" {
    need stress-ng
    # The port that it takes if it is not told may be another's.
    export PORT=$((10000 + $$ % 20000))
    # shellcheck disable=SC2016
    gate -- sh -c '
        queues=/dev/mqueue
        [ -d $queues ] || queues=
        stress-ng --quiet --temp-path . --timeout 1 --shm 1 --shm-sysv 1 \
            --sem 1 --sem-sysv 1 --msg 1 ${queues:+--mq 1} --sock 1 --fifo 1 \
            --sock-port "$PORT"
        # What its children have until they are dead is not left by them.
        while pgrep stress-ng >pids; do :; done
        { ipcs | grep "^0x"; find /dev/shm $queues -type f
          find . -type p -o -type s; } >seen
        exit 0'
    seen=$(wc -l <seen)
    if [ "$seen" -eq 0 ]; then
        clean
    else
        [ "$status" -eq 1 ]
        grep -qF ": $seen object" <<<"$stderr"
    fi
}

# All at once, so that nobody is left to clean up. The message queue stressor
# has its queue from the start to the end of its run.
@test "stress-ng: killed as a whole it leaves its message queue" {
    need stress-ng
    # shellcheck disable=SC2016
    gate -- sh -c '
        setsid stress-ng --quiet --temp-path . --timeout 60 --msg 1 &
        until ipcs -q | grep -q "^0x"; do :; done
        kill -KILL -$!'
    [ "$status" -eq 1 ]
    grep -qE '^  sysv-msg [0-9]+' <<<"$stderr"
    grep -qE 'made by pid [0-9]+: .*stress-ng' <<<"$stderr"
}

@test "strace and gdb work inside, and a leak there is found" {
    need strace
    gate -- strace -f -o trace ipcmk -Q
    leaks 1 sysv-msg
    grep -q 'msgget(' trace
    need gdb
    gate -- gdb -q -batch -ex 'catch syscall shmget' -ex run -ex kill \
        --args ipcmk -M 100
    [[ $output == *"call to syscall shmget"* ]]
    [ "$status" -eq 0 ]
    run ! grep 'left behind' <<<"$stderr"
}
