#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# demo.sh - both programs over real ones. leakcheck: ipcmk(1) of util-linux makes
# a segment and ends. ipcrash: what SIGTERM leaves of the daemon of fakeroot(1),
# which installs its handlers after it has made its queues and its set; of
# scripts of php, perl and python; and nothing of stress-ng(1).
#
#   LEAKCHECK=FILE IPCRASH=FILE tools/demo.sh
set -uo pipefail

: "${LEAKCHECK:?}" "${IPCRASH:?}"
LEAKCHECK=$(realpath "$LEAKCHECK") IPCRASH=$(realpath "$IPCRASH")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

# show WORD...: as one would type it.
show() {
    local word line=

    for word; do
        [[ $word =~ ^[[:alnum:]_/.,:=+@-]+$ ]] || word=${word@Q}
        line+=" $word"
    done
    printf '$%s; echo $?\n' "$line"
}

# exits STATUSES PROGRAM ARGUMENT...: a command of ours, shown with what it
# says, of the progress of ipcrash only what is a surprise.
exits() {
    local wanted=" $1 " program=$2 status
    shift 2

    show "$(basename "$program")" "$@"
    "$program" "$@" 2>"$folder/stderr"
    status=$?
    if [ "$program" = "$LEAKCHECK" ] || [[ $wanted != *" $status "* ]]; then
        cat "$folder/stderr"
    fi
    printf '%s\n\n' "$status"
    case $wanted in *" $status "*) return ;; esac
    if [ $status -eq 77 ]; then
        echo "demo: this machine does not let us look, see above" >&2
        exit 77
    fi
    echo "demo: the status should be$wanted" >&2
    exit 1
}

exits 1 "$LEAKCHECK" run -- sh -c 'ipcmk -M 4096 >/dev/null'

exits 1 "$IPCRASH" run --faults SIGTERM --only '*get:1:*' -- fakeroot true

# shellcheck disable=SC2016 # php's own
exits 1 "$IPCRASH" run --faults SIGTERM -- \
    php -r '$s = shmop_open(0x1234, "c", 0600, 100); shmop_delete($s);'

# shellcheck disable=SC2016 # perl's own
exits 1 "$IPCRASH" run --faults SIGTERM,exit --only '*shm*' -- \
    perl -MIPC::SysV=IPC_PRIVATE,IPC_CREAT,IPC_RMID -e \
    '$m = shmget(IPC_PRIVATE, 100, 0600 | IPC_CREAT); END { shmctl($m, IPC_RMID, 0) }'

exits 1 "$IPCRASH" run --faults SIGTERM --only '*shm_*' --only '*ftruncate*' -- \
    python3 -c 'from multiprocessing.shared_memory import SharedMemory as S; s = S(create=True, size=100); s.close(); s.unlink()'

# Each of its runs is another, so a point may not come again: 5, incomplete.
exits '0 5' "$IPCRASH" run --faults SIGTERM --max-trials 10 -- \
    stress-ng --quiet --temp-path . --shm-sysv 1 --shm-sysv-ops 1
