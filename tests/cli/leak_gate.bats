#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# leak_gate.bats - the CI templates of examples/: the shell in them is taken out
# and run, as the hosted service would, on programs that leak and that do not.
#
# A small source archive stands for ours, which installs the programs that are
# there. IPCRASH_ARCHIVE is one that is really to be built, see the last test.

load isolated
load ipcrash

bats_require_minimum_version 1.5.0

examples=$BATS_TEST_DIRNAME/../../examples

# query TEMPLATE FILTER: of jq(1).
query() {
    yq -r "$2" "$examples/$1-leak-gate.yml"
}

# The parts of a job, a file each: get, build, leakcheck, ipcrash; and the
# variables.
take_apart() {
    local step='.jobs.leaks.steps[] | select(.name // "" | startswith'

    mkdir github gitlab
    query github "$step(\"Get ipcrash\")).run" >github/get
    query github "$step(\"Build\")).run" >github/build
    query github "$step(\"Gate 1\")).run" >github/leakcheck
    query github "$step(\"Gate 2\")).run" >github/ipcrash
    query gitlab '.".leak-gate".before_script[0]' >gitlab/get
    query gitlab '.".leak-gate".before_script[1]' >gitlab/build
    query gitlab '.leakcheck.script[]' >gitlab/leakcheck
    query gitlab '.ipcrash.script[]' >gitlab/ipcrash
    for template in github gitlab; do
        query $template '.env // .variables | to_entries[] |
            "\(.key)=\(.value)"' >$template/variables
    done
}

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    ! command -v yq >/dev/null || take_apart
}

# What a source archive of ours has for a template.
make_stand_in() {
    mkdir -p ipcrash-0/tools
    printf '#!/bin/sh\n[ "$*" = build ]\n' >ipcrash-0/tools/install-packages.sh
    chmod +x ipcrash-0/tools/install-packages.sh
    printf 'install:\n\tmkdir -p $(prefix)/bin && cp %s %s $(prefix)/bin\n' \
        "$LEAKCHECK" "$IPCRASH" >ipcrash-0/Makefile
    tar -czf ipcrash.tar.gz ipcrash-0
}

