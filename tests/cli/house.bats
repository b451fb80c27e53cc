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

# check.sh with programs of our own in place of the tests.
check() {
    mkdir -p build/tests
    printf '#!/bin/sh\n%s\n' "$1" >build/tests/unit-tests
    chmod +x build/tests/unit-tests
    run env BUILD="$tree/build" LEAKCHECK=/bin/true CHECK_LIMIT_S=1 \
        tools/check.sh unit
}

@test "check: passes with the number of tests" {
    check 'echo "100%: Checks: 9, Failures: 0, Errors: 0"'
    [ "$status" -eq 0 ]
    [[ ${lines[1]} == *" 9 tests in "* ]]
    [ "${lines[-1]}" = "check: passed, 0 skipped" ]
}

@test "check: a failed test fails, and its message is shown" {
    check 'echo "88%: Checks: 9, Failures: 1, Errors: 0"; echo a.c:7:F; exit 1'
    [ "$status" -eq 1 ]
    [[ $output == *"FAILED: Checks: 9, Failures: 1"* ]]
    [[ $output == *"    a.c:7:F"* ]]
}

@test "check: a test program that says nothing fails, whatever its status" {
    check 'exit 0'
    [ "$status" -eq 1 ]
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
    [ "${lines[-1]}" = "check: passed, 1 skipped" ]
}

@test "check: bats tests that fail, that are skipped, that stop half-way" {
    mkdir -p tests/cli
    # Not a here-document: bats would take its @test lines for our own.
    printf '@test "%s" {\n%s\n}\n' good true \
        bad 'echo why it is bad; false' 'not here' 'skip "no such right"' \
        >tests/cli/three.bats
    run env BUILD="$tree/build" LEAKCHECK=/bin/true tools/check.sh cli
    [ "$status" -eq 1 ]
    [[ $output == *"FAILED: 1 of 3 tests, 1 failed"* ]]
    [[ $output == *"why it is bad"* ]]
    [[ $output == *"  cli: not here: no such right"* ]]
    sed -i 4,6d tests/cli/three.bats
    run env BUILD="$tree/build" LEAKCHECK=/bin/true tools/check.sh cli
    [ "$status" -eq 0 ]
    echo 'syntax error (' >>tests/cli/three.bats
    run env BUILD="$tree/build" LEAKCHECK=/bin/true tools/check.sh cli
    [ "$status" -eq 1 ]
}

@test "check: a bats test that hangs is ended and fails, the next one runs" {
    mkdir -p tests/cli
    printf '@test "%s" {\n%s\n}\n' hangs 'sleep 60' good true \
        >tests/cli/two.bats
    run env BUILD="$tree/build" LEAKCHECK=/bin/true TEST_LIMIT_S=1 \
        tools/check.sh cli
    [ "$status" -eq 1 ]
    [[ $output == *"FAILED: 1 of 2 tests, 1 failed"* ]]
    [[ $output == *"not ok 1 hangs # timeout after 1s"* ]]
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
