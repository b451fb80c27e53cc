#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# scenarios.bats - the scenarios are what they say, and manifest.tab, which says
# what must be found in them, is whole. What it says of signals at the return of
# creating calls is compared with strace's own injection.

load isolated
load manifest

setup() {
    root=$BATS_TEST_DIRNAME/../..
    programs=${LEAKCHECK%/*}/scenarios
    manifest=$root/scenarios/manifest.tab
    export ASAN_OPTIONS=detect_leaks=0 # see run.bats
    export TMPDIR=$BATS_TEST_TMPDIR
    cd "$BATS_TEST_TMPDIR" || return
}

rows() {
    grep -v '^#' "$manifest" | grep .
}

# "NAME N" of each variant, from the sources.
variants() {
    local file name

    for file in "$root"/scenarios/*.c "$root"/scenarios/*.cc; do
        name=${file##*/}
        name=${name%.*}
        printf '%s 0\n' "$name"
        sed -nE "s/^ \* PLANT ([0-9]+):.*/$name \1/p" "$file"
    done
}

# names FILE: the quoted names in a table of ours, as one pattern.
names() {
    grep -oE '^[A-Z]+\([A-Z_]+, "[a-z-]+"' "$root/model/$1" | cut -d'"' -f2 |
        paste -sd'|'
}

need_programs() {
    [ -x "$programs/shm_atexit-0" ] ||
        { echo "no programs in $programs: make scenarios"; return 1; }
}

# Lines that come out are wrong.
nothing_is_wrong() {
    printf '%s\n' "$output"
    [ "$output" = "" ]
}

