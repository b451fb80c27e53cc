#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mutants.bats - tools/mutate.sh notices what it is for: with one small program
# and tables of its own. `make mutants` is the whole thing.

load ipcrash

setup() {
    root=$BATS_TEST_DIRNAME/../..
    mutate=$root/tools/mutate.sh
    program=$BATS_TEST_TMPDIR/tidy.c
    export BUILD=$BATS_TEST_TMPDIR
    export MUTATIONS=$BATS_TEST_TMPDIR/mutations
    export EQUIVALENTS=$BATS_TEST_TMPDIR/equivalents
    cat >"$program" <<'END'
#include <signal.h>
#include <stdlib.h>
#include <sys/shm.h>

static int segment = -1;

static void
cleanup(void)
{
	if (segment != -1)
		shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

int
main(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (atexit(cleanup))
		return 1;
	segment = shmget(IPC_PRIVATE, 1, 0600);
	return segment == -1 ? 1 : 0;
}
END
    {
        printf '# a comment\n\n'
        row no-release all 'shmctl\(.*RMID.*\)' '.*' 0
        row no-hook all 'atexit\(.*p\)' '.*' 0
        row forgetful cleanup 'segment = -1;' '.*' ';'
        row no-word all IPC_PRIVATE '.*' NOTHING
        row fails all '0600' '.*' '0600) + (exit(1), 0'
        row stays all 'segment == -1 .*' '.*' 'fork() ? 0 : pause();'
        row same all 'return 1' 1 '(1)'
    } >"$MUTATIONS"
    harmless=$(row tidy forgetful cleanup 'segment = -1;' equivalent \
        'It is not called again.')
    echo "$harmless" >"$EQUIVALENTS"
}

# row COLUMN...
row() {
    local IFS=$'\t'

    echo "$*"
}

mutate() {
    command -v jq >/dev/null || skip "jq is not installed"
    run "$mutate" "${@:-$program}" 3>&-
    printf '%s\n' "${lines[@]}"
    [ "$status" -ne 77 ] || skip "${lines[0]}"
}

# is_wrong TEXT: it failed, and says so.
is_wrong() {
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == "WRONG: "*"$1"* ]]
}

@test "mutants: all that is uncaught is explained" {
    mutate
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "mutants: 7 made, 1 same, 2 invalid, 3 caught, \
1 equivalent, 0 beyond, 0 race (all explained), 0 unexplained" ]
}

@test "mutants: one that is uncaught and not explained is wrong" {
    : >"$EQUIVALENTS"
    mutate
    is_wrong "forgetful:12:1 is uncaught, and no row is tidy"
    [[ ${lines[-1]} == *', 1 unexplained' ]]
}

@test "mutants: a row for one that is caught is wrong, but if a race decides" {
    row tidy no-hook main 'if (atexit(cleanup))' beyond Why. >>"$EQUIVALENTS"
    mutate
    is_wrong $'belongs to tidy\tno-hook\tmain\tif (atexit(cleanup))'
    sed -i 's/beyond/race/' "$EQUIVALENTS"
    mutate
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *' 2 caught, 1 equivalent, 0 beyond, 1 race '* ]]
}

@test "mutants: a row for none, one without a reason, and one twice are wrong" {
    echo "${harmless/segment/set}" >>"$EQUIVALENTS"
    mutate
    is_wrong 'belongs to tidy'
    echo "${harmless%$'\t'*}" >"$EQUIVALENTS"
    mutate
    is_wrong 'no row, or one that was there before'
    printf '%s\n' "$harmless" "$harmless" >"$EQUIVALENTS"
    mutate
    is_wrong 'no row, or one that was there before'
}

# instead_of_ipcrash COMMAND: it is run with the arguments of ipcrash, in trials.
instead_of_ipcrash() {
    printf '#!/bin/sh\n[ "$1" = list ] || { %s; }\n' "$1" >"$BUILD/stub"
    chmod +x "$BUILD/stub"
    export IPCRASH=$BUILD/stub
}

@test "mutants: an ipcrash that finds nothing, that fails, that leaves a path" {
    instead_of_ipcrash true
    mutate
    is_wrong 'is uncaught'
    [[ ${lines[-1]} == *' 0 caught, '*', 4 unexplained' ]]
    instead_of_ipcrash 'case $* in */none/*) ;; *) exit 70 ;; esac'
    mutate
    is_wrong 'is trouble, status 70'
    instead_of_ipcrash 'echo it cannot; exit 70'
    mutate
    [ "$status" -ne 0 ]
    [ "${lines[0]}" = 'it cannot' ]
    instead_of_ipcrash 'case $* in */none/*) ;; *) : >"$TMPDIR/left" ;; esac'
    mutate
    is_wrong 'is trouble, status 99'
}

@test "mutants: one is named, and shown as what it changes" {
    mutate list "$program"
    [ "${lines[0]}" = "$program"$'\tno-release:11:1\tcleanup'\
$'\tshmctl(segment, IPC_RMID, NULL);' ]
    [ ${#lines[@]} -eq 7 ]
    mutate show "$program" no-hook:21:1
    [[ $output == *$'\n-\tif (atexit(cleanup))\n+\tif (0)\n'* ]]
}

@test "mutants: SWAP, TURN, CLEANUP, and a second place with the same text" {
    {
        row swap all '^[^\n]*RMID[^\n]*\n.*' - SWAP
        row turn all '[a-z]+ \|\| [a-z]+' - TURN
        row call all 'CLEANUP\)' '.*' '0)'
        row twice all 'a|return 1;' '.*' '(&)'
    } >"$MUTATIONS"
    sed -i 's/^\tif (atexit/\treturn 1;\n\ta || a;\n&/' "$program"
    mutate list "$program"
    names=$(cut -f 2,3 <<<"$output" | grep -vE "twice:(1|20)" | tr "\t\n" "  ")
    echo "$names"
    [ "$names" = \
        "swap:11:1 cleanup turn:22:1 main call:23:1 main twice:21:1 main \
twice:22:1 main twice:22:2 main(2) twice:23:1 main twice:23:2 main(2) \
twice:24:1 main(2) " ]
    mutate show "$program" swap:11:1
    [[ $output == *$'\n \tif (segment != -1)\n-\t\tshmctl'*$'\n+\t\tshmctl'* ]]
    mutate show "$program" twice:22:2
    [[ $output == *$'\n+\ta || (a);\n'* ]]
}

# Of the tables that `make mutants` uses.
@test "mutants: the operators fit, and no release of a scenario escapes them" {
    unset MUTATIONS
    mutate list
    run diff <(cut -f 2 <<<"$output" | cut -d: -f 1 | sort -u) \
        <(grep -vE '^(#|$)' "$root/scenarios/mutations.tab" | cut -f 1 | sort)
    [ "$output" = "" ]
    run diff <("$mutate" list | cut -f 1,2 |
        sed -nE 's/\tno-[a-z]+-(rmid|unlink):|\tno-unlink:/ /p' |
        sed 's/:[0-9]*$//' | sort -u) \
        <(cd "$root" && grep -nE '^[^*]*(IPC_RMID|unlink\()' scenarios/*.c* |
            sed 's/:/ /; s/:.*//' | sort -u)
    printf '%s\n' "$output"
    [ "$output" = "" ]
}
