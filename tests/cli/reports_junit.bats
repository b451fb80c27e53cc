#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_junit.bats - the formats junit and junit-strict, as other programs read
# them: libxml2's xmllint, the rules of Jenkins' xUnit plugin, Python's
# junitparser and ElementTree.

load isolated
load ipcrash
load reports

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    RULES=$ROOT/tests/data/junit_strict.rng
    own_directory
    PYTHON=/usr/bin/python3 # the one that has Debian's modules
    for program in jq xmllint $PYTHON; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

# report LOG: a.xml, strict.xml and a.json of it. Both must be what they should.
report() {
    ipcrash report --report junit=a.xml --report junit-strict=strict.xml \
        --report json=a.json -v "$1"
    xmllint --noout a.xml strict.xml
    xmllint --noout --relaxng "$RULES" strict.xml
    both_tell_the_same
}

# strict.xml is a.xml without file and line.
both_tell_the_same() {
    sed -E 's/(<testcase [^>]*) file="[^"]*" line="[0-9]+"/\1/' a.xml |
        cmp - strict.xml
}

# xpath EXPRESSION [FILE]: what it comes to.
xpath() {
    xmllint --xpath "$1" "${2-a.xml}"
}

# is_refused WHAT SED: strict.xml as sed(1) changes it is not what it should be.
is_refused() {
    echo "$1"
    sed -E "$2" strict.xml >wrong.xml
    ! cmp -s strict.xml wrong.xml
    run ! xmllint --noout --relaxng "$RULES" wrong.xml
}

@test "each outcome has its element" {
    log_of_all >log
    report log
    [ "$status" -eq 1 ]
    [ "$(xpath 'count(//testcase)')" -eq 5 ]
    [ "$(xpath 'string(//testcase[failure]/@name)')" = SIGTERM ]
    [ "$(xpath 'string(//testcase[error]/@name)')" = SIGINT ]
    [ "$(xpath 'count(//testcase[skipped])')" -eq 2 ]
    [ "$(xpath 'string(//testcase[@name="exit"]/*)')" = "" ]
    [ "$(xpath 'string(//testcase[@name="SIGKILL"]/skipped/@message)')" = \
        'allowed after this fault: sysv-shm 0 is left, made in f() at a.c:7' ]
    [ "$(xpath 'string(//@file)') $(xpath 'string(//@line)')" = 'a.c 7' ]
    [ "$(xpath 'string(//testcase/@classname)')" = \
        server_py.a_c:f:shmget:1:return ]
    [ "$(xpath 'string(//testsuite/@timestamp)')" = 2026-01-02T03:04:05 ]
    xpath 'string(//failure)' | grep -F 'rerun:   ipcrash rerun '
    xpath 'string(//failure)' | grep -F 'remedy:  Remove it on every way out'
    xpath 'string(//testsuite/system-out)' | grep -F 'gate: failed'
}

@test "what is not as Jenkins' xUnit plugin wants it is refused" {
    log_of_all >log
    report log
    run ! xmllint --noout --relaxng "$RULES" a.xml # has file and line
    is_refused 'a case without a name' '0,/ name="exit"/s///'
    is_refused 'a case with a file' '0,/<testcase /s//&file="a.c" /'
    is_refused 'a suite without a count' 's/<testsuite name="[^"]*" tests="5"/<testsuite name="x"/'
    is_refused 'a time of four decimals' 's/<testsuite /&time="1.4021" /'
    is_refused 'properties of a case' 's/<failure /<properties\/>&/'
    is_refused 'a skipped count of all' 's/<testsuites /&skipped="0" /'
}

@test "junitparser and the JSON report count the same" {
    $PYTHON -c 'import junitparser' || skip 'junitparser is not installed'
    log_of_all >log
    report log
    $PYTHON - <<'END'
import json, junitparser
suite = next(iter(junitparser.JUnitXml.fromfile("a.xml")))
cases = json.load(open("a.json"))["cases"]
of = lambda *words: sum(case["outcome"] in words for case in cases)
assert suite.tests == len(cases) == 5
assert suite.failures == of("failed") == 1
assert suite.errors == of("error") == 1
assert suite.skipped == of("skipped", "excused") == 2
kinds = {"Failure": "failed", "Error": "error", "Skipped": "skipped"}
for case, ours in zip(suite, cases):
    word = kinds[type(case.result[0]).__name__] if case.result else "passed"
    assert word == ours["outcome"].replace("excused", "skipped"), case.name
    assert case.name == ours["id"].rsplit(":", 1)[1]
END
}

