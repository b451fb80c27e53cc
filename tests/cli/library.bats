#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# library.bats - libleakcheck as its users have it: installed, found by
# pkg-config, linked both ways, from C and C++, in tests made with Check.
#
# order: alone, it compares the host before and after each test

load isolated

# A place for all tests of this file: the installed tree, and what is compiled
# against it as a user would.
setup_file() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export root
    export LEAKCHECK=${LEAKCHECK:-$root/build/leakcheck}
    export build=${LEAKCHECK%/*}
    export place=$BATS_FILE_TMPDIR/place
    export TEST_CC=${TEST_CC:-gcc} TEST_CFLAGS=${TEST_CFLAGS:--O2 -g}
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    house install prefix="$place"
    export PKG_CONFIG_PATH=$place/lib/pkgconfig
    export LD_LIBRARY_PATH=$place/lib
    pkg-config --exists check || return 0
    compile "$root/tests/library/suite.c" -o "$place/suite"
    compile "$root/examples/check_example.c" -o "$place/example"
    # Where it must run on the host it would leave there what it leaks.
    TMPDIR=$BATS_FILE_TMPDIR CK_RUN_CASE=tidy "$place/suite" >&2 2>"$place/said"
    ! grep -q 'watched on the host' "$place/said" || export refused=yes
}

setup() {
    command -v "$TEST_CC" >/dev/null || skip "$TEST_CC is not installed"
    pkg-config --exists check || skip "Check is not installed"
    export TMPDIR=$BATS_TEST_TMPDIR
    chmod 1777 "$TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
    host_state >before
}

teardown() {
    [ ! -e before ] || host_state | diff before -
}

# What the tests here would leave, as far as that can be told from what others
# have.
host_state() {
    ipcs -a | awk '$1 == "0x00000000" && $4 == "600"'
    find /dev/shm -name '*suite' | sort
}

# make, with what the tree was built with, so that nothing is made again.
house() {
    make -s -C "$root" BUILD="${TEST_BUILD:-$build}" CC="$TEST_CC" \
        CFLAGS="$TEST_CFLAGS" "$@" >&2
}

# compile ARGUMENT...: as the manual says, with warnings that users may have on.
compile() {
    # shellcheck disable=SC2046,SC2086 # lists of flags
    "$TEST_CC" $TEST_CFLAGS -Wall -Wextra -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Werror "$@" \
        $(pkg-config --cflags --libs leakcheck check)
}

need_namespaces() {
    [ -z "${refused-}" ] || skip "no private namespaces to be had"
}

# suite CASE: run one test of tests/library/suite.c. $output ends with the line
# of the test; $stderr has what was said besides.
suite() {
    need_namespaces
    run --separate-stderr env CK_RUN_CASE="$1" "$place/suite"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

passes() {
    suite "$1"
    [ "$status" -eq 0 ]
    [[ ${lines[1]} == "100%: Checks: 1, Failures: 0, Errors: 0" ]]
}

# fails TEXT CASE: with this in the message of the test.
fails() {
    suite "$2"
    [ "$status" -eq 1 ]
    grep -qF -- "$1" <<<"${lines[2]}"
}

segment='leaked sysv-shm 0 (key 0x00000000, 4096 bytes, mode 0600'

# defined FILE NM-OPTION...: the names that others can see.
defined() {
    nm --defined-only --extern-only --format=posix "${@:2}" "$1" |
        awk '$2 != "A" && NF > 2 { sub(/@.*/, "", $1); print $1 }' | sort
}

promised() {
    sed -n 's/^\t\(leakcheck_[a-z_]*\);$/\1/p' "$root/leakcheck/leakcheck.map" |
        sort
}

@test "library: the interface is what is visible, all of it and nothing else" {
    promised >in-map
    [ "$(wc -l <in-map)" -gt 40 ]
    defined "$build/libleakcheck.so" --dynamic | diff in-map -
    defined "$build/libleakcheck.a" | diff in-map -
    # Each of them has its place in the manual.
    grep -oE '^\.F[no] leakcheck_[a-z_]+' "$root/docs/leakcheck.3" |
        sed 's/.* //' | grep -v '^leakcheck_check_' | sort -u >in-manual
    run comm -23 in-map in-manual
    [ "$output" = "" ]
    # And each of them is declared in the header.
    grep -oE '\bleakcheck_[a-z_]+\(' "$root/leakcheck/leakcheck.h" |
        tr -d '(' | sort -u >declared
    run comm -13 declared in-map
    [ "$output" = "" ]
}

