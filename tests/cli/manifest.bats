#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# manifest.bats - the scenarios as in the manifest, but for those that
# wait for signals (manifest_signals.bats) or locks (manifest_locks.bats), and
# that the manifest is believed for what it says.
#
# order: first, it takes long

# shellcheck disable=SC2034 # $manifest is read there
load agrees

@test "each scenario has a test" {
    diff <(sed -nE 's/^@test .* \{ agrees (.*); \}$/\1/p' \
        "$BATS_TEST_DIRNAME"/manifest*.bats | sort) \
        <(cd "$root/scenarios" && printf '%s\n' *.c *.cc | sed 's/\..*//' | sort)
}

@test "shm_atexit as in the manifest" { agrees shm_atexit; }
@test "shm_early_rmid as in the manifest" { agrees shm_early_rmid; }
@test "msg_drain as in the manifest" { agrees msg_drain; }
@test "posix_shm as in the manifest" { agrees posix_shm; }
@test "posix_sem as in the manifest" { agrees posix_sem; }
@test "posix_mq as in the manifest" { agrees posix_mq; }
@test "fifo as in the manifest" { agrees fifo; }
@test "unix_socket as in the manifest" { agrees unix_socket; }
@test "workers as in the manifest" { agrees workers; }
@test "goto_errors as in the manifest" { agrees goto_errors; }
@test "daemon_double_fork as in the manifest" { agrees daemon_double_fork; }
@test "fork_exec as in the manifest" { agrees fork_exec; }
@test "watchdog as in the manifest" { agrees watchdog; }
@test "pdeathsig as in the manifest" { agrees pdeathsig; }
@test "mq_notify as in the manifest" { agrees mq_notify; }
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
