#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mutate.sh - break the cleanup of correct programs, mechanically, and see
# whether ipcrash finds it each time.
#
#   BUILD=DIR IPCRASH=FILE tools/mutate.sh [FILE]...   default: all scenarios;
#                                                      CC, CXX: compilers
#   tools/mutate.sh list [FILE]...                     only name the mutants
#   tools/mutate.sh show FILE MUTANT                   what one changes
#
# A mutant is variant 0 of a scenario with one line changed by an operator of
# scenarios/mutations.tab. It is named OPERATOR:LINE:N, and is
#
#   same       if the machine code is as before
#   invalid    if it does not compile, or fails or hangs without a fault and
#              leaves nothing then: ipcrash tells that, but it is no leak
#   caught     if the run without a fault leaves something; if ipcrash fails the
#              gate and did not before; or if a fault leaves something where it
#              left nothing before, a mere warning if that was SIGKILL
#   uncaught   else
#
# scenarios/equivalents.tab says why each that is uncaught may be so. Fails when
# one is not there, when one that is there is not uncaught, and when ipcrash
# itself fails. MUTATIONS and EQUIVALENTS are other tables.
#
# Each is tried at the calls of the catalogue and, if that does not catch it,
# with errors of the other calls: pipe(2), connect(2). Equal points are tried
# once, and SIGSEGV and SIGABRT are left out: no code of
# the program runs then, as with SIGKILL. Mutants may do anything, such as kill
# all processes that they can: they are run in ipcrash's sandbox or not at all.
# Each one's source, program and log stay in BUILD/mutants.
set -euo pipefail

self=$(realpath "$0")
cd "$(dirname "$0")/.."
mutations=${MUTATIONS:-scenarios/mutations.tab}
equivalents=${EQUIVALENTS:-scenarios/equivalents.tab}
options=(-w -D_GNU_SOURCE -I. -DPLANT=0 -O1 -fno-inline -pthread)

# mutants FILE...: a line for each, with tabs: FILE MUTANT FUNCTION TEXT
mutants() {
    local file

    for file; do
        awk -f tools/mutate.awk "$mutations" "$file" |
            FILE=$file awk '{ print ENVIRON["FILE"] "\t" $0 }'
    done
}

# source_of FILE MUTANT: "none" is the program itself.
source_of() {
    awk -v want="$2" -f tools/mutate.awk "$mutations" "$1"
}

program_of() {
    local name=${1##*/}

    echo "${name%.*}"
}

folder_of() {
    echo "$WORK/$(program_of "$1")/${2//:/.}"
}

# build FILE MUTANT FOLDER: as the Makefile has it, but without debug
# information, which would differ where the code does not.
build() {
    local compiler=("${CC:-gcc}" -std=gnu11) source=$3/${1##*/}

    [[ $1 != *.cc ]] || compiler=("${CXX:-g++}" -std=gnu++17)
    source_of "$1" "$2" >"$source"
    "${compiler[@]}" "${options[@]}" -c -o "$3/object" "$source" &&
        "${compiler[@]}" -pthread -o "${source%.*}" "$3/object"
}

# Errors of calls that are about no object, which ipcrash makes if they are named.
errors_beside() {
    sed -nE 's/^BYSTANDER\([a-z0-9_]+, (.*)\)$/\1/p' model/bystanders.def |
        tr -d ' ' | tr ',' '\n' | sort -u | paste -sd,
}

# Of the errors all that ipcrash can make.
all_faults() {
    printf 'exit,SIGHUP,SIGINT,SIGTERM,SIGKILL'
    sed -nE 's/.*ERRORS\((.*)\)\)$/\1/p' model/syscalls.def | tr -d ' ' |
        tr ',' '\n' | grep '^E' | sort -u | sed 's/^/,/' | tr -d '\n'
}

# campaign FILE FOLDER PART OPTION...: FOLDER/PART/bad says where which fault
# leaves something. Not in which thread or as which of several calls: that is for
# races to decide, and one mutant has fewer calls than another.
campaign() {
    local program=$2/${1##*/} folder=$2/$3 paths status=0
    shift 3

    mkdir -p "$folder"
    paths=$(mktemp -d -p "$SHORT")
    (cd "$paths" && TMPDIR=$paths exec "$IPCRASH" run --sandbox --jobs=1 \
        --strict --equal=1 --settle=300ms --timeout=2s \
        --output="$folder/log" "$@" -- "${program%.*}") \
        >"$folder/output" 2>&1 </dev/null || status=$?
    rmdir "$paths" 2>>"$folder/output" || return 99 # it left a path
    : >"$folder/bad"
    [ ! -e "$folder/log/run.jsonl" ] ||
        jq -r 'select(.type == "trial" and
            (.verdict | IN("leaked", "window", "orphaned", "hung"))) |
            .id | split(":") | [.[-5], .[-4], .[-2], .[-1]] | join(":")' \
            "$folder/log/run.jsonl" | LC_ALL=C sort -u >"$folder/bad"
    return $status
}

campaign_here() {
    campaign "$1" "$2" here --faults="$FAULTS" "${@:3}"
}

campaign_beside() {
    campaign "$1" "$2" beside --points=syscalls --faults="$BESIDE" "${@:3}"
}

# try_program FILE: what any of three runs leaves it may leave.
try_program() {
    local folder part status

    folder=$(folder_of "$1" none)
    mkdir -p "$folder"
    build "$1" none "$folder"
    for part in here beside; do
        status=0
        campaign_$part "$1" "$folder" --repeat=3 || status=$?
        echo $status >"$folder/$part/status"
        # No call of the other ones, so nothing to inject at: as well as clean.
        case $status in
        0 | 1) ;;
        4 | 5) [ $part = beside ] && echo 0 >"$folder/$part/status" ;;
        *) cat "$folder/$part/output" >&2; return $status ;;
        esac
    done
}

