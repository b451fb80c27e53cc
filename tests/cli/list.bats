#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# list.bats - leakcheck list: all kinds, agreement with ipcs and lsipc, states,
# hostile names, colour, many objects, what was not looked at.

load isolated

setup() {
    own_directory
}

one_of_each='
    ipcmake sysv-shm 4711
    ipcmake sysv-sem 0
    ipcmake sysv-msg 0
    ipcmake posix-shm /one
    ipcmake posix-sem /one
    ipcmake posix-mq /one
    ipcmake fifo "$DIR/one"
    ipcmake unix-socket "$DIR/socket"'

@test "nothing there" {
    isolated '"$LEAKCHECK" list --watch "$DIR"'
    [ "$status" -eq 0 ]
    [ "${lines[0]%%,*}" = "0 objects" ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "a table for each kind" {
    isolated "$one_of_each; "'"$LEAKCHECK" list --watch "$DIR"'
    [ "$status" -eq 0 ]
    for title in 'System V shared memory segment' 'System V semaphore set' \
        'System V message queue' 'POSIX shared memory object' \
        'POSIX named semaphore' 'POSIX message queue' \
        'FIFO \(named pipe\)' 'Unix socket path'; do
        prints "^$title \(1\)$"
    done
    prints '^0x00001267 +[0-9]+ +600 +root +4096 +0 '
    prints ' /dev/shm/one$'
    prints ' /dev/shm/sem\.one$'
    prints "/one\$"
    prints " $DIR/one\$"
    prints " $DIR/socket\$"
    prints '^8 objects'
    [ "$(grep -c ' $' <<<"$output")" -eq 0 ]
}

@test "columns are aligned: numbers to the right, words to the left" {
    isolated 'ipcmk -M 1 >/dev/null; ipcmk -M 123456 >/dev/null
        "$LEAKCHECK" list --kind sysv-shm'
    [ "$status" -eq 0 ]
    # Where BYTES ends in the head, each number ends; CTIME starts as its head.
    awk 'NR == 2 { end = index($0, "BYTES") + 4; start = index($0, "CTIME") }
        NR == 3 || NR == 4 {
            bad += substr($0, end, 2) !~ /[0-9] /
            bad += substr($0, start - 1, 6) !~ / [0-9]...-/
        }
        END { exit bad || NR < 4 }' <<<"$output"
}

@test "--json: the same as a snapshot, an object a line" {
    isolated "$one_of_each; "'"$LEAKCHECK" list --json --watch "$DIR"'
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 10 ]
    [[ ${lines[0]} = '{"type":"snapshot","version":1,"tool":"leakcheck '* ]]
    [ "${lines[9]}" = '{"type":"end","objects":8}' ]
    i=1
    for kind in sysv-shm sysv-sem sysv-msg posix-shm posix-sem posix-mq fifo \
        unix-socket; do
        [[ ${lines[i]} = '{"type":"object","kind":"'$kind'",'* ]]
        i=$((i + 1))
    done
}

@test "--kind shows only these" {
    isolated "$one_of_each; "'
        "$LEAKCHECK" list --kind fifo -k sysv-sem --watch "$DIR"'
    [ "$status" -eq 0 ]
    prints '^System V semaphore set \(1\)$'
    prints '^FIFO \(named pipe\) \(1\)$'
    prints '^2 objects'
}

@test "the rows of System V agree with ipcs" {
    isolated '
        ipcmk -M 1 -p 0644; ipcmk -M 12345 -p 0600; ipcmk -S 7 -p 0640
        ipcmk -Q -p 0622; ipcmk -Q -p 0666
        for what in -m:sysv-shm -s:sysv-sem -q:sysv-msg; do
            "$LEAKCHECK" list --kind "${what#*:}" >ours
            ipcs "${what%:*}" >theirs
            echo "$what"; cat ours theirs
            awk "/^0x/ { print \$1, \$2, \$3, \$4, \$5, \$6 }" ours |
                sed "s/ [^ ]*-.*//" | sort >a
            awk "/^0x/ { print \$1, \$2, \$4, \$3, \$5, \$6 }" theirs | sort >b
            if [ "${what%:*}" = -s ]; then
                cut -d" " -f1-5 <a >aa; cut -d" " -f1-5 <b >bb
                mv aa a; mv bb b
            fi
            [ -s a ]
            diff a b
        done'
    [ "$status" -eq 0 ]
}

@test "agrees with lsipc on ids, owners and sizes" {
    isolated '
        ipcmk -M 4096 >/dev/null; ipcmk -M 8192 >/dev/null
        lsipc --shmems --raw --bytes --noheadings -o KEY,ID,OWNER,SIZE,CPID \
            >theirs
        "$LEAKCHECK" list --kind sysv-shm |
            awk "/^0x/ { print \$1, \$2, \$4, \$5, \$9 }" >ours
        [ "$(wc -l <theirs)" -eq 2 ]
        diff ours theirs'
    [ "$status" -eq 0 ]
}

@test "who made a segment, and whether that process lives" {
    command -v perl >/dev/null || skip 'perl is not installed'
    isolated 'ipcmk -M 4096 >/dev/null
        perl -e "
            shmget(0, 4096, 0600) // die;
            system(\$ENV{LEAKCHECK}, qw(list --kind sysv-shm));"'
    [ "$status" -eq 0 ]
    prints ' creator dead$'
    prints ' perl$'
    [ "$(grep -c 'creator dead' <<<"$output")" -eq 1 ]
}

@test "a thread that has got the number of who made it is not that" {
    [ -e /proc/sys/kernel/ns_last_pid ] || skip 'no number can be chosen'
    isolated 'ipcmk -M 4096 >/dev/null
        python3 -c "
import os, subprocess, sys, threading
dead = int(subprocess.check_output(sys.argv[1].split()))
def ask():
    print(\"same\" if threading.get_native_id() == dead else \"other\", flush=True)
    subprocess.run([os.environ[\"LEAKCHECK\"], \"list\", \"--kind\", \"sysv-shm\"])
with open(\"/proc/sys/kernel/ns_last_pid\", \"w\") as last:
    last.write(str(dead - 1))
thread = threading.Thread(target=ask)
thread.start()
thread.join()" "lsipc --shmems --raw --noheadings -o CPID"'
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = same ]
    prints ' creator dead$'
}

@test "marked for destruction and still attached is told apart" {
    perl -MIPC::SysV -e1 2>/dev/null || skip 'no IPC::SysV of perl'
    isolated 'perl -MIPC::SysV=shmat,IPC_RMID -e "
        \$id = shmget(0, 4096, 0600) // die;
        shmat(\$id, undef, 0) // die;
        shmctl(\$id, IPC_RMID, 0) // die;
        system(\$ENV{LEAKCHECK}, qw(list --kind sysv-shm));"'
    [ "$status" -eq 0 ]
    prints ' 4096 +1 .* perl +marked for destruction$'
}

@test "names with newlines, control bytes, blanks and no UTF-8" {
    isolated '
        cd "$DIR"
        for name in "new
line" "$(printf "\033[31mred")" "$(printf "\377\376")" "$(printf "c1\302\233")" \
            "a  b" "back\\slash" "$(printf "\303\244")"; do
            mkfifo "$name"
        done
        : >/dev/shm/"$(printf "\033]0;title\007")"
        "$LEAKCHECK" list --watch "$DIR"
        "$LEAKCHECK" list --watch "$DIR" --json >list.json
        "$LEAKCHECK" diff list.json >/dev/null'
    [ "$status" -eq 0 ]
    prints '/new\\nline$'
    prints '/\\x1b\[31mred$'
    prints '/\\xff\\xfe$'
    prints '/c1\\xc2\\x9b$'
    prints '/a  b$'
    prints '/back\\\\slash$'
    prints "/$(printf '\303\244')\$"
    prints '/dev/shm/\\x1b\]0;title\\a$'
    prints '^8 objects'
    is_harmless "$(grep -v "$(printf '\303\244')" <<<"$output")"
}

@test "colour: the option, then NO_COLOR, CLICOLOR_FORCE, then the terminal" {
    bold=$(printf '\033\[1m')
    isolated 'ipcmk -Q >/dev/null
        list() { "$LEAKCHECK" list --kind sysv-msg "$@"; }
        unset NO_COLOR CLICOLOR_FORCE
        list >1; list --color=always >2; list --color=never >3
        CLICOLOR_FORCE=1 list >4; CLICOLOR_FORCE=0 list >5
        NO_COLOR=1 CLICOLOR_FORCE=1 list >6; NO_COLOR= CLICOLOR_FORCE=1 list >7
        NO_COLOR=1 list --color always >8'
    [ "$status" -eq 0 ]
    for file in 2 4 7 8; do grep -q "$bold" "$file"; done
    for file in 1 3 5 6; do ! grep -q "$bold" "$file" || return 1; done
    diff 1 <(sed 's/\x1b\[[0-9]*m//g' 2)
}

@test "32,000 objects: all of them, in a moment" {
    isolated '
        sysctl -qw kernel.msgmni=32000 2>/dev/null || :
        [ "$(cat /proc/sys/kernel/msgmni)" -ge 32000 ] || exit 77
        ipcmake sysv-msg 0 32000
        timeout 20 "$LEAKCHECK" list --kind sysv-msg >list
        tail -n 1 list
        awk "/^0x/ { print \$2 }" list | sort -nu | wc -l'
    [ "$status" -ne 77 ] || skip 'kernel.msgmni is below 32,000'
    [ "$status" -eq 0 ]
    [ "${lines[0]%%,*}" = '32000 objects' ]
    [ "${lines[1]}" -eq 32000 ]
}

@test "a reader that goes away ends it, as it ends others" {
    isolated '
        ipcmake sysv-msg 0 1000
        mkfifo pipe
        timeout 10 true <pipe &
        status=0
        sh -c "exec \"\$LEAKCHECK\" list --json >pipe" || status=$?
        echo "$status"'
    # 141: SIGPIPE; 2 when the reader was gone before the first byte and the
    # signal is ignored where the tests run.
    [ "$output" = 141 ] || [ "$output" = 2 ]
}

@test "a directory that cannot be read is said, and the rest is listed" {
    mkdir "$DIR/closed"
    mkfifo "$DIR/open"
    chmod 0 "$DIR/closed"
    cd "$DIR"
    run --separate-stderr unprivileged "$LEAKCHECK" list -k fifo --watch .
    echo "$output$stderr"
    [ "$status" -eq 0 ]
    says 'leakcheck: not looked at: fifo in '
    says '/closed: Permission denied'
    prints '/open$'
    [ "${lines[-1]}" = '1 object, but not all places were looked at' ]
    run unprivileged "$LEAKCHECK" list -k fifo --watch . --json
    prints '"not_looked_at":\[\{.*/closed","why":"Permission denied'
}

@test "a watched directory that is not there is said, and is no error" {
    : >file
    run --separate-stderr "$LEAKCHECK" list -k fifo -w "$DIR/none" -w file \
        -w "$DIR"
    [ "$status" -eq 0 ]
    says "leakcheck: --watch: $DIR/none: No such file or directory"
    says "leakcheck: not looked at: fifo in $PWD/file: "
    [ "$output" = '0 objects, but not all places were looked at' ]
    [ "${#stderr_lines[@]}" -eq 2 ]
    run --separate-stderr "$LEAKCHECK" snapshot -k fifo -w none -o snapshot
    says "leakcheck: --watch: none: No such file or directory"
    mkdir none
    mkfifo none/here
    run --separate-stderr "$LEAKCHECK" diff snapshot
    [ "$status" -eq 1 ]
    prints '^  fifo .*/none/here'
}

# Where the kernel has no fsopen(2), or a filter refuses it.
@test "queues that cannot be seen: the remedy is right for root, too" {
    isolated 'deny fsopen=38 -- "$LEAKCHECK" list --kind posix-mq'
    [ "$status" -eq 0 ]
    says ' (remedy: as root, mkdir -p /dev/mqueue && mount '
}
