#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# verdicts.bats - docs/VERDICTS.md shows what ipcrash does: each command of the
# page is run, and each line that it quotes must come out, in that order.

load isolated

setup() {
    root=$BATS_TEST_DIRNAME/../..
    page=$root/docs/VERDICTS.md
    own_directory
    export TMPDIR=$DIR
    PATH=${LEAKCHECK%/*}:$PATH
    ln -s "${LEAKCHECK%/*}" build
    ln -s "$root/scenarios" scenarios
    run --separate-stderr ipcrash list --sandbox -- true
    [ "$status" -ne 77 ] || skip "cannot run here: $stderr"
}

# text NAME: all of a section.
text() {
    awk -v name="$1" '/^## / { inside = $2 == name } inside' "$page"
}

# section NAME: its lines with a command, "$ ", and what is quoted of its output.
section() {
    text "$1" | awk 'sub(/^    /, "") && $0 !~ /^ *[.][.][.]$/'
}

# calls NAME: "FILE LINE CALL" for each call that a section says to be there: in
# its text "CALL(2) at scenarios/FILE:LINE"; in what is quoted "CALL
# scenarios/FILE:LINE", "FILE:LINE CALL".
calls() {
    text "$1" | sed -nE '
        s|.*\<([a-z_]+)\([23]\) at scenarios/([a-z_]+[.]cc?):([0-9]+).*|\2 \3 \1|p
        s|.* ([a-z_]+) scenarios/([a-z_]+[.]cc?):([0-9]+).*|\2 \3 \1|p
        s|^ +([a-z_]+[.]cc?):([0-9]+) ([a-z_]+).*|\1 \2 \3|p' |
        grep -vE ' (at|until)$' | sort -u
}

# strays NAME: those that are not there. What rt_sigprocmask(2) is to the kernel
# is sigprocmask(3) in a source.
strays() {
    local file line call

    calls "$1" | while read -r file line call; do
        sed -n "${line}p" "scenarios/$file" | grep -qwF "${call#rt_}" ||
            echo "no $call at $file:$line"
    done
}

# What is another in each run, or with another compiler.
settle() {
    sed -E 's/\[[0-9.]+ s\]/[time]/; s/key 0x[0-9a-f]+/key/; s/pid [0-9]+/pid/
        s/for [0-9]+ instruction/for some instruction/'
}

# missing FILE: lines of stdin that are not there, or not in that order.
missing() {
    awk -v file="$1" '
        BEGIN {
            while ((getline line <file) > 0)
                shown[++count] = line
        }
        {
            for (i = at + 1; i <= count && shown[i] != $0; i++)
                ;
            if (i > count)
                print "not shown: " $0
            else
                at = i
        }'
}

# follows NAME: does what happens in a section stand there? What does not is
# printed.
follows() {
    local line last=0

    : >wanted
    : >found
    while IFS= read -r line; do
        if [ "${line#\$ }" = "$line" ]; then
            printf '%s\n' "$line" >>wanted
            continue
        fi
        settle <wanted | missing found
        : >wanted
        line=${line#\$ }
        { (exit "$last"); eval "$line"; } >out 2>&1 </dev/null 3>&- &&
            last=0 || last=$?
        settle <out >found
    done < <(section "$1")
    settle <wanted | missing found
}

@test "a section for each verdict, and each is in the table" {
    local names

    names=$(sed -nE 's/^VERDICT\([A-Z_]+, "([a-z-]+)".*/\1/p' \
        "$root/model/verdict.def")
    [ "$(wc -l <<<"$names")" -eq 9 ]
    diff <(sed -n 's/^## //p' "$page") - <<<"$names"
    diff <(sed -nE 's/^\| ([a-z-]+) \| .*/\1/p' "$page" | grep -vx verdict) - \
        <<<"$names"
    grep -qF '(docs/VERDICTS.md)' "$root/README.md"
}

# shows NAME LINES: the section quotes so many lines, and they come out; the
# source that it is about has the calls where it says.
shows() {
    [ "$(calls "$1" | wc -l)" -ge 1 ]
    diff /dev/null <(strays "$1")
    [ "$(section "$1" | grep -vc '^\$ ')" -ge "$2" ]
    run follows "$1"
    printf '%s\n' "$output"
    [ "$output" = "" ]
}

@test "clean is as on the page" { shows clean 5; }
@test "leaked is as on the page" { shows leaked 9; }
@test "window is as on the page" { shows window 5; }
@test "unavoidable is as on the page" { shows unavoidable 7; }
@test "orphaned is as on the page" { shows orphaned 6; }
@test "hung is as on the page" { shows hung 5; }
@test "not-reached is as on the page" { shows not-reached 7; }
@test "not-available is as on the page" { shows not-available 3; }
@test "broken is as on the page" { shows broken 6; }

@test "what the page says and is not so is found" {
    sed -E '/^## clean/,/^## leaked/ s/TERM$/HUP/; s/^    1$/    0/' \
        "$page" >wrong.md
    page=wrong.md
    [ "$(strays broken)" = '' ]
    sed -i '/^## broken/,$ s/atexit.c:74/atexit.c:75/' wrong.md
    [ "$(strays broken)" = 'no shmget at shm_atexit.c:75' ]
    run follows clean
    [ "$output" = "not shown:   POINT                   PHASE   HUP" ]
    run follows leaked
    [ "$output" = "not shown: 0" ]
}
