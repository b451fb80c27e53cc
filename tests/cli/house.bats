#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# house.bats - the checks of the house bite: each gets a small tree with one
# thing wrong and must say so.

setup() {
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/base" "$tree/docs"
    cp -r "$BATS_TEST_DIRNAME/../../tools" "$tree"
    cp "$BATS_TEST_DIRNAME/../../.clang-format" "$tree"
    spdx='/* SPDX-License-Identifier: MIT */'
    printf '%s\nint one(void);\n' "$spdx" >"$tree/base/one.h"
    printf '%s\n#include "base/one.h"\n\nint\none(void)\n{\n\treturn 1;\n}\n' \
        "$spdx" >"$tree/base/one.c"
    cd "$tree" || return
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

lint() {
    run tools/lint.sh "$1"
}

# said TEXT: lint failed and a line of its output starts with TEXT.
said() {
    [ "$status" -eq 1 ]
    printf '%s\n' "${lines[@]}" | grep -qF -- "$1"
}

@test "lint: a clean tree passes the steps that are tried below" {
    need clang-format
    need cppcheck
    for step in format cppcheck headers text spdx; do
        lint $step
        [ "$output" = "" ]
        [ "$status" -eq 0 ]
    done
    lint functions
    [[ $output == "1 functions: median 4 lines, longest 4 (base/one.c:5, one)"* ]]
    [ "$status" -eq 0 ]
}

@test "lint: a file that clang-format would change" {
    need clang-format
    echo 'int  two( void );' >>base/one.h
    lint format
    said 'base/one.h:3: not as make format has it'
}

@test "lint: a word that is misspelt" {
    need codespell
    printf 'rec%sve\n' ie >docs/ONE.md
    lint spelling
    said 'docs/ONE.md'
}

@test "lint: a shell script with an unquoted variable" {
    need shellcheck
    printf '#!/bin/sh\nrm $1\n' >tools/bad.sh
    lint shell
    said 'tools/bad.sh:2:'
}

@test "lint: a bats file that cannot fail" {
    need shellcheck
    mkdir -p tests/cli
    printf '@test "x" {\n    ! false\n    true\n}\n' >tests/cli/bad.bats
    lint bats
    said 'tests/cli/bad.bats:2:'
}

@test "lint: YAML with a key that is there twice" {
    need yamllint
    printf 'on: push\njobs: {}\n' >docs/x.yml
    lint yaml
    [ "$status" -eq 0 ]
    echo 'on: push' >>docs/x.yml
    lint yaml
    said 'docs/x.yml:3:'
}

@test "lint: a man page that mandoc warns of" {
    need mandoc
    printf '.TH X\n.SH NAME\nx\n.Xx\n' >docs/x.1
    lint man
    said 'docs/x.1:'
}

@test "lint: C that cppcheck finds wrong" {
    need cppcheck
    printf '\nint\ntwo(void)\n{\n\tint a[2] = {0};\n\n\treturn a[2];\n}\n' \
        >>base/one.c
    lint cppcheck
    said 'base/one.c:15: error:'
}

@test "lint: a header that does not compile alone" {
    echo 'size_t two(void);' >>base/one.h
    lint headers
    said 'base/one.h:1: does not compile alone'
}

@test "lint: a function of 71 lines fails, one of 70 passes" {
    {
        printf '\nint\ntwo(void)\n{\n'
        printf '\tone();\n%.0s' {1..66}
        printf '\treturn 2;\n}\n'
    } >>base/one.c
    lint functions
    [ "$status" -eq 0 ]
    sed -i 's/\treturn 2;/\tone();\n&/' base/one.c
    lint functions
    said 'base/one.c:11: two has 71 lines, at most 70'
}

@test "lint: white space at the end of a line, a missing newline, a wide line" {
    printf '#define ONE 1 \n' >>base/one.h
    printf 'x' >docs/ONE.md
    printf '\t/* %073d */\n' 0 >>base/one.c
    lint text
    said 'base/one.h:3:'
    said 'docs/ONE.md: no newline at the end'
    said 'base/one.c:9: 87 columns'
}

@test "lint: a C file without the licence tag" {
    sed -i 1d base/one.h
    lint spdx
    said 'base/one.h:1: the first line must be'
}

@test "analyze: a null pointer that is followed" {
    need clang
    mkdir -p base
    cp "$BATS_TEST_DIRNAME"/../../base/{err,attr}.h base
    printf '\nint two(int *p);\nint\ntwo(int *p)\n{\n\tif (!p)\n%s\n}\n' \
        '		one(); return *p;' >>base/one.c
    run tools/analyze.sh base/one.c
    [ "$status" -ne 0 ]
    [[ $output == *"Dereference of null pointer"* ]]
}

@test "analyze: what .clang-tidy asks for" {
    need clang-tidy
    cp "$BATS_TEST_DIRNAME/../../.clang-tidy" .
    cp "$BATS_TEST_DIRNAME"/../../base/{err,attr}.h base
    run tools/analyze.sh base/one.c
    [ "$status" -eq 0 ]
    echo 'int two(int a);' >>base/one.h
    printf '\nint\ntwo(int b)\n{\n\treturn b;\n}\n' >>base/one.c
    run tools/analyze.sh base/one.c
    [ "$status" -ne 0 ]
    [[ $output == *"inconsistent-declaration-parameter-name"* ]]
}

# check.sh with tests of our own in place of the tests. Now and then, when a test
# is over before bats has set up the watch over its time, a sleep of bats for all
# of that time stays and has the output open, so that bats ends no sooner.
check_stage() {
    run env -u SKIPS BUILD="$tree/build" LEAKCHECK=/bin/true JOBS=2 \
        TEST_LIMIT_S=12 "${settings[@]}" tools/check.sh "$@"
}

# check SCRIPT: it is the program of the unit tests.
check() {
    mkdir -p build/tests
    printf '#!/bin/sh\n%s\n' "$1" >build/tests/unit-tests
    chmod +x build/tests/unit-tests
    settings+=(CHECK_LIMIT_S=1)
    check_stage unit
}

# bats_file NAME HEAD [TEST SCRIPT]... Not a here-document: bats would take its
# @test lines for our own.
bats_file() {
    mkdir -p tests/cli
    printf '# %s\n\n' "$2" >"tests/cli/$1.bats"
    printf '@test "%s" {\n%s\n}\n' "${@:3}" >>"tests/cli/$1.bats"
}

@test "check: passes with the number of tests" {
    check 'echo "100%: Checks: 9, Failures: 0, Errors: 0"'
    [ "$status" -eq 0 ]
    [[ ${lines[1]} == *" 9 passed in "* ]]
    [ "${lines[-2]}" = "tests: unit 9" ]
    [ "${lines[-1]}" = "check: 9 passed, 0 failed, 0 skipped" ]
}

@test "check: a failed test fails, and its message is shown" {
    check 'echo "77%: Checks: 9, Failures: 1, Errors: 1"; echo a.c:7:F; exit 1'
    [ "$status" -eq 1 ]
    [[ $output == *"FAILED: 7 passed, 2 failed"* ]]
    [[ $output == *"    a.c:7:F"* ]]
    [ "${lines[-2]}" = "check: 7 passed, 2 failed, 0 skipped" ]
    [[ ${lines[-1]} == "check: FAILED: unit ("* ]]
}

@test "check: a test program that says nothing fails, whatever its status" {
    check 'exit 0'
    [ "$status" -eq 1 ]
    [ "${lines[-2]}" = "check: 0 passed, 1 failed, 0 skipped" ]
}

@test "check: a test program that hangs is ended and fails" {
    check 'exec sleep 60'
    [ "$status" -eq 1 ]
    [[ $output == *"not done after 1 s"* ]]
}

@test "check: a skipped test is listed with its reason" {
    check 'echo "SKIP sandbox: no user namespaces"
        echo "100%: Checks: 9, Failures: 0, Errors: 0"'
    [ "$status" -eq 0 ]
    [[ $output == *"  unit: sandbox: no user namespaces"* ]]
    [ "${lines[-1]}" = "check: 8 passed, 0 failed, 1 skipped" ]
}

@test "check: with SKIPS=none a skip fails, but for a reason in skips.txt" {
    mkdir tests
    printf '# why\n\nno user namespaces\n' >tests/skips.txt
    settings=(SKIPS=none)
    bats_file one '' 'a: b' 'skip "the kernel has no user namespaces here"'
    check_stage cli
    [ "$status" -eq 0 ]
    [[ $output == *"  cli: a: b: the kernel has no user namespaces here"* ]]
    for reason in 'php is not installed' '' '# why'; do
        bats_file one '' 'a: b' "skip '$reason'"
        check_stage cli
        [ "$status" -eq 1 ]
        [[ $output == *"Not excused by tests/skips.txt: $reason"* ]]
        [ "${lines[-2]}" = "check: 0 passed, 0 failed, 1 skipped" ]
        [[ ${lines[-1]} == "check: FAILED: skips ("* ]]
    done
    check 'echo "SKIP x: must be root"
        echo "100%: Checks: 9, Failures: 0, Errors: 0"'
    [ "$status" -eq 1 ]
}

@test "check: each reason in skips.txt is one that some test has" {
    cd "$BATS_TEST_DIRNAME/../.." || return
    while IFS= read -r reason; do
        grep -rqF --include=*.[ch] --include=*.bats --include=*.bash \
            --exclude=house.bats -- "$reason" tests leakcheck ||
            { echo "no test has: $reason"; return 1; }
    done < <(grep -vE '^(#|$)' tests/skips.txt)
}

@test "check: bats tests that fail, that are skipped, that stop half-way" {
    bats_file three '' good true bad 'echo why it is bad; false' \
        'not here' 'skip "no such right"'
    check_stage cli
    [ "$status" -eq 1 ]
    [[ $output == *"FAILED: 1 passed, 1 failed"* ]]
    [[ $output == *"why it is bad"* ]]
    [[ $output == *"  cli: not here: no such right"* ]]
    sed -i '/bad/,/^}/d' tests/cli/three.bats
    check_stage cli
    [ "$status" -eq 0 ]
    echo 'syntax error (' >>tests/cli/three.bats
    check_stage cli
    [ "$status" -eq 1 ]
}

@test "check: a bats test that hangs is ended and fails, the next one runs" {
    bats_file two '' hangs 'sleep 20' good true
    settings=(TEST_LIMIT_S=1)
    check_stage cli
    [ "$status" -eq 1 ]
    [[ $output == *"FAILED: 1 passed, 1 failed"* ]]
    [[ $output == *"not ok 1 hangs # timeout after 1s"* ]]
}

@test "check: when it is ended, so are the tests" {
    mkfifo up
    bats_file one '' hangs "echo \$\$ >$tree/up; exec sleep 20"
    BUILD=$tree/build LEAKCHECK=/bin/true tools/check.sh cli >out 2>&1 3>&- &
    check=$!
    read -r -t 20 hanging <up
    kill "$check"
    wait "$check" || [ $? -eq 130 ]
    timeout 10 tail -s 0.01 --pid="$hanging" -f /dev/null
}

# Two that meet are side by side; one that would see them must not.
@test "check: files run side by side, and alone where they say so" {
    mkfifo met.a met.b
    bats_file a 'order: first, it says so' meets \
        "exec 5<>$tree/met.a; echo >$tree/met.b; read -r -t 20 -u 5"
    bats_file b '' meets \
        "exec 5<>$tree/met.b; echo >$tree/met.a; read -r -t 20 -u 5
        echo >$tree/over"
    bats_file c 'order: alone, it looks at others' alone "[ -e $tree/over ]"
    check_stage cli
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "check: 3 passed, 0 failed, 0 skipped" ]
    # One of many that fails fails them all, and it is said which.
    bats_file b '' bad false
    bats_file c 'order: alone, it looks at others' good true
    bats_file a '' good true
    check_stage cli
    [ "$status" -eq 1 ]
    [[ $output == *"not ok 1 bad"* ]]
    [ "${lines[-2]}" = "check: 2 passed, 1 failed, 0 skipped" ]
}

