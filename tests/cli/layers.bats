#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# layers.bats - the check of the room arrows bites, and our tree passes it.

setup() {
    root=$BATS_TEST_DIRNAME/../..
    tree=$BATS_TEST_TMPDIR
    mkdir -p "$tree/tools" "$tree/base" "$tree/model" "$tree/leakcheck/cli"
    cp "$root/tools/layers.txt" "$tree/tools"
    echo '#include <stdio.h>' >"$tree/base/low.h"
    echo '#include "base/low.h"' >"$tree/model/noun.h"
    printf '#include "model/noun.h"\n#include "base/low.h"\n' \
        >"$tree/leakcheck/cli/main.c"
}

check() {
    run "$root/tools/check-layers.sh" "$tree"
}

@test "layers: this tree passes" {
    run "$root/tools/check-layers.sh" "$root"
    [ "$output" = "" ]
    [ "$status" -eq 0 ]
}

@test "layers: the small tree of these tests passes" {
    check
    [ "$output" = "" ]
    [ "$status" -eq 0 ]
}

@test "layers: an arrow upwards fails, with file and line" {
    printf '\n#  include "model/noun.h"\n' >"$tree/base/low.c"
    check
    [ "$output" = "base/low.c:2: base must not include model/noun.h" ]
    [ "$status" -eq 1 ]
}

@test "layers: a room must not include its own upper room" {
    touch "$tree/leakcheck/cli/table.h"
    echo '#include "leakcheck/cli/table.h"' >"$tree/leakcheck/diff.c"
    check
    [[ $output == "leakcheck/diff.c:1: leakcheck must not include "* ]]
    [ "$status" -eq 1 ]
}

@test "layers: angle brackets do not hide an arrow" {
    echo '#include <model/noun.h>' >"$tree/base/low.c"
    check
    [ "$output" = "base/low.c:1: base must not include model/noun.h" ]
    [ "$status" -eq 1 ]
}

@test "layers: an include that is not from the root fails" {
    echo '#include "low.h"' >"$tree/base/low.c"
    check
    [ "$output" = 'base/low.c:1: "low.h" is no file from the root' ]
    [ "$status" -eq 1 ]
}

@test "layers: a room that no row names fails" {
    mkdir "$tree/attic"
    touch "$tree/attic/old.c"
    check
    [ "$output" = "attic/old.c:1: belongs to no room of layers.txt" ]
    [ "$status" -eq 1 ]
}

@test "layers: a .c file that is included fails" {
    touch "$tree/base/low.c"
    echo '#include "base/low.c"' >"$tree/model/noun.c"
    check
    [ "$output" = "model/noun.c:1: includes a .c file, base/low.c" ]
    [ "$status" -eq 1 ]
}

@test "layers: headers in a circle fail" {
    echo '#include "base/two.h"' >"$tree/base/one.h"
    echo '#include "base/one.h"' >"$tree/base/two.h"
    check
    [ "${lines[0]}" = "base/one.h:1: is in a circle of includes" ]
    [ "${lines[1]}" = "base/two.h:1: is in a circle of includes" ]
    [ "$status" -eq 1 ]
}

@test "layers: an example may use the public header and no other" {
    mkdir "$tree/examples"
    touch "$tree/leakcheck/leakcheck.h" "$tree/leakcheck/diff.h"
    printf '#include "leakcheck/%s.h"\n' leakcheck diff \
        >"$tree/examples/program.c"
    check
    [ "$output" = "examples/program.c:2: examples must not include leakcheck/diff.h" ]
    [ "$status" -eq 1 ]
}

@test "layers: a directory without rules is an error, not a pass" {
    rm "$tree/tools/layers.txt"
    check
    [ "$status" -eq 2 ]
}
