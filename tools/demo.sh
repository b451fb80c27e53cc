#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# demo.sh - leakcheck over a real program that leaves an object behind: ipcmk(1)
# of util-linux makes a segment and ends.
set -uo pipefail

: "${LEAKCHECK:?}"
echo "\$ leakcheck run -- sh -c 'ipcmk -M 4096 >/dev/null'; echo \$?"
"$LEAKCHECK" run -- sh -c 'ipcmk -M 4096 >/dev/null' 2>&1
status=$?
echo "$status"
case $status in
1) ;;
77)
    echo "demo: leakcheck cannot look here, see above" >&2
    exit 77
    ;;
*)
    echo "demo: the leak was not found" >&2
    exit 1
    ;;
esac
