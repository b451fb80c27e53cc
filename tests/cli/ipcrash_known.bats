#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_known.bats - what the gate of ipcrash remembers: suppressions, the
# baseline and what 'run' does to it, diff. Rules and lines one by one are for
# tests/unit/check_suppress.c and check_baseline.c.

load isolated
load ipcrash

setup() {
    scenarios=${LEAKCHECK%/*}/scenarios
    own_directory
}

# crash VARIANT [OPTION...]: all trials of a scenario that is called ./prog, as
# if its source were changed between two runs.
crash() {
    cp "$scenarios/shm_atexit-$1" prog
    ipcrash run "${@:2}" -- ./prog
}

# A failure to make namespaces is not to be told as one of these tests.
need_runs() {
    isolated true
    [ "$status" -eq 0 ]
}

@test "run; suppress what it prints, with a reason; the gate passes" {
    need_runs
    crash 1
    [ "$status" -eq 1 ]
    prints '^  allow:  with a reason, in a file for --suppressions:$'
    rule=$(sed -n 's/^ *\(leak:sysv-shm .* # TODO: why\)$/\1/p' <<<"$output")
    [ -n "$rule" ]
    ipcrash report --gen-suppressions
    [ "$status" -eq 1 ]
    [ "$output" = "$rule" ]
    echo "$output" >known.supp
    ipcrash report --suppressions known.supp
    [ "$status" -eq 2 ]
    says "known.supp:1: say why this is as it should be, in place of 'TODO: why'"
    sed -i 's/TODO: why/SIGHUP never comes, see #12/' known.supp
    ipcrash report --suppressions known.supp
    [ "$status" -eq 0 ]
    shown=$(tr -s '\n ' ' ' <<<"$output")
    grep -qF ", after SIGHUP; suppressed by known.supp:1: SIGHUP never comes, see #12 " <<<"$shown"
    grep -qF '48 leaked (36 allowed, 12 suppressed)' <<<"$shown"
    prints '^  Gate    PASSED: 1 suppressed$'
    crash 1 --suppressions known.supp
    [ "$status" -eq 0 ]
    [[ $stderr != *LEAKED* ]]
    crash 2 --suppressions known.supp
    [ "$status" -eq 1 ]
    prints '^  known:  SIGHUP suppressed by known\.supp:1: SIGHUP never comes'
}

# campaign, trial FAULT VERDICT: a log without a run.
campaign() {
    echo '{"type":"campaign","version":1,"tool":"ipcrash 0.1.0","target":["./a"],"cwd":"/","sandbox":"namespaces","plan":{"trials":'"${1-0}"'}}'
    echo '{"type":"site","site":"a.c:f:shmget:1","role":"0","operation":"shmget","syscall":"shmget","kind":"sysv-shm","action":"acquire","file":"a.c","line":7,"function":"f"}'
    echo '{"type":"lifetime","kind":"sysv-shm","created_at":"a.c:f:shmget:1"}'
}

trial() {
    local left=

    [ "$2" != leaked ] ||
        left='{"kind":"sysv-shm","id":0,"created_at":"a.c:f:shmget:1"}'
    printf '{"type":"trial","id":"a.c:f:shmget:1:return:%s","short":"%08x","site":"a.c:f:shmget:1","phase":"return","fault":"%s","policy":"must-clean","verdict":"%s","end":"exit:0","ms":1,"left":[%s]}\n' \
        "$1" "0x$(cksum <<<"$1" | cut -c1-6)" "$1" "$2" "$left"
}

@test "a rule that has expired does not suppress, and is told" {
    { campaign; trial SIGTERM leaked; } >log
    echo 'leak:sysv-shm until=2020-01-01  # mend it by then' >s
    ipcrash report --suppressions s log
    [ "$status" -eq 1 ]
    prints '^note:     this suppression has expired: leak:sysv-shm until=2020-01-01 \(s:1\)$'
    echo 'leak:sysv-shm until=2999-01-01  # mend it by then' >s
    ipcrash report --suppressions s log
    [ "$status" -eq 0 ]
}

@test "rules that match nothing are told, and fail with --strict-suppressions" {
    { campaign; trial SIGTERM leaked; } >log
    echo 'leak:sysv-shm  # by design' >s
    echo 'leak:fifo  # gone' >s2
    ipcrash report --suppressions s --suppressions s2 log
    [ "$status" -eq 0 ]
    prints '^note:     this suppression matched nothing: leak:fifo \(s2:1\)$'
    ipcrash report --suppressions s --strict-suppressions log
    [ "$status" -eq 0 ]
    ipcrash report --suppressions s --suppressions s2 --strict-suppressions log
    [ "$status" -eq 1 ]
    prints '^  Gate    FAILED: 1 idle suppression, 1 suppressed$'
}

@test "-v lists what was suppressed, by which rule and why" {
    { campaign; trial SIGTERM leaked; trial SIGHUP leaked; } >log
    echo 'leak:sysv-shm func=f  # by design' >s
    ipcrash report -v --suppressions s log
    prints '^KNOWN LEAK 1 of 1 '
    prints '^note:     2 trials suppressed by s:1: leak:sysv-shm func=f # by design$'
}

@test "files that cannot be used: status 2 and the place, before anything runs" {
    { campaign; trial SIGTERM leaked; } >log
    ipcrash report --suppressions none log
    [ "$status" -eq 2 ]
    says 'none: No such file'
    ipcrash run --suppressions none -- touch ran
    [ "$status" -eq 2 ]
    says 'none: No such file'
    ipcrash run --baseline none -- touch ran
    [ "$status" -eq 2 ]
    says "no baseline yet, which 'ipcrash baseline -o FILE' makes: none: No such file"
    printf '# ok\nleak:pipe # x\n' >s
    ipcrash run --suppressions s -- touch ran
    [ "$status" -eq 2 ]
    says "s:2: 'pipe' is no kind; a correct rule: leak:sysv-shm "
    ipcrash run --baseline s -- touch ran
    [ "$status" -eq 2 ]
    says "s:2: 'leak:pipe' is no class such as 31c3022a; a correct line: "
    [ ! -e ran ]
}

@test "other reports say what excuses a case" {
    { campaign; trial SIGTERM leaked; } >log
    echo 'leak:sysv-shm  # by design' >s
    ipcrash report --suppressions s --report json log
    [ "$status" -eq 0 ]
    jq -e '.cases[0] | .outcome == "excused" and
        .excuse == "suppressed by s:1: by design"' <<<"$output"
    jq -e '.findings[0].excuse == "suppressed by s:1: by design" and
        .gate == "passed"' <<<"$output"
}

@test "the log is the same with and without: its gate is without" {
    need_runs
    echo 'leak:sysv-shm  # by design' >s
    crash 1 --suppressions s
    [ "$status" -eq 0 ]
    tail -n 1 ipcrash.out/run.jsonl | jq -e '.gate == "failed"'
}

@test "a baseline: what is known passes, a new class or fault does not" {
    { campaign; trial SIGTERM leaked; trial SIGHUP clean; } >log
    ipcrash baseline -o b log
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
    grep -qxE '[0-9a-f]{8} SIGTERM  # a\.c:f:shmget sysv-shm' b
    ipcrash report --baseline b log
    [ "$status" -eq 0 ]
    prints '^known     sysv-shm made in f\(\) at a\.c:7, after SIGTERM; in the baseline, b:5$'
    prints '^  Gate    PASSED: 1 in the baseline$'
    trial SIGHUP leaked >>log
    ipcrash report --baseline b log
    [ "$status" -eq 1 ]
    prints '^  after:  SIGHUP at return of shmget a\.c:7$'
    prints '^  known:  SIGTERM in the baseline, b:5$'
}

@test "baseline: to standard output; what is suppressed is not in it" {
    { campaign; trial SIGTERM leaked; } >log
    ipcrash baseline log
    [ "$(grep -c SIGTERM <<<"$output")" -eq 1 ]
    echo 'leak:sysv-shm  # by design' >s
    ipcrash baseline --suppressions s log
    [ "$status" -eq 0 ]
    [ "$(grep -c SIGTERM <<<"$output")" -eq 0 ]
    { campaign 2; trial SIGTERM leaked; } >log
    ipcrash baseline log
    says 'there may be more to find: not all trials were made'
    ipcrash baseline none
    [ "$status" -eq 2 ]
    run --separate-stderr sh -c '"$IPCRASH" baseline log >/dev/full'
    [ "$status" -eq 2 ]
    mkdir full
    ipcrash baseline -o full log
    [ "$status" -eq 2 ]
}

@test "a fix tightens the baseline, and a regression then fails" {
    need_runs
    crash 1
    ipcrash baseline -o b
    sed -i '1i # ours' b
    chmod 640 b
    cp b before
    crash 1 --baseline b
    [ "$status" -eq 0 ]
    cmp b before
    [ "$stderr" = "${stderr/removed/}" ]
    crash 0 --baseline b
    [ "$status" -eq 0 ]
    says 'ipcrash: 1 class of b is fixed and was removed from it: commit it'
    [ "$(diff before b | grep -c '^[<>]')" -eq 1 ]
    head -n 1 b | grep -qx '# ours'
    [ "$(stat -c %a b)" = 640 ]
    crash 1 --baseline b
    [ "$status" -eq 1 ]
}

@test "faults that are mended go from a line" {
    need_runs
    crash 3 # after SIGHUP, SIGINT and SIGTERM
    ipcrash baseline -o b
    crash 1 --baseline b
    [ "$status" -eq 0 ]
    says '1 class of b is left after fewer faults and has fewer in it: commit it'
    [ "$(grep -c '^[0-9a-f]\{8\} SIGHUP  #' b)" -eq 1 ]
}

@test "what a run could not see stays in the baseline" {
    need_runs
    crash 1
    ipcrash baseline -o b
    cp b before
    for options in '--only *:shmat:*' '--skip *:shmdt:*' '--max-trials 20' \
        '--faults SIGTERM' '--allow-leaky-baseline'; do
        set -f
        # shellcheck disable=SC2086
        crash 0 --baseline b $options
        set +f
        [ "$status" -eq 0 ]
        cmp b before
    done
    # Not all trials are made.
    { sed -n '1,/"type":"trial"/p' ipcrash.out/run.jsonl; } >log
    ipcrash report -v --baseline b log
    [ "$status" -eq 5 ]
    says 'nothing of b is called fixed: not all trials were made'
    cmp b before
    # Another program, which shares the baseline.
    ipcrash run --baseline b -- "$scenarios/posix_shm-0"
    [ "$status" -eq 0 ]
    cmp b before
}

@test "report tells what is fixed and does not write" {
    need_runs
    crash 1
    ipcrash baseline -o b
    cp b before
    crash 0
    ipcrash report --baseline b
    [ "$status" -eq 0 ]
    says '1 class of b is fixed, or left after fewer faults; ipcrash run takes that out'
    cmp b before
}

@test "diff: new, fixed, the same; exit status" {
    { campaign; trial SIGTERM clean; } >old
    { campaign; trial SIGTERM leaked; } >new
    ipcrash diff old new
    [ "$status" -eq 1 ]
    prints '^NEW       sysv-shm made in f\(\) at a\.c:7, after SIGTERM \(class '
    prints '^  Change  1 new$'
    ipcrash diff --error-exitcode=9 old new
    [ "$status" -eq 9 ]
    ipcrash diff new old
    [ "$status" -eq 0 ]
    prints '^fixed     sysv-shm made in f\(\) at a\.c:7 \(class '
    ipcrash diff new new
    [ "$status" -eq 0 ]
    [ "$(grep -c sysv <<<"$output")" -eq 0 ]
    prints '^  Change  1 the same$'
    ipcrash diff new new -v
    prints '^same      sysv-shm made'
}

@test "diff: what an incomplete log does not show is not fixed" {
    { campaign; trial SIGTERM leaked; } >old
    { campaign 2; trial SIGTERM clean; } >new
    ipcrash diff old new
    [ "$status" -eq 0 ]
    prints '^not seen  sysv-shm made in f\(\) at a\.c:7: not all trials were made'
    prints '^note:     the new log is no reason to call anything fixed: not all'
}

@test "diff: other commands are told, wrong usage is refused" {
    { campaign; trial SIGTERM leaked; } >old
    sed 's|"./a"|"./b"|' old >new
    ipcrash diff old new
    [ "$status" -eq 0 ]
    prints '^note:     the logs are of two different commands$'
    ipcrash diff old
    [ "$status" -eq 2 ]
    says 'diff: two logs, as in: ipcrash diff before ipcrash.out'
    ipcrash diff old none
    [ "$status" -eq 2 ]
    says 'none: No such file'
    run --separate-stderr sh -c '"$IPCRASH" diff old new >/dev/full'
    [ "$status" -eq 2 ]
    run --separate-stderr sh -c '"$IPCRASH" diff --json old new >/dev/full'
    [ "$status" -eq 2 ]
}

@test "diff --json: an object a line" {
    { campaign; trial SIGTERM clean; trial SIGHUP leaked; } >old
    { campaign; trial SIGTERM leaked; trial SIGHUP clean; } >new
    ipcrash diff --json old new
    [ "$status" -eq 1 ]
    jq -es '.[0] | .type == "difference" and .change == "worse" and
        .kind == "sysv-shm" and .gating and .gained == ["SIGTERM"] and
        .lost == ["SIGHUP"]' <<<"$output"
    jq -es '.[1] | .type == "comparison" and .counts.worse == 1 and .worse' \
        <<<"$output"
}

@test "a baseline of shards knows all lines of a function" {
    { campaign; trial SIGTERM leaked; } >one
    sed 's/shmget:1/shmget:2/g; s/"line":7/"line":8/' one >two
    "$IPCRASH" baseline -o known one two
    grep ' lines=2 SIGTERM ' known
    ipcrash report --baseline known one two
    [ "$status" -eq 0 ]
    # Of two commands each has one.
    sed 's|"./a"|"./b"|' two >other
    "$IPCRASH" baseline -o known one other
    run ! grep lines= known
}

@test "a baseline holds in another checkout, also when built as by CMake" {
    local top

    need_runs
    command -v "${TEST_CC:=gcc}" >/dev/null || skip "$TEST_CC is not installed"
    mkdir -p one/src one/build
    printf '%s\n' '#include <sys/shm.h>' 'int main(void)' '{' \
        '	int id = shmget(IPC_PRIVATE, 1, 0600);' \
        '	return shmctl(id, IPC_RMID, 0);' '}' >one/src/pool.c
    cp -r one two
    for top in one two; do
        (cd $top/build && "$TEST_CC" -g -o pool "${PWD%/build}/src/pool.c")
    done
    (cd one && "$IPCRASH" run -o ../log -- build/pool) || [ $? -eq 1 ]
    "$IPCRASH" baseline -o known log
    grep 'SIGTERM .*# src/pool.c:main:shmget sysv-shm$' known
    cd two
    ipcrash run --baseline ../known -- build/pool
    [ "$status" -eq 0 ]
    prints '^  Gate    PASSED: 1 in the baseline$'
    ipcrash report # and the source is found
    prints '^ +4 \| int id = shmget'
}

@test "control bytes in files do not reach the terminal" {
    { campaign; trial SIGTERM leaked; } >log
    printf 'leak:sysv-shm func=f\e # \e[31m\n' >$'s\e'
    ipcrash report --suppressions $'s\e' log
    is_harmless "$output"
    is_harmless "$stderr"
    printf '\e[31m SIGTERM\n' >$'b\e'
    ipcrash report --baseline $'b\e' log
    [ "$status" -eq 2 ]
    is_harmless "$stderr"
    ipcrash report --suppressions $'b\e' log
    [ "$status" -eq 2 ]
    is_harmless "$stderr"
}