@test "library: each symbol has a version, and the file a name with one" {
    nm --dynamic --defined-only --with-symbol-versions \
        "$build/libleakcheck.so" | grep ' T ' >symbols
    run grep -v '@@LEAKCHECK_0\.1$' symbols
    [ "$output" = "" ]
    readelf --dynamic "$build/libleakcheck.so" | grep -F '[libleakcheck.so.0]'
}

@test "library: it needs jansson and the C library, no more" {
    case $TEST_CFLAGS in
    *-fsanitize*) skip "a sanitizer needs more" ;;
    esac
    readelf --dynamic "$build/libleakcheck.so" |
        sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*/\1/p' |
        grep -v '^ld-' | sort >needed
    printf '%s\n' libc libjansson | diff - needed
}

@test "library: the version is one and the same everywhere" {
    version=$(pkg-config --modversion leakcheck)
    grep -qx "VERSION = $version" "$root/Makefile"
    grep -qF "LEAKCHECK_VERSION \"$version\"" "$place/include/leakcheck/leakcheck.h"
    [ "$(readlink "$place/lib/libleakcheck.so.0")" = "libleakcheck.so.$version" ]
}

@test "install: DESTDIR gives the same tree, and uninstall leaves nothing" {
    house install DESTDIR="$PWD/tree" prefix="$place"
    (cd "tree$place" && find . ! -type d | sort) >installed
    for file in bin/leakcheck lib/libleakcheck.a lib/libleakcheck.so.0 \
        include/leakcheck/leakcheck.h include/leakcheck/leakcheck_check.h \
        lib/pkgconfig/leakcheck.pc share/man/man3/leakcheck.3 \
        share/doc/ipcrash/examples/check_example.c \
        share/doc/ipcrash/examples/github-leak-gate.yml \
        share/doc/ipcrash/SNAPSHOT_FORMAT.md; do
        grep -qx "./$file" installed
        [ -e "tree$place/$file" ]
    done
    # The manual names files where they will be.
    named=$(sed -nE 's/^\.Pa (.*SNAPSHOT_FORMAT\.md).*/\1/p' \
        "tree$place/share/man/man1/leakcheck.1")
    [ "$named" = "$place/share/doc/ipcrash/SNAPSHOT_FORMAT.md" ]
    # pkg-config must not tell of DESTDIR.
    run grep -rF "$PWD/tree" tree
    [ "$status" -eq 1 ]
    house uninstall DESTDIR="$PWD/tree" prefix="$place"
    run find tree ! -type d
    [ "$output" = "" ]
}

@test "install: the GNU directory variables are obeyed" {
    house install DESTDIR="$PWD/tree" prefix=/p exec_prefix=/e \
        libdir=/e/lib/triplet mandir=/m docdir=/d includedir=/i
    [ -e tree/e/lib/triplet/libleakcheck.so ]
    [ -x tree/e/bin/leakcheck ]
    [ -e tree/i/leakcheck/leakcheck.h ]
    [ -e tree/m/man3/leakcheck.3 ]
    [ -e tree/d/SNAPSHOT_FORMAT.md ]
    grep -qx '\.Pa /d/SNAPSHOT_FORMAT\.md.*' tree/m/man1/leakcheck.1
    [ ! -e tree/p ]
    run env PKG_CONFIG_PATH=tree/e/lib/triplet/pkgconfig \
        pkg-config --cflags --libs leakcheck
    [ "$output" = "-I/i -L/e/lib/triplet -lleakcheck " ] ||
        [ "$output" = "-I/i -L/e/lib/triplet -lleakcheck" ]
    house uninstall DESTDIR="$PWD/tree" prefix=/p exec_prefix=/e \
        libdir=/e/lib/triplet mandir=/m docdir=/d includedir=/i
    run find tree ! -type d
    [ "$output" = "" ]
}

