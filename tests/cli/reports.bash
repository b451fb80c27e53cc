# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2089,SC2090 # quotes in a text that is no command
# reports.bash - for `load reports`: logs of campaigns that never were, for tests
# of what others read from their reports.

# What a program may print or call its objects, to fool who reads a report: ends
# of XML, JSON, YAML, TAP and of a line, orders to a terminal, to a CI service or to
# a web browser, and what is no character.
HOSTILE=$'\x1b[31m]]></failure></system-out><script>alert(1)</script>\r
::error file=a.c::x\x01
  ...
---
Bail out! now
not ok 77 - x # TODO no
ok 1 # SKIP
[[ATTACHMENT|/etc/passwd]]\\ \\\' " \' & &lt; <![CDATA[ %0A ${HOME} $(id) `id`
\u2028\u2029\u202e\ufeff\ufffe\uffff\u0085 - ? : , [ ] { } # & * ! | > @ \t
\U0001f600 0.1/a:b key: value #end'
export HOSTILE

# log_start PLANNED: the first records, of two sites.
log_start() {
    jq -nc --argjson planned "$1" '{type: "campaign", version: 1,
        tool: "ipcrash 0.1.0", target: ["./server.py", "-p", "0"],
        cwd: "/nonexistent", started: 1767323045, sandbox: "namespaces",
        plan: {trials: $planned}}'
    log_site a.c:f:shmget:1 acquire 7
    log_site a.c:g:shmctl:1 release 9
}

# log_site ID ACTION LINE
log_site() {
    jq -nc --arg id "$1" --arg action "$2" --argjson line "$3" '{type: "site",
        site: $id, role: "0", operation: ($id | split(":")[2]),
        syscall: ($id | split(":")[2]), kind: "sysv-shm", action: $action,
        file: ($id | split(":")[0]), line: $line,
        function: ($id | split(":")[1])}'
}

# log_trial FAULT VERDICT [MEMBERS]: at the return of shmget; MEMBERS is JSON.
log_trial() {
    jq -nc --arg fault "$1" --arg verdict "$2" --argjson more "${3-{\}}" '{
        type: "trial", id: "a.c:f:shmget:1:return:\($fault)",
        short: "00000001", site: "a.c:f:shmget:1", phase: "return",
        fault: $fault, policy: "must-clean", verdict: $verdict,
        end: "exit:0", ms: 1.5} + (if $verdict == "leaked" then
        {left: [{kind: "sysv-shm", id: 0, created_at: "a.c:f:shmget:1"}]}
        else {} end) + $more'
}

# A trial of each outcome.
log_of_all() {
    log_start 5
    log_trial exit clean
    log_trial SIGTERM leaked
    log_trial SIGKILL leaked '{"policy": "may-leak"}'
    log_trial SIGSEGV not-available
    log_trial SIGINT not-reached
}

# A FIFO, an output, a note and a process with such names, and bytes that are not
# even UTF-8.
log_of_hostile() {
    log_start 4
    log_site "$(tr ' ' _ <<<"$HOSTILE" | tr -d ':\n')#.c:f#ok:mknod:1" acquire 3
    log_trial SIGTERM leaked "$(jq -n '{output: env.HOSTILE, note: env.HOSTILE,
        survivors: [{pid: 7, command: env.HOSTILE}],
        left: [{kind: "fifo", path: ("/tmp/" + env.HOSTILE),
            created_at: "a.c:f:shmget:1"}]}')"
    log_trial SIGINT orphaned "$(jq -n '{output: ("x\n" * 99 + env.HOSTILE),
        survivors: [{pid: 7, command: env.HOSTILE}]}')"
    log_trial SIGHUP leaked '{"output": "\\xff", "output_hex": "fffe0a5d5d3efe80",
        "left": [{"kind": "fifo", "path": "/tmp/\\xff",
            "path_hex": "2f746d702fff5d5d3e", "created_at": "a.c:f:shmget:1"}]}'
    log_trial SIGQUIT broken "$(jq -n '{note: env.HOSTILE}')"
}

# log_of_many COUNT BYTES: one in ten leaks, and has printed so much.
log_of_many() {
    local output

    log_start "$1"
    output=$(printf "%$2s" '' | tr ' ' '&')
    {
        log_trial exit clean
        log_trial SIGTERM leaked "{\"output\": \"$output\"}"
        log_trial SIGKILL leaked "{\"policy\": \"may-leak\",
            \"output\": \"$output\"}"
    } >kinds
    awk -v count="$1" '{ kinds[NR] = $0 }
        END {
            for (i = 1; i <= count; i++) {
                line = kinds[i % 10 == 1 ? 2 : i % 10 < 4 ? 3 : 1]
                sub(/:return:/, ":" i "&", line)
                print line
            }
        }' kinds
}
