#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# man.bats - the manual pages and docs/SNAPSHOT_FORMAT.md say what the program
# does, and the program does what they say. Each comparison is also made with a
# page that is wrong, and must then find that.

load isolated
load manual

setup() {
    export PROGRAM=$LEAKCHECK
    root=$BATS_TEST_DIRNAME/../..
    manual=$root/docs/leakcheck.1
    rules=$root/docs/leakcheck-rules.5
    format=$root/docs/SNAPSHOT_FORMAT.md
    own_directory
}

@test "every command and option of --help is in the page, and the reverse" {
    # Not a comparison of nothing with nothing.
    [ "$(help_options | wc -l)" -ge 40 ]
    [ "$(help_options | cut -d' ' -f1 | uniq | wc -l)" -ge 6 ]
    run compare_options "$manual"
    echo "$output"
    [ "$output" = "" ]
    [ "$status" -eq 0 ]
}

@test "every line of --help that looks like an option is compared" {
    for command in '' $(commands); do
        # shellcheck disable=SC2086
        "$LEAKCHECK" $command --help
    done | grep -cE '^ {2,6}-' >shown
    [ "$(cat shown)" -eq "$(help_options | wc -l)" ]
}

@test "an option that is missing, too much or called otherwise is found" {
    spoil '/^\.It Fl -strict$/d' "$manual"
    finds '< run - --strict' compare_options wrong
    spoil 's/^\.It Fl -strict$/&\n.It Fl -lenient/' "$manual"
    finds '> run - --lenient' compare_options wrong
    spoil 's/^\.It Fl k , /.It Fl K , /' "$manual"
    finds '> list -K --kind=KIND' compare_options wrong
    spoil 's/^\(\.It Fl -settle .*\) PERIOD$/\1 TIME/' "$manual"
    finds '> run - --settle=TIME' compare_options wrong
    spoil 's/^\(\.It Fl -json\)$/\1 Ns = Ns Ar FILE/' "$manual"
    finds '> diff - --json=FILE' compare_options wrong
    spoil '/^\.It Fl V , Fl -version$/d' "$manual"
    finds '< itself -V --version' compare_options wrong
    spoil '/^\.It Fl h , Fl -help$/d' "$manual"
    finds '< clean -h --help' compare_options wrong
    spoil 's/^\.Ss clean$/.Ss tidy/' "$manual"
    finds '> tidy -y --yes' compare_options wrong
    spoil '/^\.Ss snapshot$/d' "$manual"
    finds '< snapshot -h --help' compare_options wrong
}

@test "the synopsis is the usage that --help prints" {
    [ "$(help_synopsis | wc -l)" -ge 5 ]
    run compare_synopsis "$manual"
    echo "$output"
    [ "$output" = "" ]
    [ "$status" -eq 0 ]
    spoil 's/^\.Op Ar AFTER$/.Ar AFTER/' "$manual"
    finds '> leakcheck diff [OPTION ...] BEFORE AFTER' compare_synopsis wrong
    spoil '0,/^\.Cm list$/ s/^\.Cm list$/.Cm show/' "$manual"
    finds '> leakcheck show' compare_synopsis wrong
}

@test "an option that is mentioned anywhere exists" {
    for page in "$manual" "$rules"; do
        run unknown_mentions "$page"
        [ "$output" = "" ]
        [ -s known ]
    done
    spoil 's/^\.Fl -older-than :$/.Fl -elder-than :/' "$manual"
    run unknown_mentions wrong
    [ "$output" = elder-than ]
}

@test "the examples use options that exist" {
    [ "$(examples "$manual" | grep -c '^leakcheck')" -ge 8 ]
    run wrong_examples "$manual"
    [ "$output" = "" ]
    spoil 's/^leakcheck run --sandbox/leakcheck run --sandboxed/' "$manual"
    run wrong_examples wrong
    [ "$output" = 'run --sandboxed' ]
}

kinds() {
    "$LEAKCHECK" list --kind none-such 2>&1 |
        sed -nE 's/.* there are (.*); see .*/\1/p' | sed 's/, /\n/g' | sort
}

@test "the kinds of the page are those of the program" {
    [ "$(kinds | wc -l)" -ge 8 ]
    diff <(kinds) <(items "$manual" 'WHAT IS SEEN')
    spoil '/^\.It Cm fifo$/d' "$manual"
    finds '< fifo' diff <(kinds) <(items wrong 'WHAT IS SEEN')
}

# 3 and 4 are about runs without a fault: ipcrash.
own_statuses() {
    statuses | grep -vxE '[34]'
}

@test "the exit statuses of the page are those of the program" {
    [ "$(own_statuses | wc -l)" -ge 9 ]
    diff <(own_statuses) <(page_statuses "$manual")
    spoil '/^\.It 77$/d' "$manual"
    finds '< 77' diff <(own_statuses) <(page_statuses wrong)
}