# ci STEP...: .ci/run with a Makefile of our own, a target for each line of
# stdin, "TARGET COMMAND".
ci() {
    cp -r "$BATS_TEST_DIRNAME/../../.ci" .
    sed -E 's/^([a-z-]+) /\1:; @/' >Makefile
    run env -u MAKEFLAGS -u MAKELEVEL .ci/run "$@"
    echo "$output"
}

@test "ci: the last line has the results of the steps that ran, no other" {
    checked='check: 3 passed, 0 failed, 1 skipped'
    ci layers coverage <<END
layers echo 'manifest: 1 scenarios'; echo 'no: result'
coverage printf '%s\\n' Skipped,\ nothing\ was\ proved\ there: '  cli: a: b' \\
    '$checked' 'coverage: 90.0 of 10 lines' 'Report: x'
END
    [ "$status" -eq 0 ]
    said="; manifest: 1 scenarios; $checked; coverage: 90.0 of 10 lines"
    [[ ${lines[-1]} == "ci: passed in "*" s$said" ]]
    [ "$(grep -c '^coverage  *cli: a: b$' <<<"$output")" -eq 1 ]
    [ "$(grep -c "^coverage  *$checked" <<<"$output")" -eq 1 ]
}

@test "ci: the first step that fails is the last, and its results are told" {
    ci lint coverage layers <<END
lint echo 'fuzz: 7 inputs'
coverage echo 'check: 3 passed, 1 failed, 0 skipped'; exit 7
layers touch ran
END
    [ "$status" -eq 1 ]
    [[ ${lines[-1]} == "ci: FAILED in step coverage, exit status 2, after "* ]]
    [[ ${lines[-1]} == *"; fuzz: 7 inputs; check: 3 passed, 1 failed,"* ]]
    [ ! -e ran ]
}