@test "headers: alone, as C99 and as C++, with all warnings" {
    echo '#include <leakcheck/leakcheck.h>' >alone.c
    echo 'int main(void) { return leakcheck_version()[0] == 0; }' >>alone.c
    # shellcheck disable=SC2046,SC2086
    "$TEST_CC" $TEST_CFLAGS -std=c99 -pedantic -Wall -Wextra -Werror alone.c \
        -o alone $(pkg-config --cflags --libs leakcheck)
    ./alone
    command -v g++ >/dev/null || skip "g++ is not installed"
    cp alone.c alone.cc
    # shellcheck disable=SC2046,SC2086
    g++ $TEST_CFLAGS -std=c++11 -pedantic -Wall -Wextra -Werror alone.cc \
        -o alone++ $(pkg-config --cflags --libs leakcheck)
    ./alone++
    sed 's/(void \*)1/reinterpret_cast<void *>(1)/' \
        "$root/examples/check_example.c" >example.cc
    # shellcheck disable=SC2046,SC2086
    g++ $TEST_CFLAGS -std=gnu++11 -Wall -Wextra -Werror example.cc \
        -o example++ $(pkg-config --cflags --libs leakcheck check)
    run env CK_RUN_CASE=good ./example++
    [ "$status" -eq 0 ]
}

@test "linking: static, without the shared library" {
    # shellcheck disable=SC2046,SC2086
    "$TEST_CC" $TEST_CFLAGS "$root/examples/check_example.c" -o static \
        $(pkg-config --cflags leakcheck check) -L"$place/lib" \
        -Wl,-Bstatic -lleakcheck -Wl,-Bdynamic \
        $(pkg-config --static --libs leakcheck |
            sed 's/-lleakcheck//') $(pkg-config --libs check)
    run ldd static
    [[ $output != *libleakcheck* ]]
    run env -u LD_LIBRARY_PATH CK_RUN_CASE=good ./static
    [ "$status" -eq 0 ]
    need_namespaces
    run env -u LD_LIBRARY_PATH CK_RUN_CASE=bad ./static
    [ "$status" -eq 1 ]
    [[ $output == *'leaked sysv-shm'* ]]
}

@test "example: one test passes, and the one with the bug is caught" {
    need_namespaces
    run --separate-stderr "$place/example"
    [ "$status" -eq 1 ]
    [[ ${lines[1]} == "50%: Checks: 2, Failures: 1, Errors: 0" ]]
    [[ ${lines[2]} == *":bad:test_open_fails:0: $segment, nattch 0)" ]]
    run env CK_RUN_CASE=good "$place/example"
    [ "$status" -eq 0 ]
    # It is the line that does it.
    sed 's/^\tleakcheck_check_add.*/\t(void)leakcheck_check_add;/' \
        "$root/examples/check_example.c" >without.c
    compile without.c -o without
    isolated ./without
    [ "$status" -eq 0 ]
}

@test "example: is short" {
    [ "$(wc -l <"$root/examples/check_example.c")" -lt 60 ]
}

@test "check: a tidy test of all kinds passes" {
    passes tidy
}

@test "check: every kind that is left is named" {
    suite all
    [ "$status" -eq 1 ]
    for object in 'leaked sysv-shm 0 (key' 'sysv-sem 0 (key' 'sysv-msg 0 (key' \
        'posix-shm /dev/shm/suite (' 'posix-sem /dev/shm/sem.suite (' \
        'posix-mq /suite (' "fifo $TMPDIR/fifo (" \
        "unix-socket $TMPDIR/socket ("; do
        grep -qF "$object" <<<"${lines[2]}"
    done
    # Nobody else can have made them, but for the last two.
    [[ $output != *perhaps*"fifo $TMPDIR"* ]]
    [[ $output == *"fifo $TMPDIR/fifo "*", perhaps by another program"* ]]
}

@test "check: valgrind has nothing to say against what it does in a test" {
    need_namespaces
    command -v valgrind >/dev/null || skip "valgrind is not installed"
    case $TEST_CFLAGS in
    *-fsanitize*) skip "valgrind does not run with a sanitizer" ;;
    esac
    for fork in yes no; do
        rm -f fifo socket
        isolated "CK_RUN_CASE=all CK_FORK=$fork CK_TIMEOUT_MULTIPLIER=20 \
            valgrind -q '$place/suite'"
        [[ ${lines[2]} == *'leaked sysv-shm '*'; sysv-msg '* ]]
        # Calls that it does not know are in lines that begin with "--".
        run grep '^==' <<<"$stderr"
        [ "$output" = "" ]
    done
}

