#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# many.sh - do memory and the cost of a trial stay as they are, however many
# trials there are? One campaign over a tiny program, looked at ten times.
#
#   IPCRASH=FILE TINY=PROGRAM [TRIALS=100000] tests/bench/many.sh
set -euo pipefail

: "${IPCRASH:?}" "${TINY:?}"
trials=${TRIALS:-100000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
log=$folder/out/run.jsonl

options=(-o "$folder/out" -j 1 --equal 0 --no-window)
"$IPCRASH" run "${options[@]}" -- "$TINY" >/dev/null 2>&1 || [ $? -eq 1 ]
once=$(grep -c '"type":"trial"' "$log")
rm -r "$folder/out"

# process_of PARENT: its only child.
process_of() {
    local children

    read -r -a children <"/proc/$1/task/$1/children"
    echo "${children[0]}"
}

resident_kb() {
    sed -n 's/^VmRSS:[ \t]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

now_us() {
    local now=$EPOCHREALTIME
    echo "${now//[.,]/}"
}

"$IPCRASH" run "${options[@]}" --repeat $(((trials + once - 1) / once)) \
    -- "$TINY" >"$folder/report" 2>/dev/null &
campaign=$!
until [ -e "$log" ]; do
    kill -0 $campaign
done
printf '%9s %12s %16s %14s\n' trials 'us a trial' 'ipcrash kB' 'warden kB'
step=$((trials / 10)) last=0 since=$(now_us)
tail -n +1 -f --pid=$campaign "$log" | awk -v step=$step '
    /"type":"trial"/ && ++n % step == 0 { print n; fflush() }' |
    while read -r made; do
        now=$(now_us)
        warden=$(process_of "$(process_of $campaign)") || break
        printf '%9d %12d %16d %14d\n' "$made" \
            $(((now - since) / (made - last))) \
            "$(resident_kb $campaign)" "$(resident_kb "$warden")"
        last=$made since=$now
    done
status=0
wait $campaign || status=$?
[ $status -le 1 ]
tail -n 4 "$folder/report"
