#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_sarif.bats - the report sarif: its readers are a schema of what SARIF
# says of it, with names that others know, too, and what GitHub demands beyond.

load isolated
load ipcrash
load logs

data=$BATS_TEST_DIRNAME/../data
support=$BATS_TEST_DIRNAME/../support

setup() {
    PYTHON=/usr/bin/python3 # the one that has Debian's modules
    for module in jsonschema sarif_om; do
        "$PYTHON" -c "import $module" 2>/dev/null ||
            skip "$module of Python is not installed"
    done
    own_directory
}

# sarif LOG [ARG...]: sets broken, the rules that the report breaks.
sarif() {
    run "$IPCRASH" report --report sarif=out.sarif "${@:2}" "$1"
    [ "$status" -lt 2 ] || [ "$status" -eq 5 ]
    broken=$(by_schema out.sarif && by_github out.sarif)
    echo "broken: $broken"
}

# by_schema FILE..., by_github FILE...: "FILE: WHAT" for each rule that is broken.
by_schema() {
    "$PYTHON" "$support/broken_rules.py" "$data/sarif.schema.json" "$@" 2>&1 ||
        echo "broken_rules.py fails"
}

by_github() {
    local file

    for file; do
        { jq -r -f "$data/github_sarif.jq" "$file" 2>&1 || echo "jq fails"; } |
            sed "s/^/$file: /"
    done
}

