#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check-layers.sh - fail on an #include that layers.txt does not allow, of a
# .c file, not written from the root, and on headers that include each other
# in a circle.
#
#   tools/check-layers.sh [DIRECTORY]     the tree to look at, default: .
#
# Each finding is one line on stdout, "file:line: what is wrong".
set -euo pipefail

cd "${1-.}"
rules=tools/layers.txt
[ -r "$rules" ] || { echo "check-layers.sh: no $rules here" >&2; exit 2; }

files() {
    find . \( -name .git -o -path ./build \) -prune \
        -o -type f \( -name '*.[ch]' -o -name '*.def' \) -print |
        sed 's|^\./||' | LC_ALL=C sort
}

# "file:line:"name" or "file:line:<name" of every #include.
includes() {
    files | tr '\n' '\0' |
        xargs -0 -r grep -HnE '^[[:blank:]]*#[[:blank:]]*include' |
        sed -nE 's/^([^:]*:[0-9]*):[^"<]*(["<])([^">]*)[">].*/\1:\2\3/p'
}

# Prints findings; "look 1": prints the arrows between our files instead.
look() {
    awk -F: -v edges="${1-0}" '
        # The longest folder of the file that has a row, "" when none has.
        function room(file) {
            while (sub("/[^/]*$", "", file))
                if (file in may)
                    return file
            return ""
        }
        FILENAME == ARGV[1] {
            if ($0 !~ /^#/ && NF == 2)
                may[$1] = " " $1 " " $2 " "
            next
        }
        FILENAME == ARGV[2] {
            ours[$0]
            if (room($0) == "" && !edges)
                print $0 ":1: belongs to no room of layers.txt"
            next
        }
        {
            name = substr($3, 2)
            here = room($1)
            there = room(name)
        }
        !(name in ours) {
            if ($3 ~ /^"/ && !edges)
                print $1 ":" $2 ": \"" name "\" is no file from the root"
            next
        }
        edges {
            print $1, name
            next
        }
        name ~ /[.]c$/ {
            print $1 ":" $2 ": includes a .c file, " name
        }
        here != "" && !index(may[here], " " there " ") &&
        !index(may[here], " " name " ") {
            print $1 ":" $2 ": " here " must not include " name
        }
    ' "$rules" <(files) <(includes)
}

# tsort(1) names the files of each circle, one a line.
circles() {
    look 1 | LC_ALL=C tsort 2>&1 >/dev/null | sed -n '
        s/^tsort: \([^:]*\)$/\1:1: is in a circle of includes/p' | sort -u
}

found=$(look && { circles || :; })
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    exit 1
fi
