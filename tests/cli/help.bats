#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# help.bats - the program itself: --help, --version, what it cannot make sense
# of, and output that does not arrive.

load isolated

setup() {
    own_directory
}

commands='list snapshot diff run clean'

leakcheck() {
    run --separate-stderr "$LEAKCHECK" "$@"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

@test "--version: name and number in the first line" {
    leakcheck --version
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ ^leakcheck\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    [ "$stderr" = "" ]
    leakcheck -V
    [ "$status" -eq 0 ]
}

@test "--help lists every command" {
    leakcheck --help
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
    [[ ${lines[0]} = Usage:\ leakcheck\ * ]]
    for command in $commands; do
        prints "^  $command +[a-z]"
    done
}

@test "every command has --help and -h, on stdout, with all its options" {
    for command in $commands; do
        leakcheck "$command" --help
        [ "$status" -eq 0 ]
        [ "$stderr" = "" ]
        [[ ${lines[0]} = "Usage: leakcheck $command "* ]]
        prints '^Options:$'
        prints '^  -h, --help '
        help=$output
        leakcheck "$command" -h
        [ "$output" = "$help" ]
        # Each option that help shows is one that the parser knows.
        while read -r option; do
            leakcheck "$command" "$option=" --help
            [[ $stderr != *"unknown option"* ]]
        done < <(sed -nE 's/^  (-.,|   ) (--[a-z-]+).*/\2/p' <<<"$help")
    done
}

@test "help is at most 80 columns wide where there is no terminal" {
    for command in '' $commands; do
        # shellcheck disable=SC2086
        leakcheck $command --help
        [ "$(awk 'length > 80' <<<"$output")" = "" ]
        [ "$(grep -c ' $' <<<"$output")" -eq 0 ]
    done
}

@test "help fills a wide terminal and fits a narrow one" {
    command -v script >/dev/null || skip "script(1) is not installed"
    longest() {
        script -qec "stty cols $1; '$LEAKCHECK' list --help" /dev/null |
            tr -d '\r' | awk 'length > n { n = length } END { print n }'
    }
    [ "$(longest 60)" -le 60 ]
    [ "$(longest 100)" -gt 80 ]
}

@test "no command: says where help is" {
    leakcheck
    [ "$status" -eq 2 ]
    [ "$output" = "" ]
    [ "$stderr" = "leakcheck: a command is missing; see 'leakcheck --help'" ]
}

@test "an unknown command: suggests" {
    leakcheck snapshto
    [ "$status" -eq 2 ]
    says "unknown command 'snapshto' (did you mean 'snapshot'?)"
    leakcheck frobnicate
    [ "$status" -eq 2 ]
    says "unknown command 'frobnicate'; see 'leakcheck --help'"
}

@test "unknown options and bad values: named, with where help is" {
    leakcheck --bogus
    [ "$status" -eq 2 ]
    says "unknown option '--bogus'; see 'leakcheck --help'"
    leakcheck list --knid=fifo
    [ "$status" -eq 2 ]
    says "(did you mean '--kind'?); see 'leakcheck list --help'"
    leakcheck list --kind fofi
    [ "$status" -eq 2 ]
    says "'fofi' is no kind (did you mean 'fifo'?)"
    leakcheck list --kind pipe
    says 'there are sysv-shm, sysv-sem, sysv-msg, posix-shm, posix-sem, posix-mq, fifo, unix-socket'
    leakcheck list --color sometimes
    [ "$status" -eq 2 ]
    says "'sometimes' is none of auto, always and never"
    leakcheck diff --error-exitcode=256 a b
    [ "$status" -eq 2 ]
    says "from 0 to 255"
}

@test "arguments too many or too few" {
    for line in 'list x' 'snapshot -o a x' 'snapshot' 'diff' 'diff a b c' \
        'diff - -' 'run'; do
        # shellcheck disable=SC2086
        leakcheck $line
        [ "$status" -eq 2 ]
        says "leakcheck: ${line%% *}: "
        [ "$output" = "" ]
    done
}

@test "an argument that is none: the usage is shown" {
    leakcheck snapshot before
    says "unexpected argument 'before'; the usage is: leakcheck snapshot [OPTION]... -o FILE"
    leakcheck clean now --yes
    says "unexpected argument 'now'; the usage is: leakcheck clean "
}

@test "the help of run tells what --watch is for there" {
    leakcheck run --help
    output=$(tr -s ' \n' ' ' <<<"$output")
    prints 'in this directory and below, too: those that the command is seen to make '
    leakcheck list --help
    output=$(tr -s ' \n' ' ' <<<"$output")
    prints 'in this directory and below, instead of where they are usual\.'
}

@test "control bytes of arguments do not reach the terminal" {
    bad=$'\e[31m\n\x9b\xc2\x9b'
    for line in "" list diff 'snapshot -k fifo -o' 'list --kind' 'list --'; do
        # shellcheck disable=SC2086
        leakcheck $line "$bad/none"
        [ "$status" -eq 2 ]
        is_harmless "$stderr"
        says '\x1b[31m\n'
    done
    leakcheck diff --ignore "leak:$bad # x" a
    is_harmless "$stderr"
}

@test "output that does not arrive is an error" {
    "$LEAKCHECK" snapshot -o file --kind sysv-sem
    for line in --help --version 'list --help' 'list --kind sysv-sem' \
        'list --kind sysv-sem --json' 'snapshot -o - --kind sysv-sem' \
        'diff file' 'diff --json file'; do
        for target in /dev/full '&-'; do
            echo "$line >$target"
            run --separate-stderr sh -c "\"\$LEAKCHECK\" $line >$target"
            [ "$status" -eq 2 ]
            says 'leakcheck: '
            says 'cannot write'
            [ "${#stderr_lines[@]}" -eq 1 ]
        done
    done
}

@test "a closed stdin, stdout or stderr does not become a file" {
    run sh -c '"$LEAKCHECK" snapshot -o file --kind sysv-sem >&- 2>&- <&-'
    [ "$status" -eq 0 ]
    run "$LEAKCHECK" diff file file
    [ "$status" -eq 0 ]
}
