#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# clean.bats - leakcheck clean: what goes, what stays, why, and exit statuses.
# Objects in use are held by ipchold; if clean takes one of those away it has
# failed, whatever it says.
#
# order: alone, a process elsewhere that waits for a FIFO may be one of ours to it

# The scripts in single quotes are for the shell that isolated() starts.
# shellcheck disable=SC2016,SC2154

load isolated

setup() {
    own_directory
    export HELPERS=$BATS_TEST_TMPDIR/helpers
    cat >"$HELPERS" <<'EOF'
clean() {
    "$LEAKCHECK" clean --watch "$DIR" "$@"
}

# hold KIND NAME: a process that uses it, and does so when this returns. Each
# has a FIFO of its own: the one before may still be about to close it.
hold() {
    rm -f ready
    mkfifo ready
    ipchold "$@" >ready &
    read -r line <ready
    [ "$line" = ready ]
}

# used KIND NAME: used once, by a process that is dead.
used() {
    hold "$@"
    kill "$!"
    wait "$!" || :
}

# operated: by a process that is dead, on all of the set with identifier 0.
operated() {
    perl -e 'semop(0, pack("s6", 0, 1, 0, 1, 1, 0)) or die'
}

# Some systems keep their first process from root, too. In the mounts of this
# test we stand where it is, so that there as elsewhere all can be looked at.
stand_in() {
    LC_ALL=C readlink -v /proc/[0-9]*/cwd 2>&1 >/dev/null |
        sed -n 's|^readlink: \(.*\)/cwd: Permission denied$|\1|p' >hidden
    while read -r process; do
        mount --bind "/proc/$$" "$process" || [ ! -e "$process" ] || exit 77
    done <hidden
}

# What is there, by kind and identity.
there() {
    "$LEAKCHECK" list --json --watch "$DIR" |
        sed -nE 's/.*"kind":"([^"]*)",("id":|"path":")([^",]*).*/\1 \3/p'
}
EOF
    chmod 644 "$HELPERS"
}

# with SCRIPT: in a place of its own, with the helpers.
with() {
    isolated ". \"\$HELPERS\"; $1"
}

