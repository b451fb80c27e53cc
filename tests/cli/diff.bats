#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# diff.bats - leakcheck diff: identity, exit status, ignore rules, files that
# are none, snapshots of strangers.

load isolated

setup() {
    own_directory
}

# A snapshot of only System V objects, so that directories that cannot be read
# do not matter here.
sysv='-k sysv-shm -k sysv-sem -k sysv-msg'

diffs() {
    run --separate-stderr "$LEAKCHECK" diff "$@"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

# header MEMBER... and a list of objects: snapshot files made by hand.
header() {
    local members=$1

    shift
    printf '{"type":"snapshot","version":1,%s}\n' "$members"
    [ "$#" -eq 0 ] || printf '{"type":"object",%s}\n' "$@"
    printf '{"type":"end","objects":%d}\n' "$#"
}
all='"kinds":["sysv-shm","sysv-sem","sysv-msg","posix-shm","posix-sem","posix-mq","fifo","unix-socket"],"watched":["/tmp"],"not_looked_at":[]'
few='"kinds":["sysv-shm"],"watched":[],"not_looked_at":[]'
blind='"kinds":["sysv-shm"],"watched":[],"not_looked_at":[{"kinds":["sysv-shm"],"why":"it was dark"}]'

@test "nothing happened" {
    isolated "ipcmk -Q >/dev/null; \"\$LEAKCHECK\" snapshot $sysv -o before"'
        "$LEAKCHECK" diff before'
    [ "$status" -eq 0 ]
    [ "$output" = 'no difference' ]
    [ "$stderr" = "" ]
}

@test "added: exit status 1, or what --error-exitcode says" {
    isolated "\"\$LEAKCHECK\" snapshot $sysv -o before; ipcmk -M 4096 >/dev/null"'
        status=0; "$LEAKCHECK" diff --error-exitcode=42 before >&2 || status=$?
        [ "$status" -eq 42 ]
        "$LEAKCHECK" diff before'
    [ "$status" -eq 1 ]
    prints '^added \(1\)$'
    prints '^  sysv-shm 0  key 0x[0-9a-f]{8}, 4096 bytes, mode 0644, nattch 0, owner root, creator pid [0-9]+ \(dead\)$'
    [ "${lines[-1]}" = '1 added' ]
}

@test "removed: exit status 0" {
    isolated "ipcmk -Q >/dev/null; \"\$LEAKCHECK\" snapshot $sysv -o before"'
        ipcrm --all=msg; "$LEAKCHECK" diff before'
    [ "$status" -eq 0 ]
    prints '^removed \(1\)$'
    prints '^  sysv-msg 0  '
}

@test "removed and made again, with the same key: another object" {
    isolated "ipcmake sysv-msg 42; \"\$LEAKCHECK\" snapshot $sysv -o before"'
        ipcrm --all=msg; ipcmake sysv-msg 42; "$LEAKCHECK" diff before'
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = '1 removed, 1 added' ]
    [ "$(grep -c 'key 0x0000002a' <<<"$output")" -eq 2 ]
}

@test "a FIFO that was removed and made again is another one" {
    isolated 'mkfifo "$DIR/f"
        "$LEAKCHECK" snapshot -k fifo --watch "$DIR" -o before
        mkfifo "$DIR/g"; mv "$DIR/g" "$DIR/f"; "$LEAKCHECK" diff before'
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = '1 removed, 1 added' ]
}

@test "changed: attachments, messages, values, permissions" {
    perl -MIPC::SysV -e1 2>/dev/null || skip 'no IPC::SysV of perl'
    isolated "
        ipcmake sysv-shm 1; ipcmake sysv-sem 2; ipcmake sysv-msg 3
        \"\$LEAKCHECK\" snapshot $sysv -o before"'
        perl -MIPC::SysV=shmat,SETVAL -e "
            shmat(shmget(1, 0, 0), undef, 0) // die for 1, 2;
            semctl(semget(2, 0, 0), 1, SETVAL, 5) // die;
            msgsnd(msgget(3, 0), pack(q(l! a*), 1, q(text)), 0) // die for 1 .. 3;
            exit(system(\$ENV{LEAKCHECK}, qw(diff before)) >> 8);"'
    [ "$status" -eq 0 ]
    prints '^changed \(3\)$'
    prints '^  sysv-shm 0  nattch 0 -> 2$'
    prints '^  sysv-sem 0  values 0,0 -> 0,5$'
    prints '^  sysv-msg 0  bytes 0 -> 12, messages 0 -> 3$'
}

