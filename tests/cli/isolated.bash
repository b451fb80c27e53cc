# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# isolated.bash - for `load isolated`: a place where a test may leave what it
# likes, and what the tests of the commands have in common.
bats_require_minimum_version 1.5.0

LEAKCHECK=${LEAKCHECK:-$BATS_TEST_DIRNAME/../../build/leakcheck}
PATH=${LEAKCHECK%/*}/tests/programs:$PATH
export LEAKCHECK PATH

# For sh(1): an empty /tmp, in which others make no socket, but for what of it
# this test needs. The tree may be there, too.
# shellcheck disable=SC2016 # for sh
own_tmp='
    exec 8<"$1" 9<"$2"
    mount -t tmpfs -o mode=1777 tmpfs /tmp
    mkdir -p "$1" "$2"
    mount --no-canonicalize --bind /proc/self/fd/8 "$1"
    mount --no-canonicalize --bind /proc/self/fd/9 "$2"
    exec 8<&- 9<&-
    cd "$PWD"
    shift 2
'

# isolated SCRIPT [ARG...]: run a shell script with IPC objects, /dev/shm, /tmp
# and processes of its own; all of them end with it. Sets status, output and
# stderr.
isolated() {
    local flags=(--ipc --mount --pid --fork --mount-proc --kill-child)
    local tree

    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    [ "$(id -u)" -eq 0 ] || flags+=(--map-root-user)
    unshare "${flags[@]}" true 2>/dev/null ||
        skip "no private namespaces to be had"
    run --separate-stderr unshare "${flags[@]}" sh -euc \
        "mount -t tmpfs tmpfs /dev/shm; $own_tmp $1" sh "$tree" \
        "$BATS_RUN_TMPDIR" "${@:2}"
    echo "status $status"
    echo "stdout: $output"
    echo "stderr: $stderr"
}

# Where FIFOs and sockets of a test are, and nothing else.
own_directory() {
    DIR=$BATS_TEST_TMPDIR/watched
    export DIR
    mkdir -p "$DIR"
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

# unprivileged COMMAND...: not as root.
unprivileged() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    else
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    fi
}

prints() {
    grep -qE -- "$1" <<<"$output"
}

says() {
    grep -qF -- "$1" <<<"$stderr"
}

# No byte that a terminal obeys but for ends of lines.
is_harmless() {
    ! LC_ALL=C grep -q '[^ -~]' <<<"$1"
}
