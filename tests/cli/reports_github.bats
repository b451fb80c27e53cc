#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_github.bats - the report github, read as the runner of GitHub Actions
# does: which commands are in the output of a step?

load isolated
load ipcrash
load logs

setup() {
    own_directory
    unset GITHUB_STEP_SUMMARY
}

# The runner's rule, ActionCommand of github.com/actions/runner: a line is a
# command if it begins with "::", after blanks, and there is another "::", or if
# there is a "##[" and a "]" anywhere in it. Prints "command", or "text", for
# each line, and its properties, decoded.
commands() {
    awk '
        function decoded(text) {
            gsub(/%0D/, "\\r", text); gsub(/%0A/, "\\n", text)
            gsub(/%3A/, ":", text); gsub(/%2C/, ",", text)
            gsub(/%25/, "%", text)
            return text
        }
        {
            line = $0
            sub(/^[ \t\r]+/, "", line)
            rest = substr(line, 3)
            end = index(rest, "::")
            if (substr(line, 1, 2) == "::" && end) {
                head = substr(rest, 1, end - 1)
                name = head
                sub(/ .*/, "", name)
                printf "%s", name
                count = split(substr(head, length(name) + 2), parts, ",")
                for (i = 1; i <= count; i++)
                    printf "\t%s", decoded(parts[i])
                print ""
            } else if (match(line, /##\[[a-z-]*[^\]]*\]/)) {
                print "old-command"
            } else {
                print "text"
            }
        }'
}

github() {
    run "$IPCRASH" report --report github "$1"
    [ "$status" -lt 2 ] || [ "$status" -eq 5 ]
    printf '%s\n' "$output" >out
    commands <out >seen
    cat out seen
}

@test "the gate, then each finding in its line" {
    plain_log >log
    github log
    [ "$(cat seen)" = \
"error	title=ipcrash: gate failed
error	file=src/a.c	line=7	title=fifo made in f() at src/a.c:7
warning	file=src/b.c	line=3	title=fifo made in f() at src/b.c:3" ]
    sed -n 2p out | grep -F '%0Aafter:   SIGTERM at'
    sed -n 2p out | grep -F 'Remove it on every way out'
    sed -n 2p out | grep -F '%0Arerun:   ipcrash rerun'
}

@test "passed is a notice, incomplete an error" {
    {
        campaign_record
        site_record x:mkfifo:1 x.c 7 f acquire
        trial_record x:mkfifo:1 SIGTERM must-clean clean
        summary_record
    } >log
    github log
    [ "$(cat seen)" = "notice	title=ipcrash: gate passed" ]
    head -n 3 log | head -c -30 >torn
    github torn
    [ "$(cat seen)" = "error	title=ipcrash: gate incomplete" ]
    grep -F 'cut off' out
}

@test "without source it is in no file" {
    {
        campaign_record
        site_record x:mkfifo:1 x 7 f acquire | jq -c 'del(.file, .line) |
            .stack = [{module: "/src/a/build/prog", offset: "0x10"}]'
        trial_record x:mkfifo:1 SIGTERM must-clean leaked
    } >log
    github log
    [ "$(sed -n 2p seen)" = "error	title=fifo made at prog+0x10" ]
}

@test "what a program says is no command" {
    hostile_log >log
    github log
    [ "$(cut -f 1 seen | sort | uniq -c | tr -s ' ')" = ' 4 error' ]
    [ "$(sed 1d seen | cut -f 2- | tr '\t' '\n' | cut -d = -f 1 | sort -u |
        paste -sd ' ')" = 'file line title' ]
    is_harmless "$(tr -d '\n' <out)"
    # The same as ordinary text would be some.
    printf '%s\n' "$hostile" | commands | grep -c command
}

@test "the rule sees commands where there are some" {
    [ "$(printf '%s\n' '  ::error::a' 'a ##[error]b' 'a ::error::b' '::a' |
        commands | paste -sd ' ')" = 'error old-command text text' ]
}

@test "as many as GitHub shows, and how many more there are" {
    many_log 9 >log
    github log
    [ "$(cut -f 1 seen | sort | uniq -c | tr -s ' ')" = ' 10 error' ]
    many_log 2000 >log
    github log
    [ "$(cut -f 1 seen | sort | uniq -c | tr -s ' ')" = ' 10 error' ]
    [ "$(tail -n 1 seen)" = "error	title=1992 more findings" ]
    # Allowed ones are warnings, and counted apart.
    sed 's/must-clean/may-leak/; s/SIGTERM/SIGKILL/' log >allowed
    github allowed
    [ "$(cut -f 1 seen | sort | uniq -c | tr -s ' ' | paste -sd ,)" = \
        ' 1 notice, 10 warning' ]
    [ "$(tail -n 1 seen)" = "warning	title=1991 more findings" ]
}

@test "a message is no longer than the runner takes" {
    many_log 1 >log
    sed "s/\"ms\":1,/&\"output\":\"$(printf 'line %s\\\\n' {1..2000})\",/" log |
        sed "s/\"file\":\"/&$(printf 'x%.0s' {1..6000})/" >long
    github long
    sed -n 2p out | sed 's/.*:://' | sed 's/%0A/\n/g' >message
    [ "$(wc -c <message)" -lt 4096 ]
    [ "$(tail -n 2 message | head -n 1)" = '... (more in the text report)' ]
    tail -n 1 message | grep '^remedy: .* IPC_RMID right after the last attach\.$'
}

@test "the summary of the step is added to" {
    plain_log >log
    export GITHUB_STEP_SUMMARY=$PWD/summary
    printf 'before' >summary
    github log
    [ "$(head -n 1 summary)" = before ]
    ipcrash report --report markdown log
    [ "$(tail -n +2 summary)" = "$output" ]
    # Only with what goes to standard output: one step, one summary.
    cp summary before
    ipcrash report --report github=file log
    cmp summary before
    GITHUB_STEP_SUMMARY='' github log
    cmp summary before
}

@test "the summary has no more than GitHub takes, and says what is left out" {
    export GITHUB_STEP_SUMMARY=$PWD/summary
    many_log 3000 >log
    head -c 1000000 /dev/zero | tr '\0' x >summary
    github log
    [ "$(wc -c <summary)" -le 1048576 ]
    [ "$(wc -c <summary)" -gt 1040000 ]
    grep -E '^<p>[0-9]+ findings more: no room' summary
    [ "$(grep -c '<table>' summary)" -eq "$(grep -c '</table>' summary)" ]
    head -c 1048000 /dev/zero | tr '\0' x >summary
    ipcrash report --report github log
    [ "$status" -eq 2 ]
    says '575 bytes are too few for a summary'
    head -c 1048576 /dev/zero | tr '\0' x >summary
    ipcrash report --report github log
    [ "$status" -eq 2 ]
    says 'it is full, it may have 1048576 bytes'
    [ "$(wc -c <summary)" -eq 1048576 ]
}

@test "a summary that cannot be written is told before anything runs" {
    GITHUB_STEP_SUMMARY=$PWD/none/summary ipcrash run --report github -- touch ran
    [ "$status" -eq 2 ]
    # shellcheck disable=SC2016 # as it is told
    says '$GITHUB_STEP_SUMMARY: writing '
    [ ! -e ran ]
}
