#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_sarif.bats - the report sarif: its readers are the schema of OASIS and
# what GitHub demands beyond it.

load isolated
load ipcrash
load logs

data=$BATS_TEST_DIRNAME/../data

setup() {
    python3 -c 'import jsonschema' 2>/dev/null ||
        skip "python3-jsonschema is not installed"
    own_directory
}

# sarif LOG: sets broken, the rules that the report breaks.
sarif() {
    run "$IPCRASH" report --report sarif=out.sarif "$1"
    [ "$status" -lt 2 ] || [ "$status" -eq 5 ]
    check out.sarif
}

check() {
    broken=$(python3 -W ignore -m jsonschema -i "$1" \
        "$data/sarif-schema-2.1.0.json" 2>&1) || [ -n "$broken" ]
    broken+=$(jq -r -f "$data/github_sarif.jq" "$1" 2>&1) || [ -n "$broken" ]
    echo "broken: $broken"
}

of_result() {
    jq -r ".runs[0].results[] | $1" out.sarif
}

@test "a finding is where its object is made, with a flow and its rule" {
    plain_log >log
    sarif log
    [ -z "$broken" ]
    [ "$(of_result '[.level, .ruleId, (.locations[0].physicalLocation |
        .artifactLocation.uri, .region.startLine)] | map(tostring) |
        join(" ")')" = "error leak.fifo src/a.c 7
warning leak.fifo src/b.c 3" ]
    [ "$(of_result '[.codeFlows[0].threadFlows[0].locations[].kinds] |
        tojson' | head -n 1)" = \
        '[["acquire","resource"],["call","danger"],["release","resource"]]' ]
    [ "$(of_result '.stacks[0].frames[0].location.physicalLocation
        .region.startLine' | head -n 1)" = 7 ]
    of_result .message.text | grep -Fx '3. [unlink removes it in a run without a fault](3)'
    of_result .message.text | grep '^rerun:   ipcrash rerun'
    [ "$(of_result '.partialFingerprints | keys[]' | sort -u)" = ipcrashLeakClass/v1 ]
    [ "$(jq -c '.runs[0] | [.invocations[0].executionSuccessful,
        .invocations[0].startTimeUtc, .automationDetails.id,
        .originalUriBaseIds["%SRCROOT%"].uri]' out.sarif)" = \
        '[true,"2023-11-14T22:13:20Z","ipcrash/a/","file:///src/a/"]' ]
    jq -r '.runs[0].tool.driver.rules[].properties.tags[]' out.sarif |
        grep -Fx external/cwe/cwe-772
}

@test "paths: relative, absolute, above, odd; none known" {
    while read -r file uri; do
        {
            campaign_record
            site_record x:mkfifo:1 "$file" 7 f acquire
            trial_record x:mkfifo:1 SIGTERM must-clean leaked
        } >log
        sarif log
        [ -z "$broken" ]
        [ "$(of_result '.locations[0].physicalLocation.artifactLocation.uri')" = "$uri" ]
    done <<'END'
src/a.c src/a.c
./src//b/../a.c src/a.c
/src/a/b.c b.c
/usr/src/a.c file:///usr/src/a.c
../b/c.c file:///src/b/c.c
a:b?c#d%e[f].c a%3Ab%3Fc%23d%25e%5Bf%5D.c
é.c %C3%A9.c
END
    {
        campaign_record
        site_record x:mkfifo:1 x 7 f acquire | jq -c 'del(.file, .line) |
            .stack = [{module: "/src/a/build/prog", offset: "0x10"}]'
        trial_record x:mkfifo:1 SIGTERM must-clean leaked
    } >log
    sarif log
    [ -z "$broken" ]
    # GitHub refuses the whole file for a result that is nowhere.
    [ "$(of_result '.locations[0].physicalLocation | [.artifactLocation.uri,
        .region.startLine, .address.relativeAddress] | tojson')" = \
        '["build/prog",1,16]' ]
    of_result .message.text | grep -F 'No line of source is known'
    trial_record nowhere:1 SIGTERM must-clean orphaned >trial
    { campaign_record && cat trial; } >log
    sarif log
    [ -z "$broken" ]
    [ "$(of_result '.locations[0].physicalLocation.artifactLocation.uri')" = a ]
}

@test "whatever the program calls things, it is valid" {
    hostile_log >log
    sarif log
    [ -z "$broken" ]
    [ "$(of_result .ruleId | wc -l)" -ge 2 ]
    is_harmless "$(jq -r '.. | strings | gsub("\n"; " ")' out.sarif)"
    of_result '.locations[0].physicalLocation.artifactLocation.uri' | grep '%FF$'
    # It cannot make a link, nor a line that is not ours.
    [ "$(of_result .message.text | grep -cF '[x](http')" -eq 0 ]
    [ "$(of_result .message.text | grep -c '^::')" -eq 0 ]
}

@test "nothing found, a log that is cut off, trials that say nothing" {
    {
        campaign_record
        site_record x:mkfifo:1 x.c 7 f acquire
        trial_record x:mkfifo:1 SIGTERM must-clean clean
        summary_record
    } >log
    sarif log
    [ -z "$broken" ]
    jq -e '.runs[0] | .results == [] and
        .invocations[0].executionSuccessful' out.sarif
    head -n 3 log | head -c -30 >torn
    sarif torn
    [ -z "$broken" ]
    jq -e '.runs[0].invocations[0] | (.executionSuccessful | not) and
        ([.toolExecutionNotifications[].message.text] |
        any(test("cut off")))' out.sarif
    campaign_record >log
    sarif log
    [ -z "$broken" ]
}

@test "2000 findings are all there" {
    many_log 2000 >log
    sarif log
    [ -z "$broken" ]
    [ "$(of_result '.partialFingerprints["ipcrashLeakClass/v1"]' | sort -u | wc -l)" -eq 2000 ]
}

@test "what is larger than services take is cut, and that is told" {
    many_log 600 "$(printf 'x%.0s' {1..3000})" >log
    sarif log
    [ -z "$broken" ]
    [ "$(wc -c <out.sarif)" -le 10000000 ]
    shown=$(of_result .ruleId | wc -l)
    [ "$shown" -gt 300 ]
    [ "$shown" -lt 600 ]
    jq -r '.runs[0].invocations[0].toolExecutionNotifications[-1] |
        "\(.level) \(.message.text)"' out.sarif |
        grep "^error $((600 - shown)) findings of 600 left out"
}

@test "the checks see what is wrong" {
    plain_log >log
    sarif log
    while IFS='|' read -r change rule; do
        jq "$change" out.sarif >wrong
        run ! cmp -s out.sarif wrong
        check wrong
        [[ $broken == *"$rule"* ]]
    done <<'END'
.runs[0].results[0].nosuch = 1|Additional properties
.runs[0].results[0].level = "fatal"|'fatal' is not one of
del(.runs[0].results[0].message)|'message' is a required property
.runs[0].invocations[0].startTimeUtc = 3|3 is not of type 'string'
del(.runs[0].results[0].locations)|a location
del(.runs[0].results[0].locations[0].physicalLocation.region.endColumn)|region
.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b.c"|a URI
.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "/a.c"|a URI
.runs[0].results[0].ruleIndex = 0|index of its rule
.runs[0].results[0].message.text += "[x](9)"|links lead somewhere
.runs[0].results[0].partialFingerprints.primaryLocationLineHash = "a"|fingerprints
.runs[0].originalUriBaseIds = {}|a base that is there
.runs[0].tool.driver.rules[0].shortDescription.text = ("x" * 1025)|short rule texts
END
}
