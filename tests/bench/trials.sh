#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# trials.sh - what a trial costs, as ratios to the plain run of the same program
# and to the loop that people write today: strace's injection with ipcs before
# and after. All take turns in one run; medians are shown.
#
#   IPCRASH=FILE TINY=PROGRAM tests/bench/trials.sh
#
# TINY makes, uses and removes one segment. Wanted: at most 2.5 plain runs a
# trial, at least 3 times faster than the loop, 2 jobs at least 1.8 times as
# fast as one, untraced system calls at most 1.2 times as slow; or as slow as
# under a filter that allows all, where that is slower.
set -euo pipefail

: "${IPCRASH:?}" "${TINY:?}" "${SPAWN:?}" "${CALLS:?}"
rounds=${ROUNDS:-9}
repeat=${REPEAT:-20}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

now_us() {
    local now=$EPOCHREALTIME
    echo "${now//[.,]/}"
}

# Microseconds that a command takes, its output thrown away.
time_us() {
    local start
    start=$(now_us)
    "$@" >/dev/null 2>&1 </dev/null || :
    echo $(($(now_us) - start))
}

# trials JOBS REPEAT: a campaign; returns its time.
campaign() {
    time_us "$IPCRASH" run -o "$folder/out" -j "$1" --repeat "$2" --equal 0 \
        --no-window -- "$TINY"
}

count_trials() {
    grep -c '"type":"trial"' "$folder/out/run.jsonl"
}

# What one more trial costs, in ns: the difference of two campaigns, so that
# the start and the golden runs do not count.
cost_ns() {
    local few many
    few=$(campaign "$1" 1)
    many=$(campaign "$1" $((1 + repeat)))
    echo $(((many - few) * 1000 / ($(count_trials) * repeat / (1 + repeat))))
}

loop_ns() {
    local us
    us=$(time_us "$SPAWN" 40 unshare -i sh -c '
        ipcs >before
        strace -f --seccomp-bpf -o trace -e trace=shmget \
            -e inject=shmget:signal=SIGTERM:when=1 "$0"
        ipcs >after
        cmp -s before after' "$TINY")
    echo $((us * 1000 / 40))
}

plain_ns() {
    echo $(($(time_us "$SPAWN" 400 "$TINY") * 1000 / 400))
}

median() {
    sort -n | sed -n "$((rounds / 2 + 1))p"
}

# Name, value in ns, and the value of what it is compared with.
show() {
    awk -v name="$1" -v ns="$2" -v base="$3" 'BEGIN {
        printf "  %-34s %9.3f ms   %5.2f x\n", name, ns / 1e6, ns / base
    }'
}

cd "$folder"
for ((i = 0; i < rounds; i++)); do
    plain_ns >>plain
    cost_ns 1 >>one
    cost_ns 2 >>two
    loop_ns >>loop
done
plain=$(median <plain)
one=$(median <one)
two=$(median <two)
loop=$(median <loop)
echo "A trial of $TINY, medians of $rounds rounds:"
show 'plain run' "$plain" "$plain"
show 'trial, -j1' "$one" "$plain"
show 'trial, -j2' "$two" "$plain"
show 'strace -e inject and ipcs' "$loop" "$plain"
awk -v one="$one" -v two="$two" -v loop="$loop" 'BEGIN {
    printf "  -j1 makes %.0f trials a second, %.2f times as fast as the loop\n",
        1e9 / one, loop / one
    printf "  -j2 is %.2f times as fast as -j1\n", one / two }'
"$CALLS"
