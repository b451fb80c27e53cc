#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# run.bats - leakcheck run: verdicts, pass-through, processes, refusals.
#
# order: alone, it compares the host before and after each test

setup() {
    LEAKCHECK=${LEAKCHECK:-$BATS_TEST_DIRNAME/../../build/leakcheck}
    programs=${LEAKCHECK%/*}/tests/programs
    PATH=$programs:$PATH
    # Leak detection clones a helper that looks its parent up by pid. After
    # unshare(CLONE_NEWPID) it is born in a namespace that has no such pid.
    export ASAN_OPTIONS=detect_leaks=0
    cd "$BATS_TEST_TMPDIR" || return
    host_state >"$BATS_TEST_TMPDIR/before"
}

# What an IPC check must leave as it was. Other users of the host are masked
# by looking only at objects of ours.
host_state() {
    ipcs -a | awk -v me="$(id -un)" '$3 == me || $3 == "root"'
    find /dev/shm -user "$(id -u)" 2>/dev/null | sort
}

teardown() {
    host_state | diff "$BATS_TEST_TMPDIR/before" -
}

# The sandbox is what nearly all tests are about.
gate() {
    # shellcheck disable=SC2086
    run ${expect-} --separate-stderr \
        "$LEAKCHECK" run --sandbox --settle 200ms "$@"
    if [ "$status" -eq 77 ]; then
        skip "no sandbox: $stderr"
    fi
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

says() {
    grep -qF -- "$1" <<<"$stderr"
}

bats_require_minimum_version 1.5.0

@test "the issue's first line: ipcmk's segment, by name and maker" {
    gate -- sh -c 'ipcmk -M 4096 >/dev/null'
    [ "$status" -eq 1 ]
    says '1 object left behind'
    says 'sysv-shm 0'
    says '4096 bytes'
    says ': ipcmk -M 4096'
}

@test "the status of the command passes through" {
    gate -- sh -c 'exit 7'
    [ "$status" -eq 7 ]
    [ "$stderr" = "" ]
    gate -- true
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
    # shellcheck disable=SC2016
    gate -- sh -c 'kill -9 $$'
    [ "$status" -eq 137 ]
    expect=-127 gate -- ./nothing-here
    [ "$status" -eq 127 ]
    says 'cannot run ./nothing-here: No such file'
    touch plain
    gate -- ./plain
    [ "$status" -eq 126 ]
    says 'Permission denied'
}

@test "a real-time signal that ends the command is named" {
    gate -v -- perl -MPOSIX -e 'kill SIGRTMIN + 6, $$'
    [ "$status" -eq $((128 + $(kill -l RTMIN) + 6)) ]
    says 'the command was ended by SIGRTMIN+6 and left nothing'
    gate --json -- perl -MPOSIX -e 'kill SIGRTMIN + 6, $$'
    [ "$(jq -r 'select(.type == "summary").end' <<<"$stderr")" = signal:SIGRTMIN+6 ]
}

# unread FD COMMAND...: with a pipe there that nobody reads.
unread() {
    # shellcheck disable=SC2016
    perl -MPOSIX -e 'pipe(R, W); close R; dup2(fileno(W), shift);
        $SIG{PIPE} = "DEFAULT"; exec @ARGV' "$@"
}

@test "a report that nobody reads takes no verdict along" {
    for place in --sandbox --host; do
        gate $place -- true # or the test is skipped
        run -3 unread 2 "$LEAKCHECK" run $place -v -- sh -c 'exit 3'
        run -1 unread 2 "$LEAKCHECK" run $place -- mkfifo f
        run -2 --separate-stderr unread 3 "$LEAKCHECK" run $place \
            -o /dev/fd/3 -v -- true
        [ "$stderr" = 'leakcheck: writing the report: Broken pipe' ]
    done
}

@test "what was not executed has not exited" {
    expect=-127 gate -v -- ./nothing-here
    [ "$stderr" = "leakcheck: cannot run ./nothing-here: No such file or directory" ]
    expect=-127 gate --json -- ./nothing-here
    head -n -1 <<<"$stderr" >report
    [ "$(jq -r 'select(.type == "summary").end' report)" = not-executed ]
}

@test "a leak wins over the command's own status, which is told" {
    gate -- sh -c 'ipcmk -Q >/dev/null; exit 7'
    [ "$status" -eq 1 ]
    says 'exited with 7; exit status 1 for the leak'
    gate --error-exitcode 42 -- ipcmk -Q
    [ "$status" -eq 42 ]
}

# kind, name as given, identity as told
one_leak() {
    gate -- ipcmake "$1" "$2"
    [ "$status" -eq 1 ]
    says '1 object left behind'
    says "  $1 $3"
    says ": ipcmake $1 $2"
}

@test "every kind: left behind and told, with its maker" {
    one_leak sysv-shm 0 0
    one_leak sysv-sem 0 0
    one_leak sysv-msg 0 0
    one_leak posix-shm /a /dev/shm/a
    one_leak posix-sem /b /dev/shm/sem.b
    one_leak posix-mq /c /c
    one_leak fifo "$PWD/d" "$PWD/d"
    one_leak unix-socket "$PWD/e" "$PWD/e"
}

@test "every kind: made and removed again is no leak" {
    gate -- sh -c '
        set -e
        id=$(ipcmk -M 100) && ipcrm -m "${id##* }"
        id=$(ipcmk -S 1) && ipcrm -s "${id##* }"
        id=$(ipcmk -Q) && ipcrm -q "${id##* }"
        ipcmake posix-shm /a && rm /dev/shm/a
        ipcmake posix-sem /b && rm /dev/shm/sem.b
        ipcmake fifo f && rm f
        ipcmake unix-socket s && rm s'
    [ "$stderr" = "" ]
    [ "$status" -eq 0 ]
}

@test "a FIFO and a socket are removed at the end, --keep leaves them" {
    gate -- sh -c 'ipcmake fifo f; ipcmake unix-socket s'
    [ "$status" -eq 1 ]
    says '2 objects left behind'
    says '    removed'
    [ ! -e f ]
    [ ! -e s ]
    gate --keep -- ipcmake fifo f
    [ "$status" -eq 1 ]
    [ -p f ]
    rm f
}

@test "a FIFO under a name that mknod never saw" {
    gate -- sh -c 'mkdir a; ipcmake fifo a/f; mv a/f a/g; mv a b'
    [ "$status" -eq 1 ]
    says "  fifo $PWD/b/g"
    says '1 object left behind'
}

@test "a socket bound to a relative path is found from anywhere" {
    mkdir -p deep/down
    gate -- sh -c 'cd deep/down && ipcmake unix-socket s && cd /'
    [ "$status" -eq 1 ]
    says "  unix-socket $PWD/deep/down/s"
}

@test "a FIFO that was there before is not blamed on the command" {
    mkfifo old
    gate -- sh -c 'mkfifo old || :; true'
    [ "$status" -eq 0 ]
    [ "$stderr" = "mkfifo: cannot create fifo 'old': File exists" ]
    [ -p old ]
    rm old
}

@test "two processes, two sets that look alike: each has its maker" {
    gate -- sh -c 'ipcmake sysv-sem 0; sh -c "ipcmake sysv-sem 0 2"'
    [ "$status" -eq 1 ]
    says '3 objects left behind'
    [ "$(grep -c 'ipcmake sysv-sem 0$' <<<"$stderr")" -eq 1 ]
    [ "$(grep -c 'ipcmake sysv-sem 0 2$' <<<"$stderr")" -eq 2 ]
}

@test "a call that fails has made nothing, the next one has" {
    gate -- sh -c 'ipcmake sysv-msg 77; ipcmake sysv-msg 77; ipcmk -Q'
    [ "$status" -eq 1 ]
    says '2 objects left behind'
    [ "$(grep -c ': ipcmk -Q$' <<<"$stderr")" -eq 1 ]
    [ "$(grep -c ': ipcmake sysv-msg 77$' <<<"$stderr")" -eq 1 ]
}

@test "input, output, environment and directory are the command's own" {
    run --separate-stderr bash -c 'echo in | "$1" run --sandbox -- cat' - \
        "$LEAKCHECK"
    [ "$status" -ne 77 ] || skip "no sandbox"
    [ "$output" = in ]
    # shellcheck disable=SC2016
    WORD=word gate -- sh -c 'echo "$WORD $PWD"; echo err >&2'
    [ "$output" = "word $PWD" ]
    [ "$stderr" = err ]
}

@test "the options behind the command are the command's" {
    gate -- echo --json --help -v
    [ "$output" = "--json --help -v" ]
    gate echo --json
    [ "$output" = "--json" ]
}

@test "the terminal is the command's own" {
    command -v script >/dev/null || skip "script is not installed"
    run script -qec "'$LEAKCHECK' run --sandbox -- tty" /dev/null
    [ "$status" -ne 77 ] || skip "no sandbox"
    [[ $output == /dev/* ]]
}

@test "closed descriptors do no harm" {
    run bash -c '"$1" run --sandbox -- sh -c "ipcmk -Q" <&- >&- 2>&-' - \
        "$LEAKCHECK"
    [ "$status" -ne 77 ] || skip "no sandbox"
    [ "$status" -eq 1 ]
}

@test "an inherited SIGCHLD that is ignored does not lose the status" {
    run bash -c 'trap "" CHLD; exec "$1" run --sandbox -- sh -c "exit 9"' - \
        "$LEAKCHECK"
    [ "$status" -ne 77 ] || skip "no sandbox"
    [ "$status" -eq 9 ]
}

@test "children from before are no business of ours" {
    run -0 timeout 20 bash -c '"$1" run -- true 2> >(cat)' - "$LEAKCHECK"
    # kill tells that the stranger is still there.
    run timeout 20 bash -c '
        sleep 1240 >/dev/null 2>&1 3>&- & echo $!
        exec "$1" run --host --settle 100ms -- sh -c "exit 5"' - "$LEAKCHECK"
    echo "$output"
    [ "$status" -eq 5 ]
    kill "${lines[0]}"
}

@test "what cannot be followed is told, and fails if --strict" {
    mkdir real mnt
    unshare -m true 2>/dev/null || skip "no mount namespaces"
    gate -- unshare -m sh -c 'mount --bind real mnt && mkfifo mnt/f'
    says '1 call made something at a path that could not be followed'
    gate --strict -- unshare -m sh -c 'mount --bind real mnt && mkfifo mnt/g'
    [ "$status" -eq 5 ]
    says 'exit status 5 for --strict'
    # What is not asked for is not missed.
    gate --strict -k sysv-sem -- \
        unshare -m sh -c 'mount --bind real mnt && mkfifo mnt/h'
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
    rm -f real/f real/g real/h
}

@test "what is hidden by the end because a mount went is not called clean" {
    mkdir real mnt
    [ "$(id -u)" -eq 0 ] || skip "only root may mount in its sandbox"
    gate --strict -- sh -c '
        mount --bind real mnt && mkfifo mnt/f mnt/g && rm mnt/g
        mkdir mnt/sub && mkfifo mnt/sub/h && rm -r mnt/sub'
    rm -f real/f
    [ "$status" -eq 1 ]
    says '1 object left behind'
    run ! says 'could not be followed'
    gate --strict -- sh -c 'mount --bind real mnt && mkfifo mnt/f && umount mnt'
    rm -f real/f
    [ "$status" -eq 5 ]
    says '1 call made something at a path that could not be followed'
}

@test "a directory of --watch that is never there: told, and 5 if --strict" {
    gate --watch none -- true
    [ "$status" -eq 0 ]
    says 'not looked at: fifo, unix-socket in none: there is no such directory'
    gate --strict --watch none -- true
    [ "$status" -eq 5 ]
    gate --json --watch none -- true
    says '{"type":"not_looked_at","kinds":["fifo","unix-socket"],"path":"none",'
    # It comes, or goes, with the command; or nothing is looked for in it.
    for command in 'none -- mkdir none' 'none -- rmdir none' \
        'none -k sysv-sem -- true'; do
        # shellcheck disable=SC2086
        gate --strict --watch $command
        [ "$status" -eq 0 ]
        [ "$stderr" = "" ]
    done
}

@test "the report's file is one of the host, and tried first" {
    report=$(mktemp -p /dev/shm leakcheck-run-bats-XXXXXX)
    gate -o "$report" -- ipcmk -Q
    told=$(cat "$report")
    rm -f "$report"
    [ "$status" -eq 1 ]
    [[ $told == *'1 object left behind'* ]]
    gate -o /nonexistent/report -- touch was-run
    [ "$status" -eq 2 ]
    [ ! -e was-run ]
}

@test "the command is neither pid 1 nor its child, its /proc is its own" {
    # shellcheck disable=SC2016
    gate -- sh -c 'echo $$ $PPID; readlink /proc/self >/dev/null && echo yes'
    [ "${lines[0]%% *}" -gt 1 ]
    [ "${lines[0]##* }" -ne 1 ]
    [ "${lines[1]}" = yes ]
}

# A command that tells each SIGTERM and ends with SIGUSR1. `start_counter
# OPTION...` runs it in the background, in a process group of its own, and
# waits until it is up.
start_counter() {
    cat >counter <<'EOF'
use POSIX;
$| = 1;
# Blocked but while it waits, so that none is lost in between.
sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGUSR1));
$SIG{TERM} = sub { print "TERM\n" };
$SIG{USR1} = sub { $over = 1 };
print "up\n";
sigsuspend(POSIX::SigSet->new) until $over;
EOF
    mkfifo out
    setsid "$LEAKCHECK" run "$@" -- perl counter >out 2>err 3>&- &
    leader=$!
    exec 5<out
    read -r -t 20 line <&5 || { cat err; return 1; }
    [ "$line" = up ]
}

# A second SIGTERM, if there is one, comes before the SIGUSR1 that is sent when
# the first has arrived.
count_terms() {
    read -r -t 20 line <&5
    kill -USR1 "$leader"
    { echo "$line"; cat <&5; } >terms
    wait "$leader" || :
    exec 5<&-
    rm -f out
    cat err >&2
    grep -c TERM terms
}

@test "SIGTERM to leakcheck reaches the command, once" {
    start_counter --sandbox || skip "$(cat err)"
    kill -TERM "$leader"
    [ "$(count_terms)" -eq 1 ]
}

@test "SIGTERM to the process group reaches the command, once" {
    start_counter --sandbox || skip "$(cat err)"
    kill -TERM "-$leader"
    [ "$(count_terms)" -eq 1 ]
}

@test "on the host, too: SIGTERM to the group reaches the command once" {
    start_counter --host
    kill -TERM "-$leader"
    [ "$(count_terms)" -eq 1 ]
}

@test "on the host, too: SIGTERM to leakcheck reaches the command, once" {
    start_counter --host
    kill -TERM "$leader"
    [ "$(count_terms)" -eq 1 ]
}

# Who writes the report there is a background process to the terminal.
@test "on the host, too: the terminal is the command's own" {
    command -v script >/dev/null || skip "script is not installed"
    cat >talk.sh <<'EOF'
stty tostop
"$LEAKCHECK" run -v --host -- sh -c 'read -r line; echo "read $line"'
EOF
    export LEAKCHECK
    run timeout 20 script -qec 'sh talk.sh' /dev/null <<<word
    [ "$status" -eq 0 ]
    [[ $output == *"read word"*"nothing"* ]]
}

@test "processes that outlive the command are named and ended" {
    gate -- sh -c "sleep 1234.$$ & echo done"
    [ "$status" -eq 0 ]
    [ "$output" = done ]
    says '1 process outlived the command by 0.2 s'
    says ": sleep 1234.$$"
    run ! pgrep -f "sleep 1234.$$"
    gate --strict -- sh -c 'sleep 1234 &'
    [ "$status" -eq 1 ]
}

@test "a survivor that cleans up on SIGTERM leaves no leak" {
    # shellcheck disable=SC2016
    gate -- bash -c '
        mkfifo up
        ( id=$(ipcmk -Q); trap "ipcrm -q ${id##* }; exit" TERM
          echo up >up; sleep 1239 & wait ) &
        read -r <up; rm up'
    [ "$status" -eq 0 ]
    says '2 processes outlived'
}

@test "a survivor that ignores SIGTERM is killed" {
    gate --grace 100ms -- \
        sh -c "trap '' TERM; sleep 1235.$$ & sleep 1235.$$ &"
    [ "$status" -eq 0 ]
    says '2 processes outlived'
    run ! pgrep -f "sleep 1235.$$"
}

@test "a survivor whose first thread has ended is no zombie" {
    gate --strict --grace 0 -- headless
    [ "$status" -eq 1 ]
    says '1 process outlived the command'
    says ': headless'
    run --separate-stderr "$LEAKCHECK" run --host --strict --settle 0 \
        --grace 0 -- headless
    [ "$status" -eq 1 ]
    says '1 process outlived the command'
}

@test "a helper that cleans up a little later is waited for" {
    # shellcheck disable=SC2016
    run --separate-stderr "$LEAKCHECK" run --sandbox -- sh -c '
        id=$(ipcmk -Q); (sleep 0.3; ipcrm -q "${id##* }") &'
    [ "$status" -ne 77 ] || skip "no sandbox"
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
}

@test "kill -9 of leakcheck: its processes die, nothing stays" {
    mkfifo up
    "$LEAKCHECK" run --sandbox -- \
        sh -c "ipcmk -Q; (setsid sleep 1236.$$ &) ; echo up >up
            sleep 1236.$$" \
        3>&- >/dev/null 2>err &
    leader=$!
    read -r -t 20 line <up || skip "$(cat err)"
    kill -9 "$leader"
    wait "$leader" || :
    deadline=$((SECONDS + 20))
    while pgrep -f "sleep 1236.$$" && [ $SECONDS -lt $deadline ]; do :; done
    run ! pgrep -f "sleep 1236.$$"
    rm up
}

@test "rules: an expected object does not fail, its reason is kept" {
    gate -v --ignore 'leak:sysv-msg  # the daemon keeps it' -- ipcmk -Q
    [ "$status" -eq 0 ]
    says 'expected: the daemon keeps it'
    gate --ignore 'leak:sysv-shm  # other kind' -- ipcmk -Q
    [ "$status" -eq 1 ]
    gate --ignore 'leak:sysv-msg' -- ipcmk -Q
    [ "$status" -eq 2 ]
    says 'say after'
}

@test "--json: each line is JSON and says the same" {
    gate --json -- sh -c 'ipcmake sysv-sem 0; sleep 1237 &'
    [ "$status" -eq 1 ]
    python3 - "$stderr" <<'EOF'
import json, sys
lines = [json.loads(line) for line in sys.argv[1].splitlines()]
kinds = [line["type"] for line in lines]
assert kinds == ["run", "survivor", "leak", "summary"], kinds
run, survivor, leak, summary = lines
assert run["place"] == "sandbox" and run["command"][0] == "sh"
assert survivor["command"] == "sleep 1237"
assert leak["object"]["kind"] == "sysv-sem" and leak["object"]["nsems"] == 2
assert leak["made_by"]["command"] == "ipcmake sysv-sem 0"
assert summary["leaks"] == 1 and summary["exit_status"] == 1
assert summary["end"] == "exit:0"
EOF
    gate --json -o report -- ipcmk -Q
    [ "$stderr" = "" ]
    grep -q '"type":"leak"' report
    gate -o /nonexistent/report -- true
    [ "$status" -eq 2 ]
    says '/nonexistent/report'
}

@test "--json: a rule of no use is told, as in text" {
    gate --json --ignore 'leak:fifo path=/x*  # none' \
        --ignore 'leak:sysv-sem until=2020-01-31  # old' -- true
    [ "$status" -eq 0 ]
    says '{"type":"idle_rule","rule":"leak:fifo path=/x*","source":"--ignore:1","why":"unused"}'
    says '{"type":"idle_rule","rule":"leak:sysv-sem until=2020-01-31","source":"--ignore:2","why":"expired"}'
    [[ ${stderr_lines[-1]} == '{"type":"summary",'* ]]
}

@test "rules: the key of a report, as it stands there" {
    gate -- ipcmake sysv-sem 1554098974
    [ "$status" -eq 1 ]
    key=$(sed -nE 's/.*  key (0x[0-9a-f]+),.*/\1/p' <<<"$stderr")
    for form in "$key" 1554098974 0x5CA1AB1E; do
        gate --ignore "leak:sysv-sem key=$form  # why" -- \
            ipcmake sysv-sem 1554098974
        [ "$status" -eq 0 ]
    done
}

@test "--host: what the command made is its leak and is removed" {
    export ASAN_OPTIONS=detect_leaks=1
    run --separate-stderr "$LEAKCHECK" run --host -- sh -c '
        ipcmake sysv-sem 0; ipcmake posix-shm /leakcheck-run-bats-$$
        ipcmake posix-mq /leakcheck-run-bats-$$'
    echo "$stderr"
    [ "$status" -eq 1 ]
    says '3 objects left behind'
    says ': ipcmake sysv-sem 0'
    [ "$(grep -c '    removed' <<<"$stderr")" -eq 3 ]
}

@test "--host: what others make meanwhile is listed apart" {
    cat >other <<'EOF'
read -r line <go
ipcmk -M 4097 >made
echo done >done
EOF
    mkfifo go done
    sh other &
    other=$!
    run --separate-stderr "$LEAKCHECK" run --host -- \
        sh -c 'echo go >go; read -r line <done'
    echo "$stderr"
    wait "$other"
    first=$status
    apart=$stderr
    ipcrm -m "$(sed 's/.*: //' made)"
    rm go done
    [ "$first" -eq 0 ]
    grep -q 'appeared meanwhile, creator unknown' <<<"$apart"
    grep -q '4097 bytes' <<<"$apart"
}

@test "--host --strict: what others make meanwhile fails" {
    cat >other <<'EOF'
read -r line <go
ipcmk -M 4098 >made
echo done >done
EOF
    mkfifo go done
    sh other &
    other=$!
    run --separate-stderr "$LEAKCHECK" run --host --strict -- \
        sh -c 'echo go >go; read -r line <done'
    wait "$other"
    ipcrm -m "$(sed 's/.*: //' made)"
    rm go done
    [ "$status" -eq 1 ]
}

@test "a sandbox that is refused: the host, and it is said" {
    for call in unshare=1 unshare=38 mount=1 mount=13; do
        run --separate-stderr deny $call -- "$LEAKCHECK" run -- ipcmk -Q
        echo "$stderr"
        [ "$status" -eq 1 ]
        says 'not in a sandbox but on the host'
        says '1 object left behind'
        run --separate-stderr deny $call -- \
            "$LEAKCHECK" run --sandbox -- touch was-run
        [ "$status" -eq 77 ]
        [ ! -e was-run ]
    done
}

@test "no seccomp filter: said, and still right" {
    run --separate-stderr deny seccomp=1 -- "$LEAKCHECK" run -- \
        sh -c 'ipcmk -Q; mkfifo /tmp/leakcheck-run-bats-$$'
    echo "$stderr"
    [ "$status" -eq 1 ]
    says 'who makes objects was not seen'
    says 'left behind'
    says 'fifo /tmp/leakcheck-run-bats-'
    rm -f /tmp/leakcheck-run-bats-*
}

@test "no seccomp filter: a FIFO may be anywhere, and --strict says so" {
    mkdir watched
    run -5 --separate-stderr deny seccomp=1 -- "$LEAKCHECK" run --strict \
        --watch watched -- mkfifo here
    says 'who makes objects was not seen'
    run -0 --separate-stderr deny seccomp=1 -- "$LEAKCHECK" run --strict \
        --watch watched --kind sysv-shm -- true
    says 'who makes objects was not seen'
    run "$LEAKCHECK" run --no-creators --strict --watch watched -- mkfifo ours
    [ "$status" -eq 0 ]
}

@test "leakcheck inside leakcheck: what is said is said once" {
    gate -- "$LEAKCHECK" run -- true
    [ "$status" -eq 0 ]
    [ "$(grep -c 'another seccomp listener' <<<"$stderr")" -eq 1 ]
}

@test "leakcheck inside leakcheck: the inner one sees its own, and says how" {
    gate -- "$LEAKCHECK" run -- ipcmk -Q
    [ "$status" -eq 1 ]
    says 'another seccomp listener is active already'
    says '1 object left behind'
    # Its queue went with its sandbox, so the outer one has nothing to tell.
    run ! grep -qF 'run -- ipcmk -Q' <<<"$stderr"
}

@test "usage: what is missing or contradictory is named" {
    run "$LEAKCHECK" run
    [ "$status" -eq 2 ]
    [[ $output == *"a command is missing"* ]]
    run "$LEAKCHECK" run --host --sandbox -- true
    [ "$status" -eq 2 ]
    run "$LEAKCHECK" run --settle soon -- true
    [ "$status" -eq 2 ]
    [[ $output == *settle* ]]
}

@test "paths through /proc/self and /dev/fd, with slashes at the end" {
    need_python
    for way in /proc/self/fd/%d /proc/thread-self/fd/%d /dev/fd/%d; do
        gate -- python3 -c "
import os, socket
d = os.open('.', os.O_PATH)
socket.socket(socket.AF_UNIX).bind('$way/s' % d)"
        [ "$status" -eq 1 ]
        says "  unix-socket $PWD/s"
        [ ! -e s ]
    done
    gate -- sh -c 'mkdir a; ipcmake fifo a/f; mv a/ b/'
    [ "$status" -eq 1 ]
    says "  fifo $PWD/b/f"
}

need_python() {
    command -v python3 >/dev/null || skip "python3 is not installed"
}

@test "an exchange of names is followed" {
    need_python
    touch b
    gate -- sh -c 'ipcmake fifo a; python3 -c "
import ctypes
ctypes.CDLL(None).renameat2(-100, b\"a\", -100, b\"b\", 2)"'
    [ "$status" -eq 1 ]
    says "  fifo $PWD/b"
    [ -f a ]
}

@test "a FIFO made through another ABI: told" {
    [ "$(uname -m)" = x86_64 ] || skip "not x86-64"
    gate -- foreign f
    [ -p f ] || skip "the kernel has no 32-bit calls"
    rm f
    says '1 call made something at a path that could not be followed'
}

@test "in a deleted directory nothing was made, and nothing is missed" {
    gate --strict -- sh -c 'mkdir x; cd x; rmdir ../x; mkfifo f 2>/dev/null; :'
    [ "$status" -eq 0 ]
}

@test "--host: a stranger's object of the same name or kind is not blamed" {
    mkfifo go done
    gone="leakcheck-run-bats-gone-$$"
    sh -c "read -r line <go; ipcmk -Q >made; echo >/dev/shm/$gone
           echo >done" 3>&- &
    other=$!
    run --separate-stderr timeout 20 "$LEAKCHECK" run --host -- sh -c "
        id=\$(ipcmk -Q); ipcrm -q \${id##* }
        echo >/dev/shm/$gone; rm /dev/shm/$gone
        echo >go; read -r line <done"
    echo "$stderr"
    wait "$other"
    kept=yes
    [ -e "/dev/shm/$gone" ] || kept=no
    rm -f "/dev/shm/$gone" go done
    ipcrm -q "$(sed 's/.*: //' made)"
    [ "$status" -eq 0 ]
    [ $kept = yes ]
    says '2 objects that appeared meanwhile, creator unknown'
}

# in_foreign_proc [ARG]...: run with the /proc of an outer pid namespace.
in_foreign_proc() {
    local flags=(--ipc --mount --pid --fork --kill-child)

    [ "$(id -u)" -eq 0 ] || flags+=(--map-root-user)
    unshare "${flags[@]}" mount -t proc proc /proc 2>/dev/null ||
        skip "no private namespaces to be had"
    run --separate-stderr unshare "${flags[@]}" "$LEAKCHECK" run "$@"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

@test "below the /proc of an outer pid namespace: relative paths are followed" {
    mkdir below
    in_foreign_proc --sandbox -- sh -c 'cd below; exec ipcmake fifo f'
    [ "$status" -eq 1 ]
    says "  fifo $PWD/below/f"
    says ': ipcmake fifo f'
    in_foreign_proc --host -- sh -c 'cd below; exec ipcmake fifo f'
    [ "$status" -eq 1 ]
    says "  fifo $PWD/below/f"
}

@test "below the /proc of an outer pid namespace: only the command's are ended" {
    # One that has executed its program for sure: it says so.
    mkfifo up
    for place in --sandbox --host; do
        in_foreign_proc $place --settle 0 --grace 0 -- sh -c \
            'sh -c "echo >up; kill -STOP \$\$" & read -r line <up'
        [ "$status" -eq 0 ]
        says '1 process outlived the command'
        says 'kill -STOP'
    done
}

@test "a place that was closed to us meanwhile is not called clean" {
    [ "$(id -u)" -ne 0 ] ||
        setpriv=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test"
    chmod 777 .
    # An ordinary user may search its own directories in a sandbox.
    run --separate-stderr "${setpriv[@]}" "$LEAKCHECK" run --host --strict \
        --kind fifo -- sh -c 'mkdir closed && mkfifo closed/f && chmod 0 closed'
    echo "status $status: $stderr"
    chmod 700 closed
    rm -r closed
    [ "$status" -eq 5 ]
    says "not looked at: fifo in $PWD/closed/f: Permission denied"
}

@test "without a /proc of its own nothing is run" {
    in_foreign_proc --host -- true # or the test is skipped
    run --separate-stderr unshare --user --pid --fork --kill-child \
        "$LEAKCHECK" run --host -- touch ran
    [ "$status" -eq 70 ]
    says 'there is no /proc of this pid namespace'
    [ ! -e ran ]
}

@test "--error-exitcode=0 reports, and the command's status counts" {
    gate --error-exitcode=0 -- sh -c 'ipcmk -Q; exit 3'
    [ "$status" -eq 3 ]
    says '1 object left behind'
}

@test "--strict and --error-exitcode=0: the command's status counts, too" {
    gate --strict --error-exitcode=0 -- sh -c 'sleep 1234 & exit 3'
    [ "$status" -eq 3 ]
    says '1 process outlived the command'
    # What could not be looked at does not hide that the command failed.
    gate --strict --watch none -- sh -c 'exit 3'
    [ "$status" -eq 3 ]
    run ! says 'exit status'
}

@test "a working directory that the sandbox covers: refused with the reason" {
    dir=$(mktemp -d -p /dev/shm leakcheck-run-bats-XXXXXX)
    cd "$dir" || return
    run --separate-stderr "$LEAKCHECK" run --sandbox -- true
    cd /
    rmdir "$dir"
    [ "$status" -eq 77 ]
    says "the working directory is in /dev/shm, which a sandbox covers"
}

@test "a working directory of any bytes reaches no terminal, and JSON is whole" {
    dir=$(mktemp -d -p /dev/shm leakcheck-run-bats-XXXXXX)
    mkdir "$dir"/$'\e[31m\xff'
    cd "$dir"/$'\e[31m\xff' || return
    run --separate-stderr "$LEAKCHECK" run --strict -- true
    text=$stderr
    run --separate-stderr "$LEAKCHECK" run --json -- true
    cd /
    rm -r "$dir"
    run ! env LC_ALL=C grep '[^ -~]' <<<"$text"
    [[ $(jq -r 'select(.type == "run").no_sandbox' <<<"$stderr") == *covers* ]]
}
