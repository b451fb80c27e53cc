# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# agrees.bash - for `load agrees`: each variant of a scenario goes through
# ipcrash, and each of its trials is held against scenarios/manifest.tab:
# verdict, what is left, and where that was made.
#
#   REPEAT=50 bats tests/cli/manifest*.bats     each campaign as often

load isolated
load ipcrash

# For each test: the programs, the manifest, a place of its own.
setup() {
    root=$BATS_TEST_DIRNAME/../..
    programs=${LEAKCHECK%/*}/scenarios
    manifest=$root/scenarios/manifest.tab
    own_directory
    export TMPDIR=$DIR
    command -v jq >/dev/null || skip "jq is not installed"
    run --separate-stderr "$IPCRASH" list --sandbox -- true
    [ "$status" -ne 77 ] || skip "cannot run here: $stderr"
}

# rows VARIANT: its lines in the manifest.
rows() {
    awk -F'\t' -v variant="$1" '$1 "-" $2 == variant' "$manifest"
}

variants() {
    awk -F'\t' -v name="$1" '$1 == name { print $1 "-" $2 }' "$manifest" |
        sort -u
}

# faults VARIANT: all that its lines name.
faults() {
    rows "$1" | cut -f 5 | tr , '\n' | grep -vx none | sort -u | paste -sd,
}

# campaign VARIANT: its log is VARIANT/run.jsonl. Trials that hang or leave
# processes behind wait for most of their time, so more can be made at once.
campaign() {
    local options=(--sandbox --equal=0) faults

    faults=$(faults "$1")
    [ "$faults" = "" ] || options+=(--faults="$faults")
    if rows "$1" | cut -f 6 | grep -qE 'hung|orphaned'; then
        options+=(--jobs=$((8 * $(nproc))) --settle=300ms --timeout=2s)
    fi
    status=0
    "$IPCRASH" run "${options[@]}" --output="$1" -- "$programs/$1" \
        >"$1.out" 2>"$1.err" </dev/null 3>&- || status=$?
}

# Lines that come out are wrong, of this and what follows.
compare() {
    jq -nr --rawfile manifest "$manifest" --arg variant "$1" \
        -f "$root/tests/support/manifest.jq" "$1/run.jsonl"
}

# compare_plain VARIANT LEFT: a run without a fault that leaks is told, and no
# trial is made. LEFT is the manifest's, such as sysv-shm@create:shmget:1.
compare_plain() {
    local kind=${2%%[=:@]*} function=${2#*@} told

    told="left: $kind .* made in ${function%%:*}[(][)] at scenarios/"
    [ "$status" -eq 3 ] || echo "status $status, not 3"
    tr -s ' \n' ' ' <"$1.out" | grep -qE "$told" ||
        echo "$2 is not told: $(grep -A 1 ' left: ' "$1.out" | tr -s ' \n' ' ')"
    [ "$(grep -c 'made in' "$1.out")" -eq 1 ] || echo "other objects are told"
}

# examine VARIANT
examine() {
    local left

    campaign "$1"
    left=$(rows "$1" | awk -F'\t' '$5 == "none" { print $7 }')
    if [ "$left" != "" ]; then
        compare_plain "$1" "$left"
    elif [ "$status" -gt 1 ]; then
        echo "status $status"
        cat "$1.err" "$1.out"
    else
        compare "$1"
    fi
}

# agrees SCENARIO: what does not is printed. Most of the time of what hangs is
# waiting, so its variants run side by side.
agrees() {
    local variant i wrong=
    local -A examiners

    for ((i = 0; i < ${REPEAT:-1}; i++)); do
        for variant in $(variants "$1"); do
            examine "$variant" >"$variant.found" &
            examiners[$variant]=$!
        done
        for variant in "${!examiners[@]}"; do
            wait "${examiners[$variant]}" ||
                echo 'was not examined' >>"$variant.found"
            [ ! -s "$variant.found" ] ||
                wrong+=$(sed "s/^/$variant: /" "$variant.found")$'\n'
        done
    done
    printf '%s' "$wrong"
    [ "$wrong" = "" ]
}
