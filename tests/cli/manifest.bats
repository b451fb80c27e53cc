#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# manifest.bats - each variant of each scenario goes through ipcrash, and each
# of its trials is held against scenarios/manifest.tab: verdict, what is left,
# and where that was made.
#
#   REPEAT=50 bats tests/cli/manifest.bats     each campaign as often
#
# order: first, a third of the time of all

load isolated
load ipcrash

setup() {
    root=$BATS_TEST_DIRNAME/../..
    programs=${LEAKCHECK%/*}/scenarios
    manifest=$root/scenarios/manifest.tab
    own_directory
    export TMPDIR=$DIR
    command -v jq >/dev/null || skip "jq is not installed"
    run --separate-stderr "$IPCRASH" list --sandbox -- true
    [ "$status" -ne 77 ] || skip "cannot run here: $stderr"
}

# rows VARIANT: its lines in the manifest.
rows() {
    awk -F'\t' -v variant="$1" '$1 "-" $2 == variant' "$manifest"
}

variants() {
    awk -F'\t' -v name="$1" '$1 == name { print $1 "-" $2 }' "$manifest" |
        sort -u
}

# faults VARIANT: all that its lines name.
faults() {
    rows "$1" | cut -f 5 | tr , '\n' | grep -vx none | sort -u | paste -sd,
}

# campaign VARIANT: its log is VARIANT/run.jsonl. Trials that hang or leave
# processes behind wait for most of their time, so more can be made at once.
campaign() {
    local options=(--sandbox --equal=0) faults

    faults=$(faults "$1")
    [ "$faults" = "" ] || options+=(--faults="$faults")
    if rows "$1" | cut -f 6 | grep -qE 'hung|orphaned'; then
        options+=(--jobs=$((8 * $(nproc))) --settle=300ms --timeout=2s)
    fi
    status=0
    "$IPCRASH" run "${options[@]}" --output="$1" -- "$programs/$1" \
        >"$1.out" 2>"$1.err" </dev/null 3>&- || status=$?
}

# Lines that come out are wrong, of this and what follows.
compare() {
    jq -nr --rawfile manifest "$manifest" --arg variant "$1" \
        -f "$root/tests/support/manifest.jq" "$1/run.jsonl"
}

# compare_plain VARIANT LEFT: a run without a fault that leaks is told, and no
# trial is made. LEFT is the manifest's, such as sysv-shm@create:shmget:1.
compare_plain() {
    local kind=${2%%[=:@]*} function=${2#*@} told

    told="left: $kind .* made in ${function%%:*}[(][)] at scenarios/"
    [ "$status" -eq 3 ] || echo "status $status, not 3"
    tr -s ' \n' ' ' <"$1.out" | grep -qE "$told" ||
        echo "$2 is not told: $(grep -A 1 ' left: ' "$1.out" | tr -s ' \n' ' ')"
    [ "$(grep -c 'made in' "$1.out")" -eq 1 ] || echo "other objects are told"
}

# examine VARIANT
examine() {
    local left

    campaign "$1"
    left=$(rows "$1" | awk -F'\t' '$5 == "none" { print $7 }')
    if [ "$left" != "" ]; then
        compare_plain "$1" "$left"
    elif [ "$status" -gt 1 ]; then
        echo "status $status"
        cat "$1.err" "$1.out"
    else
        compare "$1"
    fi
}

# agrees SCENARIO: what does not is printed.
agrees() {
    local variant i wrong=

    for ((i = 0; i < ${REPEAT:-1}; i++)); do
        for variant in $(variants "$1"); do
            examine "$variant" >found
            [ ! -s found ] || wrong+=$(sed "s/^/$variant: /" found)$'\n'
        done
    done
    printf '%s' "$wrong"
    [ "$wrong" = "" ]
}

@test "each scenario has a test here" {
    diff <(sed -nE 's/^@test .* \{ agrees (.*); \}$/\1/p' \
        "$BATS_TEST_FILENAME" | sort) \
        <(cd "$root/scenarios" && printf '%s\n' *.c *.cc | sed 's/\..*//' | sort)
}

@test "shm_atexit as in the manifest" { agrees shm_atexit; }
@test "shm_early_rmid as in the manifest" { agrees shm_early_rmid; }
@test "sem_undo as in the manifest" { agrees sem_undo; }
@test "msg_drain as in the manifest" { agrees msg_drain; }
@test "posix_shm as in the manifest" { agrees posix_shm; }
@test "posix_sem as in the manifest" { agrees posix_sem; }
@test "posix_mq as in the manifest" { agrees posix_mq; }
@test "fifo as in the manifest" { agrees fifo; }
@test "unix_socket as in the manifest" { agrees unix_socket; }
@test "workers as in the manifest" { agrees workers; }
@test "goto_errors as in the manifest" { agrees goto_errors; }
@test "sigwait_thread as in the manifest" { agrees sigwait_thread; }
@test "daemon_double_fork as in the manifest" { agrees daemon_double_fork; }
@test "fork_exec as in the manifest" { agrees fork_exec; }
@test "hang as in the manifest" { agrees hang; }
@test "threads10 as in the manifest" { agrees threads10; }
@test "fixed_key as in the manifest" { agrees fixed_key; }
@test "robust_mutex as in the manifest" { agrees robust_mutex; }
@test "watchdog as in the manifest" { agrees watchdog; }
@test "pdeathsig as in the manifest" { agrees pdeathsig; }
@test "self_pipe as in the manifest" { agrees self_pipe; }
@test "signalfd as in the manifest" { agrees signalfd; }
@test "mq_notify as in the manifest" { agrees mq_notify; }
@test "handler_exit as in the manifest" { agrees handler_exit; }
@test "handler_malloc as in the manifest" { agrees handler_malloc; }
@test "unlink_early as in the manifest" { agrees unlink_early; }
@test "quick_exit as in the manifest" { agrees quick_exit; }
@test "reload as in the manifest" { agrees reload; }
@test "atexit_order as in the manifest" { agrees atexit_order; }
@test "setjmp_cleanup as in the manifest" { agrees setjmp_cleanup; }
@test "supervisor as in the manifest" { agrees supervisor; }
@test "socket_rename as in the manifest" { agrees socket_rename; }
@test "destructor as in the manifest" { agrees destructor; }

# spoil SCRIPT: from now on the manifest is one that awk(1) made wrong.
spoil() {
    awk -F'\t' -v OFS='\t' "$1" "$root/scenarios/manifest.tab" >wrong.tab
    manifest=$PWD/wrong.tab
}

# finds TEXT SCRIPT: in a manifest so spoilt this is found wrong, nothing else.
finds() {
    spoil "$2 { print }"
    run compare sem_undo-2
    echo "$output"
    [ "${output#line [0-9]*: }" = "$1" ]
}

@test "a line that is wrong is found, and no other" {
    local eperm='$1 $2 $3 == "sem_undo2create:semctl:1" '
    local trial=create:semctl:1:before:EPERM
    local is="is leaked sysv-sem:free@create:semget:1, not"
    local left=sysv-sem@create:semget:1 other=sysv-shm

    run examine sem_undo-2
    echo "$output"
    [ "$output" = "" ]
    finds "$trial $is clean -" "$eperm { \$6 = \"clean\"; \$7 = \"-\" }"
    finds "$trial $is window $left" "$eperm { \$6 = \"window\" }"
    finds "$trial $is clean|window $left" "$eperm { \$6 = \"clean|window\" }"
    finds "$trial $is leaked -" "$eperm { \$7 = \"-\" }"
    finds "$trial $is leaked $other" "$eperm { \$7 = \"$other\" }"
    finds "$trial $is leaked sysv-sem:held" "$eperm { \$7 = \"sysv-sem:held\" }"
    finds "$trial $is leaked sysv-sem=2" "$eperm { \$7 = \"sysv-sem=2\" }"
    finds "$trial $is leaked sysv-sem@create:semget:2" \
        "$eperm { \$7 = \"sysv-sem@create:semget:2\" }"
    finds "$trial $is leaked $left,$other" "$eperm { \$7 = \$7 \",$other\" }"
    finds "$trial is tried" "$eperm { \$6 = \"outside\" }"
    finds 'no trial of EACCES at create:semctl:1 before' \
        "$eperm { \$5 = \$5 \",EACCES\" }"
    finds "no line for $trial, which ${is%,*}" "$eperm { next }"
}

@test "a wrong line of a whole scenario is found, and no other" {
    spoil '$1 $2 $3 == "unix_socket1create:bind:1" { $6 = "hung" } { print }'
    run agrees unix_socket
    [ "$status" -eq 1 ]
    printf '%s\n' "$output"
    [ "$(grep -c 'create:bind:1:before:E[A-Z]* is clean -, not hung -$' \
        <<<"$output")" -eq 2 ]
    [ "${#lines[@]}" -eq 2 ]
    spoil '$1 $2 $5 == "unix_socket3none" { sub("unix-socket", "fifo", $7) }
        { print }'
    run agrees unix_socket
    [ "$status" -eq 1 ]
    [[ $output = "unix_socket-3: fifo@create:bind:1 is not told: "* ]]
    [ "${#lines[@]}" -eq 1 ]
}
