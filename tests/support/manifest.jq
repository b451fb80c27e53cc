# SPDX-License-Identifier: MIT
#
# manifest.jq - hold the trials of one variant against scenarios/manifest.tab,
# whose head says what its columns mean.
#
#   jq -nr --rawfile manifest FILE --arg variant fifo-2 -f manifest.jq run.jsonl
#
# Prints what is wrong, a line each: a trial that came to something else than a
# row says, a row without a trial, a trial without a row.

# A pattern of fnmatch(3) as a regular expression.
def regex:
    gsub("[.]"; "[.]") | gsub("[*]"; ".*") | gsub("[?]"; ".") | "^\(.)$";

# What a row says is left, taken apart: "sysv-msg=1:empty@create:msgget:1".
def expected:
    if . == "-" then [] else split(",") end |
    map(capture("^(?<kind>[a-z-]+)(=(?<count>[0-9]+))?" +
        "(:(?<state>[a-z]+))?(@(?<site>.+))?$") |
        .site |= (. // "*" | regex));

# "unix_socket	0	create:bind:1	return	SIGKILL	leaked	unix-socket@create:*"
def rows:
    $manifest | split("\n") | to_entries[] |
    (.key + 1) as $line |
    .value | select(test("^(#|$)") | not) | split("\t") |
    select("\(.[0])-\(.[1])" == $variant and .[4] != "none") |
    {
        $line, site: (.[2] | regex), phase: (.[3] | regex),
        faults: (.[4] | split(",")), verdicts: (.[5] | split("|")),
        left: (.[6] | expected), name: "\(.[2]) \(.[3])",
        words: "\(.[5]) \(.[6])"
    };

# Ids are without the name of the source file.
def id: gsub("scenarios/[a-z_0-9]+[.]cc?:"; "");

def state:
    if .kind == "sysv-sem" then if .held then "held" else "free" end
    elif .kind == "sysv-msg" and .messages > 0 then "unread"
    elif .kind == "sysv-msg" then "empty"
    else null end;

def trials:
    inputs | select(.type == "trial") |
    {
        name: (.id | id), site: (.site | id), phase, fault, verdict,
        left: [.left[]? |
            {kind, state: state, site: (.created_at // "?" | id)}]
    };

def words:
    map("\([.kind, .state // empty] | join(":"))@\(.site)") |
    join(",") | if . == "" then "-" else . end;

# Of objects that are left: those that an expected one stands for.
def like($one):
    map(select(.kind == $one.kind and (.site | test($one.site)) and
        ($one.state == null or .state == $one.state)));

# [what is expected, the objects that it stands for]
def is_met:
    (.[1] | length) as $count |
    $count > 0 and (.[0].count // "\($count)") == "\($count)";

# Is nothing left but what the row names, and all of that if no race decides?
def agrees($row):
    [$row.left[] as $one | like($one)] as $found |
    . - ($found | add // []) == [] and
    (($row.verdicts | length) > 1 or
        ([$row.left, $found] | transpose | all(is_met)));

def covers($row; $trial):
    ($row.faults | index($trial.fault)) != null and
    ($trial.phase | test($row.phase)) and ($trial.site | test($row.site));

# What is wrong with a trial that this row speaks of?
def judge($row):
    if $row.verdicts == ["outside"] then "is tried"
    elif [.verdict] - $row.verdicts == [] and (.left | agrees($row)) then empty
    else "is \(.verdict) \(.left | words), not \($row.words)" end;

[rows] as $rows | [trials] as $trials |
(
    $rows[] as $row | [$trials[] | select(covers($row; .))] as $covered |
    ($covered[] | "line \($row.line): \(.name) \(judge($row))"), (
        select($row.verdicts != ["outside"]) |
        ($row.faults - [$covered[].fault])[] |
        "line \($row.line): no trial of \(.) at \($row.name)"
    )
), (
    $trials[] | select(. as $trial | any($rows[]; covers(.; $trial)) | not) |
    "no line for \(.name), which is \(.verdict) \(.left | words)"
)
