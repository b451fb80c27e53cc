#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# demo.sh - both programs over real ones. leakcheck: ipcmk(1) of util-linux makes
# a segment and ends. ipcrash: the daemon of fakeroot(1) installs its signal
# handlers after it has made its queues and its semaphores.
#
#   LEAKCHECK=FILE IPCRASH=FILE tools/demo.sh
set -uo pipefail

: "${LEAKCHECK:?}" "${IPCRASH:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# finds WHAT COMMAND...: it must exit with 1, a finding.
finds() {
    local what=$1 status
    shift
    "$@" 2>&1
    status=$?
    echo "$status"
    case $status in
    1) return ;;
    77)
        echo "demo: this machine does not let us look, see above" >&2
        exit 77
        ;;
    esac
    echo "demo: $what was not found" >&2
    exit 1
}

echo "\$ leakcheck run -- sh -c 'ipcmk -M 4096 >/dev/null'; echo \$?"
finds 'the leak' "$LEAKCHECK" run -- sh -c 'ipcmk -M 4096 >/dev/null'
echo
echo "\$ ipcrash run --faults SIGTERM --only '*get:1:*' -- fakeroot true; echo \$?"
finds 'the crash that leaks' "$IPCRASH" run -o "$folder/ipcrash.out" \
    --faults SIGTERM --only '*get:1:*' -- fakeroot true