# sees CHECK: a report that CHANGE made wrong breaks RULE; lines "CHANGE|RULE".
sees() {
    local changes=() rules=() files=() i

    plain_log >log
    echo 'leak:fifo fault=SIGTERM  # for once' >s
    sarif log --suppressions s
    [ -z "$broken" ]
    while IFS='|' read -r change rule; do
        jq "$change" out.sarif >"wrong.${#rules[@]}"
        run ! cmp -s out.sarif "wrong.${#rules[@]}"
        files+=("wrong.${#rules[@]}")
        changes+=("$change")
        rules+=("$rule")
    done
    [ "${#rules[@]}" -gt 0 ]
    "$1" "${files[@]}" >told
    for i in "${!rules[@]}"; do
        echo "${changes[i]}: ${rules[i]}"
        grep "^wrong\.$i: " told | cut -c -200
        grep "^wrong\.$i: " told | grep -qF -- "${rules[i]}"
    done
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
    # Nor is it in a library outside, though the steps are.
    sed 's|/src/a/build/prog|/usr/lib/libx.so|; s|"./a"|"./build/a"|' log >outside
    sarif outside
    [ -z "$broken" ]
    [ "$(of_result '[.locations[0].physicalLocation, .relatedLocations[0]
        .physicalLocation | .artifactLocation.uri, .address.relativeAddress]
        | tojson')" = '["build/a",null,"file:///usr/lib/libx.so",16]' ]
    sed -i 's|"./build/a"|"/bin/a"|' outside
    sarif outside
    [ -z "$broken" ]
    [ "$(of_result '.locations[0].physicalLocation.artifactLocation.uri')" = a ]
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

@test "what the gate does not fail for is suppressed" {
    plain_log >log
    echo 'leak:fifo fault=SIGTERM  # for once' >s
    sarif log --suppressions s
    [ -z "$broken" ]
    [ "$(of_result '.suppressions[]? | "\(.kind): \(.justification)"')" = \
        'external: suppressed by s:1: for once' ]
}

@test "the schema sees what is wrong" {
    sees by_schema <<'END'
.runs[0].results[0].nosuch = 1|('nosuch' was unexpected)
.version = "2.1"|'2.1.0' was expected
."$schema" = "x"|was expected
.runs += .runs|is too long
del(.runs[0].tool)|'tool' is a required property
.runs[0].columnKind = "bytes"|'utf16CodeUnits' was expected
.runs[0].automationDetails.id = "ipcrash/a"|'ipcrash/a' does not match
.runs[0].originalUriBaseIds."%SRCROOT%".uri = "file:///src"|'file:///src' does not match
.runs[0].originalUriBaseIds.ROOT = {}|('ROOT' was unexpected)
.runs[0].tool.driver.semanticVersion = "1.0"|'1.0' does not match
.runs[0].tool.driver.rules[1] = .runs[0].tool.driver.rules[0]|non-unique
del(.runs[0].tool.driver.rules[0].help.markdown)|'markdown' is a required property
.runs[0].tool.driver.rules[0].defaultConfiguration.level = "none"|'error' was expected
.runs[0].tool.driver.rules[0].properties.tags += ["x"]|'x' does not match
.runs[0].tool.driver.rules[0].properties.precision = "exact"|'very-high' was expected
.runs[0].invocations[0].executionSuccessful = "yes"|'yes' is not of type 'boolean'
.runs[0].invocations[0].startTimeUtc = 3|3 is not of type 'string'
.runs[0].invocations[0].startTimeUtc = "2023-11-14 22:13:20"|'2023-11-14 22:13:20' does not match
.runs[0].invocations[0].toolExecutionNotifications[0].level = "fatal"|'fatal' is not one of
.runs[0].results[0].level = "fatal"|'fatal' is not one of
.runs[0].results[0].ruleId = "leak"|'leak' does not match
.runs[0].results[0].ruleIndex = -1|-1 is less than the minimum of 0
.runs[0].results[0].occurrenceCount = 0|0 is less than the minimum of 1
del(.runs[0].results[0].message)|'message' is a required property
.runs[0].results[0].message.text = ""|'' is too short
.runs[0].results[0].locations = []|[] is too short
.runs[0].results[0].partialFingerprints = {}|'ipcrashLeakClass/v1' is a required property
.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0|0 is less than the minimum of 1
.runs[0].results[0].locations[0].physicalLocation.region.endColumn = 1|2 was expected
.runs[0].results[0].locations[0].physicalLocation.address = {"kind": "code"}|'instruction' was expected
.runs[0].results[0].locations[0].logicalLocations[0].kind = "method"|'function' was expected
.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b.c"|'a b.c' does not match
.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "/a.c"|'/a.c' does not match
.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "http://a"|'http://a' does not match
.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "file:///a.c"|False schema does not allow '%SRCROOT%'
del(.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uriBaseId)|'uriBaseId' is a required property
del(.runs[0].results[0].relatedLocations[0].id)|'id' is a required property
.runs[0].results[0].relatedLocations[0].id = 0|0 is less than the minimum of 1
.runs[0].results[0].relatedLocations[1] = .runs[0].results[0].relatedLocations[0]|non-unique
.runs[0].results[0].codeFlows[0].threadFlows[0].locations = []|[] is too short
.runs[0].results[0].codeFlows[0].threadFlows[0].locations[0].kinds = ["release", "danger"]|['release', 'danger'] is not one of
.runs[0].results[0].codeFlows[0].threadFlows[0].locations[0].executionOrder = 0|0 is less than the minimum of 1
.runs[0].results[0].codeFlows[0].threadFlows[0].locations[0].importance = "high"|'essential' was expected
del(.runs[0].results[0].stacks[0].frames[0].location)|'location' is a required property
.runs[0].results[1].suppressions[0].kind = "inFile"|'external' was expected
del(.runs[0].results[1].suppressions[0].justification)|'justification' is a required property
END
}

@test "the rules of GitHub see what is wrong" {
    sees by_github <<'END'
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

@test "SARIF has each property that the schema lets through" {
    "$PYTHON" "$support/sarif_names.py" "$data/sarif.schema.json"
    while IFS='|' read -r change rule; do
        jq "$change" "$data/sarif.schema.json" >wrong
        run -1 "$PYTHON" "$support/sarif_names.py" wrong
        [ "$output" = "$rule" ]
    done <<'END'
."$defs".region.properties.row = {"type": "integer"}|region.row: no property of SARIF
."$defs".span = ."$defs".region|span: no object of SARIF
del(."$defs".region.additionalProperties)|region: may have any property
."$defs".run.required -= ["tool"]|run.tool: SARIF demands it
."$defs".result.properties.level = {}|result.level: may be anything
."$defs".result.properties.stacks = {"type": "array"}|result.stacks: may be anything
."$defs".codeFlow.properties.message = {"type": "object", "properties": {}, "additionalProperties": false}|codeFlow.message: may be anything
."$defs".run.properties.originalUriBaseIds.additionalProperties = true|run.originalUriBaseIds: may be anything
."$defs".text = {}|text: may be anything
del(."$ref")|the whole: may be anything
END
}
