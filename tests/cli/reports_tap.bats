#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_tap.bats - the format tap, as other programs read it: prove and its
# TAP::Parser, the TAP driver of Automake, Meson, and a YAML reader.

load isolated
load ipcrash
load reports

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    own_directory
    command -v jq >/dev/null || skip "jq is not installed"
}

needs() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

report() {
    ipcrash report --report tap=a.tap --report json=a.json -v \
        --error-exitcode=0 "$1"
}

# prove_of FILE: what prove says of it, and its status.
prove_of() {
    needs prove
    run prove --exec cat "$1"
    echo "$output"
}

# automake_of FILE: how many results of each kind Automake counts, in a line.
automake_of() {
    local driver

    driver=$(compgen -G '/usr/share/automake-*/tap-driver.sh' | tail -n 1)
    [ -n "$driver" ] || skip "automake is not installed"
    sh "$driver" --test-name t --log-file t.log --trs-file t.trs \
        --color-tests no --enable-hard-errors yes --expect-failure no \
        --merge -- cat "$1" >/dev/null
    sed -n 's/^:test-result: \([A-Z]*\).*/\1/p' t.trs | sort | uniq -c |
        awk '{ printf "%s%s %d", comma, $2, $1; comma = ", " }'
}

# meson_of FILE: what Meson says of it, a word for each subtest.
meson_of() {
    needs meson
    rm -rf project
    mkdir project
    cp "$1" project/a.tap
    cat >project/meson.build <<'END'
project('p')
test('t', find_program('cat'), args: files('a.tap'), protocol: 'tap')
END
    meson setup project/build project >/dev/null
    meson test -C project/build >/dev/null 2>&1 || :
    jq -r .result project/build/meson-logs/testlog.json
    xmllint --xpath 'count(//testcase)' project/build/meson-logs/testlog.junit.xml
}

# yaml_of FILE: the YAML blocks as TAP::Parser reads them, a line of JSON each.
yaml_of() {
    needs perl
    perl -MTAP::Parser -MJSON::PP -e '
        my $json = JSON::PP->new->canonical;
        my $parser = TAP::Parser->new({tap => join "", <>});
        while (my $part = $parser->next) {
            print $json->encode($part->data), "\n" if $part->is_yaml;
            print STDERR "unknown: ", $part->raw, "\n" if $part->is_unknown;
        }
        print STDERR "error: $_\n" for $parser->parse_errors;' "$1"
}

# The same by a reader of the real YAML.
real_yaml_of() {
    needs yq
    awk '/^  ---$/ { inside = 1; print "---"; next }
        /^  \.\.\.$/ { inside = 0 }
        inside { print substr($0, 3) }' "$1" | yq -cS .
}

@test "prove counts each outcome" {
    log_of_all >log
    report log
    [ "$status" -eq 0 ]
    prove_of a.tap
    [ "$status" -eq 1 ]
    prints 'Failed tests:  2-3$' # what leaks, and what says nothing
    prints 'less 1 skipped subtest: 2 okay' # what is allowed is a TODO
    run ! grep -q 'Parse errors' <<<"$output"
    # Without these two it passes, with one that is allowed.
    log_of_all | sed -e '/:SIGTERM"/d; /:SIGINT"/d' -e 's/"trials":5/"trials":3/' >log
    report log
    prove_of a.tap
    [ "$status" -eq 0 ]
}

@test "prove refuses what is not as it should be" {
    log_of_all >log
    report log
    sed '/^  \.\.\.$/d' a.tap >wrong
    prove_of wrong
    prints 'Parse errors'
    sed '$!{/^ok 1/d}' a.tap >wrong
    prove_of wrong
    prints 'Parse errors'
}

@test "Automake counts each outcome" {
    log_of_all >log
    report log
    [ "$(automake_of a.tap)" = 'FAIL 2, PASS 1, SKIP 1, XFAIL 1' ]
    sed '/^ok 1/d' a.tap >wrong
    [[ "$(automake_of wrong)" == *ERROR* ]]
}

@test "Meson counts each outcome" {
    log_of_all >log
    report log
    [ "$(meson_of a.tap | paste -sd ' ')" = 'FAIL 5' ]
    sed 's/^1\.\.5/1..6/' a.tap >wrong
    [ "$(meson_of wrong | head -n 1)" = ERROR ]
    log_of_all | sed -e '/:SIGTERM"/d; /:SIGINT"/d' -e 's/"trials":5/"trials":3/' >log
    report log
    [ "$(meson_of a.tap | paste -sd ' ')" = 'OK 3' ]
}

