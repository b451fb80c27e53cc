#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sources.sh - print the names of our files, each followed by a NUL.
#
#   tools/sources.sh c         C and C++ sources, headers and .def tables
#   tools/sources.sh headers   headers
#   tools/sources.sh units     C sources
#   tools/sources.sh shell     shell scripts
#   tools/sources.sh bats      tests of the command line
#   tools/sources.sh yaml      CI templates
#   tools/sources.sh text      all of them, documents and the Makefile
#
# Looks at the tree, not at git: works in an unpacked archive, and sees files
# that were not added yet.
set -euo pipefail

shell=(-path './tools/*.sh' -o -path ./.ci/run)
c=(-name '*.[ch]' -o -name '*.cc' -o -name '*.def')
case "${1-}" in
c) names=("${c[@]}") ;;
headers) names=(-name '*.h') ;;
units) names=(-name '*.c') ;;
shell) names=("${shell[@]}" -o -name '*.bash') ;;
bats) names=(-name '*.bats') ;;
yaml) names=(-name '*.yml') ;;
text)
    names=("${c[@]}" -o "${shell[@]}" -o -name '*.bats' -o -name '*.bash'
        -o -name '*.md' -o -name '*.txt' -o -name '*.[1-8]' -o -name '*.in'
        -o -name '*.map' -o -name '*.yml' -o -name '*.css' -o -name '*.js' -o -name '*.py'
        -o -name Makefile -o -name NEWS)
    ;;
*)
    sed -n 's/^# \{0,1\}//p' "$0" | tail -n +2 >&2
    exit 2
    ;;
esac
find . \( -name .git -o -path ./build -o -path ./ipcrash.out \) -prune \
    -o -type f \( "${names[@]}" \) -print0 | sort -z
