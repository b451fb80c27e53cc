#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_gitlab.bats - the report gitlab, by the rules of Code Quality.

load isolated
load ipcrash
load logs

setup() {
    own_directory
}

# What GitLab demands: a line for each rule that is broken.
rules='
    def rule(name; holds): if holds then empty else name end;
    rule("an array"; type == "array"),
    rule("unique fingerprints"; [.[].fingerprint] | length == (unique | length)),
    (.[] |
        rule("description"; .description | type == "string" and length > 0),
        rule("one line"; .description | test("[\n\r]") | not),
        rule("check_name"; .check_name | type == "string" and length > 0),
        rule("fingerprint"; .fingerprint | type == "string" and length > 0),
        rule("severity"; .severity |
            IN("info", "minor", "major", "critical", "blocker")),
        rule("path"; .location.path | type == "string" and length > 0 and
            (startswith("./") | not)),
        rule("line"; .location.lines.begin |
            type == "number" and . >= 1 and . == floor))'

check() {
    broken=$(jq -r "$rules" "$1" 2>&1) || broken+=" no JSON"
    [ "$(head -c 3 "$1" | od -An -tx1)" != ' ef bb bf' ] || broken+=' a BOM'
    echo "broken: $broken"
}

gitlab() {
    run "$IPCRASH" report --report gitlab=out.json "$1"
    [ "$status" -lt 2 ] || [ "$status" -eq 5 ]
    check out.json
    [ -z "$broken" ]
}

@test "a finding and a warning" {
    plain_log >log
    gitlab log
    [ "$(jq -r '.[] | [.severity, .check_name, .location.path,
        .location.lines.begin] | map(tostring) | join(" ")' out.json)" = \
"major leak.fifo src/a.c 7
minor leak.fifo src/b.c 3" ]
    jq -r '.[0].description' out.json |
        grep -E '^fifo made in f\(\) at src/a.c:7\. .* after: SIGTERM .* rerun: ipcrash rerun .* Remove it on every way out'
}

@test "all lines and all faults of a finding are in its description" {
    {
        campaign_record
        site_record a.c:f:mkfifo:1 src/a.c 7 f acquire
        site_record a.c:f:mkfifo:2 src/a.c 8 f acquire
        trial_record a.c:f:mkfifo:1 SIGTERM must-clean leaked
        trial_record a.c:f:mkfifo:2 SIGHUP must-clean leaked
    } >log
    gitlab log
    jq -r '.[].description' out.json | grep -F ' made: also at src/a.c:8. after: SIGTERM at return of mkfifo src/a.c:7; SIGHUP at return of mkfifo src/a.c:8. why:'
}

@test "the same leak has the same fingerprint when its line moves" {
    plain_log >log
    gitlab log
    before=$(jq -r '.[].fingerprint' out.json)
    sed 's/"line":7/"line":70/g' log >moved
    gitlab moved
    [ "$(jq '.[0].location.lines.begin' out.json)" -eq 70 ]
    [ "$(jq -r '.[].fingerprint' out.json)" = "$before" ]
}

@test "nothing found is an empty list; without source it is the program" {
    campaign_record >log
    gitlab log
    # Nor was anything tried, which is not to be seen as mended.
    [ "$(jq -c 'map([.check_name, .severity, .location.path])' out.json)" = \
        '[["gate","major","a"]]' ]
    jq -r '.[].description' out.json |
        grep -F 'ipcrash: gate incomplete: 0 of 1 trials were made;'
    {
        campaign_record
        site_record x:mkfifo:1 x 7 f acquire
        trial_record x:mkfifo:1 SIGTERM must-clean clean
    } >log
    gitlab log
    [ "$(jq -c . out.json)" = '[]' ]
    {
        campaign_record
        site_record x:mkfifo:1 x 7 f acquire | jq -c 'del(.file, .line) |
            .stack = [{module: "/src/a/build/prog", offset: "0x10"}]'
        trial_record x:mkfifo:1 SIGTERM must-clean leaked
    } >log
    gitlab log
    [ "$(jq -c '.[0].location' out.json)" = \
        '{"path":"build/prog","lines":{"begin":1}}' ]
}

@test "whatever the program calls things; a log that is cut off; 2000" {
    hostile_log >log
    gitlab log
    [ "$(jq length out.json)" -ge 2 ]
    is_harmless "$(jq -r '.[].description' out.json)"
    head -c -30 log >torn
    gitlab torn
    many_log 2000 >log
    gitlab log
    [ "$(jq length out.json)" -eq 2000 ]
}

@test "the checks see what is wrong" {
    plain_log >log
    gitlab log
    while IFS='|' read -r change rule; do
        jq "$change" out.json >wrong
        check wrong
        [[ $broken == *"$rule"* ]]
    done <<'END'
.[1].fingerprint = .[0].fingerprint|unique fingerprints
.[0].severity = "error"|severity
.[0].location.path = "./a.c"|path
.[0].location.lines.begin = 0|line
.[0].description = ""|description
{}|an array
END
    { printf '\xef\xbb\xbf' && cat out.json; } >wrong
    check wrong
    [[ $broken == *'a BOM'* ]]
}
