#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_man.bats - ipcrash(1) says what the program does, and the reverse.
# Each comparison is also made with a page that is wrong, and must find that.

load isolated
load ipcrash
load manual

setup() {
    export PROGRAM=$IPCRASH
    root=$BATS_TEST_DIRNAME/../..
    manual=$root/docs/ipcrash.1
    own_directory
}

@test "every command and option of --help is in the page, and the reverse" {
    # Not a comparison of nothing with nothing.
    [ "$(help_options | wc -l)" -ge 45 ]
    [ "$(help_options | cut -d' ' -f1 | uniq | wc -l)" -ge 5 ]
    run compare_options "$manual"
    echo "$output"
    [ "$output" = "" ]
    [ "$status" -eq 0 ]
    spoil '0,/^\.It Fl -strict$/ { /^\.It Fl -strict$/d }' "$manual"
    finds '< run - --strict' compare_options wrong
    spoil 's/^\.It Fl -gdb$/&\n.It Fl -lldb/' "$manual"
    finds '> rerun - --lldb' compare_options wrong
}

@test "every line of --help that looks like an option is compared" {
    for command in '' $(commands); do
        # shellcheck disable=SC2086
        "$IPCRASH" $command --help
    done | grep -cE '^ {2,6}-' >shown
    [ "$(cat shown)" -eq "$(help_options | wc -l)" ]
}

@test "the synopsis is the usage that --help prints" {
    [ "$(help_synopsis | wc -l)" -ge 4 ]
    run compare_synopsis "$manual"
    echo "$output"
    [ "$output" = "" ]
    [ "$status" -eq 0 ]
    spoil 's/^\.Op Ar LOG \.\.\.$/.Ar LOG/' "$manual"
    finds '> ipcrash report [OPTION ...] LOG' compare_synopsis wrong
}

@test "an option that is mentioned anywhere exists" {
    run unknown_mentions "$manual"
    [ "$output" = "" ]
    [ -s known ]
    spoil 's/^\.Fl -require$/.Fl -request/' "$manual"
    run unknown_mentions wrong
    [ "$output" = request ]
}

@test "the examples use options that exist" {
    [ "$(examples "$manual" | grep -c '^ipcrash')" -ge 6 ]
    run wrong_examples "$manual"
    [ "$output" = "" ]
    spoil 's/^ipcrash run --dry-run/ipcrash run --dry/' "$manual"
    run wrong_examples wrong
    [ "$output" = 'run --dry' ]
}

@test "the exit statuses of the page are those of the program" {
    [ "$(statuses | wc -l)" -ge 11 ]
    diff <(statuses) <(page_statuses "$manual")
    spoil '/^\.It 4$/d' "$manual"
    finds '< 4' diff <(statuses) <(page_statuses wrong)
}

@test "the rules of suppressions are what the page of them says" {
    page=$root/docs/ipcrash-suppressions.5
    echo 'leak:fifo x # y' >rules
    "$IPCRASH" report --suppressions rules 2>&1 | grep -oE 'condition: [^;]*' |
        grep -oE '[a-z]+=' | sort >conditions
    [ "$(wc -l <conditions)" -ge 8 ]
    page_conditions() {
        sed -nE 's/^\.It Cm ([a-z]+=) Ns Ar .*/\1/p' "$1" | sort
    }
    diff conditions <(page_conditions "$page")
    spoil '/^\.It Cm until= /d' "$page"
    finds '< until=' diff conditions <(page_conditions wrong)
    # Its example is read as it stands: each rule is told to have matched nothing.
    echo '{"type":"campaign","version":1,"sandbox":"host"}' >log
    examples "$page" >rules
    ipcrash report --suppressions rules log
    [ "$status" -eq 0 ]
    [ "$(grep -cE 'this suppression (matched nothing|has expired)' <<<"$output")" \
        -eq "$(grep -cvE '^(#|$)' rules)" ]
    spoil 's/ *# ticket 12$//' "$page"
    examples wrong >rules
    ipcrash report --suppressions rules log
    [ "$status" -eq 2 ]
    says 'rules:5: say after'
}

verdicts() {
    sed -nE 's/^VERDICT\([A-Z_]+, "([a-z-]+)".*/\1/p' \
        "$root/model/verdict.def" | sort
}

@test "the verdicts of the page are those of the program" {
    [ "$(verdicts | wc -l)" -ge 9 ]
    diff <(verdicts) <(items "$manual" VERDICTS)
    spoil '/^\.It hung$/d' "$manual"
    finds '< hung' diff <(verdicts) <(items wrong VERDICTS)
}