@test "check: as an ordinary user: the same, with no more rights than before" {
    need_namespaces
    cp "$place/suite" "$place"/lib/libleakcheck.so.0 .
    export LD_LIBRARY_PATH=$PWD
    chmod 755 "$TMPDIR"
    mkdir -m 777 theirs
    for case in all tidy rights; do
        rm -rf theirs/*
        run --separate-stderr env TMPDIR="$PWD/theirs" CK_RUN_CASE=$case \
            bash -c "$(declare -f unprivileged); unprivileged ./suite"
        echo "$case: $status $output $stderr"
            case $case in
        all) [[ ${lines[2]} == *'posix-mq /suite ('* && $status -eq 1 ]] ;;
        *) [ "$status" -eq 0 ] ;;
        esac
    done
}

@test "check: more leaks than fit into a message are counted" {
    fails "$segment" many
    [[ ${lines[2]} =~ ';'\ and\ [0-9]+\ more$ ]]
}

@test "check: a crash is told with what it left" {
    fails "received signal 9 (Killed) and $segment" crash
}

@test "check: a failed test fails with its own message" {
    fails ':F:failure:test_fails:0: this is wrong' failure
}

@test "check: a time limit ends all, and leaves nothing on the host" {
    suite hang
    [[ ${lines[2]} == *'Test timeout expired'* ]]
}

@test "check: a test that exits is looked at, whatever its status" {
    passes exit
    fails "exited with status 1 and $segment" exit-leak
}

@test "check: a test that ends by a signal is looked at" {
    passes raise
    fails 'Early exit with return value 99' raise-leak
    says "received signal 15 (Terminated) and $segment"
}

@test "check: what an exit handler or a late child removes is no leak" {
    passes at-exit
    passes late
}

@test "check: what a child of the test leaves is the test's" {
    fails "$segment" child
}

@test "check: fixtures may hold objects, if they remove them" {
    passes fixture
    fails "$segment" careless-fixture
}

@test "check: objects from outside are for shared tests only" {
    isolated "CK_RUN_CASE=outside '$place/suite'"
    [ "$status" -eq 1 ]
    [[ ${lines[2]} == *'no segment: Invalid argument'* ]]
    isolated "CK_RUN_CASE=shared '$place/suite'"
    [ "$status" -eq 0 ]
    isolated "CK_RUN_CASE=shared-leak '$place/suite'"
    [ "$status" -eq 1 ]
    [[ ${lines[2]} == *'leaked sysv-shm '* ]]
}

# What leaks on the host is in an outer sandbox here.
@test "check: without forks" {
    for case in tidy late fixture shared outside; do
        isolated "CK_FORK=no CK_RUN_CASE=$case '$place/suite'"
        [ "$status" -eq 0 ]
    done
    for case in one shared-leak careless-fixture all; do
        isolated "CK_FORK=no CK_RUN_CASE=$case '$place/suite'"
        [ "$status" -eq 1 ]
        [[ ${lines[2]} == *"leaked sysv-shm "* ]]
    done
    [[ ${lines[2]} == *"; sysv-sem "*"), perhaps by another program"* ]]
    # Its maker is dead, so nobody knows.
    isolated "CK_FORK=no CK_RUN_CASE=child '$place/suite'"
    [[ ${lines[2]} == *"leaked sysv-shm "*", perhaps by another program"* ]]
    # A failed test keeps its own message.
    isolated "CK_FORK=no CK_RUN_CASE=failure '$place/suite'"
    [[ ${lines[2]} == *"this is wrong"* ]]
}

@test "check: where namespaces are refused the host is watched, and that is told" {
    for case in tidy late fixture shared outside exit raise at-exit; do
        isolated "CK_RUN_CASE=$case deny unshare=1 -- '$place/suite'"
        [ "$status" -eq 0 ]
    done
    for case in one exit-leak crash; do
        isolated "CK_RUN_CASE=$case deny unshare=1 -- '$place/suite'"
        [ "$status" -eq 1 ]
        [[ ${lines[2]} == *"leaked sysv-shm "* ]]
        says 'leakcheck: tests are watched on the host: the kernel refuses'
    done
    # Once for all tests.
    isolated "deny unshare=1 -- '$place/suite'"
    [ "$(grep -c 'watched on the host' <<<"$stderr")" -eq 1 ]
    [ "$(grep -c 'not looked at' <<<"$stderr")" -le 1 ]
}
