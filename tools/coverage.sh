#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# coverage.sh - what the tests ran of our own code: lcov's report as HTML, and a
# line a room on stdout.
#
#   tools/coverage.sh BUILD      a build with --coverage whose tests were run
#
# gcov loses the counts of a process that ends by _exit(2) or a signal, such as
# the sandbox's pid 1: what runs only there is shown as not run.
set -euo pipefail

cd "$(dirname "$0")/.."
build=$1
info=$build/coverage.info
branches=(--rc lcov_branch_coverage=1 --rc genhtml_branch_coverage=1)

# lcov 1.16 prints warnings of its own perl code: kept for a failure only.
quietly() {
    "$@" >"$build/lcov.log" 2>&1 || { cat "$build/lcov.log" >&2; return 1; }
}

capture() {
    quietly lcov --capture "${branches[@]}" --directory "$build/obj" \
        --base-directory . --no-external "$@"
}

# The zeros first, or a file that no test ran would be missing.
capture --initial --output-file "$info.initial"
capture --output-file "$info.tests"
quietly lcov "${branches[@]}" --add-tracefile "$info.initial" \
    --add-tracefile "$info.tests" --output-file "$info.all"
quietly lcov "${branches[@]}" --remove "$info.all" '*/tests/*' \
    --output-file "$info"
quietly genhtml "${branches[@]}" --prefix "$PWD" --legend --title ipcrash \
    --output-directory "$build/html" "$info"

awk -F '[:,]' -v root="$PWD/" '
    function rate(hit, found) {
        return found ? sprintf("%5.1f %% of %5d", 100 * hit / found, found) \
            : "        none"
    }
    function plain(text) { gsub(/  +/, " ", text); return text }
    function add(room) {
        rooms[room]
        lines[room] += lf; hit[room] += lh
        branches[room] += brf; taken[room] += brh
    }
    /^SF:/ {
        room = substr($0, 4)
        if (index(room, root) == 1)
            room = substr(room, length(root) + 1)
        sub("/[^/]*$", "", room)
        lf = lh = brf = brh = 0
    }
    /^LF:/ { lf = $2 }
    /^LH:/ { lh = $2 }
    /^BRF:/ { brf = $2 }
    /^BRH:/ { brh = $2 }
    /^end_of_record/ { add(room); add("~all") }
    END {
        for (room in rooms)
            if (room != "~all")
                printf "%-14s lines %s   branches %s\n", room,
                    rate(hit[room], lines[room]),
                    rate(taken[room], branches[room])
        print plain(sprintf("~coverage: %s lines, %s branches",
            rate(hit["~all"], lines["~all"]),
            rate(taken["~all"], branches["~all"])))
    }' "$info" | LC_ALL=C sort | sed 's/^~//'
echo "Report: $build/html/index.html"