@test "without AFTER it looks where BEFORE looked" {
    isolated '"$LEAKCHECK" snapshot -k fifo -k sysv-sem --watch "$DIR" -o before
        mkdir elsewhere; mkfifo "$DIR/seen" elsewhere/unseen
        ipcmk -Q >/dev/null; ipcmk -S 1 >/dev/null
        "$LEAKCHECK" diff before'
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = '2 added' ]
    prints "^  fifo $DIR/seen"
    prints '^  sysv-sem 0 '
}

@test "two watched names of one directory, in any order: no difference" {
    isolated 'mkdir "$DIR/a" "$DIR/b"; mkfifo "$DIR/a/fifo"
        mount --bind "$DIR/a" "$DIR/b"
        "$LEAKCHECK" snapshot -k fifo -w "$DIR/a" -w "$DIR/b" -o before
        "$LEAKCHECK" snapshot -k fifo -w "$DIR/b" -w "$DIR/a" -o after
        "$LEAKCHECK" snapshot -k fifo -w "$DIR/b" -o one
        "$LEAKCHECK" diff before after
        "$LEAKCHECK" diff one after || echo "status $?"'
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = 'no difference' ]
    # What only one of them looked at.
    prints "^  fifo $DIR/a/fifo  only in AFTER; the other did not look in "
    [ "${lines[-2]}" = '1 could not be compared' ]
    [ "${lines[-1]}" = 'status 5' ]
}

@test "two files, one of them from standard input" {
    header "$all" '"kind":"sysv-shm","id":1' >before
    header "$all" '"kind":"sysv-shm","id":1' '"kind":"fifo","path":"/tmp/f"' \
        >after
    diffs before after
    [ "$status" -eq 1 ]
    prints '^  fifo /tmp/f'
    run --separate-stderr sh -c '"$LEAKCHECK" diff before - <after'
    [ "$status" -eq 1 ]
    prints '^  fifo /tmp/f'
    diffs after before
    [ "$status" -eq 0 ]
    prints '^removed \(1\)$'
}

@test "options may stand behind the files" {
    header "$all" >before
    header "$all" '"kind":"sysv-shm","id":1' >after
    unset POSIXLY_CORRECT
    diffs before --error-exitcode 9 after --json
    [ "$status" -eq 9 ]
    [[ ${lines[-1]} == '{"type":"summary","added":1,'* ]]
    diffs before after -- --json
    [ "$status" -eq 2 ]
    export POSIXLY_CORRECT=1
    diffs before after --json
    [ "$status" -eq 2 ]
}

@test "not looked for before: not added, exit status 5" {
    header "$few" >before
    header "$all" '"kind":"sysv-sem","id":1' >after
    diffs before after
    [ "$status" -eq 5 ]
    prints '^could not be compared \(1\)$'
    prints '^  sysv-sem 1  only in AFTER; the other did not look for sysv-sem$'
    [ "${lines[-1]}" = '1 could not be compared' ]
}

@test "not looked for afterwards: not removed, exit status 5" {
    header "$all" '"kind":"fifo","path":"/tmp/f"' >before
    header '"kinds":["fifo"],"watched":["/run"],"not_looked_at":[]' >after
    diffs before after
    [ "$status" -eq 5 ]
    prints '^  fifo /tmp/f  only in BEFORE; the other did not look in that directory$'
}

@test "a blind spot in either: exit status 5, never a clean 0" {
    header "$blind" >one
    header "$few" >two
    for pair in 'one two' 'two one' 'one one'; do
        # shellcheck disable=SC2086
        diffs $pair
        [ "$status" -eq 5 ]
        [ "$output" = 'no difference, but not all places were looked at' ]
        says 'it was dark'
        [ "${#stderr_lines[@]}" -eq 1 ]
    done
}

@test "a leak wins over a blind spot" {
    header "$few" >before
    header '"kinds":["sysv-shm"],"watched":[],"not_looked_at":[{"kinds":["sysv-sem"],"why":"x"}]' \
        '"kind":"sysv-shm","id":1' >after
    diffs before after
    [ "$status" -eq 1 ]
}

@test "another IPC namespace: refused" {
    isolated "\"\$LEAKCHECK\" snapshot $sysv -o before; ipcmk -Q >/dev/null"'
        unshare --ipc "$LEAKCHECK" diff before'
    [ "$status" -eq 2 ]
    [ "$output" = "" ]
    says 'before and what is alive now: the snapshots are from different IPC namespaces and cannot be compared'
}

@test "another boot, another mount namespace: refused" {
    header '"boot_id":"a",'"$all" >a
    header '"boot_id":"b",'"$all" >b
    header '"mount_namespace":1,'"$all" >c
    header '"mount_namespace":2,'"$all" >d
    diffs a b
    [ "$status" -eq 2 ]
    says 'a and b: the snapshots are from different boots'
    diffs c d
    [ "$status" -eq 2 ]
    says 'different mount namespaces'
    diffs a c
    [ "$status" -eq 0 ]
}

