#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# agree.bats - every number that `leakcheck list` tells of System V objects is
# the one that ipcs, lsipc and /proc/sysvipc tell, on a state with all kinds;
# and the POSIX kinds are the files that ls finds.

load isolated

setup() {
    own_directory
    for program in perl python3; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

# A state with some of everything: used and unused, marked and attached, with
# values, with messages.
# shellcheck disable=SC2016 # for perl
populate='
perl -e '\''
    use strict;
    use IPC::SysV qw(IPC_CREAT IPC_RMID IPC_PRIVATE SETVAL shmat);
    for my $i (1 .. 5) {
        my $id = shmget($i == 2 ? IPC_PRIVATE : 100 + $i, 1000 * $i,
            IPC_CREAT | 0600 | $i) // die "shmget: $!";
        defined shmat($id, undef, 0) or die "shmat: $!" if $i > 2;
        shmctl($id, IPC_RMID, 0) // die "IPC_RMID: $!" if $i == 4;
        $id = semget(200 + $i, $i, IPC_CREAT | 0640) // die "semget: $!";
        semctl($id, $_, SETVAL, 10 * $i + $_) // die "SETVAL: $!"
            for 0 .. $i - 1;
        semop($id, pack("s!3", 0, -1, 0)) // die "semop: $!" if $i == 3;
        $id = msgget(300 + $i, IPC_CREAT | 0666) // die "msgget: $!";
        msgsnd($id, pack("l! a*", 1, "x" x $_), 0) // die "msgsnd: $!"
            for 1 .. $i;
        my $text;
        msgrcv($id, $text, 100, 0, 0) // die "msgrcv: $!" if $i > 2;
    }
    open my $ready, ">", "ready" or die;
    close $ready;
    sleep;
'\'' &
holder=$!
while [ ! -e ready ]; do kill -0 "$holder"; done
ipcmake posix-shm /one
ipcmake posix-sem /one
ipcmake posix-mq /one
ipcmake posix-mq /two
ipcmake fifo "$DIR/one"
ipcmake unix-socket "$DIR/socket"
"$LEAKCHECK" list --json --watch "$DIR" >ours'

# compare KIND: reads what another tool says from stdin, as lines of name=value
# words, and holds it against the objects of that kind, both ways.
compare='
compare() {
    python3 -c '\''
import json, sys
kind = sys.argv[1]
rows = [json.loads(line) for line in open("ours", errors="surrogateescape")]
ours = {str(row["id"]): row for row in rows
        if row["type"] == "object" and row["kind"] == kind}
theirs = [dict(word.split("=", 1) for word in line.split())
          for line in sys.stdin]
assert len(theirs) == 5, theirs
assert {row["id"] for row in theirs} == set(ours), (theirs, ours)
for row in theirs:
    for name, value in row.items():
        # What is not known is absent with us and 0 with them.
        known = ours[row["id"]].get(name, 0)
        if name == "key":
            known, value = int(known, 16), int(value, 0) & 0xffffffff
        elif name == "mode":
            known, value = int(known, 8), int(value, 8) & 0o777
        elif name == "marked":
            value = value == "yes"
        else:
            value = int(value)
        assert known == value, (kind, name, known, value)
'\'' "$1"
}
'

@test "with lsipc" {
    isolated "$populate; $compare"'
        lsipc --shmems --raw --bytes --numeric-perms --noheadings \
            -o KEY,ID,PERMS,UID,GID,CUID,CGID,SIZE,NATTCH,CPID,LPID |
            awk "{ printf \"key=%s id=%s mode=%s uid=%s gid=%s cuid=%s \" \
                \"cgid=%s bytes=%s nattch=%s cpid=%s lpid=%s\n\", \$1, \$2, \
                \$3, \$4, \$5, \$6, \$7, \$8, \$9, \$10, \$11 }" |
            compare sysv-shm
        lsipc --semaphores --raw --numeric-perms --noheadings \
            -o KEY,ID,PERMS,UID,GID,CUID,CGID,NSEMS |
            awk "{ printf \"key=%s id=%s mode=%s uid=%s gid=%s cuid=%s \" \
                \"cgid=%s nsems=%s\n\", \$1, \$2, \$3, \$4, \$5, \$6, \$7, \
                \$8 }" |
            compare sysv-sem
        # Without PERMS: lsipc 2.38 leaves it empty for queues with numbers.
        lsipc --queues --raw --bytes --noheadings \
            -o KEY,ID,UID,GID,CUID,CGID,USEDBYTES,MSGS,LSPID,LRPID |
            awk "{ printf \"key=%s id=%s uid=%s gid=%s cuid=%s cgid=%s \" \
                \"bytes=%s messages=%s lspid=%s lrpid=%s\n\", \$1, \$2, \$3, \
                \$4, \$5, \$6, \$7, \$8, \$9, \$10 }" |
            compare sysv-msg
        kill "$holder"'
    [ "$status" -eq 0 ]
}

@test "with ipcs" {
    isolated "$populate; $compare"'
        ipcs -m | awk "/^0x/ {
            marked = \$7 ~ /dest/ ? \"yes\" : \"no\"
            printf \"key=%s id=%s mode=%s bytes=%s nattch=%s marked=%s\n\", \
                \$1, \$2, \$4, \$5, \$6, marked }" | compare sysv-shm
        ipcs -s | awk "/^0x/ {
            printf \"key=%s id=%s mode=%s nsems=%s\n\", \$1, \$2, \$4, \$5 }" |
            compare sysv-sem
        ipcs -q | awk "/^0x/ {
            printf \"key=%s id=%s mode=%s bytes=%s messages=%s\n\", \
                \$1, \$2, \$4, \$5, \$6 }" | compare sysv-msg
        kill "$holder"'
    [ "$status" -eq 0 ]
}

# Times, too: ipcs and lsipc show them for readers only.
@test "with /proc/sysvipc" {
    isolated "$populate; $compare"'
        words() {
            awk "NR == 1 { for (i = 1; i <= NF; i++) name[i] = \$i }
                NR == 1 { sub(/perms/, \"mode\"); next }
                { line = \"\"
                  for (i = 1; i <= NF; i++) {
                      n = name[i]
                      if (n == \"rss\" || n == \"swap\") continue
                      sub(/^(shm|sem|msq)id\$/, \"id\", n)
                      sub(/^perms\$/, \"mode\", n)
                      sub(/^(size|cbytes)\$/, \"bytes\", n)
                      sub(/^qnum\$/, \"messages\", n)
                      line = line n \"=\" \$i \" \"
                  }
                  print line }" "/proc/sysvipc/$1"
        }
        words shm | compare sysv-shm
        words sem | compare sysv-sem
        words msg | compare sysv-msg
        kill "$holder"'
    [ "$status" -eq 0 ]
}

@test "values of semaphores with ipcs -i" {
    isolated "$populate"'
        for id in $(ipcs -s | awk "/^0x/ { print \$2 }"); do
            ipcs -s -i "$id" |
                awk -v id="$id" "\$1 ~ /^[0-9]+\$/ && NF == 5 {
                    values = values sep \$2; sep = \",\" }
                    END { print id, values }"
        done >theirs
        python3 -c "
import json
for line in open(\"ours\"):
    row = json.loads(line)
    if row.get(\"kind\") == \"sysv-sem\":
        print(row[\"id\"], \",\".join(map(str, row[\"values\"])))" >mine
        [ "$(wc -l <mine)" -eq 5 ]
        sort mine >a
        sort theirs | diff - a
        kill "$holder"'
    [ "$status" -eq 0 ]
}

@test "with the file systems of the POSIX kinds" {
    isolated "$populate"'
        mkdir queues
        mount -t mqueue none queues
        {
            find /dev/shm -type f ! -name "sem.*" -printf "posix-shm %p %i\n"
            find /dev/shm -type f -name "sem.*" -printf "posix-sem %p %i\n"
            find queues -type f -printf "posix-mq /%f %i\n"
            find "$DIR" -type p -printf "fifo %p %i\n"
            find "$DIR" -type s -printf "unix-socket %p %i\n"
        } | sort >theirs
        python3 -c "
import json
for line in open(\"ours\"):
    row = json.loads(line)
    if \"path\" in row:
        print(row[\"kind\"], row[\"path\"], row[\"ino\"])" | sort >mine
        [ "$(wc -l <mine)" -eq 6 ]
        diff theirs mine
        kill "$holder"'
    [ "$status" -eq 0 ]
}

# The test that must fail: a wrong number, and one object too few.
@test "a number that differs is noticed" {
    isolated "$populate; $compare"'
        if ipcs -m | awk "/^0x/ {
            printf \"id=%s bytes=%s\n\", \$2, \$5 + (\$5 == 5000) }" |
            compare sysv-shm; then exit 3; fi
        if ipcs -m | awk "/^0x/ && \$5 != 5000 { print \"id=\" \$2 }" |
            compare sysv-shm; then exit 4; fi
        kill "$holder"'
    [ "$status" -eq 0 ]
    says "'bytes', 5000, 5001"
    [ "$(grep -c '^AssertionError' <<<"$stderr")" -eq 2 ]
}