# with_all_processes SCRIPT: the same, but the host's processes can be seen.
# What it starts it must end.
with_all_processes() {
    [ "$(id -u)" -eq 0 ] || skip "must be root to look at all processes"
    [ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] ||
        skip "this is a container: not all processes can be seen"
    run --separate-stderr unshare --ipc --mount sh -euc \
        "mount -t tmpfs tmpfs /dev/shm; . \"\$HELPERS\"; stand_in; $1"
    [ "$status" -ne 77 ] || skip "a process is kept from us: $stderr"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

all_kinds='
    ipcmake sysv-shm 0; ipcmake sysv-sem 0; ipcmake sysv-msg 0
    ipcmake posix-shm /a; ipcmake posix-sem /a; ipcmake posix-mq /a
    ipcmake fifo "$DIR/fifo"; ipcmake unix-socket "$DIR/stale"'

@test "without a criterion: exit 2, and which there are" {
    with 'ipcmake sysv-shm 0; clean --yes'
    [ "$status" -eq 2 ]
    for option in --kind --owner --older-than --dead-creator --unattached; do
        says "$option"
    done
}

@test "wrong usage removes nothing" {
    for wrong in '--kind nosuch' '--owner nosuchuser' '--older-than 3weeks' \
        '--kind sysv-shm here' '--nosuch'; do
        with "ipcmake sysv-shm 0; clean --yes $wrong || echo \$?; there"
        [ "${lines[0]}" = 2 ]
        [ "${lines[1]}" = "sysv-shm 0" ]
    done
}

@test "without --yes nothing is changed" {
    with "$all_kinds"'; there >before; clean --older-than 0; there >after
        diff before after'
    [ "$status" -eq 0 ]
    prints '^would be removed \(5\)$'
    prints '^  sysv-shm 0 .*4096 bytes.*owner root$'
    prints '^    creator pid [0-9]+ is dead, not attached, untouched for '
    prints 'nothing was changed, --yes removes$'
}

@test "--yes removes; the second time there is nothing to do" {
    with 'ipcmake sysv-shm 0; ipcmake posix-shm /a; ipcmake posix-sem /a
        ipcmake posix-mq /a; ipcmake unix-socket "$DIR/stale"
        ipcmake sysv-sem 0; operated
        clean --dead-creator --older-than 0 --yes; echo "first $?"; there
        clean --dead-creator --older-than 0 --yes; echo "second $?"'
    [ "$status" -eq 0 ]
    prints '^removed \(6\)$'
    prints '^6 removed$'
    [ "${lines[-3]}" = "first 0" ]
    [[ ${lines[-2]} == "nothing to do: no object matches"* ]]
    [ "${lines[-1]}" = "second 0" ]
}

# Every kind in use, and all criteria that can be met.
in_use='
    ipcmake sysv-shm 0; hold sysv-shm 0
    ipcmake sysv-sem 0; hold sysv-sem 0
    ipcmake sysv-msg 0; hold sysv-msg 0
    ipcmake posix-shm /a; hold posix-shm /a
    ipcmake posix-sem /a; hold posix-sem /a
    ipcmake posix-mq /a; hold posix-mq /a
    ipcmake fifo "$DIR/fifo"; hold fifo "$DIR/fifo"
    hold unix-socket "$DIR/live"; there >before'

@test "what is in use is never removed" {
    for criteria in '--older-than 0' '--dead-creator' '--unattached' \
        '--owner root' '--dead-creator --unattached --older-than 0' \
        '--kind sysv-shm --kind sysv-sem --kind posix-shm --kind fifo'; do
        with "$in_use; clean --yes $criteria; there >after
            diff before after"
        [ "$status" -eq 0 ]
        prints '^kept \([48]\)$'
        prints '^[48] kept$'
        [ "$(grep -c '^    in use: ' <<<"$output")" -eq \
            "$(grep -c '^  [a-z]' <<<"$output")" ]
        rm "$DIR/fifo" "$DIR/live"
    done
}

@test "the evidence names the process" {
    with "$in_use; clean --older-than 0"
    [ "$status" -eq 0 ]
    prints '^    in use: attached 1 time, last user pid [0-9]+ \(ipchold\)$'
    prints '^    in use: its last user pid [0-9]+ \(ipchold\) is alive$'
    prints '^    in use: the last sender pid [0-9]+ \(ipchold\) is alive$'
    prints '^    in use: mapped by pid [0-9]+ \(ipchold\)$'
    prints '^    in use: open in pid [0-9]+ \(ipchold\)$'
    prints '^    in use: a socket is bound to it$'
}

@test "a stale socket goes, the live one beside it stays and still serves" {
    with 'ipcmake unix-socket "$DIR/stale"; hold unix-socket "$DIR/live"
        clean --kind unix-socket --yes; ls "$DIR"
        perl -MIO::Socket::UNIX -e "
            IO::Socket::UNIX->new(Peer => q($DIR/live)) or die; print qq(up\n)"'
    [ "$status" -eq 0 ]
    prints '^removed \(1\)$'
    [ "${lines[-2]}" = live ]
    [ "${lines[-1]}" = up ]
}

@test "a set whose last user lives stays, that of a dead one goes" {
    with 'ipcmake sysv-sem 0; ipcmake sysv-sem 0
        for i in 0 1; do hold sysv-sem $i; done
        kill "$!"; wait "$!" || :
        clean --kind sysv-sem --older-than 0 --yes; there'
    [ "$status" -eq 0 ]
    prints '^    in use: its last user pid [0-9]+ \(ipchold\) is alive$'
    prints '^    its last user pid [0-9]+ is dead; the kernel does not keep '
    [ "${lines[-2]}" = "1 kept, 1 removed" ]
    [ "${lines[-1]}" = "sysv-sem 0" ]
}

# Its only one was kept twice, and removed at last.
needed_an_age() {
    [ "$(grep -c '^1 kept$' <<<"$output")" -eq 2 ]
    [ "$(grep -c 'used, --older-than would tell: .* is dead; the kernel ' \
        <<<"$output")" -eq 2 ]
    prints "^$1 0\$"
    [ "${lines[-1]}" = "1 removed" ]
}

@test "a set whose last user is dead needs an age" {
    with 'ipcmake sysv-sem 0; operated
        clean --kind sysv-sem --yes; clean --dead-creator --yes; there
        clean --dead-creator --older-than 0 --yes'
    [ "$status" -eq 0 ]
    needed_an_age sysv-sem
}

@test "a queue whose last user is dead needs an age" {
    with_all_processes 'ipcmake sysv-msg 0; used sysv-msg 0
        clean --kind sysv-msg --yes; clean --dead-creator --yes; there
        clean --dead-creator --older-than 0 --yes'
    [ "$status" -eq 0 ]
    needed_an_age sysv-msg
}

@test "a marked segment that is attached stays to its last detach" {
    with 'ipcmake sysv-shm 0; hold sysv-shm 0; ipcrm -m 0
        clean --kind sysv-shm --yes'
    [ "$status" -eq 0 ]
    prints '^1 kept$'
}

@test "what was never used needs an age" {
    with_all_processes 'ipcmake sysv-sem 0; ipcmake sysv-msg 0
        ipcmake fifo "$DIR/fifo"
        clean --kind sysv-sem --kind sysv-msg --kind fifo --yes
        clean --dead-creator --yes; clean --dead-creator --older-than 0 --yes
        there; clean --older-than 0 --yes; there'
    [ "$status" -eq 0 ]
    [ "$(grep -c '^3 kept$' <<<"$output")" -eq 3 ]
    prints '^    may be about to be used, --older-than would tell: no process '
    prints '^    its creator may be alive: no process has operated on it yet$'
    [ "$(grep -c '^sysv-sem 0$' <<<"$output")" -eq 1 ]
    [ "${lines[-1]}" = "3 removed" ]
}

@test "a FIFO: kept while open or being opened, gone after its use" {
    with_all_processes 'for i in open opening used; do
            ipcmake fifo "$DIR/$i"; done
        hold fifo "$DIR/open"; one=$!
        cat "$DIR/opening" & two=$!
        export two
        timeout 20 sh -c "until grep -q ^wait_for /proc/\$two/wchan
            do :; done"
        sh -c "echo x >\"\$DIR/used\"" & cat "$DIR/used"
        wait $!
        clean --kind fifo --older-than 0 --yes; there
        kill $one $two; wait || :'
    [ "$status" -eq 0 ]
    prints '^    in use: open in pid [0-9]+ \(ipchold\)$'
    prints '^    in use: pid [0-9]+ \(cat\) waits to open it$'
    prints '^removed \(1\)$'
    prints "^  fifo $DIR/used "
    [ "${lines[-2]}" = "fifo $DIR/open" ]
    [ "${lines[-1]}" = "fifo $DIR/opening" ]
}

@test "a FIFO is kept where not all processes can be seen" {
    with 'ipcmake fifo "$DIR/fifo"; clean --older-than 0 --yes; there'
    [ "$status" -eq 0 ]
    prints 'may be in use: whether a process has it open cannot be told: '
    [ "${lines[-1]}" = "fifo $DIR/fifo" ]
}

@test "a queue for which a process waits that cannot be seen is kept" {
    with 'ipcmake sysv-msg 0
        perl -e "msgrcv(0, \$message, 1, 0, 0)" & waiter=$!
        export waiter
        timeout 20 sh -c "until grep -q ^do_msgrcv /proc/\$waiter/wchan
            do :; done"
        clean --older-than 0 --yes
        unshare --pid --fork --mount-proc --kill-child \
            "$LEAKCHECK" clean --watch "$DIR" --older-than 0 --yes
        there'
    [ "$status" -eq 0 ]
    prints '^    in use: pid [0-9]+ \(perl\) waits to send or receive$'
    prints '^    may be in use: whether a process waits for it cannot be told: .* outside .*; ipcrm -q 0 removes it all the same$'
    [ "${lines[-1]}" = "sysv-msg 0" ]
}

@test "a FIFO in use is kept without the right to look, or descriptors" {
    with_all_processes 'ipcmake fifo "$DIR/fifo"
        sh -c "echo x >\"\$DIR/fifo\"" & cat "$DIR/fifo"; wait $!
        hold fifo "$DIR/fifo"; one=$!
        yes() { "$@" "$LEAKCHECK" clean --watch "$DIR" --older-than 0 --yes ||
            echo "exit $?"; }
        yes setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace
        for n in 3 4 5 6 7 8 9; do yes prlimit --nofile="$n" || :; done
        there; kill $one; wait || :'
    prints 'whether a process has it open cannot be told: .* cannot be looked '
    [ "$(grep -c '^removed' <<<"$output")" -eq 0 ]
    [ "${lines[-1]}" = "fifo $DIR/fifo" ]
}

@test "only what matches all criteria is shown" {
    with "$all_kinds"'; clean --older-than 1h; clean --kind posix-shm \
        --older-than 1h; clean --kind posix-shm --owner daemon'
    [ "$status" -eq 0 ]
    [ "$(grep -c '^nothing to do: no object matches' <<<"$output")" -eq 3 ]
    [ "${#lines[@]}" -eq 3 ]
}

@test "who stands for many in a user namespace is not taken for one" {
    with 'ipcmake sysv-shm 0
        unshare --user "$LEAKCHECK" list --kind sysv-shm
        for user in nobody 65534; do
            ! unshare --user "$LEAKCHECK" clean --kind sysv-shm \
                --owner $user --older-than 0 --yes
        done
        unshare --user "$LEAKCHECK" clean --kind sysv-shm --owner daemon
        there'
    [ "$status" -eq 0 ]
    prints 'nobody'
    says "clean: in this user namespace 'nobody' may be anybody who has no"
    says "clean: in this user namespace '65534' may be anybody"
    prints '^sysv-shm 0$'
}

@test "kinds and owners that were not named stay" {
    [ "$(id -u)" -eq 0 ] || skip "must be root to make another user's objects"
    with 'chmod 1777 /dev/shm
        as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
        ipcmake sysv-shm 0; $as_nobody ipcmake sysv-shm 0
        ipcmake posix-shm /a; $as_nobody ipcmake posix-shm /b
        clean --owner nobody --kind sysv-shm --yes
        clean --owner 65534 --kind posix-shm --yes; there'
    [ "$status" -eq 0 ]
    [ "$(grep -c '^1 removed$' <<<"$output")" -eq 2 ]
    [ "${lines[-2]}" = "sysv-shm 0" ]
    [ "${lines[-1]}" = "posix-shm /dev/shm/a" ]
}

@test "what is refused is told: exit 1, and the rest is done" {
    [ "$(id -u)" -eq 0 ] || skip "must be root to make another user's objects"
    with 'ipcmake sysv-shm 0
        as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
        $as_nobody ipcmake sysv-shm 0
        $as_nobody "$LEAKCHECK" clean --kind sysv-shm --yes || echo "exit $?"
        there'
    prints '^could not be removed \(1\)$'
    prints '^    removing it: Operation not permitted$'
    prints '^1 removed, 1 could not be removed$'
    [ "${lines[-2]}" = "exit 1" ]
    [ "${lines[-1]}" = "sysv-shm 0" ]
}

@test "what could not be looked at: on stderr, and exit 5" {
    mkdir -m 0 "$DIR/closed"
    run --separate-stderr unprivileged "$LEAKCHECK" clean --kind fifo \
        --watch "$DIR"
    chmod 755 "$DIR/closed"
    [ "$status" -eq 5 ]
    says "$DIR/closed"
    prints 'but not all places were looked at'
}

@test "a watched directory that is not there is said" {
    run --separate-stderr "$LEAKCHECK" clean --kind fifo --watch none
    [ "$status" -eq 0 ]
    says 'leakcheck: --watch: none: No such file or directory'
}

@test "--json: one object a line, and a summary" {
    with 'ipcmake sysv-shm 0; ipcmake posix-shm /a; hold posix-shm /a
        clean --older-than 0 --json; clean --older-than 0 --json --yes'
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 8 ]
    [[ ${lines[0]} == '{"type":"clean","version":1,"tool":"leakcheck '*'"yes":false}' ]]
    [[ ${lines[1]} == '{"type":"would_remove","use":"free","why":"creator pid '*'"object":{"kind":"sysv-shm","id":0,'* ]]
    [[ ${lines[2]} == '{"type":"kept","use":"busy","why":"in use: mapped by '* ]]
    [ "${lines[3]}" = '{"type":"summary","kept":1,"would_remove":1,"gone":0,"removed":0,"failed":0,"exit_status":0}' ]
    [[ ${lines[4]} == *'"yes":true}' ]]
    [[ ${lines[5]} == '{"type":"removed",'* ]]
    [ "${lines[7]}" = '{"type":"summary","kept":1,"would_remove":0,"gone":0,"removed":1,"failed":0,"exit_status":0}' ]
}

