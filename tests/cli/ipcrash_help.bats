#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_help.bats - the program itself: --help, --version, what it cannot make
# sense of, and output that does not arrive.

load isolated
load ipcrash

setup() {
    own_directory
}

commands='run list rerun report diff baseline'

@test "--version: name and number in the first line" {
    ipcrash --version
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ ^ipcrash\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    [ "$stderr" = "" ]
}

@test "--help lists every command" {
    ipcrash --help
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
    [[ ${lines[0]} = Usage:\ ipcrash\ * ]]
    for command in $commands; do
        prints "^  $command +[a-z]"
    done
}

@test "every command has --help and -h, on stdout, with all its options" {
    for command in $commands; do
        ipcrash "$command" --help
        [ "$status" -eq 0 ]
        [ "$stderr" = "" ]
        [[ ${lines[0]} = "Usage: ipcrash $command "* ]]
        help=$output
        ipcrash "$command" -h
        [ "$output" = "$help" ]
        while read -r option; do
            ipcrash "$command" "$option=" --help
            [[ $stderr != *"unknown option"* ]]
        done < <(sed -nE 's/^  (-.,|   ) (--[a-z-]+).*/\2/p' <<<"$help")
    done
}

@test "help is at most 80 columns wide where there is no terminal" {
    for command in '' $commands; do
        # shellcheck disable=SC2086
        ipcrash $command --help
        [ "$(awk 'length > 80' <<<"$output")" = "" ]
        [ "$(grep -c ' $' <<<"$output")" -eq 0 ]
    done
}

@test "no command, an unknown one: says where help is" {
    ipcrash
    [ "$status" -eq 2 ]
    [ "$stderr" = "ipcrash: a command is missing; see 'ipcrash --help'" ]
    ipcrash rnu
    [ "$status" -eq 2 ]
    says "unknown command 'rnu' (did you mean 'run'?)"
}

# refused "ARGUMENTS" TEXT: status 2, and TEXT says why.
refused() {
    # shellcheck disable=SC2086
    ipcrash $1
    [ "$status" -eq 2 ]
    [ "$output" = "" ]
    says "$2"
}

@test "options and values that make no sense are named" {
    refused 'run' 'run: the program to run is missing'
    refused 'list --' 'list: the program to run is missing'
    refused 'rerun' 'rerun: one trial, as in: ipcrash rerun 7f3a9c12'
    refused 'rerun a b' 'rerun: one trial'
    refused 'run --falts=x' "did you mean '--faults'?"
    refused 'run --faults=SIGTREM -- true' "option '--faults': "
    refused 'run --faults=SIGTREM -- true' SIGTERM
    refused 'run --faults=SIGTERM,,exit -- true' "option '--faults': "
    refused 'run --points=lines -- true' "'lines' is none of ipc and syscalls"
    refused 'run --equal=few -- true' "'few' is no whole number"
    refused 'run --equal=4294967296 -- true' 'up to 4294967295'
    refused 'run --seed=-1 -- true' "'-1' is no whole number"
    refused 'run --jobs=two -- true' "'two' is no whole number"
    refused 'run --jobs=0 -- true' "option '--jobs': '0' is none at all: give 1 or more"
    refused 'run --repeat=00 -- true' "option '--repeat': '00' is none at all"
    refused 'run --timeout=soon -- true' "'soon' is no length of time"
    refused 'run --timeout=0 -- true' "option '--timeout': '0' is no time at all: give 1ms or more"
    refused 'rerun --timeout=0.0ms 1' "'0.0ms' is no time at all"
    refused 'run --host --sandbox -- true' 'exclude each other'
    refused 'run --sandbox --host -- true' 'exclude each other'
    refused 'run --error-exitcode=256 -- true' 'from 0 to 255'
    refused 'report --color=maybe' 'none of auto, always and never'
}

@test "control bytes of arguments do not reach the terminal" {
    bad=$'\e[31m\n\x9b\xc2\x9b'
    for line in '' rerun report 'run --faults' 'rerun -o'; do
        # shellcheck disable=SC2086
        ipcrash $line "$bad"
        [ "$status" -eq 2 ]
        is_harmless "$stderr"
    done
}

@test "output that does not arrive is an error" {
    for line in --help --version 'run --help'; do
        for target in /dev/full '&-'; do
            run --separate-stderr sh -c "\"\$IPCRASH\" $line >$target"
            [ "$status" -eq 2 ]
            says 'cannot write'
        done
    done
}