@test "the YAML says what, where and how to do it again" {
    log_of_all >log
    report log
    yaml_of a.tap >seen
    [ "$(jq -s length seen)" -eq 4 ]
    jq -se '.[1] | .message == "sysv-shm 0 is left, made in f() at a.c:7" and
        .severity == "fail" and .type == "leak.sysv-shm" and .file == "a.c" and
        (.line | tonumber) == 7 and .rerun == "ipcrash rerun -o log 00000001"
        and (.remedy | test("every way out"))' seen
    jq -se '[.[].severity] == ["error", "fail", "skip", "todo"]' seen
    real_yaml_of a.tap | jq -c '.line |= tostring' >real
    jq -cS '.line |= tostring' seen | diff real -
}

@test "what a hostile program says stays text, and all of it is there" {
    log_of_hostile >log
    report log
    yaml_of a.tap >seen 2>errors
    [ ! -s errors ]
    real_yaml_of a.tap | jq -c '.line |= tostring' >real
    jq -cS '.line |= tostring' seen | diff real -
    # In their order, each line of the story of each case.
    jq -r '.story' seen | grep . | sed 's/^| .\{9\}//' >told
    jq -r '.cases[].tells | select(.) | to_entries[].value[]' a.json >lines
    [ "$(wc -l <lines)" -gt 20 ]
    sort told | comm -13 - <(sort lines) >lost
    [ ! -s lost ]
    prove_of a.tap
    prints 'Tests: 4 Failed: 4'
    run ! grep -q 'Parse errors' <<<"$output"
    [ "$(automake_of a.tap)" = 'FAIL 4' ]
    [ "$(meson_of a.tap | paste -sd ' ')" = 'FAIL 4' ]
}

@test "a number sign in a name is no directive" {
    log_start 2 >log
    log_site 'a#todo.c:f:mknod:1' acquire 3 >>log
    { log_trial SIGTERM leaked; log_trial SIGKILL leaked '{"policy": "may-leak"}'
    } | sed 's/a\.c:f:shmget/x # TODO a#todo.c:f:mknod/g' >>log
    report log
    grep -E '^not ok 1 - x \\x23 TODO a\\x23todo\.c:f:mknod:1:return:SIGTERM$' a.tap
    [ "$(automake_of a.tap)" = 'FAIL 1, XFAIL 1' ]
    prove_of a.tap
    prints 'Failed test:  1$'
    [ "$(meson_of a.tap | paste -sd ' ')" = 'FAIL 2' ]
}

@test "what is missing is a test that is not ok" {
    log_of_all | head -n -2 | sed '/:SIGTERM"/d' >log
    report log
    [ "$status" -eq 5 ]
    grep -x '1\.\.3' a.tap
    grep -x 'not ok 3 - complete' a.tap
    grep -F 'message: "2 of 5 trials were made; ipcrash run --resume' a.tap
    grep -E '^# note: 2 of 5 trials were made' a.tap
    [ "$(automake_of a.tap)" = 'FAIL 1, PASS 1, XFAIL 1' ]
    run ! grep -q 'Bail out' a.tap
    log_start 0 >log
    report log
    prove_of a.tap
    [ "$status" -eq 0 ]
    prints 'skipped: nothing was tried'
}

@test "no line is longer than Meson takes" {
    log_of_many 20 100000 >log
    report log
    [ "$(meson_of a.tap | paste -sd ' ')" = 'FAIL 20' ]
    [ "$(awk '{ print length }' a.tap | sort -n | tail -n 1)" -lt 65536 ]
    grep -E '&{100} \.\.\. \([0-9]+ bytes more\)$' a.tap
}

@test "on standard output, with exit status 0, it is all that prove needs" {
    needs prove
    cat >t.sh <<END
exec '$IPCRASH' run --report=tap --error-exitcode=0 -o out --faults exit,SIGTERM -- \
    '$ROOT/$TEST_BUILD/scenarios/shm_atexit-2'
END
    run prove --exec sh t.sh
    echo "$output"
    [ "$status" -eq 1 ]
    prints 'Wstat: 0'
    run ! grep -q 'Parse errors' <<<"$output"
}
