#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check-functions.sh - fail when a function is longer than 70 lines; print how
# long functions and files are.
#
#   tools/check-functions.sh [FILE]...     default: all C sources
#
# Relies on our layout: a function's name, its "{" and its "}" each start a
# line. A function is as long as from its name to its "}".
set -euo pipefail

# shellcheck disable=SC2016 # for awk
if [ $# -gt 0 ]; then
    printf '%s\0' "$@"
else
    cd "$(dirname "$0")/.."
    tools/sources.sh units
fi | xargs -0 -r awk '
    function close_file() {
        if (lines > longest_file)
            longest_file = lines
    }
    FNR == 1 {
        close_file()
        file = FILENAME
        sub("^[.]/", "", file)
        name = ""
    }
    { lines = FNR }
    /^[A-Za-z_][A-Za-z0-9_]*\(/ {
        start = FNR
        name = $0
        sub(/^START_TEST\(/, "", name)
        sub(/[(),].*/, "", name)
    }
    /^[{]/ { inside = name != "" }
    /^[}]/ && inside {
        length_now = FNR - start + 1
        count[length_now]++
        functions++
        if (length_now > longest) {
            longest = length_now
            where = file ":" start ", " name
        }
        if (length_now > 70) {
            print file ":" start ": " name " has " length_now \
                " lines, at most 70"
            bad = 1
        }
        inside = 0
        name = ""
    }
    END {
        close_file()
        for (median = 0; seen * 2 < functions; median++)
            seen += count[median + 1]
        printf "%d functions: median %d lines, longest %d (%s); " \
            "longest file %d\n", functions, median, longest, where,
            longest_file
        exit bad
    }'
