#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_strangers.bats - without a sandbox: others make objects, too, and take
# the names, keys and numbers that the program has given up. Nothing of theirs
# is removed or blamed on the program, and no leak of the program is missed for
# it: tests/programs/ipcswap.c.
#
# order: alone, it has campaigns on the host, and who else is there is the matter

load isolated
load ipcrash

setup() {
    own_directory
    mqueue='[ ! -d /dev/mqueue ] || mount -t mqueue mqueue /dev/mqueue'
    server=ipcswap-$BATS_ROOT_PID-$BATS_TEST_NUMBER-$BASHPID
}

kinds=(sysv-shm sysv-sem sysv-msg posix-shm posix-mq fifo unix-socket)

# names_of KIND: sets $name and $other.
names_of() {
    case $1 in
    sysv-*) name=0x51a1 other=0x51a2 ;;
    posix-*) name=/swap other=/other ;;
    *) name=$DIR/swap other=$DIR/other ;;
    esac
}

# with_a_stranger KIND SCRIPT [ARG...]: $1 to $4 of the script are ipcswap's
# SOCKET KIND NAME OTHER.
with_a_stranger() {
    names_of "$1"
    isolated "$mqueue"'
        ipcswap stranger "$1" "$2" "$3"
        '"$2"'
        ipcswap ask "$1" end' "$server" "$1" "$name" "$other" "${@:3}"
    [ "$status" -eq 0 ]
}

# The same. Fails unless the stranger still has its object.
beside_a_stranger() {
    with_a_stranger "$1" "$2
        ipcswap ask \"\$1\" safe" "${@:3}"
}

# course FAULT: the verdicts in the order of the points, equal ones that follow
# each other as one.
course() {
    jq -r --arg fault "$1" \
        'select(.type == "trial" and .fault == $fault).verdict' \
        ipcrash.out/run.jsonl | uniq | xargs
}

# Each leak is one object, and it is known where the program made it.
blames_only_the_program() {
    jq -es 'map(select(.type == "trial" and .verdict == "leaked").left) |
        length > 0 and all(length == 1 and .[0].created_at != null)' \
        ipcrash.out/run.jsonl
}

# The program leaks what it has made when it is killed, and nothing else: with
# exit() it is clean.
crashed_beside_a_stranger() {
    for kind in "${kinds[@]}"; do
        echo "$kind"
        beside_a_stranger "$kind" 'code=0
            "$IPCRASH" run --host --faults exit,SIGKILL --require SIGKILL \
                --equal 0 -- ipcswap '"$1"' "$@" || code=$?
            [ $code -eq 1 ]'
        [ "$(course exit)" = clean ]
        [ "$(course SIGKILL)" = "$2" ]
        blames_only_the_program
    done
}

@test "a stranger takes what the program has released" {
    crashed_beside_a_stranger released leaked
}

@test "a stranger removes what the program has, and makes its own" {
    crashed_beside_a_stranger stolen 'leaked clean leaked clean'
}

@test "what a stranger has made is used by the program" {
    crashed_beside_a_stranger uses leaked
}

@test "a warden killed when a stranger has what the program had" {
    for kind in "${kinds[@]}"; do
        echo "$kind"
        beside_a_stranger "$kind" 'code=0
            ipckill 9 ipcrash-warden 1 0 "$5" "$IPCRASH" run --host \
                --timeout 1s -- ipcswap held "$1" "$2" "$3" "$5" 3>&1 ||
                code=$?
            [ $code -eq 0 ]
            rm "$5"' "$DIR/lines"
        prints '^sent '
    done
}

@test "the program removes what a stranger has made: that is told" {
    for kind in "${kinds[@]}"; do
        echo "$kind"
        with_a_stranger "$kind" '"$IPCRASH" run --host --faults exit \
            --equal 0 -- ipcswap removes "$@"'
        [ "$(course exit)" = clean ]
        prints '^note:     the program removes objects that it has not made: '
        prints '^note:     the program removed '
        jq -es 'map(select(.type == "trial" and .note != null)) |
            length > 0 and (.[0].note | test("removed '"$kind"' .*(swap|[0-9]),"))' \
            ipcrash.out/run.jsonl
    done
}

@test "what the program has made itself is nobody else's, also removed twice" {
    ipcrash run --host --faults exit -- ipcodd mark
    [ "$status" -eq 0 ]
    [[ $output != *'not made'* ]]
}

@test "names that the program exchanges: each is found and removed" {
    for place in --sandbox --host; do
        ipcrash run $place --faults SIGKILL --require SIGKILL \
            -- ipcodd exchange "$DIR/a" "$DIR/b"
        [ "$status" -eq 1 ]
        [ -z "$(ls "$DIR")" ]
        jq -es --arg dir "$DIR" 'map(select(.type == "trial").left |
            map(.path) | contains([$dir + "/a", $dir + "/b"])) | any' \
            ipcrash.out/run.jsonl
    done
}

@test "what calls make that may also find it is told as in a sandbox" {
    ipcrash run --sandbox -o sandbox --faults SIGKILL -- ipcodd find
    isolated "$mqueue"'
        "$IPCRASH" run --host -o host --faults SIGKILL -- ipcodd find
        [ -z "$(ls /dev/shm; tail -qn +2 /proc/sysvipc/*)" ]'
    [ "$status" -eq 0 ]
    [ "$(verdicts host | grep -c "^leaked ")" -gt 20 ]
    diff <(verdicts sandbox) <(verdicts host)
}

