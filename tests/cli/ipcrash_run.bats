#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_run.bats - `ipcrash run`, `list` and `rerun` from end to end, on
# programs with a planted bug and without: scenarios/shm_atexit.c.

load isolated
load ipcrash

setup() {
    own_directory
    isolated true
    good=${LEAKCHECK%/*}/scenarios/shm_atexit-0
    no_hup=${LEAKCHECK%/*}/scenarios/shm_atexit-1
    gap=${LEAKCHECK%/*}/scenarios/shm_atexit-4
    leaky=${LEAKCHECK%/*}/scenarios/shm_atexit-5
}

# What the log has of trials, in an order of its own: "verdict id".
verdicts() {
    sed -nE 's/.*"id":"([^"]*)".*"verdict":"([a-z-]*)".*/\2 \1/p' \
        "${1-ipcrash.out}/run.jsonl" | LC_ALL=C sort
}

@test "a program that tidies up passes; what SIGKILL leaves is a warning" {
    ipcrash run -- "$good"
    [ "$status" -eq 0 ]
    prints '^  Gate    PASSED: 1 warning$'
    prints '^warning   sysv-shm made in create\(\) at '
    prints 'IPC_RMID right'
    [ "$(verdicts | grep -c '^leaked .*:SIGHUP$')" -eq 0 ]
    [ "$(verdicts | grep -c '^leaked .*:SIGKILL$')" -gt 5 ]
    [ "$(verdicts | grep -cvE '^(clean|leaked) ')" -eq 0 ]
}

@test "a missing handler: the finding, its place and how to redo it" {
    ipcrash run -- "$no_hup"
    [ "$status" -eq 1 ]
    prints '^LEAK 1 of 1  sysv-shm made in create\(\) at .*shm_atexit\.c:[0-9]+'
    prints '^  after:  SIGHUP at all [0-9]+ points$'
    prints '^  why:    SIGHUP: no handler: its default action ended the process$'
    prints '^  left:   sysv-shm [0-9]+ key '
    [ "$(verdicts | grep -c '^leaked .*:SIGTERM$')" -eq 0 ]
    id=$(sed -nE 's/^  rerun:  ipcrash rerun ([0-9a-f]{8})$/\1/p' <<<"$output")
    [ "${#id}" -eq 8 ]
    ipcrash rerun "$id"
    [ "$status" -eq 1 ]
    prints '^leaked  .*:SIGHUP \(an object is left\)$'
    prints ' shmget '
    ipcrash rerun --quiet "${id:0:4}"
    [ "$status" -eq 1 ]
    run ! grep -q '\*\*\*' <<<"$output"
}

@test "rerun --gdb: at the point, the fault or its absence is the user's" {
    command -v gdb >/dev/null || skip "no gdb"
    ipcrash run --faults SIGHUP,exit --only '*:use:*' -- "$no_hup"
    for fault in exit SIGHUP; do
        id=$(jq -r --arg fault $fault 'select(.fault == $fault).short' \
            ipcrash.out/run.jsonl | head -n 1)
        ipcrash rerun --gdb "$id" <<<"continue"
        prints ' exited normally\]'
        command=$(sed -n 's/^The fault is yours to make: //p' <<<"$output")
        ipcrash rerun --gdb "$id" <<<"$command"
        [ "$status" -eq 5 ]
        prints "exited with code 01\]|terminated with signal $fault,"
        prints "$id: left to gdb, so there is no verdict\$"
        run ! grep -qE 'trouble|  (why|left): ' <<<"$output"
    done
}

@test "the report says the same as the run" {
    "$IPCRASH" run -- "$no_hup" >first 2>/dev/null || [ $? -eq 1 ]
    "$IPCRASH" report >second || [ $? -eq 1 ]
    diff <(sed '/^  Log /,$d' first) <(sed 1,2d second)
}

@test "however many jobs: the same verdicts and the same report" {
    "$IPCRASH" run -j1 -o one -- "$no_hup" >first 2>/dev/null || [ $? -eq 1 ]
    "$IPCRASH" run -j4 -o four -- "$no_hup" >second 2>/dev/null ||
        [ $? -eq 1 ]
    diff <(verdicts one) <(verdicts four)
    clean() {
        sed -E "s/\[[0-9.]+ s\]//; s/one|four//g; s/sysv-shm [0-9]+ key [^,]*/N/
            s/ +/ /g" "$1"
    }
    diff <(clean first) <(clean second)
}

@test "a window is a warning, and a finding if strict" {
    ipcrash run --faults SIGTERM -- "$gap"
    [ "$status" -eq 0 ]
    tr -s '\n ' ' ' <<<"$output" |
        grep -qE 'SIGTERM leaks for [0-9]+ instructions after the return of shm'
    ipcrash report --strict
    [ "$status" -eq 1 ]
    ipcrash run --strict --faults SIGTERM --error-exitcode 9 -- "$gap"
    [ "$status" -eq 9 ]
}

@test "a program that leaks without any fault: status 3 and what it left" {
    ipcrash run -- "$leaky"
    [ "$status" -eq 3 ]
    prints '^BAD  the run without a fault$'
    prints '^  end:    the program exited with 0$'
    prints '^  left:   sysv-shm '
    prints '^          made in create\(\) at '
    prints -- '--allow-leaky-baseline'
    ipcrash run -- sh -c 'echo oops; exit 7'
    [ "$status" -eq 3 ]
    prints '^  end:    the program exited with 7$'
    prints '^  output: oops$'
}

@test "nothing to inject at, not found, not executable" {
    ipcrash run -- true
    [ "$status" -eq 4 ]
    says 'the program made no IPC object'
    ipcrash run --skip '*' -- "$good"
    [ "$status" -eq 4 ]
    says 'trials none was selected'
    ipcrash run --faults EFAULT -- "$good"
    [ "$status" -eq 4 ]
    says 'none of the faults can come at a call of the program'
    run -127 --separate-stderr "$IPCRASH" run -- ./nowhere
    says 'cannot run ./nowhere: No such file'
    ipcrash run -- "$DIR"
    [ "$status" -eq 126 ]
    [ ! -e ipcrash.out ]
}

@test "what is asked for and cannot be had: status 2" {
    ipcrash run --only 'nothing*' -- "$good"
    [ "$status" -eq 2 ]
    says 'nothing*'
    # Before anything is run: also of a program that does nothing.
    for option in --allow --require; do
        ipcrash run $option exit,SIGTREM -- true
        [ "$status" -eq 2 ]
        says "option '$option': there is no fault 'SIGTREM'"
    done
    ipcrash run --stop SIGTREM -- true
    [ "$status" -eq 2 ]
    says "'SIGTREM' is no signal, such as TERM"
    ipcrash run -o /proc/none -- "$good"
    [ "$status" -eq 2 ]
    says /proc/none
    ipcrash run -- "$good"
    ipcrash run --resume -- "$no_hup"
    [ "$status" -eq 2 ]
    says 'another command'
}

@test "--dry-run: the trials that would be made, and none is" {
    ipcrash run --dry-run --faults SIGTERM,ENOSPC -- "$good"
    [ "$status" -eq 0 ]
    prints '^[0-9]+ trials at [0-9]+ points; [0-9.]+ to [0-9.]+ s with [0-9]+ job'
    [ ! -e ipcrash.out ]
    sed -nE 's/^[0-9a-f]{8}  //p' <<<"$output" | LC_ALL=C sort >planned
    ipcrash run --faults SIGTERM,ENOSPC -- "$good"
    [ "$status" -eq 0 ]
    diff planned <(verdicts | cut -d' ' -f2 | LC_ALL=C sort)
}

@test "--faults, --only, --skip, --max-trials pick" {
    ipcrash run --faults SIGTERM,exit --only '*:shmat:*' -- "$good"
    [ "$status" -eq 0 ]
    [ "$(verdicts | wc -l)" -eq 3 ]
    [ "$(verdicts | grep -c ':shmat:1:before:exit$')" -eq 1 ]
    ipcrash run --skip '*:before:*' -- "$good"
    [ "$(verdicts | grep -c ':before:')" -eq 0 ]
    ipcrash run --max-trials 5 --seed 8 -- "$good"
    [ "$(verdicts | wc -l)" -eq 5 ]
    prints '^note:     --max-trials left out [0-9]+ trials?$'
    verdicts >first
    ipcrash run --max-trials 5 --seed 08 -- "$good"
    [ "$status" -eq 0 ]
    diff first <(verdicts)
}

@test "an error that lasts: what no release can remove is unavoidable" {
    local point='*:cleanup:msgctl:1:before:EPERM,persistent'

    ipcrash run --only "$point" --faults EPERM,persistent \
        -- "${good%/*}/msg_drain-0"
    [ "$status" -eq 0 ]
    prints ' 1 unavoidable$'
    [ "$(grep -F '"type":"trial"' ipcrash.out/run.jsonl |
        grep -oF '"kind":"sysv-msg"' | wc -l)" -eq 2 ]
    # This one gives up at the first, and does not even try the other.
    ipcrash run --only "$point" --faults EPERM,persistent \
        -- "${good%/*}/msg_drain-3"
    [ "$status" -eq 1 ]
    prints ' 1 leaked$'
}

@test "--require and --allow change what is demanded" {
    ipcrash run --faults SIGKILL --require SIGKILL -- "$good"
    [ "$status" -eq 1 ]
    prints '^  after:  SIGKILL at all '
    ipcrash run --faults SIGHUP,SIGINT --allow SIGHUP,SIGINT -- "$no_hup"
    [ "$status" -eq 0 ]
    prints '1 warning'
}

@test "an earlier log is kept, --resume goes on with it" {
    ipcrash run --faults SIGHUP -- "$no_hup"
    verdicts >whole
    cp ipcrash.out/run.jsonl earlier
    ipcrash run --faults SIGTERM -- "$no_hup"
    cmp ipcrash.out/run.jsonl.old earlier
    # Killed in the middle of its fourth trial.
    grep -nF '"type":"trial"' earlier | sed -n '4s/:.*//p' >line
    head -n "$(cat line)" earlier | head -c -20 >ipcrash.out/run.jsonl
    ipcrash run --faults SIGHUP --resume -- "$no_hup"
    [ "$status" -eq 1 ]
    says '(3 made before)'
    diff whole <(verdicts)
    [ "$(verdicts | uniq -d | wc -l)" -eq 0 ]
    ipcrash report
    [ "$status" -eq 1 ]
}

# until_in FILE PATTERN: wait until the file has it, half a minute at most.
until_in() {
    timeout 30 sh -c 'until grep -qsE -- "$2" "$1"; do :; done' sh "$@"
}

@test "SIGINT ends it in order, SIGUSR1 tells how far it is" {
    # A trial of this one takes until its deadline. What a shell starts behind
    # itself ignores SIGINT, and ipcrash leaves it at that.
    env --default-signal=INT "$IPCRASH" run -j1 --timeout 1s --faults SIGTERM,SIGHUP,SIGINT \
        --points syscalls -- "${LEAKCHECK%/*}/scenarios/hang-1" \
        >out 2>err 3>&- &
    pid=$!
    until_in ipcrash.out/run.jsonl '"type":"trial"'
    kill -USR1 "$pid"
    until_in err '^\[ *[0-9]+%\] [0-9]+/[0-9]+ trials'
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    cat out err
    [ "$status" -eq 130 ]
    grep -qE '[0-9]+ of [0-9]+ trials were made' out
    tail -n 1 ipcrash.out/run.jsonl | grep -qF '"interrupted_by":"SIGINT"'
}

@test "list: sites and windows, and nothing is left in the folder" {
    ipcrash list -- "$good"
    [ "$status" -eq 0 ]
    prints '^SITE +KIND +ACTION +ALIVE +SOURCE$'
    prints ':create:shmget:1 +sysv-shm +acquire +1 '
    prints ':cleanup:shmctl:1 +sysv-shm +release +'
    prints '^KIND +MADE AT +REMOVED AT +WINDOW$'
    prints '^[0-9]+ sites, 1 object, in a sandbox$'
    [ ! -e ipcrash.out ]
    ipcrash list -- "$leaky"
    [ "$status" -eq 0 ]
    prints ' never '
    ipcrash list -- true
    [ "$status" -eq 4 ]
}

@test "the command keeps its own options and what it is given to read" {
    echo 'shm data' >data
    ipcrash list --input data -- sh -c \
        'read -r x y; [ "$x$y $1 $2" = "shmdata -o --resume" ] && exec "$0"' \
        "$good" -o --resume
    [ "$status" -eq 0 ]
    prints ':create:shmget:1 '
}

@test "no sandbox: said, and the host is looked at; --sandbox ends with 77" {
    isolated 'deny unshare=1 -- "$IPCRASH" run --sandbox -- "'"$good"'"'
    [ "$status" -eq 77 ]
    isolated 'deny unshare=1 -- "$IPCRASH" run --faults SIGTERM -- "'"$good"'"'
    [ "$status" -eq 0 ]
    prints '^note:     not in a sandbox but on the host: '
}

@test "--allow-leaky-baseline: what is left without a fault is no finding" {
    ipcrash run --allow-leaky-baseline --faults SIGINT --only '*shmget*' -- \
        sh -c 'mkfifo "fifo.$$" && exec ipcodd tiny'
    [ "$status" -eq 1 ]
    prints '^LEAK 1 of 1  sysv-shm '
    [ "$(grep -c '"expected":true' ipcrash.out/run.jsonl)" -ge 1 ]
    [[ $stderr == *' sysv-shm '* ]]
}

# A program whose error path after pipe(2) forgets the segment.
make_forgetful() {
    cat >forgetful.c <<'END'
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);

	if (id < 0)
		return 1;
	if (pipe(ends))
		return write(1, "no pipe\n", 8) != 8 ? 2 : 1;
	close(ends[0]);
	close(ends[1]);
	return shmctl(id, IPC_RMID, NULL) != 0;
}
END
    "$TEST_CC" -g -o forgetful forgetful.c
}

