#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# analyze.sh - clang's static analyzer and clang-tidy over all C sources.
#
#   tools/analyze.sh [FILE]...     default: all that is not a test
#
# What clang-tidy looks for is in .clang-tidy. Not in scenarios: much of what it
# would find there is planted.
#
# In tests it would mostly follow Check's macros to places that are not there.
# The analyzer sees one file at a time, so it does not know that err_set() and
# err_wrap() always return -1, and would follow paths that do not exist. We tell
# it by macros; err.c, which defines the two, goes without.
#
# Checkers that are off: unix.Malloc forgets that "*x = (struct x) {0}" clears
# pointers (make asan finds real ones), unix.Vfork and security want other
# calls, deadcode is for compilers.
set -euo pipefail

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What the Makefile defines.
printf '#define %s ""\n' VERSION PAGE_CSS_SHA256 PAGE_JS_SHA256 >"$work/version.h"
cat >"$work/always.h" <<'END'
#include "version.h"
#include "base/err.h"
#define err_set(...) (err_set(__VA_ARGS__), -1)
#define err_wrap(...) (err_wrap(__VA_ARGS__), -1)
END
export WORK="$work"
FLAGS="-I. -D_GNU_SOURCE -std=gnu11 $(pkg-config --cflags jansson libseccomp libxml-2.0 check)"
export FLAGS

one() {
    local include="-include $WORK/always.h"

    [ "$1" != base/err.c ] || include=
    # shellcheck disable=SC2086 # lists
    clang --analyze --analyzer-output text -Xclang -analyzer-werror \
        -Xclang -analyzer-disable-checker=deadcode,security \
        -Xclang -analyzer-disable-checker=unix.Malloc,unix.Vfork \
        $FLAGS $include "$1" -o /dev/null || return
    case $1 in scenarios/*) return ;; esac
    # It tells on stderr how many warnings it does not show.
    # shellcheck disable=SC2086 # lists
    clang-tidy --quiet "$1" -- $FLAGS -include "$WORK/version.h" \
        2>"$WORK/tidy.$$" || { cat "$WORK/tidy.$$" >&2; return 1; }
}
export -f one

# shellcheck disable=SC2016 # for bash -c
if [ $# -gt 0 ]; then
    printf '%s\0' "$@"
else
    tools/sources.sh units | grep -zv '^\./tests/'
fi | xargs -0 -r -n 1 -P "$(nproc)" bash -c 'one "${1#./}"' one