@test "names that a terminal would obey are shown as escapes" {
    with 'ipcmake unix-socket "$DIR/$(printf "a\033[31m\nb")"
        clean --kind unix-socket --yes; ls -A "$DIR"'
    [ "$status" -eq 0 ]
    prints 'a\\x1b\[31m\\nb'
    is_harmless "$output"
    [ "${lines[-1]}" = "1 removed" ]
}

@test "a clean whose output cannot be written says so" {
    [ -c /dev/full ] || skip "/dev/full is missing"
    with 'ipcmake sysv-shm 0; clean --kind sysv-shm >/dev/full || echo "$?"'
    [ "${lines[0]}" = 2 ]
    says 'No space left on device'
}

@test "5,000 objects take seconds, not minutes" {
    with '
        ipcmake fifo "$DIR/f" 2000; ipcmake posix-shm /s 1000
        ipcmake unix-socket "$DIR/u" 1000; ipcmake sysv-shm 0 1000
        ipcmake posix-shm /held; hold posix-shm /held
        timeout 60 "$LEAKCHECK" clean --watch "$DIR" --older-than 0 --yes |
            tail -n 1
        there | grep -c fifo; there | grep -v fifo'
    [ "${lines[0]}" = "2001 kept, 3000 removed" ]
    [ "${lines[1]}" = 2000 ]
    [ "${lines[2]}" = "posix-shm /dev/shm/held" ]
    [ "${#lines[@]}" -eq 3 ]
}

@test "--help tells the statuses and what is never removed" {
    run "$LEAKCHECK" clean --help
    [ "$status" -eq 0 ]
    prints 'in use is never removed'
    prints 'Exit status: 0 '
    for option in --kind --watch --owner --older-than --dead-creator \
        --unattached --yes --json --color; do
        prints "^ .*$option"
    done
}
