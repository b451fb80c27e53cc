#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# run_reports.bats - leakcheck run --report: what goes where, and what of a run
# is in it. What each format is like is for the file of that format.
# order: alone, one of its files is in the /dev/shm of the host, where others look

load isolated

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    # Leak detection clones a helper that looks its parent up by pid, which is
    # not to be had after unshare(CLONE_NEWPID).
    export ASAN_OPTIONS=detect_leaks=0
    own_directory
}

# gate ARG...: leakcheck run, in a sandbox.
gate() {
    run --separate-stderr "$LEAKCHECK" run --sandbox --settle 200ms "$@"
    [ "$status" -ne 77 ] || skip "no sandbox: $stderr"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

# has FILTER [FILE]: the JSON report is so.
has() {
    jq -e "$1" "${2-report.json}" >/dev/null
}

@test "a clean run: one case, which has passed" {
    gate --report json=report.json -- sh -c 'exit 7'
    [ "$status" -eq 7 ]
    [ "$stderr" = "" ]
    has '.gate == "passed" and (.cases | length) == 1'
    has '.cases[0].outcome == "passed" and .findings == []'
    has '.summary == "nothing left behind; the command exited with 7 (in a sandbox)"'
}

@test "every object is a case that failed; the text is told, too" {
    gate --report json=report.json -- sh -c 'ipcmk -Q; ipcmk -Q; mkfifo f'
    [ "$status" -eq 1 ]
    says '3 objects left behind'
    has '.gate == "failed" and .outcome == null'
    has '[.cases[].id] == ["sysv-msg made by ipcmk",
        "sysv-msg made by ipcmk (2)", "fifo f made by mkfifo"]'
    has 'all(.cases[]; .outcome == "failed")'
    has '.findings[2].tells.removed == ["yes"]'
    has '.findings[0].tells.removed == ["with the sandbox"]'
    has '.findings[0].tells.next[0] | startswith("ipcrash list -- sh -c ")'
}

@test "the ids are those of the last run" {
    for nth in 1 2; do
        gate --report json=$nth.json -- \
            sh -c 'ipcmk -Q; ipcmk -S 1; ipcmk -Q; mkfifo f; ipcmake posix-shm /a'
        jq '[.findings[].id]' $nth.json >$nth.ids
    done
    cmp 1.ids 2.ids
    [ "$(jq 'unique | length' 1.ids)" -eq 5 ]
}

@test "a format without a file is behind what the command printed" {
    gate --report json -- sh -c 'echo first; ipcmk -Q >/dev/null'
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = first ]
    says '1 object left behind'
    tail -n +2 <<<"$output" >report.json
    has '.cases | length == 1'
    gate -o text --report json -- true
    has '.gate == "passed"' - <<<"$output"
    [ ! -s text ]
}

@test "the file is where the name led before there was a sandbox" {
    local name=/dev/shm/run-reports-$$.json

    gate --report json="$name" -- sh -c "mkfifo f; [ ! -e $name ]"
    mv "$name" report.json
    has '.summary | test("exited with 0")'
    [ "$(find /dev/shm -name '.replace*' -user "$(id -u)")" = "" ]
    rm -f f
    gate --report json=report.json --report json=/dev/fd/3 -- \
        sh -c 'mkdir new && cd new && mv ../report.json old' 3>copy
    cmp report.json copy
    has '.gate == "failed"' new/old
}

@test "nothing is half-written while the command runs" {
    mkdir new
    gate --report json=new/report.json -- sh -c 'ls -A new >seen'
    [ ! -s seen ]
    [ "$(ls -A new)" = report.json ]
    gate --report json=report.json -- true
    gate --report json=report.json -- cp report.json before.json
    [ "$status" -eq 0 ]
    has '.gate == "passed"' before.json
}

@test "on the host: the same, and what others made is excused" {
    isolated '
        "$LEAKCHECK" run --host --report json=a.json -- mkfifo "$DIR/f" || :
        "$LEAKCHECK" run --host --no-creators --report json=b.json -- \
            ipcmk -Q >/dev/null
        "$LEAKCHECK" run --host --no-creators --strict --report json=c.json -- \
            ipcmk -Q >/dev/null || :'
    has '.cases[0].outcome == "failed"' a.json
    has '.findings[0].tells.removed == ["yes"]' a.json
    has '.gate == "passed" and .cases[0].outcome == "excused"' b.json
    has '.cases[0].id == "sysv-msg of unknown maker"' b.json
    has '.findings[0].level == "warning"' b.json
    has '.gate == "failed" and .cases[0].outcome == "failed"' c.json
}