conditions() {
    "$LEAKCHECK" diff --ignore 'leak:fifo x # y' a 2>&1 |
        grep -oE 'condition: [^;]*' | grep -oE '[a-z]+=' | sort
}

page_conditions() {
    sed -nE 's/^\.It Cm ([a-z]+=) Ns Ar .*/\1/p' "$1" | sort
}

@test "rules: the conditions of the page are those of the program" {
    [ "$(conditions | wc -l)" -ge 4 ]
    diff <(conditions) <(page_conditions "$rules")
    spoil '/^\.It Cm until= /d' "$rules"
    finds '< until=' diff <(conditions) <(page_conditions wrong)
}

# try_example PAGE: its rules are read; each is told as one that matched nothing
# or, some day, has expired.
try_example() {
    examples "$1" >example
    grep -cE '^leak:' example >count
    "$LEAKCHECK" snapshot -k sysv-msg -o same
    run --separate-stderr "$LEAKCHECK" diff --ignore-file example same same
    echo "$stderr"
}

@test "rules: the example of the page is read as it stands" {
    try_example "$rules"
    [ "$status" -eq 0 ]
    [ "$(cat count)" -ge 4 ]
    [ "$(grep -cE 'rule (matched nothing|has expired): leak:' <<<"$stderr")" \
        -eq "$(cat count)" ]
    spoil 's/ *# ticket 12$//' "$rules"
    try_example wrong
    [ "$status" -eq 2 ]
    says 'example:5: say after'
}

@test "rules: the example of leakcheck(1) is read as it stands" {
    sed -n "/<<.*END/,/^END/ { /END/d; p }" <<<"$(examples "$manual")" >example
    [ "$(wc -l <example)" -eq 2 ]
    "$LEAKCHECK" snapshot -k sysv-msg -o same
    "$LEAKCHECK" diff --ignore-file example same same
}

field_names() {
    sed -nE 's/^FIELD\([A-Z]+, "([a-z_]+)".*/\1/p' "$root/model/field.def" |
        sort
}

# The members of section 2, without the two that are no rows of field.def.
format_fields() {
    sed -nE '/^## 2\./,/^## 3\./ s/^\| `([a-z_]+)` .*/\1/p' "$1" |
        grep -vxE 'kind|path_hex' | sort
}

@test "format: the members of objects are the rows of field.def" {
    [ "$(field_names | wc -l)" -ge 28 ]
    diff <(field_names) <(format_fields "$format")
    spoil '/^| `lrpid` /d' "$format"
    finds '< lrpid' diff <(field_names) <(format_fields wrong)
}

# check_members FORMAT FILE...: is each line of the files as the tables say?
# Prints what is not, and of what is in the tables what was never seen.
check_members() {
    python3 - "$@" <<'END'
import json
import re
import sys

TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict,
         "list": list}
objects = {}  # by kind: {member: type}
lines = {}    # by (file, type of line): {member: type}, shared by some types
seen = set()  # (identity of such a table, member) and keys of lines

def read_tables(path):
    part, wanted = "", []
    for row in open(path, encoding="utf-8"):
        if row.startswith("## "):
            part = re.sub(r"## \d+\. ([a-z]*).*\n", r"\1", row)
            wanted = []
        elif row.startswith("### "):
            wanted = [(part, name) for name in re.findall("`([a-z_]+)`", row)]
            lines.update(dict.fromkeys(wanted, {}))
        elif row.startswith("| `"):
            cells = [cell.strip(" `\n") for cell in row.split("|")[1:-1]]
            if wanted:
                lines[wanted[0]][cells[0]] = cells[1]
            else:
                for kind in cells[2].split():
                    objects.setdefault(kind, {})[cells[0]] = cells[1]

def wrong(where, what):
    print(f"{where}: {what}")

def check_value(where, table, name, value):
    if name not in table:
        return wrong(where, f"{name} is not told")
    # Numbers over 2^63-1 are strings.
    given = table[name].split()[0]
    if type(value) is not TYPES[given] and not (
            given == "integer" and isinstance(value, str)):
        wrong(where, f"{name} is no {given}")

def check_object(where, value):
    kind = value["kind"]
    table = {**objects["all"], **objects[kind]}
    for name, inner in value.items():
        check_value(f"{where}: {kind}", table, name, inner)

def check(key, value, prefix=""):
    where = "/".join(key)
    if key not in lines:
        return wrong(where, "no such line is told")
    seen.add(key)
    for name, inner in value.items():
        seen.add((id(lines[key]), prefix + name))
        check_value(where, lines[key], prefix + name, inner)
        for one in inner if isinstance(inner, list) else [inner]:
            mark = "[]." if isinstance(inner, list) else "."
            if not isinstance(one, dict):
                continue
            if one.get("type") == "snapshot":
                check(("snapshot", "snapshot"), one)
            elif "kind" in one:
                check_object(where, one)
            else:
                check(key, one, prefix + name + mark)