@test "ci: nothing may be skipped, but by who is not root" {
    ci layers coverage user <<'END'
layers echo "check: SKIPS=$$SKIPS"
coverage true
check-user echo "fuzz: SKIPS=$$SKIPS"
END
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *"; check: SKIPS=none; fuzz: SKIPS=" ]]
}

# install-packages.sh with dpkg-query, apt-get, sudo and id of our own.
fake() {
    mkdir -p bin
    printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

install_packages() {
    run env PATH="$tree/bin:$PATH" tools/install-packages.sh "$@"
}

fake_debian() {
    fake dpkg-query 'for p; do echo "installed $p"; done | grep -v "[ ]make$"'
    fake apt-get 'echo "apt-get: $*"'
    fake id 'echo 0'
}

@test "install-packages: nothing to do, no rights needed" {
    fake dpkg-query 'for p; do echo "installed $p"; done'
    fake apt-get 'exit 9'
    fake id 'echo 1000'
    install_packages
    [ "$status" -eq 0 ]
    [[ $output == "All "*" packages are there." ]]
}

@test "install-packages: installs what is missing of the section, once updated" {
    fake_debian
    install_packages build
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "Installing: make" ]
    [[ ${lines[1]} == "apt-get: "*" update" ]]
    [[ ${lines[2]} == "apt-get: "*" install -y --no-install-recommends make" ]]
    [ ${#lines[@]} -eq 3 ]
    install_packages check
    [[ $output == "All "*" packages are there." ]]
}

@test "install-packages: a failed update is an error" {
    fake_debian
    fake apt-get 'exit 100'
    install_packages build
    [ "$status" -eq 1 ]
    [[ $output == *"apt-get update failed"* ]]
}

@test "install-packages: neither root nor sudo is a clear error" {
    fake_debian
    fake id 'echo 1000'
    fake sudo 'echo "sudo: $*"'
    install_packages build
    [ "$status" -eq 0 ]
    [[ ${lines[1]} == "sudo: env DEBIAN_FRONTEND=noninteractive apt-get"* ]]
    rm bin/sudo
    for tool in dirname sed awk grep cat bash env paste; do
        ln -s "$(command -v $tool)" bin/
    done
    PATH=$tree/bin run tools/install-packages.sh build
    [ "$status" -eq 1 ]
    [[ $output == *"not root and no sudo; as root: apt-get install make" ]]
}

@test "install-packages: not a Debian system, unknown section" {
    install_packages nonsense
    [ "$status" -eq 1 ]
    [[ $output == *"no section 'nonsense'"*"build run check"* ]]
    mkdir bin
    for tool in dirname sed awk grep bash env; do
        ln -s "$(command -v $tool)" bin/
    done
    PATH=$tree/bin run tools/install-packages.sh build
    [ "$status" -eq 1 ]
    [[ $output == *"no Debian system"*"gcc libc6-dev make"* ]]
}

# fuzz.sh with a target that is a script: MUST() is in line 2, and TARGET what
# it does after that was reached.
fuzz() {
    mkdir -p tests/fuzz/corpus/one build/tests/fuzz
    printf '/* one.c */\nMUST(true);\n' >tests/fuzz/one.c
    echo >tests/fuzz/corpus/one/seed
    printf '#!/bin/sh\n%s\n' \
        '[ -z "$FUZZ_REACHED" ] || echo tests/fuzz/one.c:2 >>"$FUZZ_REACHED"' \
        "$1" 'echo "stat::number_of_executed_units: 7"' >build/tests/fuzz/one
    chmod +x build/tests/fuzz/one
    run env BUILD="$tree/build" FUZZ_RUNS=5 tools/fuzz.sh one
}
planted='[ -z "$FUZZ_PLANT" ] || exit 77'

@test "fuzz: passes with the number of inputs" {
    fuzz "$planted"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "  one       7 inputs in "* ]]
    [ "${lines[1]}" = "fuzz: passed, 1 targets" ]
}

