# SPDX-License-Identifier: MIT
#
# mutate.awk - break a program at one place, by a table of operators.
#
#   awk -f mutate.awk mutations.tab prog.c           list the mutants
#   awk -f mutate.awk -v want=OP:LINE:N mutations.tab prog.c
#                                                    the source of one of them
#
# A mutant is named by operator, line, and which match in that line it is. The
# list has a line for each: that name, the function, the line's text, with tabs
# between. Where several mutants of one operator have the same function and
# text, the function of the second is followed by "(2)", and so on.
#
# Sources are as make format has them: a function's name and its braces are in
# column 1. Only what stands between these braces is broken. What releases an
# object is a function in which a release stands, and who calls that as a
# statement; main() is never taken for one.

BEGIN {
    FS = "\t"
    release = "IPC_RMID|_unlink\\(|[^a-z_]unlink\\("
}

# Not every awk knows these two in each place of a regular expression.
function unescaped(text) {
    gsub(/\\n/, "\n", text)
    gsub(/\\t/, "\t", text)
    return text
}

FNR == NR {
    if ($0 !~ /^(#|$)/) {
        operator[++operators] = $1
        scope[operators] = $2
        place[operators] = unescaped($3)
        from[operators] = unescaped($4)
        to[operators] = $5
    }
    next
}

{ line[++lines] = $0 }

# name_of("struct pool *make(int n)") is make.
function name_of(text) {
    sub(/ ?\(.*/, "", text)
    sub(/ [{]$/, "", text)
    sub(/.*[ *]/, "", text)
    return text
}

function find_functions(  i, name, inside) {
    for (i = 1; i <= lines; i++) {
        if (line[i] ~ /^[a-z].*(\(.*\)|\(.*,|^struct .* \{)$/)
            name = name_of(line[i])
        if (line[i] ~ /^[}]/)
            inside = 0
        if (inside && line[i] !~ /^[ \t]*(\/\*|\*|#)/)
            body[i] = name
        if (line[i] ~ /^[{]|^struct .* [{]$/)
            inside = 1
    }
}

function find_releasing(  i, known, names) {
    for (i = 1; i <= lines; i++)
        if (body[i] != "" && line[i] ~ release)
            releasing[body[i]]
    delete releasing["main"]
    do {
        known = cleanups
        cleanups = ""
        for (i in releasing)
            cleanups = cleanups (cleanups == "" ? "" : "|") i
        for (i = 1; i <= lines; i++)
            if (cleanups != "" && body[i] != "" && body[i] != "main" &&
                line[i] ~ "^\t+(" cleanups ")\\(.*;$")
                releasing[body[i]]
    } while (length(cleanups) != length(known))
}

# A line as operator o sees it: with the next one, if they are to be swapped.
function seen(o, i) {
    return to[o] == "SWAP" ? line[i] "\n" line[i + 1] : line[i]
}

# What stands at one place is replaced, as the operator has it.
function replaced(o, text,  at) {
    if (to[o] == "TURN") {
        at = index(text, " || ")
        return substr(text, at + 4) " || " substr(text, 1, at - 1)
    }
    if (to[o] == "SWAP") {
        at = index(text, "\n")
        return substr(text, at + 1) "\n" substr(text, 1, at - 1)
    }
    sub(from[o], to[o], text)
    return text
}

function fits(o, i) {
    return body[i] != "" && body[i + (to[o] == "SWAP")] != "" &&
        (scope[o] == "all" || body[i] in releasing)
}

# Each mutant of one operator in one line: listed, or printed if it is wanted.
function break_line(o, i,  pattern, head, rest, at, n) {
    pattern = place[o]
    gsub(/CLEANUP/, cleanups == "" ? "^$" : "(" cleanups ")", pattern)
    rest = seen(o, i)
    while (match(rest, pattern)) {
        at = RSTART + RLENGTH
        found(o, i, ++n, head substr(rest, 1, RSTART - 1) \
            replaced(o, substr(rest, RSTART, RLENGTH)) substr(rest, at))
        head = head substr(rest, 1, at - 1)
        rest = substr(rest, at)
    }
}

function found(o, i, n, text,  name, trimmed, key, k) {
    name = operator[o] ":" i ":" n
    if (want == "") {
        trimmed = line[i]
        gsub(/^[ \t]+/, "", trimmed)
        gsub(/\t/, " ", trimmed)
        k = ++count[operator[o], body[i], trimmed]
        print name, body[i] (k > 1 ? "(" k ")" : ""), trimmed
    } else if (name == want) {
        for (k = 1; k < i; k++)
            print line[k]
        print text
        for (k = i + 1 + (to[o] == "SWAP"); k <= lines; k++)
            print line[k]
    }
}

END {
    OFS = "\t"
    find_functions()
    find_releasing()
    if (want ~ /^none/)
        for (i = 1; i <= lines; i++)
            print line[i]
    for (o = 1; o <= operators; o++)
        for (i = 1; i <= lines; i++)
            if (fits(o, i))
                break_line(o, i)
}