@test "scenarios: short, with a story, and each plant is in the code" {
    run awk -v OFS=': ' '
        FNR == 1 {
            if (count > 119)
                print file, "has " count " lines, at most 119"
            if (file && !holds)
                print file, "does not say what must hold"
            file = FILENAME
            holds = plants = 0
        }
        { count = FNR }
        /^ \* Must hold: / { holds = 1 }
        /^ \* PLANT [0-9]+: / && $3 != ++plants ":" {
            print file, "PLANT " $3 " comes after " plants - 1
        }
        /^#include "/ && $2 != "\"scenarios/scenario.h\"" { print file, $0 }
        /sleep\(/ { print file, $0 }
    ' "$root"/scenarios/*.c "$root"/scenarios/*.cc
    nothing_is_wrong
    run bash -c 'while read -r name n; do
        [ "$n" -eq 0 ] || grep -qF "PLANTED($n)" "$1/scenarios/$name".c* ||
            echo "$name: nothing is planted as $n"
    done' _ "$root" < <(variants)
    nothing_is_wrong
}

# A line that nobody can misread: seven columns of known words.
@test "manifest: the lines are well formed" {
    run awk -F'\t' -v kinds="$(names kind.def)" \
        -v verdicts="$(names verdict.def)|outside" '
        BEGIN {
            signal = "SIG(HUP|INT|TERM|SEGV|ABRT|KILL)"
            fault = "(exit|" signal "|E[A-Z]+)"
            object = "(" kinds ")(=[1-9][0-9]*)?" \
                "(:(held|free|unread|empty))?(@[^,]+)?"
        }
        /^(#|$)/ { next }
        NF != 7 { print FNR ": " NF " columns"; next }
        $3 !~ /^(-|\*|.*:.*|([0-9.]+\/)?\*)$/ { print FNR ": site " $3 }
        $4 !~ /^(before|return|\*|-)$/ { print FNR ": phase " $4 }
        $5 !~ "^(none|" fault "(," fault ")*)$" { print FNR ": fault " $5 }
        $6 !~ "^(" verdicts ")([|](" verdicts "))*$" {
            print FNR ": verdict " $6
        }
        $7 !~ "^(-|" object "(," object ")*)$" { print FNR ": left " $7 }
        ($6 ~ /^(leaked|window|unavoidable)$/) == ($7 == "-") &&
        $6 !~ /^(hung|orphaned)$|[|]/ { print FNR ": " $6 " but " $7 " is left" }
        seen[$0]++ { print FNR ": is there twice" }
    ' "$manifest"
    nothing_is_wrong
}

@test "manifest: each variant has lines, and no other" {
    diff <(rows | cut -f 1,2 | tr '\t' ' ' | sort -u) <(variants | sort)
}

# With a run without a fault, which no line of variant 0 needs to mention.
@test "manifest: each plant has a line that variant 0 would not fulfil" {
    run awk -F'\t' '
        '"$covers"'
        function share(a, b,  i, n, list) {
            n = split(a, list, ",")
            for (i = 1; i <= n; i++)
                if (index("," b ",", "," list[i] ","))
                    return 1
            return 0
        }
        /^(#|$)/ { next }
        $2 == 0 { good[$1, ++count[$1]] = $0; next }
        { plants[$1 " " $2]; bad = $0 }
        $5 == "none" { decided[$1 " " $2]; next }
        {
            for (i = 1; i <= count[$1]; i++) {
                split(good[$1, i], right)
                if (covers(right[3], $3) && covers(right[4], $4) &&
                    share(right[5], $5) && right[6] right[7] != $6 $7)
                    decided[$1 " " $2]
            }
        }
        END {
            for (plant in plants)
                if (!(plant in decided))
                    print plant ": nothing tells it from variant 0"
        }
    ' "$manifest"
    nothing_is_wrong
}

@test "scenarios: without a fault they end well and leave nothing" {
    local name n expected

    need_programs
    run "$LEAKCHECK" run --sandbox -- true
    [ "$status" -ne 77 ] || skip "no sandbox: $output"
    while read -r name n; do
        expected=$(rows | awk -F'\t' -v name="$name" -v n="$n" '
            $1 == name && $2 == n && $5 == "none" {
                sub(/[=:@].*/, "", $7)
                print $7
            }')
        run --separate-stderr "$LEAKCHECK" run --sandbox -- \
            "$programs/$name-$n" 3>&-
        echo "$name-$n: status $status, $stderr"
        if [ "$expected" = "" ]; then
            [ "$status" -eq 0 ]
            [ "$stderr" = "" ]
        else
            [ "$status" -eq 1 ]
            says '1 object left behind'
            says "$expected"
            says 'exited with 0'
        fi
    done < <(variants)
}

# "PROGRAM-N CALL NTH SIGNAL KINDS" for each creating call that some line names
# and signals that a line says something of at its return: one that is handled
# with others, one often forgotten, one that nobody handles. strace's SIGKILL
# comes before the call. Of openat(2) it counts those of the dynamic loader, too.
# It counts for each process by itself: two servers get the signal where here
# one does.
cells_for_strace() {
    awk -F'\t' '
        '"$covers"'
        /^(#|$)/ { next }
        FNR == NR {
            if ($3 ~ /^([0-9.]+\/)?[a-z_]+:(...get|mq_open|bind|mkfifo):[0-9]$/)
                sites[$1] = sites[$1] " " $3
            next
        }
        $1 ~ /^(fixed_key|socket_rename|supervisor)$/ { next }
        !covers($4, "return") || $6 !~ /^(clean|leaked|window)$/ { next }
        {
            gsub(/[=:@][^,]*/, "", $7)
            count = split(sites[$1], site, " ")
            for (i = 1; i <= count; i++) {
                if (!covers($3, site[i]))
                    continue
                n = split(site[i], part, ":")
                sub("mkfifo", "mknodat", part[n - 1])
                signals = split($5, signal, ",")
                for (j = 1; j <= signals; j++)
                    if (signal[j] ~ /^SIG(HUP|TERM|ABRT)$/)
                        print $1 "-" $2, part[n - 1], part[n], signal[j], $7
            }
        }' "$manifest" "$manifest" | sort -u
}

@test "manifest: strace's injection leaves the same" {
    need_programs
    command -v strace >/dev/null || skip "strace is not installed"
    strace -o /dev/null true || skip "no ptrace(2) to be had"
    cells_for_strace >cells
    echo "$(wc -l <cells) cells"
    [ "$(wc -l <cells)" -gt 80 ]
    mkdir queues paths
    cat >left.sh <<'EOF'
# Kinds of what is left, as often as they are. Segments that are marked for
# destruction are none.
for kind in shm sem msg; do
    awk -v kind="$kind" 'FNR > 1 && !int($3 / 1000 % 2) {
        print "sysv-" kind
    }' "/proc/sysvipc/$kind"
done
find queues -type f -printf 'posix-mq\n'
find paths -type p -printf 'fifo\n' -o -type s -printf 'unix-socket\n'
EOF
    isolated '
        mount -t mqueue mqueue queues
        export TMPDIR=$PWD/paths
        while read -r variant call nth signal kinds; do
            strace -f -qq -o trace -e trace="$call" \
                -e inject="$call:signal=$signal:when=$nth" \
                "'"$programs"'/$variant" >/dev/null 2>&1 </dev/null || :
            left=$(sh left.sh | paste -sd,)
            [ "${left:--}" = "$kinds" ] ||
                echo "$variant $call:$nth $signal leaves ${left:-nothing}," \
                    "not $kinds"
            ipcrm --all
            rm -f queues/* paths/*
        done <cells'
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
}