def check_file(path):
    records = [json.loads(line) for line in open(path, encoding="utf-8")]
    file = records[0]["type"]
    for record in records:
        if record["type"] == "object":
            check((file, "object"), {"type": "object"})
            check_object("object", {name: record[name] for name in record
                                    if name != "type"})
        else:
            check((file, record["type"]), record)
    if records[-1]["type"] not in ("end", "summary"):
        wrong(path, "breaks off")

read_tables(sys.argv[1])
for path in sys.argv[2:]:
    check_file(path)
for key, table in lines.items():
    if key not in seen:
        wrong("/".join(key), "was not seen")
    for name in table:
        if (id(table), name) not in seen:
            wrong("/".join(key), f"{name} was not seen")
            seen.add((id(table), name))
END
}

# Output of every command, with as much in it as can be had without luck.
all_output() {
    isolated '
        bad=$(printf "\377")
        mkdir -p "$DIR/$bad/2/3/4/5" "$DIR/1/2/3/4"
        touch "/dev/shm/$bad"
        ipcmk -M 4096 >/dev/null
        ipcmk -S 2 >/dev/null
        ipcmk -Q >/dev/null
        ipcmake posix-shm /a
        ipcmake posix-sem /b
        ipcmake posix-mq /c
        ipcmake fifo "$DIR/d"
        ipcmake unix-socket "$DIR/e"
        list() { "$LEAKCHECK" list --json -w "$DIR" -w "$DIR/$bad" "$@"; }
        list >list.json
        "$LEAKCHECK" snapshot -k fifo -k posix-shm -w "$DIR" -o few
        chmod 640 "$DIR/d"
        rm /dev/shm/a
        touch /dev/shm/f
        touch /dev/shm/g
        list >all
        "$LEAKCHECK" diff --json \
            --ignore "leak:posix-shm path=/dev/shm/f # one that is added" \
            --ignore "leak:sysv-sem # one that cannot be compared" \
            --ignore "leak:sysv-msg key=7 # none" few all >diff.json ||
            [ $? -eq 1 ]
        gate() {
            output=$1
            shift
            "$LEAKCHECK" run --json -o "$output" --settle 0 "$@" ||
                [ $? -eq 1 ]
        }
        gate run1.json --ignore "leak:posix-shm # why not" \
            --ignore "leak:sysv-sem key=7 # none" -- \
            sh -c "touch /dev/shm/x; mkfifo $DIR/h; ipcmk -Q; sleep 77 &" >&2
        gate run2.json --no-creators -w "$DIR" -w "$DIR/$bad" -- mkfifo "$DIR/i"
        deny seccomp=1 -- "$LEAKCHECK" run --json -o run3.json -- true
        deny unshare=1 -- "$LEAKCHECK" run --json -o run4.json -- true
        clean() {
            "$LEAKCHECK" clean --json --older-than 0 -w "$DIR" \
                -w "$DIR/$bad" "$@" || [ $? -eq 5 ]
        }
        clean >clean1.json
        clean --yes >clean2.json'
    [ "$status" -eq 0 ]
}

@test "format: each member that is printed is told, and the reverse" {
    command -v python3 >/dev/null || skip "python3 is not installed"
    all_output
    check_members "$format" ./*.json >told
    cat told
    # What takes luck, another user or a race.
    cat >unlucky <<'END'
clean/failed: was not seen
clean/gone: was not seen
clean/kept: error was not seen
clean/kept: error_hex was not seen
clean/kept: why_hex was not seen
run/leak: made_by.one_of_several was not seen
run/leak: why was not seen
END
    run diff unlucky <(sort told)
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "format: a member that is not told, or told otherwise, is found" {
    command -v python3 >/dev/null || skip "python3 is not installed"
    all_output
    has() {
        grep -qxF -- "$1" <<<"$output"
    }
    spoil '/^| `nattch` /d' "$format"
    run check_members wrong list.json
    has 'object: sysv-shm: nattch is not told'
    spoil '/^| `made_by\.pid` /d' "$format"
    run check_members wrong run1.json
    has 'run/leak: made_by.pid is not told'
    spoil 's/^| `exit_status` | integer/| `exit_status` | string/' "$format"
    run check_members wrong clean1.json
    has 'clean/summary: exit_status is no string'
    spoil 's/^### `survivor`/### `remainder`/' "$format"
    run check_members wrong run1.json
    has 'run/survivor: no such line is told'
    has 'run/remainder: pid was not seen'
    sed '$d' list.json >short.json
    run check_members "$format" short.json
    has 'short.json: breaks off'
}