@test "BEFORE and AFTER in the wrong order: said" {
    header '"taken_at_ns":1000,'"$all" >a
    header '"taken_at_ns":2000,'"$all" >b
    diffs a b
    [ "$stderr" = "" ]
    diffs b a
    says 'BEFORE was taken later than AFTER'
}

@test "files that are no snapshots: named with line and remedy" {
    header "$all" '"kind":"sysv-shm","id":1' >good
    head -n 2 good >short
    head -c 150 good >torn
    : >empty
    echo '{"type":"campaign","version":1}' >foreign
    echo hello >words
    sed 's/"version":1/"version":2/' good >future
    sed 's/"objects":1/"objects":2/' good >count
    sed -e 2p -e 's/"objects":1/"objects":2/' good >double
    mkdir folder
    for row in 'short:3: the file breaks off' 'torn:1: the file breaks off within a line' \
        'empty:1: the file is empty' 'foreign:1: this is JSON, but not' \
        'words:1: this is not JSON' 'future:1: this is version 2' \
        'count:3: there should be 2 objects, but there are 1' \
        'double: sysv-shm 1 is there twice' \
        'folder:1: cannot read: Is a directory' \
        'none: cannot open: No such file or directory'; do
        for order in "${row%%:*} good" "good ${row%%:*}"; do
            # shellcheck disable=SC2086
            diffs $order
            [ "$status" -eq 2 ]
            [ "$output" = "" ]
            says "leakcheck: $row"
            says 'leakcheck snapshot -o FILE'
        done
    done
}

@test "a file that may not be read" {
    header "$all" >secret
    chmod 0 secret
    run --separate-stderr unprivileged "$LEAKCHECK" diff secret secret
    [ "$status" -eq 2 ]
    says 'secret: cannot open: Permission denied'
}

@test "an expected object: counted, with its reason, and no finding" {
    header "$all" >before
    header "$all" '"kind":"posix-shm","path":"/dev/shm/cache-7","uid":0' \
        '"kind":"posix-shm","path":"/dev/shm/other","uid":0' >after
    rule='leak:posix-shm path=/dev/shm/cache* owner=0  # kept by design, see #12'
    diffs --ignore "$rule" before after
    [ "$status" -eq 1 ]
    prints '^expected by an ignore rule \(1\)$'
    prints '^  posix-shm /dev/shm/cache-7  kept by design, see #12 \(--ignore:1\)$'
    prints '^added \(1\)$'
    [ "$(grep -c cache-7 <<<"$output")" -eq 1 ]
    [ "${lines[-1]}" = '1 added, 1 expected' ]
    printf '# ours\n%s\nleak:posix-shm path=/dev/shm/other # x\n' "$rule" >rules
    diffs --ignore-file rules before after
    [ "$status" -eq 0 ]
    prints '\(rules:2\)$'
    prints '\(rules:3\)$'
    [ "${lines[-1]}" = '2 expected' ]
    [ "$stderr" = "" ]
}

@test "a rule covers what could not be compared, but not what changed" {
    header "$few" '"kind":"sysv-shm","id":1,"nattch":0' >before
    header "$all" '"kind":"sysv-shm","id":1,"nattch":1' \
        '"kind":"sysv-sem","id":1,"key":"0x0000002a"' >after
    diffs --ignore 'leak:sysv-sem key=42 # x' --ignore 'leak:sysv-shm # y' \
        before after
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = '1 changed, 1 expected' ]
}

@test "rules that have expired or match nothing are told" {
    header "$all" >before
    header "$all" '"kind":"sysv-shm","id":1' >after
    diffs --ignore 'leak:sysv-shm until=2020-01-31 # old' \
        --ignore 'leak:fifo # none' before after
    [ "$status" -eq 1 ]
    says 'this ignore rule has expired: leak:sysv-shm until=2020-01-31 (--ignore:1)'
    says 'this ignore rule matched nothing: leak:fifo (--ignore:2)'
}

@test "wrong rules: named with place and a correct one" {
    printf 'leak:fifo # good\nleak:fifo path=/x\n' >rules
    header "$all" >file
    diffs --ignore-file rules file file
    [ "$status" -eq 2 ]
    says "rules:2: say after '#' why these objects may stay; a correct rule: leak:"
    diffs --ignore 'leak:* # all' file file
    [ "$status" -eq 2 ]
    says '--ignore:1: a rule for all kinds needs key=, path= or owner='
    diffs --ignore-file none file file
    [ "$status" -eq 2 ]
    says 'cannot read the ignore file none: No such file or directory'
}