# What the JSON report tells of a case is all in the text of its element.
nothing_is_lost() {
    $PYTHON - <<'END'
import json, xml.etree.ElementTree as tree
cases = json.load(open("a.json"))["cases"]
told = [case for case in tree.parse("a.xml").iter("testcase")]
lines = 0
for ours, case in zip(cases, told):
    text = "".join(case.itertext())
    for label, texts in ours.get("tells", {}).items():
        for line in texts:
            assert line in text, (label, line)
            lines += 1
    assert ours.get("message", "") in text
    assert not case.findall(".//script")
print(lines, "lines")
assert lines > 20
END
}

@test "what a hostile program says stays text, and all of it is there" {
    log_of_hostile >log
    report log
    [ "$status" -eq 1 ]
    nothing_is_lost
    [ "$(xpath 'count(//testcase)')" -eq 4 ]
    # To GitLab this is a file to attach, where it is in a case that failed.
    [ "$(xpath 'count(//testcase[failure or error]/system-out)')" -eq 0 ]
    run ! grep -q $'[\x01\x1b\r]' a.xml
}

@test "a log that is cut off has a case for what is missing" {
    log_of_all | head -n -2 >log
    report log
    [ "$(xpath 'string(//error[@type="incomplete"]/@message)')" = \
        '3 of 5 trials were made; ipcrash run --resume makes the rest' ]
    [ "$(xpath 'count(//testcase)')" -eq 4 ]
    [ "$(xpath 'string(//testsuite/@errors)')" -eq 1 ]
    # Only the first record is left.
    head -n 1 log >first
    report first
    [ "$status" -eq 5 ]
    [ "$(xpath 'string(//testcase[error]/@name)')" = complete ]
}

@test "an empty log makes no report" {
    : >log
    ipcrash report --report junit=a.xml log
    [ "$status" -eq 2 ]
    [ ! -e a.xml ]
}

@test "no two cases have one name" {
    # GitLab keeps only the first of them.
    log_of_all >log
    log_trial SIGTERM leaked | sed 's/"a\.c:f/"a_c:f/g' >>log
    report log
    xpath '//testcase[failure]/@name' | grep -F 'SIGTERM (2)'
    xpath '//testcase/@classname | //testcase/@name' | paste - - | sort |
        uniq -d >double
    [ ! -s double ]
}

@test "more than GitLab takes: what failed is told first, and what is missing" {
    log_of_many 20000 4000 >log
    "$IPCRASH" report --error-exitcode=0 --report junit log >a.xml
    xmllint --noout a.xml
    size=$(stat -c %s a.xml)
    echo "$size bytes"
    [ "$size" -le 30000000 ]
    [ "$size" -ge 25000000 ]
    [ "$(xpath 'count(//testcase[failure])')" -eq 2000 ]
    [ "$(xpath 'string(//testsuite/@failures)')" -eq 2000 ]
    xpath 'string(//testcase[@name="unabridged"]/skipped)' |
        grep -E '^to stay below 30 MB, 0 cases were left out and [0-9]+ lack'
}

@test "a log of a real program" {
    ipcrash run --report junit=a.xml --report junit-strict=strict.xml -o out \
        --faults exit,SIGTERM,SIGKILL,ENOMEM \
        -- "$ROOT/$TEST_BUILD/scenarios/shm_atexit-2"
    [ "$status" -eq 1 ]
    xmllint --noout --relaxng "$RULES" strict.xml
    both_tell_the_same
    [ "$(xpath 'count(//testcase)')" -eq \
        "$(grep -c '"type":"trial"' out/run.jsonl)" ]
    [ "$(xpath 'count(//failure)')" -gt 0 ]
    xpath 'string(//failure)' | grep -F 'made in create() at scenarios/'
}