@test "the default faults of the page are those of the program" {
    names=$(sed -nE 's/^FAULT\("([A-Za-z]+)",.* DEFAULT, .*/\1/p' \
        "$root/model/fault.def" | paste -sd' ')
    [ "$names" = "exit SIGINT SIGTERM SIGHUP SIGSEGV SIGABRT SIGKILL" ]
    grep -qx 'A set: exit, SIGINT, SIGTERM, SIGHUP, SIGSEGV, SIGABRT and SIGKILL.' \
        "$manual"
}

# check_log FORMAT LOG...: prints each member of the logs that the tables do not
# tell, or tell otherwise, and each that was not seen.
check_log() {
    python3 - "$@" <<'END'
import json
import re
import sys

TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict,
         "list": list, "number": (int, float), "FRAME": dict}
tables = {}
record = None
for row in open(sys.argv[1], encoding="utf-8"):
    if row.startswith("### "):
        record = tables.setdefault(row.split("`")[1], {})
    elif row.startswith("FRAME, "):
        record = tables.setdefault("FRAME", {})
    elif row.startswith("| `"):
        name, kind = [cell.strip(" `") for cell in row.split("|")[1:3]]
        record[name] = kind
seen = set()

def check(name, table, value, prefix=""):
    for key, inner in value.items():
        key = prefix + re.sub("_hex$", "", key)
        told = tables[name].get(key)
        if told is None:
            print(f"{name}: {key} is not told")
            continue
        seen.add((name, key))
        if not isinstance(inner, TYPES[told.split()[0]]):
            print(f"{name}: {key} is no {told}")
        for one in inner if isinstance(inner, list) else [inner]:
            if not isinstance(one, dict) or key in ("verdicts", "counts"):
                continue
            if "FRAME" in told:
                check("FRAME", table, one)
                continue
            mark = "[]." if isinstance(inner, list) else "."
            known = {member: one[member] for member in one
                     if key != "left" or member in ("created_at", "held")}
            check(name, table, known, key + mark)

for path in sys.argv[2:]:
    for line in open(path, encoding="utf-8"):
        value = json.loads(line)
        check(value["type"], tables[value["type"]], value)
for name, table in tables.items():
    for key in table:
        if (name, key) not in seen:
            print(f"{name}: {key} was not seen")
END
}

# Logs with as much in them as can be had for little.
some_logs() {
    scenarios=${LEAKCHECK%/*}/scenarios
    make_log() {
        "$IPCRASH" run -o "$@" >/dev/null 2>&1 || [ $? -eq 1 ]
    }
    make_log 1 --only '*' --skip '*:shmdt:*' --require SIGTERM --allow SIGHUP \
        --input /dev/null --faults SIGTERM,SIGHUP,EINVAL -- \
        "$scenarios/shm_atexit-4" || return
    make_log 2 --max-trials 20 --repeat 2 --stop TERM -- \
        "$scenarios/posix_shm-1" || return
    mkdir 4
    "$IPCRASH" diff --json 1 2 >4/run.jsonl || [ $? -eq 1 ] || return
    make_log 3 --timeout 500ms --faults SIGTERM --settle 100ms \
        -- "$scenarios/hang-1"
}

@test "docs/LOG_FORMAT.md tells each member of a log, and no other" {
    command -v python3 >/dev/null || skip "python3 is not installed"
    isolated true
    format=$root/docs/LOG_FORMAT.md
    some_logs
    check_log "$format" {1,2,3,4}/run.jsonl | tee told
    # What takes luck, a refusal or a program that goes wrong otherwise.
    cat >unlucky <<'END'
campaign: plan.differs was not seen
campaign: plan.notes was not seen
campaign: refused was not seen
summary: interrupted_by was not seen
trial: left[].expected was not seen
trial: left[].held was not seen
trial: note was not seen
trial: survivors[].command was not seen
trial: survivors[].pid was not seen
trial: window_unknown was not seen
END
    [ "$(comm -13 unlucky <(sort told))" = "" ]
    sed '/^| `represents` /d' "$format" >wrong
    check_log wrong 1/run.jsonl | grep -qx 'trial: represents is not told'
    sed 's/^| `gate` | string/| `gate` | list/' "$format" >wrong
    check_log wrong 1/run.jsonl | grep -qx 'summary: gate is no list'
    sed 's/^| `gate` .*/&\n| `mood` | string | |/' "$format" >wrong
    check_log wrong 1/run.jsonl | grep -qx 'summary: mood was not seen'
}
