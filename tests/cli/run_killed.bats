#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# run_killed.bats - leakcheck run --host, when leakcheck is killed with SIGKILL:
# the command's processes die, and what they left is removed.

load isolated

# What each script begins with. After `start` $front is the process that was
# started, $keeper the other one of leakcheck, see leakcheck/apart.h.
setup() {
    own_directory
    cat >helpers <<'EOF'
# await COMMAND...: until it succeeds.
await() {
    deadline=$(($(date +%s) + 30))
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || { echo "not: $*"; ps -ef; exit 9; }
    done
}

# No process but this one, what looks, and a stranger (tail) is alive.
all_dead() {
    # In a pipe ps would see the shell that is to become awk.
    processes=$(ps -eo pid=,stat=,comm=)
    echo "$processes" | awk '
        $1 != 1 && $2 !~ /^Z/ && $3 !~ /^(ps|tail)$/ { found = 1 }
        END { exit found }'
}

# start OPTION...: run tree.sh until it says that it is up.
start() {
    $prefix "$LEAKCHECK" run --host "$@" -- sh tree.sh >out 2>&1 &
    front=$!
    await [ -e up ]
    keeper=$(pgrep -x ipc-keeper)
}

objects() {
    ipcs -a | awk '/^0x/ { print $2 }' | sort
    find /dev/shm "$DIR" -type f -o -type p -o -type s | sort
    [ ! -e /dev/mqueue/c ] || echo /c
}

prefix=
mount -t mqueue mqueue /dev/mqueue 2>/dev/null || :
ipcmk -Q >/dev/null
mkfifo "$DIR/mine"
objects >before
EOF
    # An object of each kind; a daemon, an orphan and a stopped process.
    cat >tree.sh <<'EOF'
ipcmk -M 100
ipcmk -S 1
ipcmake sysv-msg 0
ipcmake posix-shm /a
ipcmake posix-sem /b
ipcmake posix-mq /c
ipcmake fifo "$DIR/f"
ipcmake unix-socket "$DIR/s"
setsid -f sleep 1241
(sleep 1241 &)
sleep 1241 &
kill -STOP $!
touch up
wait
EOF
}

# What a run leaves that was not killed, and no more.
is_as_before() {
    [ "$status" -eq 0 ]
    prints '^nothing else is left$'
    prints ': 8 objects left behind'
    [ "$(grep -c '    removed' <<<"$output")" -eq 8 ]
}

@test "kill -9: all processes die, what they left is removed, and told" {
    isolated '. ./helpers
        start
        stranger=$(ipcmk -Q)
        kill -9 "$front"
        await all_dead
        ipcrm -q "${stranger##* }"
        objects | diff before - && echo nothing else is left
        cat out'
    is_as_before
    prints 'the command was ended by SIGKILL'
}

@test "kill -9 of the process group" {
    isolated '. ./helpers
        prefix=setsid
        start
        kill -9 "-$front"
        await all_dead
        objects | diff before - && echo nothing else is left
        cat out'
    is_as_before
}

@test "kill -9 when the command is over and its processes are waited for" {
    sed -i '$s/.*/echo $$ >pid/' tree.sh
    isolated '. ./helpers
        start --settle 1h
        await [ -s pid ]
        await [ ! -e "/proc/$(cat pid)" ]
        kill -9 "$front"
        await all_dead
        objects | diff before - && echo nothing else is left
        cat out'
    is_as_before
}

@test "kill -9 with --keep: the processes die, the objects stay" {
    isolated '. ./helpers
        start --keep
        objects >left
        kill -9 "$front"
        await all_dead
        objects | diff left - && echo all is left'
    [ "$status" -eq 0 ]
    prints '^all is left$'
}

@test "kill -9 of the keeper: the processes die, and it is said" {
    isolated '. ./helpers
        start
        kill -9 "$keeper"
        wait "$front" || echo "status $?"
        all_dead
        cat out'
    [ "$status" -eq 0 ]
    prints '^status 137$'
    prints 'the process that watched the command was killed'
}

# A call that nobody serves any more would fail with ENOSYS.
@test "until they die no call of the processes fails" {
    cat >tree.sh <<'EOF'
work() {
    while :; do
        true >"file$1"
    done
}
exec 2>failures
for i in 1 2 3 4; do
    work $i &
done
touch up
wait
EOF
    isolated '. ./helpers
        for i in 1 2 3 4 5; do
            for victim in front keeper; do
                rm -f up
                start
                eval kill -9 "\$$victim"
                await all_dead
                grep implemented failures || :
            done
        done
        echo done'
    [ "$status" -eq 0 ]
    [ "$output" = done ]
}

@test "kill -9 of one with a stranger's child, which lives on" {
    # shellcheck disable=SC2016
    echo 'tail -f /dev/null & exec "$@"' >exec.sh
    isolated '. ./helpers
        prefix="sh exec.sh"
        start
        kill -9 "$front"
        await all_dead
        objects | diff before - && echo nothing else is left
        cat out
        pgrep -x tail'
    is_as_before
}