@test "fuzz: what fails on an input that was made fails, and is shown" {
    fuzz "$planted"'; case $1 in -runs=5) echo "it was 42"; exit 77 ;; esac'
    [ "$status" -eq 1 ]
    [[ $output == *"one FAILED: see $tree/build/crashes"*"    it was 42"* ]]
    [ "${lines[-1]}" = "fuzz: FAILED" ]
}

@test "fuzz: what fails on its corpus fails" {
    fuzz 'exit 77'
    [ "$status" -eq 1 ]
    [[ $output == *"one FAILED: its corpus does not pass"* ]]
}

@test "fuzz: a target that passes whatever is planted fails" {
    fuzz ''
    [ "$status" -eq 1 ]
    [[ $output == *"one FAILED: it passes with a planted fault"* ]]
}

@test "fuzz: a check that the corpus does not come to fails" {
    fuzz "$planted"
    printf 'MUST(false);\n' >>tests/fuzz/one.c
    run env BUILD="$tree/build" FUZZ_RUNS=5 tools/fuzz.sh one
    [ "$status" -eq 1 ]
    [[ $output == *"one FAILED: its corpus does not come to tests/fuzz/one.c:3"* ]]
}

@test "fuzz: a compiler without a fuzzer runtime is told" {
    CLANG=false run tools/fuzz.sh --check
    [ "$status" -eq 1 ]
    [[ $output == *"remedy: tools/install-packages.sh lint fuzz"* ]]
}

