# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# logs.bash - for `load logs`, after ipcrash: logs of campaigns that never were,
# for tests of reports.

# What nobody must obey: commands of GitHub's runner and of terminals, HTML,
# Markdown, XML, a line of its own, bytes that are not UTF-8.
hostile=$'::error::pwned\n::warning::pwned\r\n  ##[error]pwned \e[2J</script><img src=x onerror=alert(1)>'
hostile+=$' @octocat [x](http://evil.example) www.evil.example `a` ```` | ]]> <!-- %0A::error::pwned %25 {0} &lt; \\'

# hex TEXT: for members that end with _hex.
hex() {
    printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'
}

campaign_record() {
    jq -nc --arg target "${1-./a}" '{type: "campaign", version: 1,
        tool: "ipcrash 0.1.0", target: [$target, "b c"], cwd: "/src/a",
        started: 1700000000, sandbox: "namespaces", plan: {trials: 1}}'
}

# site_record ID FILE LINE FUNCTION ACTION [MORE]
site_record() {
    jq -nc --arg id "$1" --arg file "$2" --argjson line "$3" \
        --arg function "$4" --arg action "$5" --argjson more "${6-null}" '
        {function: $function, file: $file, line: $line, module: "/src/a/a",
            offset: "0x1234"} as $frame |
        {type: "site", site: $id, role: "0", operation: "mkfifo",
            syscall: "mknod", n: 1, nth: 1, role_nth: 1, kind: "fifo",
            action: $action, place: 0, stack: [$frame]} + $frame + $more'
}

# trial_record SITE FAULT POLICY VERDICT [MORE]
trial_record() {
    jq -nc --arg site "$1" --arg fault "$2" --arg policy "$3" \
        --arg verdict "$4" --argjson more "${5-null}" '
        {type: "trial", id: "\($site):return:\($fault)", short: "00000001",
            site: $site, phase: "return", fault: $fault, policy: $policy,
            verdict: $verdict, end: "signal:SIGTERM", ms: 1.5,
            left: (if $verdict == "leaked" then [{kind: "fifo",
                path: "/tmp/f", created_at: $site}] else [] end)} + $more'
}

summary_record() {
    echo '{"type":"summary","sites":1,"trials":1,"duration_ms":20,"gate":"failed"}'
}

# A leak, a warning, and what else there is in an ordinary log.
plain_log() {
    campaign_record
    site_record a.c:f:mkfifo:1 src/a.c 7 f acquire
    site_record a.c:g:unlink:1 src/a.c 9 g release '{"operation":"unlink"}'
    site_record b.c:f:mkfifo:1 src/b.c 3 f acquire
    echo '{"type":"lifetime","kind":"fifo","path":"/tmp/f","created_at":"a.c:f:mkfifo:1","released_at":"a.c:g:unlink:1"}'
    trial_record a.c:f:mkfifo:1 SIGTERM must-clean leaked
    trial_record b.c:f:mkfifo:1 SIGKILL may-leak leaked
    trial_record b.c:f:mkfifo:1 SIGTERM must-clean clean
    summary_record
}

# Every text that a program may choose is hostile.
hostile_log() {
    local bytes more

    bytes=$(hex "$hostile")ff
    campaign_record "$hostile"
    more=$(jq -nc --arg text "$hostile" --arg hex "$bytes" '{
        operation: $text, file: $text, file_hex: $hex, function: $text,
        function_hex: $hex, role: "0",
        stack: [{function: $text, function_hex: $hex, file: $text,
            file_hex: $hex, module: $text, module_hex: $hex, line: 7,
            offset: "0xffffffffffffffff"}]}')
    site_record x:mkfifo:1 x 7 x acquire "$more"
    more=$(jq -nc --arg text "$hostile" --arg hex "$bytes" '{
        note: $text, output: $text, output_hex: $hex, reaction: "handled",
        handler: {function: $text, file: $text, line: 3},
        attempts: [{operation: $text, object: $text, result: "EPERM",
            place: {function: $text}}],
        survivors: [{pid: 3, command: $text, command_hex: $hex}],
        left: [{kind: "fifo", path: $text, path_hex: $hex,
            created_at: "x:mkfifo:1"}]}')
    trial_record x:mkfifo:1 SIGTERM must-clean leaked "$more"
    trial_record x:mkfifo:1 SIGHUP must-clean orphaned "$more"
    trial_record x:mkfifo:1 SIGINT must-clean hung "$more"
    trial_record x:mkfifo:1 exit must-clean broken "$more"
}

# many_log COUNT [WORD]: so many findings.
many_log() {
    campaign_record
    jq -nc --argjson count "$1" --arg word "${2-}" 'range($count) |
        "f\(.).c:f:shmget:1" as $site |
        {type: "site", site: $site, role: "0", operation: "shmget",
            syscall: "shmget", kind: "sysv-shm", action: "acquire", nth: 1,
            file: "src/f\(.)\($word).c", line: (. + 1), function: "f"},
        {type: "trial", id: "\($site):return:SIGTERM", site: $site,
            short: "00000001", phase: "return", fault: "SIGTERM",
            policy: "must-clean", verdict: "leaked", end: "exit:0", ms: 1,
            left: [{kind: "sysv-shm", id: 0, created_at: $site}]}'
    summary_record
}