@test "--json: a head, a line for each difference, a summary" {
    header "$all" '"kind":"sysv-shm","id":1,"nattch":0' \
        '"kind":"sysv-shm","id":2' >before
    header "$all" '"kind":"sysv-shm","id":1,"nattch":2' \
        '"kind":"sysv-shm","id":3' '"kind":"fifo","path":"/tmp/f"' \
        '"kind":"fifo","path":"/run/f"' >after
    diffs --json --ignore 'leak:fifo path=/tmp/f # why' \
        --ignore 'leak:sysv-msg # none' before after
    [ "$status" -eq 1 ]
    [[ ${lines[0]} = '{"type":"diff","version":1,"tool":"leakcheck '*'","before":{"type":"snapshot",'*',"after":{"type":"snapshot",'* ]]
    [ "${lines[1]}" = '{"type":"changed","before":{"kind":"sysv-shm","id":1,"nattch":0},"after":{"kind":"sysv-shm","id":1,"nattch":2},"fields":["nattch"]}' ]
    [ "${lines[2]}" = '{"type":"removed","object":{"kind":"sysv-shm","id":2}}' ]
    [ "${lines[3]}" = '{"type":"added","object":{"kind":"sysv-shm","id":3}}' ]
    [ "${lines[4]}" = '{"type":"unsure","object":{"kind":"fifo","path":"/run/f"},"side":"after","why":"only in AFTER; the other did not look in that directory"}' ]
    [ "${lines[5]}" = '{"type":"added","object":{"kind":"fifo","path":"/tmp/f"},"rule":"--ignore:1","reason":"why"}' ]
    [ "${lines[6]}" = '{"type":"idle_rule","rule":"leak:sysv-msg","source":"--ignore:2","why":"unused"}' ]
    [ "${lines[7]}" = '{"type":"summary","added":1,"removed":1,"changed":1,"unsure":1,"expected":1,"exit_status":1}' ]
    [ "${#lines[@]}" -eq 8 ]
}

@test "many semaphores: counted instead of shown" {
    zeros=$(printf '0,%.0s' {1..499})0
    ones=$(printf '1,%.0s' {1..3})$(printf '0,%.0s' {1..496})0
    header "$all" "\"kind\":\"sysv-sem\",\"id\":1,\"values\":[$zeros]" >before
    header "$all" "\"kind\":\"sysv-sem\",\"id\":1,\"values\":[$ones]" >after
    diffs before after
    prints '^  sysv-sem 1  values of 3 semaphores$'
}

@test "a directory that could not be searched: told, and 5 if --strict" {
    header '"kinds":["fifo"],"watched":["/x"],"not_looked_at":[{"kinds":["fifo"],"path":"/x/y","why":"no"}]' >dark
    diffs dark dark
    [ "$status" -eq 0 ]
    [[ $stderr == *"not looked at: fifo in /x/y: no"* ]]
    diffs --strict dark dark
    [ "$status" -eq 5 ]
    header '"kinds":["fifo"],"watched":["/x"],"not_looked_at":[{"kinds":["fifo"],"why":"no"}]' >dark
    diffs dark dark
    [ "$status" -eq 5 ]
}

@test "what is deeper than the search went is not new" {
    depth='"kinds":["fifo"],"watched":["/x"],"not_looked_at":[{"kinds":["fifo"],"path":"/x","levels":1,"why":"no"}]'
    header "$depth" >before
    header "$depth" '"kind":"fifo","path":"/x/1/2/f"' >after
    diffs before after
    [ "$status" -eq 5 ]
    prints 'only in AFTER'
    header "$depth" '"kind":"fifo","path":"/x/1/f"' >after
    diffs before after
    [ "$status" -eq 1 ]
}

@test "hostile names in snapshots do not reach the terminal" {
    header "$all" >before
    header "$all" '"kind":"fifo","path":"/tmp/\u001b[31m\n\u009b"' \
        '"kind":"fifo","path":"/tmp/x","path_hex":"2f746d702fff0a1b"' >after
    diffs before after
    [ "$status" -eq 1 ]
    is_harmless "$output"
    prints '^  fifo /tmp/\\x1b\[31m\\n\\xc2\\x9b'
    prints '^  fifo /tmp/\\xff\\n\\x1b'
    header '"kinds":["fifo"],"watched":[],"not_looked_at":[{"kinds":["fifo"],"path":"/\u001b","why":"\u001b[2J"}]' >dark
    diffs dark dark
    [ "$status" -eq 0 ]
    is_harmless "$stderr"
    sed 's/"sysv-shm"/"\\u001b[31m"/' after >kind
    diffs kind kind
    [ "$status" -eq 2 ]
    is_harmless "$stderr"
}
