#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# ipcrash_html.bats - `ipcrash report --report html=FILE` in a browser: headless
# Chromium, started once for all checks of tests/support/browse.py, each of which
# is a test here. What the page has is for tests/unit/check_html.c.

load isolated
load ipcrash

# campaign FAULTS TEXT: the first record; all texts are TEXT.
campaign() {
    jq -nc --arg x "$2" --argjson n "$1" '{type: "campaign", version: 1,
        tool: $x, target: [$x, $x], cwd: $x, sandbox: "namespaces",
        plan: {trials: $n, notes: [$x]}}'
}

hostile_log() {
    # shellcheck disable=SC2016 # for jq
    local x='</script><script>window.owned=1</script><img src=x onerror=window.owned=1>]]>'

    campaign 1 "$x"
    jq -nc --arg x "$x" '
        {type: "site", site: $x, role: "0", operation: $x, syscall: $x,
            kind: "fifo", action: "acquire", file: $x, line: 7, function: $x,
            stack: [{module: $x, offset: "0x1", function: $x, file: $x, line: 7}]},
        {type: "lifetime", kind: "fifo", created_at: $x},
        {type: "trial", id: ($x + ":return:SIGTERM"), site: $x, phase: "return",
            fault: "SIGTERM", policy: "must-clean", verdict: "leaked",
            end: "exit:1", ms: 1, note: $x, output: $x,
            left: [{kind: "fifo", path: $x, created_at: $x}],
            survivors: [{pid: 7, command: $x}]}'
}

# 1,000 points, 20 faults, an object for each ten points; each 50th trial leaks.
big_log() {
    campaign 20000 ./server
    # shellcheck disable=SC2016 # for jq
    jq -nc '
        def file: "src/f\(. / 50 | floor).c";
        def call: if . % 10 == 0 then "shmget" else "shmat" end;
        def site: "\(file):work\(.):\(call):1";
        (range(1000) | {type: "site", site: site, role: "0", operation: call,
            syscall: call, kind: "sysv-shm", action: "use", file: file,
            line: (. % 50 + 1), function: "work\(.)"}),
        (range(0; 1000; 10) | {type: "lifetime", kind: "sysv-shm",
            created_at: site, released_at: (. + 9 | site)}),
        ("exit SIGINT SIGTERM SIGHUP SIGSEGV SIGABRT SIGKILL SIGQUIT SIGUSR1
            SIGUSR2 SIGPIPE SIGALRM SIGBUS SIGFPE ENOMEM ENOSPC EACCES EEXIST
            ENFILE EMFILE" | [splits("\\s+")]) as $faults |
        range(1000) as $i | range(20) as $j | ($i | site) as $site |
        (($i * 20 + $j) % 50 == 0) as $leaks |
        {type: "trial", id: "\($site):return:\($faults[$j])", site: $site,
            phase: "return", fault: $faults[$j], end: "exit:0", ms: 1,
            policy: (if $j > 3 and $j < 14 then "may-leak" else "must-clean" end),
            verdict: (if $leaks then "leaked" else "clean" end),
            left: (if $leaks then [{kind: "sysv-shm", id: 1,
                created_at: ($i - $i % 10 | site)}] else [] end)}'
}

# page NAME LOG
page() {
    "$IPCRASH" report --report html="$BATS_FILE_TMPDIR/$1" "$2" >/dev/null ||
        [ $? -eq 1 ]
}

setup_file() {
    local root=$BATS_TEST_DIRNAME/../.. status=0

    command -v chromedriver >/dev/null || return 0
    cd "$root" || return
    "$IPCRASH" run -o "$BATS_FILE_TMPDIR/out" --no-window -- \
        "$TEST_BUILD/scenarios/shm_atexit-1" >"$BATS_FILE_TMPDIR/run" 2>&1 ||
        status=$?
    [ "$status" -ne 77 ] || return 0 # seen() says so
    [ "$status" -eq 1 ] || { cat "$BATS_FILE_TMPDIR/run"; return 1; }
    jq -r 'select(.verdict == "clean").short' "$BATS_FILE_TMPDIR/out/run.jsonl" |
        head -n 1 >"$BATS_FILE_TMPDIR/clean"
    hostile_log >"$BATS_FILE_TMPDIR/hostile.jsonl"
    big_log >"$BATS_FILE_TMPDIR/big.jsonl"
    page page.html "$BATS_FILE_TMPDIR/out"
    page hostile.html "$BATS_FILE_TMPDIR/hostile.jsonl"
    page big.html "$BATS_FILE_TMPDIR/big.jsonl"
    timeout 100 /usr/bin/python3 tests/support/browse.py "$BATS_FILE_TMPDIR" \
        >"$BATS_FILE_TMPDIR/checks" 2>&1 || :
}

# seen NAME: the check of this name, or all that were made if there is none.
seen() {
    command -v chromedriver >/dev/null || skip "no Chromium"
    [ -s "$BATS_FILE_TMPDIR/page.html" ] || skip "no ptrace(2) to be had"
    sed -n "/^\(not \)\{0,1\}ok $1\>/,/^\(not \)\{0,1\}ok /p" \
        "$BATS_FILE_TMPDIR/checks"
    grep -qx "ok $1" "$BATS_FILE_TMPDIR/checks" || {
        cat "$BATS_FILE_TMPDIR/checks"
        return 1
    }
}

@test "filter: texts, verdicts, faults, kinds" {
    seen the_filter_leaves_rows_that_match
    seen a_chip_and_a_column_filter
    seen a_class_shows_its_points
}

@test "a cell opens, and its address leads to it" {
    seen a_cell_opens_and_the_address_has_it
    seen an_address_leads_to_a_cell
}

@test "keys" {
    seen the_keyboard_goes_everywhere
}

@test "dark and light" {
    seen dark_and_light
}

@test "whole without JavaScript" {
    seen whole_without_javascript
}

@test "nothing of the program runs" {
    seen nothing_of_the_program_runs
    seen a_policy_stops_what_would_run
}

@test "1,000 points and 20 faults" {
    seen many_points_open_at_once
    # Most of it is letters.
    [ "$(wc -c <"$BATS_FILE_TMPDIR/big.html")" -lt 1500000 ]
}

@test "no error is told, nothing is loaded" {
    seen no_console_error
    seen no_network_request
    seen sees_what_is_wrong
}

@test "the style lies beside the page" {
    cd "$BATS_TEST_TMPDIR"
    campaign 0 a >log
    "$IPCRASH" report --report html=page.html log
    cmp report.css "$BATS_TEST_DIRNAME/../../reports/html/page.css"
    grep -q 'href="report.css"' page.html
}

@test "the policy has the hashes of style and script" {
    local file hash

    cd "$BATS_TEST_TMPDIR"
    campaign 0 a >log
    "$IPCRASH" report --report html=page.html log
    for file in css js; do
        hash=$(sha256sum "$BATS_TEST_DIRNAME/../../reports/html/page.$file" |
            cut -c 1-64 | tr a-f A-F | basenc -d --base16 | base64)
        grep -qF "'sha256-$hash'" page.html
    done
}
