# SPDX-License-Identifier: MIT
# github_sarif.jq - what GitHub's code scanning demands of a SARIF file beyond the
# schema: a line for each rule that is broken.

def rule(name; holds): if holds then empty else name end;

def is_uri:
    # Relative, or a file; only what may stand in a URI.
    test("^(file:///)?[A-Za-z0-9._~!$&'()*+,;=@%/-]*$") and
    (test("%(?![0-9A-F]{2})") | not) and
    (length > 0) and
    (startswith("/") | not);

def places: .. | objects | select(has("artifactLocation"));

rule("schema"; .["$schema"] | type == "string"),
rule("version"; .version == "2.1.0"),
rule("at most 20 runs"; .runs | length <= 20),
(.runs[] |
    .tool.driver as $driver |
    .originalUriBaseIds as $bases |
    rule("tool has a name"; $driver.name | length > 0),
    rule("at most 25000 rules"; $driver.rules | length <= 25000),
    rule("at most 25000 results"; .results | length <= 25000),
    ($driver.rules[] |
        rule("rule has texts"; ([.id, .shortDescription.text,
            .fullDescription.text, .help.text] | all(length > 0))),
        rule("short rule texts"; ([.shortDescription.text,
            .fullDescription.text] | all(length <= 1024))),
        rule("few tags"; .properties.tags | length <= 20),
        rule("precision"; .properties.precision |
            IN("very-high", "high", "medium", "low")),
        rule("severity"; .properties["problem.severity"] |
            IN("error", "warning", "recommendation"))),
    (.results[] |
        rule("message"; .message.text | length > 0),
        rule("level"; .level | IN("error", "warning", "note")),
        rule("a location"; .locations | length >= 1),
        rule("physical location"; .locations[0].physicalLocation
            .artifactLocation.uri | type == "string" and length > 0),
        rule("region"; .locations[0].physicalLocation.region |
            [.startLine, .startColumn, .endLine, .endColumn] |
            all(type == "number" and . >= 1)),
        rule("at most 1000 locations"; .relatedLocations // [] |
            length <= 1000),
        rule("at most 10000 steps"; [.codeFlows[]?.threadFlows[].locations[]] |
            length <= 10000),
        rule("fingerprints"; .partialFingerprints |
            has("primaryLocationLineHash") | not),
        rule("index of its rule"; $driver.rules[.ruleIndex].id == .ruleId),
        rule("links lead somewhere";
            [.relatedLocations[]?.id] as $ids |
            [.message.text | gsub("\\\\."; "") |
                scan("\\[[^\\]]*\\]\\(([^)]*)\\)")[0]] |
            all(IN($ids[] | tostring)))),
    (places |
        rule("a URI"; .artifactLocation.uri | is_uri),
        rule("a base that is there"; .artifactLocation.uriBaseId |
            . == null or $bases == null or . as $id | $bases | has($id)),
        rule("a base only for relative ones"; .artifactLocation |
            (.uri | startswith("file:")) != has("uriBaseId"))),
    (($bases // {})[] | rule("a base ends with a slash"; .uri |
        startswith("file:///") and endswith("/"))))
