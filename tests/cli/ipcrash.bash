# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# ipcrash.bash - for `load ipcrash`, after isolated: what the tests of ipcrash
# have in common.
IPCRASH=${IPCRASH:-${LEAKCHECK%/*}/ipcrash}
export IPCRASH

ipcrash() {
    run --separate-stderr "$IPCRASH" "$@"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

# verdicts [FOLDER]: what the log has of trials, in an order of its own:
# "verdict id".
verdicts() {
    sed -nE 's/.*"id":"([^"]*)".*"verdict":"([a-z-]*)".*/\2 \1/p' \
        "${1-ipcrash.out}/run.jsonl" | LC_ALL=C sort
}