@test "on the host a front that is killed still has its report" {
    isolated '
        "$LEAKCHECK" run --host --report json=report.json -- \
            sh -c "mkfifo \"\$DIR/e\"; kill -9 \$PPID; kill -9 \$\$" || :
        "$LEAKCHECK" run --host --report json=front.json -- \
            sh -c "mkfifo \"\$DIR/f\"; : >ready; exec tail -f /dev/null" &
        front=$!
        for i in $(seq 1000); do [ ! -e ready ] || break; sleep .01; done
        kill -9 $front
        for i in $(seq 1000); do [ ! -e front.json ] || break; sleep .01; done'
    has '.cases[0].id == "fifo watched/f made by mkfifo"' front.json
    [ ! -e report.json ] # its keeper was killed
}

@test "as an ordinary user" {
    chmod 777 .
    run --separate-stderr unprivileged "$LEAKCHECK" run --sandbox \
        --report json=report.json -- ipcmk -Q
    [ "$status" -ne 77 ] || skip "no sandbox: $stderr"
    [ "$status" -eq 1 ]
    has '.cases[0].id == "sysv-msg made by ipcmk"'
}

@test "what a rule expects is excused, by its reason and its line" {
    printf '%s\n' '# ours' 'leak:sysv-msg  # kept for the next job' >rules
    gate --ignore-file rules --ignore 'leak:fifo # none' \
        --report json=report.json -- ipcmk -Q
    [ "$status" -eq 0 ]
    has '.gate == "passed"'
    has '.cases[0].outcome == "excused"'
    has '.cases[0].excuse == "kept for the next job (rules:2)"'
    has '.findings[0].excuse == "kept for the next job (rules:2)"'
    has '.cases[1].outcome == "passed"'
    has '.notes == ["this ignore rule matched nothing: leak:fifo (--ignore:1)"]'
}

@test "processes that stay: excused, failed with --strict" {
    gate --report json=report.json -- sh -c 'sleep 1234 &'
    [ "$status" -eq 0 ]
    has '.cases[0].id == "process sleep outlives the command"'
    has '.cases[0].outcome == "excused" and .cases[1].outcome == "passed"'
    gate --strict --report json=report.json -- sh -c 'sleep 1234 &'
    [ "$status" -eq 1 ]
    has '.gate == "failed" and (.cases | length) == 1'
    has '.cases[0].outcome == "failed" and .cases[0].type == "orphaned"'
}

@test "what was not executed, or not looked at, is an error" {
    gate --report json=report.json --report gitlab=gitlab.json -- "$DIR"
    [ "$status" -eq 126 ]
    has 'map(.check_name) == ["gate"]' gitlab.json
    says "cannot run $DIR: Permission denied"
    has '.gate == "incomplete" and .cases[0].outcome == "error"'
    has '.cases[0].type == "not-executed" and .findings == []'
    gate --strict --watch none --report json=report.json -- true
    [ "$status" -eq 5 ]
    has '.gate == "incomplete" and .cases[0].outcome == "error"'
    has '.notes[0] | test("in none: there is no such directory")'
}

@test "what cannot be written is told before anything runs" {
    gate --report json=none/a.json -- touch ran
    [ "$status" -eq 2 ]
    says 'writing none/a.json: cannot open its directory: No such file'
    gate --report text=a -- touch ran
    [ "$status" -eq 2 ]
    says "no format 'text'"
    gate -o a --report json=a -- touch ran
    [ "$status" -eq 2 ]
    says 'both json and --output would go to a'
    gate -o ./a --report json=a -- touch ran
    [ "$status" -eq 2 ]
    says 'both json and --output would go to ./a'
    gate -o - --report json -- touch ran
    [ "$status" -eq 2 ]
    says 'both json and --output would go to standard output'
    gate -o - --report json=/dev/stdout -- touch ran
    [ "$status" -eq 2 ]
    [ ! -e ran ]
    [ ! -e a ]
}