@test "a file that gets its name in /dev/shm later is found" {
    for place in --sandbox --host; do
        isolated '"$IPCRASH" run '$place' --faults SIGKILL \
                --only "*:nameless:*" -- ipcodd nameless
            ls /dev/shm'
        [ "$status" -eq 0 ]
        [ "$(verdicts | grep -c "^leaked .*:nameless:")" -eq 6 ]
        # From the return of linkat until before shm_unlink.
        [ "$(grep -cF "\"path\":\"/dev/shm/ipcodd\",\"dev\"" \
            ipcrash.out/run.jsonl)" -eq 4 ]
        ! grep -F "\"path\":\"/dev/shm/ipcodd\",\"dev\"" ipcrash.out/run.jsonl |
            grep -vF "\"created_at\":\"tests/programs/ipcodd.c:nameless:linkat:1\""
        [ "${lines[-1]}" != ipcodd ]
    done
}

@test "a directory that the program renames: what is in it is followed" {
    for place in --sandbox --host; do
        isolated '"$IPCRASH" run '$place' --faults SIGTERM,SIGKILL \
            --only "*:move:rt_sigprocmask:*" -- ipcodd move "$DIR/a" "$DIR/b"'
        [ "$status" -eq 0 ]
        [ "$(verdicts | cut -d" " -f1 | uniq -c | xargs)" = "2 clean 2 leaked" ]
        [ "$(grep -cF "\"path\":\"$DIR/b/fifo\",\"dev\"" \
            ipcrash.out/run.jsonl)" -eq 2 ]
        [ -z "$(find "$DIR" -type p)" ]
    done
}

@test "a warden killed when the program has renamed a directory" {
    for place in --sandbox --host; do
        isolated 'ipckill 9 ipcrash-warden 1 0 lines "$IPCRASH" run '$place' \
            --timeout 1s -- ipcodd stow "$DIR/a" "$DIR/b" lines \
            3>&1 >out 2>err || cat err'
        [ "$status" -eq 0 ]
        [[ "$output" == "sent "* ]]
        rm lines
        [ -z "$(find "$DIR" -type p)" ]
    done
}

# As an ordinary user, and without mqueuefs, a queue of mode 0 only has a name.
@test "what cannot be told apart stays, and the trial is broken" {
    [ "$(id -u)" -eq 0 ] || skip "root is needed to become another user"
    chown 65534 .
    isolated 'umount -q /dev/mqueue || :
        chmod 1777 /dev/shm
        setpriv --reuid=65534 --regid=65534 --clear-groups \
            "$IPCRASH" run --host --faults SIGKILL -- ipcodd hide ||
            [ $? -eq 5 ]
        mkdir mqueue
        mount -t mqueue mqueue mqueue
        ls mqueue'
    [ "$status" -eq 0 ]
    prints 'posix-mq /ipcodd is there: it cannot be told'
    [ "${lines[-1]}" = ipcodd ]
    # The later ones do not come so far, for it is there.
    [ "$(verdicts | grep -c '^clean ')" -eq 0 ]
}

# A directory that the program has closed, to an ordinary user.
@test "what cannot be looked at is not called clean" {
    [ "$(id -u)" -ne 0 ] || chown 65534 "$DIR" .
    run --separate-stderr unprivileged "$IPCRASH" run --host --faults SIGTERM \
        --only '*:shut:rt_sigprocmask:*' -- "$(type -P ipcodd)" shut "$DIR/d"
    echo "$output"
    [ "$status" -eq 5 ]
    [ "$(verdicts | grep -c '^clean ')" -eq 0 ]
    tr -s ' \n' ' ' <<<"$output" |
        grep -qF "fifo $DIR/d/fifo may be left: Permission denied"
    chmod 700 "$DIR/d"
    [ -p "$DIR/d/fifo" ]
}

# As in a container that allows neither.
@test "what the kernel does not tell of is not called clean" {
    isolated 'mount -t tmpfs tmpfs /proc/sysvipc || exit 99
        deny shmctl=1 -- "$IPCRASH" run --host --faults SIGTERM \
            -- ipcmake sysv-shm 0'
    [ "$status" -ne 99 ] || skip "/proc/sysvipc cannot be covered"
    [ "$status" -eq 5 ]
    [ "$(verdicts | grep -c '^clean ')" -eq 0 ]
    tr -s ' \n' ' ' <<<"$output" |
        grep -qE 'sysv-shm [0-9]+ may be left: shmctl\(2\) does not tell'
}

@test "two campaigns at a time: each has the verdicts that it has alone" {
    isolated "$mqueue"'
        PATH=${IPCRASH%/*}/scenarios:$PATH
        for program in shm_atexit-1 posix_shm-0 posix_sem-0 posix_mq-0 fifo-0 \
            unix_socket-0 sem_undo-0 msg_drain-0; do
            for folder in alone.$program one.$program two.$program; do
                "$IPCRASH" run --host --max-trials=40 --seed=1 -o $folder \
                    -- $program >$folder.out 2>&1 || [ $? -eq 1 ] &
                [ $folder != alone.$program ] || wait $!
            done
            wait
        done
        [ -z "$(ls /dev/shm; tail -qn +2 /proc/sysvipc/*)" ]'
    [ "$status" -eq 0 ]
    for folder in alone.*[0-9]; do
        [ -d "$folder" ]
        diff <(verdicts "$folder") <(verdicts "one.${folder#alone.}")
        diff <(verdicts "$folder") <(verdicts "two.${folder#alone.}")
    done
}