# valgrind.sh with a program of our own in place of leakcheck.
memcheck() {
    need valgrind
    mkdir -p build
    printf '#include <%s>\n' fcntl.h stdlib.h unistd.h >build/leakcheck.c
    printf 'int main(void)\n{\n\t%s\n\treturn 0;\n}\n' "$1" \
        >>build/leakcheck.c
    "${TEST_CC:-cc}" -g -O0 -w -o build/leakcheck build/leakcheck.c
    run env BUILD="$tree/build" tools/valgrind.sh list
}

@test "valgrind: a program that keeps order passes" {
    memcheck 'free(malloc(7)); close(open("/dev/null", O_RDONLY));'
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "valgrind: passed, 1 jobs" ]
}

@test "valgrind: memory that is lost, or was never written; a descriptor; a status" {
    memcheck '*(volatile char *)malloc(7) = 1;'
    [ "$status" -eq 1 ]
    [[ $output == *"7 bytes in 1 blocks are definitely lost"* ]]
    memcheck 'char *p = malloc(7); if (*p) sleep(0); free(p);'
    [ "$status" -eq 1 ]
    [[ $output == *"depends on uninitialised value"* ]]
    memcheck 'open("/dev/null", O_RDONLY);'
    [ "$status" -eq 1 ]
    [[ $output == *"Open file descriptor "*"/dev/null"* ]]
    memcheck 'return 7;'
    [ "$status" -eq 1 ]
    [[ $output == *"exit status 7"* ]]
}

@test "valgrind: an error in a child counts" {
    memcheck 'if (fork() == 0) { free(malloc(3) + 1); _exit(0); } wait(0);'
    [ "$status" -eq 1 ]
    [[ $output == *"Invalid free()"* ]]
}
