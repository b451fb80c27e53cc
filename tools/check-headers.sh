#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check-headers.sh - fail when a header does not compile alone.
#
#   CC=gcc tools/check-headers.sh [HEADER]...     default: all of them
set -euo pipefail

cd "$(dirname "$0")/.."
export CC=${CC:-gcc}
FLAGS="-I. -D_GNU_SOURCE -std=gnu11 -Wall -Wextra -Wstrict-prototypes -Werror
$(pkg-config --cflags jansson libseccomp libxml-2.0 check)"
export FLAGS

# The header is included by an empty file: "#pragma once in main file" and
# unused static functions are then no matter.
one() {
    # shellcheck disable=SC2086 # FLAGS is a list
    printf '#include "%s"\n' "$1" | $CC $FLAGS -x c -fsyntax-only - ||
        { echo "$1:1: does not compile alone"; return 1; }
}
export -f one

# shellcheck disable=SC2016 # for bash -c
if [ $# -gt 0 ]; then
    printf '%s\0' "$@"
else
    tools/sources.sh headers
fi | xargs -0 -r -n 1 -P "$(nproc)" bash -c 'one "${1#./}"' one