setup() {
    for tool in yq curl git shellcheck; do
        command -v $tool >/dev/null || skip "$tool is not installed"
    done
    own_directory
    export TMPDIR=$DIR
    scenarios=${LEAKCHECK%/*}/scenarios
    cp -r "$BATS_FILE_TMPDIR"/git* .
    make_stand_in
    from_archive "$PWD/ipcrash.tar.gz"
    filled_in=(
        BUILD_COMMAND=true TEST_COMMAND=true
        "CRASH_COMMAND=$scenarios/shm_atexit-0"
    )
}

from_archive() {
    source=(
        "IPCRASH_SOURCE=file://$1"
        "IPCRASH_PIN=$(sha256sum "$1" | cut -d ' ' -f 1)"
    )
}

# in_template TEMPLATE [NAME=VALUE]... -- COMMAND...: with the variables of the
# template, filled in, then those that are given here.
in_template() {
    local variables=() given=()

    mapfile -t variables <"$1/variables"
    shift
    while [ "$1" != -- ]; do
        given+=("$1")
        shift
    done
    shift
    env -u MAKEFLAGS -u MAKELEVEL HOME="$PWD/home" GITHUB_PATH="$PWD/path" \
        GITHUB_STEP_SUMMARY="$PWD/summary" \
        "${variables[@]}" "${source[@]}" "${filled_in[@]}" "${given[@]}" "$@"
}

# A step is a shell of its own to GitHub; a job is to GitLab.
write_job() {
    local part

    mkdir -p home
    rm -rf job path summary ipcrash.out ./*.txt ./*.sarif ./*.json
    touch path
    if [ "$1" = gitlab ]; then
        cat gitlab/get gitlab/build "gitlab/$2" >job
        return
    fi
    for part in get build "$2"; do
        echo "PATH=\$(paste -sd: path):\$PATH"
        echo "bash --noprofile --norc -eo pipefail github/$part"
    done >job
}

# gate TEMPLATE GATE [NAME=VALUE]...: run the job with that gate. `within` are
# words before the shell. Sets status, output, and told: its last line, which is
# also shown on the page of the run.
gate() {
    local template=$1 gate=$2

    shift 2
    write_job "$template" "$gate"
    run in_template "$template" "$@" -- "${within[@]}" \
        bash --noprofile --norc -eo pipefail job
    printf '%s\n' "$template $gate $*: $status" "$output"
    told=$(tail -n 1 <<<"$output")
    [ "$template" = gitlab ] || [ ! -e summary ] ||
        told=$(sed -n 's/^## //p' summary)
}

# ends STATUS TEXT GATE [NAME=VALUE]...: so does the gate, in both templates.
ends() {
    local template expected=$1 text=$2

    shift 2
    for template in github gitlab; do
        gate $template "$@"
        [ "$status" -eq "$expected" ]
        [[ $told == *"$1: $text"* ]]
    done
}

@test "only what a hosted service knows, and each artifact is kept" {
    run query github '[keys, (.jobs.leaks | keys),
        (.jobs.leaks.steps[] | keys - ["name", "id", "if", "run", "uses", "with",
            "continue-on-error"],
            select(has("run") == has("uses")))] | tojson'
    [ "$output" = '[["defaults","env","jobs","name","on","permissions"],'\
'["container","runs-on","steps","timeout-minutes"],[],[],[],[],[],[],[]]' ]
    run query gitlab '[keys, (.".leak-gate", .leakcheck | keys)] | tojson'
    [ "$output" = '[[".leak-gate","ipcrash","leakcheck","variables"],'\
'["artifacts","before_script","image","timeout"],["extends","script"]]' ]
    # However the gates end.
    [ "$(query github '.jobs.leaks.steps[-3:][].if')" = \
"\${{ !cancelled() && steps.ipcrash.outcome == 'success' }}
\${{ !cancelled() && hashFiles('ipcrash.sarif') != '' }}
\${{ !cancelled() }}" ]
    [ "$(query gitlab '.".leak-gate".artifacts.when')" = always ]
    diff <(query github '.jobs.leaks.steps[-1].with.path' |
        sed '/^$/d; /sarif/d') <(query gitlab '.".leak-gate".artifacts.paths[]')
    # What each service shows by itself is what is written.
    file=$(query github '.jobs.leaks.steps[-2].with.sarif_file')
    grep -qF -- "--report=sarif=$file " github/ipcrash
    file=$(query gitlab .ipcrash.artifacts.reports.codequality)
    grep -qF -- "--report=gitlab=$file " gitlab/ipcrash
}

@test "both templates have the same variables, and get ipcrash alike" {
    [ -s github/variables ]
    diff github/variables gitlab/variables
    # But for how an error is shown, and what a PATH is.
    own='echo|PATH|fill in'
    [ "$(grep -cvE "$own" github/get)" -gt 20 ]
    diff <(grep -vE "$own" github/get) <(grep -vE "$own" gitlab/get)
}

@test "shellcheck finds nothing in the steps" {
    for gate in leakcheck ipcrash; do
        write_job gitlab $gate
        shellcheck --shell bash job
    done
    shellcheck --shell bash github/{get,build,leakcheck,ipcrash}
}

@test "fetched: an archive with the right sum is installed, and both gates pass" {
    ends 0 'nothing was left behind' leakcheck
    ends 0 'no crash leaves what must not be left' ipcrash
}

@test "fetched: a repository, by tag and by commit" {
    mv ipcrash-0 repository
    git init -q repository
    git -C repository add .
    git -C repository -c user.name=me -c user.email=me@localhost \
        commit -q -m first
    git -C repository tag v1
    for pin in v1 "$(git -C repository rev-parse HEAD)"; do
        ends 0 'nothing was left behind' leakcheck \
            "IPCRASH_SOURCE=$PWD/repository" "IPCRASH_PIN=$pin"
    done
    run -128 in_template gitlab "IPCRASH_SOURCE=$PWD/repository" \
        IPCRASH_PIN=nosuch -- bash -eo pipefail gitlab/get
}

@test "what is not filled in, or is another archive, is told" {
    for template in github gitlab; do
        for name in IPCRASH_SOURCE IPCRASH_PIN TEST_COMMAND CRASH_COMMAND; do
            gate $template leakcheck $name=
            [ "$status" -eq 1 ]
            [[ $told == *"fill in $name at the top"* ]]
        done
        gate $template leakcheck "IPCRASH_PIN=$(sha256sum </dev/null)"
        [ "$status" -eq 1 ]
        [[ $told == *"is another file than IPCRASH_PIN says" ]]
        [ ! -e leakcheck.txt ]
    done
}

@test "what the tests leave fails, and is not taken for tests that fail" {
    ends 99 'the tests left IPC objects behind' leakcheck \
        'TEST_COMMAND=ipcmk -Q >id; exit 3'
    [[ $output == *"sysv-msg 0 "* ]]
    grep -q '^  sysv-msg 0 ' leakcheck.txt
    for status_of_tests in 1 3; do
        ends $status_of_tests "the tests failed with $status_of_tests" \
            leakcheck "TEST_COMMAND=exit $status_of_tests"
    done
    ends 2 'status 2: of the tests, or leakcheck itself' leakcheck \
        'PLACE=--nosuch'
}

@test "what a crash leaves fails, and its trials are kept" {
    ends 1 'crashes leave IPC objects behind' ipcrash \
        "CRASH_COMMAND=$scenarios/shm_atexit-1"
    # What is kept of it is whole.
    "$IPCRASH" report >again || [ $? -eq 1 ]
    [ "$(grep -c '^LEAK 1 of ' ipcrash.txt)" -eq 1 ]
    diff <(grep ^LEAK ipcrash.txt) <(grep ^LEAK again)
    gate github ipcrash "CRASH_COMMAND=$scenarios/shm_atexit-1"
    grep -q '^<tr><td>fails the gate</td>' summary
    grep -q '^::error file=.*shm_atexit.c,line=' <<<"$output"
    [ "$(jq '.runs[0].results | length' ipcrash.sarif)" -eq 1 ]
    gate gitlab ipcrash "CRASH_COMMAND=$scenarios/shm_atexit-1"
    [ "$(jq length gl-code-quality-report.json)" -eq 1 ]
}

# What of the output the runner of GitHub takes commands from.
heeded() {
    awk '/^::stop-commands::/ { until = "::" substr($0, 18) "::" }
        until == ""
        $0 == until { until = "" }'
}

@test "what a program calls its files is no command to the runner" {
    name=$PWD/'##[error]pwned'
    gate github leakcheck "TEST_COMMAND=mkfifo '$name'"
    [ "$status" -eq 99 ]
    grep -F "$name" <<<"$output"
    [ "$(heeded <<<"$output" | grep -cF '##[')" -eq 0 ]
    rm -f "$name"
    gate github ipcrash "CRASH_COMMAND=mkfifo '$name'"
    [ "$status" -eq 3 ]
    grep -F "$name" <<<"$output"
    # A line that is a command of ours holds no other.
    [ "$(heeded <<<"$output" | grep -v '^::' | grep -cF '##[')" -eq 0 ]
    heeded <<<"$output" | grep '^::error title=ipcrash%3A gate incomplete::no trial'
}

@test "ipcrash: each of its other statuses fails, and is told" {
    for command in false "$PWD/nosuch"; do
        ends 3 'the program fails, hangs or leaks without any fault' ipcrash \
            "CRASH_COMMAND=$command"
        gate github ipcrash "CRASH_COMMAND=$command"
        [ "$status" -eq 3 ] && [ ! -e ipcrash.sarif ]
    done
    ends 4 'the program makes no IPC object' ipcrash CRASH_COMMAND=true
    # The site comes only before there is a log.
    ends 5 'nothing was found, but there are trials that say nothing' ipcrash \
        "CRASH_COMMAND=sh -c 'test -e ipcrash.out/run.jsonl ||
            exec $scenarios/fifo-0'"
    ends 2 'wrong arguments' ipcrash PLACE=--nosuch
}

@test "a container without namespaces is not green; --host is" {
    within=(deny unshare=1 --)
    ends 77 'cannot run here: ' leakcheck 'TEST_COMMAND=touch ran'
    [[ $told == *PLACE\ --host ]]
    [ ! -e ran ]
    ends 77 'cannot run here: ' ipcrash
    [[ $told == *PLACE\ --host ]]
    # On the host, so let it be none that others use.
    within=(unshare --ipc --mount deny unshare=1 --)
    [ "$(id -u)" -eq 0 ] || within=(unshare --map-root-user "${within[@]:1}")
    ends 0 'nothing was left behind' leakcheck PLACE=--host
    ends 99 'the tests left IPC objects behind' leakcheck PLACE=--host \
        'TEST_COMMAND=ipcmk -Q'
    ends 0 'no crash leaves' ipcrash PLACE=--host
}

@test "a container without ptrace(2) is not green" {
    export ASAN_OPTIONS=detect_leaks=0 # LeakSanitizer cannot do without either
    within=(deny ptrace=1 --)
    ends 77 'cannot run here: ' ipcrash
}

@test "published: what the templates build of the archive passes" {
    from_archive "${IPCRASH_ARCHIVE:-$PWD/ipcrash.tar.gz}"
    gate gitlab leakcheck
    [ "$status" -eq 0 ]
    [ "$(home/ipcrash/bin/ipcrash --version)" = "$("$IPCRASH" --version)" ]
}
