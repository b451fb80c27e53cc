#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# snapshot.bats - leakcheck snapshot: what is written, and what is left behind
# when writing fails.

load isolated

setup() {
    own_directory
}

teardown() {
    # Whatever happened: no temporary file stays.
    [ "$(find "$BATS_TEST_TMPDIR" -name '*.tmp')" = "" ]
}

snapshot() {
    run --separate-stderr "$LEAKCHECK" snapshot --kind sysv-sem "$@"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

@test "a file of JSON Lines with a head and an end" {
    isolated 'ipcmake sysv-sem 42; "$LEAKCHECK" snapshot -o file -k sysv-sem
        cat file'
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    [[ ${lines[0]} =~ ^'{"type":"snapshot","version":1,"tool":"leakcheck '[0-9.]+\",\"boot_id\":\"[0-9a-f-]{36}\",\"ipc_namespace\":[0-9]+,\"mount_namespace\":[0-9]+,\"taken_at_ns\":[0-9]{19},\"kinds\":'["sysv-sem"]',\"watched\":'['.*$ ]]
    [[ ${lines[1]} = '{"type":"object","kind":"sysv-sem","id":0,"key":"0x0000002a","mode":"0600","uid":0,'* ]]
    [[ ${lines[1]} = *'"nsems":2,"values":[0,0]'* ]]
    [ "${lines[2]}" = '{"type":"end","objects":1}' ]
}

@test "-o - is standard output" {
    snapshot -o -
    [ "$status" -eq 0 ]
    [[ ${lines[0]} = '{"type":"snapshot",'* ]]
    [ ! -e - ]
}

@test "an old file is replaced, through a symbolic link" {
    echo old >file
    ln -s file link
    snapshot -o link
    [ "$status" -eq 0 ]
    [ -L link ]
    [ "$(tail -n 1 file | cut -c1-13)" = '{"type":"end"' ]
}

@test "a link to a file that is not there yet stays a link" {
    ln -s file link
    snapshot -o link
    [ "$status" -eq 0 ]
    [ -L link ]
    [ "$(tail -n 1 file | cut -c1-13)" = '{"type":"end"' ]
}

# Links of our own, not /dev/stdout: a mistake would replace it.
@test "a link to standard output: appended to, truncated, deleted" {
    local end='{"type":"end"'

    ln -s /proc/self/fd/1 out
    echo 'keep me' >log
    "$LEAKCHECK" snapshot -k sysv-sem -o out >>log
    [ "$(head -n 1 log)" = 'keep me' ]
    [ "$(tail -n 1 log | cut -c1-13)" = "$end" ]
    { echo first; "$LEAKCHECK" snapshot -k sysv-sem -o out; echo last; } >log
    [ "$(sed -n '1p;$p' log | tr '\n' ' ')" = 'first last ' ]
    [ "$(grep -c "^$end" log)" -eq 1 ]
    rm log
    exec {fd}<>gone
    rm gone
    "$LEAKCHECK" snapshot -k sysv-sem -o out >&$fd
    [ "$(tail -n 1 "/proc/self/fd/$fd" | cut -c1-13)" = "$end" ]
    exec {fd}>&-
    "$LEAKCHECK" snapshot -k sysv-sem -o out | cat >copy
    [ "$(tail -n 1 copy | cut -c1-13)" = "$end" ]
    [ "$(readlink out)" = /proc/self/fd/1 ]
    [ "$(find . -name '*deleted*')" = "" ]
}

@test "a watched directory of which the last two names come later" {
    mkdir "$DIR/real"
    ln -s real "$DIR/link"
    "$LEAKCHECK" snapshot -k fifo -o file --watch "$DIR/link/x/y"
    mkdir -p "$DIR/real/x/y"
    mkfifo "$DIR/real/x/y/pipe"
    run --separate-stderr "$LEAKCHECK" diff file
    echo "$output"
    [ "$status" -eq 1 ]
    prints "real/x/y/pipe"
}

@test "a FIFO and a device are written to, not replaced" {
    mkfifo pipe
    timeout 10 cat pipe >copy &
    snapshot -o pipe
    wait $!
    [ "$status" -eq 0 ]
    [ -p pipe ]
    [ "$(wc -l <copy)" -ge 2 ]
    # Not as root: a mistake would replace the devices of the machine.
    run unprivileged "$LEAKCHECK" snapshot -k sysv-sem -o /dev/null
    [ "$status" -eq 0 ]
    run --separate-stderr unprivileged \
        "$LEAKCHECK" snapshot -k sysv-sem -o /dev/full
    [ "$status" -eq 2 ]
    says 'leakcheck: /dev/full: cannot write: No space left on device'
}

@test "where nothing can be written: named, nothing left" {
    snapshot -o "$DIR/none/file"
    [ "$status" -eq 2 ]
    says "$DIR/none/file: cannot open its directory: No such file"
    snapshot -o "$DIR"
    [ "$status" -eq 2 ]
    says "$DIR: "
    snapshot -o ""
    [ "$status" -eq 2 ]
}

@test "a full disk: the old file stays and nothing else" {
    isolated '
        mount -t tmpfs -o size=8k tmpfs "$DIR"
        ipcmake sysv-msg 0 1000
        echo old >"$DIR/file"
        "$LEAKCHECK" snapshot -k sysv-msg -o "$DIR/file" || echo "status $?"
        ls -A "$DIR"; cat "$DIR/file"'
    [ "${lines[0]}" = 'status 2' ]
    says "$DIR/file: cannot write: No space left on device"
    [ "${lines[1]}" = file ]
    [ "${lines[2]}" = old ]
    [ "${#lines[@]}" -eq 3 ]
}

@test "a file that may not grow: the old one stays, the signal is not lost" {
    isolated '
        ipcmake sysv-msg 0 1000
        echo old >file
        status=0
        sh -c "ulimit -f 1; exec \"\$LEAKCHECK\" snapshot -k sysv-msg -o file" ||
            status=$?
        kill -l "$status"; cat file'
    [ "${lines[0]}" = XFSZ ]
    [ "${lines[1]}" = old ]
}

@test "a signal while it is written comes when the file is whole" {
    strace -o /dev/null true 2>/dev/null || skip 'strace does not work here'
    run strace -o /dev/null -e 'trace=/^rename' -e 'inject=/^rename:signal=TERM' \
        "$LEAKCHECK" snapshot -k sysv-sem -o file
    [ "$status" -eq 143 ]
    [ "$(tail -n 1 file | cut -c1-13)" = '{"type":"end"' ]
}

@test "a kill on the way leaves the old file whole" {
    strace -o /dev/null true 2>/dev/null || skip 'strace does not work here'
    echo old >file
    run strace -o /dev/null -e 'trace=/^rename' -e 'inject=/^rename:signal=KILL' \
        "$LEAKCHECK" snapshot -k sysv-sem -o file
    [ "$status" -ne 0 ]
    [ "$(cat file)" = old ] || tail -n 1 file | grep -q '"end"'
    find . -name '*.tmp' -delete # SIGKILL lets nobody tidy up
}

@test "32,000 objects: written, read, compared in a moment" {
    isolated '
        sysctl -qw kernel.msgmni=32000 2>/dev/null || :
        [ "$(cat /proc/sys/kernel/msgmni)" -ge 32000 ] || exit 77
        ipcmake sysv-msg 0 32000
        timeout 20 "$LEAKCHECK" snapshot -k sysv-msg -o file
        wc -l <file
        timeout 20 "$LEAKCHECK" diff file'
    [ "$status" -ne 77 ] || skip 'kernel.msgmni is below 32,000'
    [ "$status" -eq 0 ]
    [ "${lines[0]}" -eq 32002 ]
    [ "${lines[1]}" = 'no difference' ]
}