# As what a container is given as a single file.
@test "a file that cannot be replaced is refused before anything runs" {
    isolated ': >report; mount --bind report report
        "$LEAKCHECK" run --report json=report -- touch ran'
    [ "$status" -eq 2 ]
    says 'writing report: it is mounted there by itself'
    [ ! -e ran ]
}

@test "one that cannot be written is an error, the others are there" {
    gate --report json=/dev/full --report json=report.json -- true
    [ "$status" -eq 2 ]
    says 'writing /dev/full: cannot write: No space left on device'
    has '.gate == "passed"'
}

@test "every format that needs no log can be written of a run" {
    gate --report '?' -- true
    for format in $(sed -nE "s/.*there are (.*)/\1/p" <<<"$stderr" |
        sed 's/;.*//' | tr -d ','); do
        gate --report "$format=report" \
            -- sh -c 'ipcmk -Q; ipcmake fifo "a<&\"]]>
::error::%b"'
        [ "$status" -eq 1 ]
        [ -s report ]
        iconv -f UTF-8 -t UTF-8 report >/dev/null
        grep -q "^\.It Cm $format\$" "$ROOT/docs/ipcrash.1"
        seen+=" $format"
    done
    [[ $seen == *" json"* ]]
}

@test "services that want a place get the program, and no advice on -g" {
    gate --report sarif=report.json --report gitlab=gitlab.json \
        --report github -- sh -c 'ipcmk -Q >/dev/null'
    has '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri == "sh"'
    has '.runs[0].results[0].message.text | test("shown at the program\\.")'
    has '.[0].location.path == "sh"' gitlab.json
    prints '^::error title=sysv-msg made by ipcmk::'
    run ! prints ' file='
}

@test "services that know a repository get a file that may be in it" {
    mkdir tests
    echo 'ipcmk -Q >/dev/null' >tests/run.sh
    while read -r path words; do
        # shellcheck disable=SC2086 # words
        gate --report sarif=report.json --report gitlab=gitlab.json -- $words
        [ "$status" -eq 1 ]
        has "[.runs[0].results[0].locations[0].physicalLocation
            | .artifactLocation.uri, .artifactLocation.uriBaseId]
            == [\"$path\", \"%SRCROOT%\"]"
        has ".[0].location.path == \"$path\"" gitlab.json
    done <<END
tests/run.sh sh tests/run.sh
tests/run.sh /bin/sh -e $PWD/tests/../tests/run.sh x
sh /bin/sh ../${PWD##*/}/tests/run.sh
END
}

@test "the summary of a step is added to, seen from before the sandbox" {
    local name=/dev/shm/run-reports-$$.md

    echo '# before' >"$name"
    GITHUB_STEP_SUMMARY=$name gate --report github -- true
    mv "$name" summary
    [ "$(head -n 1 summary)" = '# before' ]
    grep -q 'gate passed' summary
    GITHUB_STEP_SUMMARY=none/summary gate --report github -- touch ran
    [ "$status" -eq 2 ]
    says '$GITHUB_STEP_SUMMARY: writing none/summary: No such file'
    [ ! -e ran ]
}

@test "junit and tap are what their readers take" {
    gate --report junit=a.xml --report junit-strict=b.xml --report tap=c.tap \
        --ignore 'leak:fifo  # meant' -- \
        sh -c 'ipcmk -Q >/dev/null; mkfifo "f<&]]>"'
    [ "$status" -eq 1 ]
    for file in a.xml b.xml; do
        xmllint --noout $file
        [ "$(xmllint --xpath 'count(//failure)' $file)" -eq 1 ]
        [ "$(xmllint --xpath 'count(//skipped)' $file)" -eq 1 ]
    done
    grep -qx 'not ok 1 - sysv-msg made by ipcmk' c.tap
    grep -q '^not ok 2 - fifo f<&\]\]> made by mkfifo # TODO meant' c.tap
}

@test "the library has nothing of reports" {
    run nm "${LEAKCHECK%/*}/libleakcheck.a"
    [ "$status" -eq 0 ]
    run ! grep -iE 'reporter_|wanted_|results_|xml' <<<"$output"
}