# verdict STATUS FOLDER PART: of a campaign of trials.
verdict() {
    local before=${2%/*}/none/$3

    if [ "$1" -eq 1 ] && [ "$(cat "$before/status")" -eq 0 ]; then
        echo caught
    elif [ "$(LC_ALL=C comm -13 "$before/bad" "$2/$3/bad")" != "" ]; then
        echo caught
    else
        echo uncaught
    fi
}

# becomes_beside FILE MUTANT FOLDER: of one that is uncaught so far.
becomes_beside() {
    local status=0

    campaign_beside "$1" "$3" || status=$?
    case $status in
    0 | 1 | 5) verdict $status "$3" beside ;;
    4) echo uncaught ;;
    *) echo "trouble, status $status" ;;
    esac
}

# what_becomes FILE MUTANT FOLDER
what_becomes() {
    local found status=0

    build "$1" "$2" "$3" 2>"$3/errors" || { echo invalid; return; }
    ! cmp -s "${3%/*}/none/object" "$3/object" || { echo same; return; }
    campaign_here "$1" "$3" || status=$?
    case $status in
    0 | 1 | 5) found=$(verdict $status "$3" here) ;;
    3)
        grep -qE '^ *(left|stays): ' "$3/here/output" && found=caught ||
            found=invalid
        ;;
    4) found=invalid ;;
    *) found="trouble, status $status" ;;
    esac
    [ "$found" = uncaught ] || { echo "$found"; return; }
    becomes_beside "$1" "$2" "$3"
}

# try_mutant LINE: of the list. Its result goes to a file.
try_mutant() {
    local file mutant folder

    IFS=$'\t' read -r file mutant _ <<<"$1"
    folder=$(folder_of "$file" "$mutant")
    mkdir -p "$folder"
    printf '%s\t%s\n' "$(what_becomes "$file" "$mutant" "$folder")" \
        "$1" >"$folder/result"
}

# each COMMAND: of this script, for each line of stdin. Those that hang only
# wait, so more are made at a time than there are processors.
each() {
    tr '\n' '\0' | xargs -0 -r -n 1 -P $(($(nproc) * 2)) "$self" "$1"
}

# All of it, for these files.
try_all() {
    WORK=$(realpath "${BUILD:?}")/mutants
    SHORT=$(mktemp -d /tmp/mutate.XXXXXX) # sockets have short paths
    trap 'rm -rf "$SHORT"' EXIT
    FAULTS=$(all_faults)
    BESIDE=$(errors_beside)
    export WORK SHORT FAULTS BESIDE

    "$IPCRASH" list --sandbox -- true >/dev/null 2>&1 || [ $? -ne 77 ] ||
        { echo 'mutate.sh: no sandbox is to be had' >&2; exit 77; }
    rm -rf "$WORK"
    mkdir -p "$WORK"
    printf '%s\n' "$@" | each try_program
    mutants "$@" >"$WORK/list"
    each try_mutant <"$WORK/list"
    find "$WORK" -name result -print0 | LC_ALL=C sort -z | xargs -0 cat \
        >"$WORK/results"
    awk -f tools/mutate_judge.awk "$mutations" "$WORK/list" "$equivalents" \
        "$WORK/results"
}

case ${1-} in
list | show | try_program | try_mutant) action=$1; shift ;;
*) action=try_all ;;
esac
[ $# -gt 0 ] || set -- scenarios/*.c scenarios/*.cc
case $action in
list) mutants "$@" ;;
show) diff -U 1 --label "$1" --label "$2" "$1" <(source_of "$1" "$2") || : ;;
*) "$action" "$@" ;;
esac