@test "a named error comes at calls about no object, if those are points" {
    make_forgetful
    ipcrash run --faults EMFILE,ENFILE -- ./forgetful
    [ "$status" -eq 4 ]
    ipcrash run --points syscalls --faults EMFILE,ENFILE -- ./forgetful
    [ "$status" -eq 1 ]
    [ "$(sed -nE 's/.*"id":"([^"]*)".*"verdict":"leaked".*/\1/p' \
        ipcrash.out/run.jsonl | LC_ALL=C sort)" = "$(printf '%s\n' \
        forgetful.c:main:pipe2:1:before:EMFILE \
        forgetful.c:main:pipe2:1:before:ENFILE)" ] ||
        grep -q 'main:pipe:1:before:EMFILE' ipcrash.out/run.jsonl
    # Not where nobody named it.
    ipcrash run --points syscalls --faults errors -- ./forgetful
    [ "$status" -eq 0 ]
    run ! grep -q pipe.*EMFILE ipcrash.out/run.jsonl
}

@test "a lasting error of such a call spares the other calls" {
    make_forgetful
    ipcrash run --points syscalls --faults EMFILE,persistent -- ./forgetful
    [ "$status" -eq 1 ]
    prints 'left: +sysv-shm'
    prints 'output: +no pipe'
    prints '^  Summary .*1 trial at'
}
