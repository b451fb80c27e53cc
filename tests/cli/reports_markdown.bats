#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reports_markdown.bats - the report markdown, as a renderer of GitHub's Markdown
# makes a page of it.

load isolated
load ipcrash
load logs

setup() {
    command -v cmark-gfm >/dev/null || skip "cmark-gfm is not installed"
    own_directory
}

# Tags and what they lead to: none but ours may be there.
tags() {
    render "$1" | grep -oE '<[a-zA-Z!/][^>]*>' | sort -u
}

render() {
    cmark-gfm --unsafe -e table -e autolink -e strikethrough -e tasklist "$1"
}

ours='<!DOCTYPE>|</?(h2|p|code|pre|table|tr|td|th|details|summary)>|<code class="language-text">'

strange() {
    strange=$(tags "$1" | grep -vxE "$ours") || [ -z "$strange" ]
    echo "strange: $strange"
}

markdown() {
    run "$IPCRASH" report --report markdown=out.md "$1"
    [ "$status" -lt 2 ] || [ "$status" -eq 5 ]
    strange out.md
}

# What is shown, without tags, as text.
shown() {
    render out.md | sed -E 's/<[^>]*>/ /g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' | tr -s ' '
}

@test "the gate, the findings, where they show, and each in full" {
    plain_log >log
    markdown log
    [ -z "$strange" ]
    shown >text
    grep -x ' ipcrash : gate failed ' text
    grep -F 'fails the gate fifo made in f() at src/a.c:7 1 ipcrash rerun -o log 00000001' text
    grep -F 'warning fifo made in f() at src/b.c:3' text
    grep -xE ' a.c:7 mkfifo return L ' text
    grep 'after: SIGTERM' text
    [ "$(render out.md | grep -c '<details>')" -eq 2 ]
    # Folded blocks are blocks: Markdown begins after a blank line.
    [ "$(render out.md | grep -c '<pre><code class="language-text">')" -eq 2 ]
}

@test "no tag, link or mention of the program's survives" {
    hostile_log >log
    markdown log
    [ -z "$strange" ]
    # Everything hostile stands in code, where nothing is a link or a mention.
    render out.md | tr '\n' '\r' | sed -E 's/<code[^>]*>[^<]*<\/code>//g' |
        tr '\r' '\n' >outside
    run ! grep -E 'octocat|evil|pwned|onerror' outside
    # And is shown as it is.
    shown | grep -F '</script><img src=x onerror=alert(1)>'
    shown | grep -F '[x](http://evil.example)'
    [ "$(grep -c 'octocat' out.md)" -gt 5 ]
    # No line of theirs begins one, yet: a fence is longer than theirs.
    [ "$(grep -c '^`````text$' out.md)" -eq "$(grep -c '^`````$' out.md)" ]
    run ! grep -x '```text' out.md
}

@test "the check sees what survives" {
    printf '%s\n' "a $hostile" >wrong
    strange wrong
    [[ $strange == *'<img src=x'* ]]
    [[ $strange == *'<a href="http://evil.example">'* ]]
}

@test "40 rows of points, and how many more there are" {
    many_log 41 >log
    markdown log
    [ -z "$strange" ]
    [ "$(grep -c '<td>return</td>' out.md)" -eq 40 ]
    grep '^<p>1 point more: no room' out.md
    many_log 40 >log
    markdown log
    [ "$(grep -c '<td>return</td>' out.md)" -eq 40 ]
    run ! grep ' more: no room' out.md
}

@test "nothing found; a log that is cut off says so" {
    {
        campaign_record
        site_record x:mkfifo:1 x.c 7 f acquire
        trial_record x:mkfifo:1 SIGTERM must-clean clean
        summary_record
    } >log
    markdown log
    [ -z "$strange" ]
    shown | grep -x ' ipcrash : gate passed '
    run ! grep '<table>' out.md
    head -n 3 log | head -c -30 >torn
    markdown torn
    [ -z "$strange" ]
    shown | grep 'gate incomplete'
    shown | grep 'cut off'
}
