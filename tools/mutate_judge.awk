# SPDX-License-Identifier: MIT
#
# mutate_judge.awk - what became of all mutants, held against the table of those
# that need not be caught. A row of it and a mutant belong together by program,
# operator, function and text.
#
#   awk -f mutate_judge.awk OPERATORS LIST TABLE RESULTS
#
# LIST has a line for each mutant, RESULTS the same with what became of it
# before it. What is wrong comes first, then a line for each operator, in the
# order of their own table, then one in all.

BEGIN {
    FS = "\t"
    columns = split("made same invalid caught equivalent beyond race", column, " ")
}

# "PROGRAM OPERATOR" of a file and a mutant's name.
function named(path, mutant) {
    sub(/.*\//, "", path)
    sub(/[.][a-z]+$/, "", path)
    sub(/:.*/, "", mutant)
    programs[path]
    return path "\t" mutant
}

function wrong(text) {
    print "WRONG: " text
    failed = 1
}

function count(operator, outcome) {
    total[operator, outcome]++
    total["all", outcome]++
}

FILENAME == ARGV[1] {
    if ($0 !~ /^(#|$)/)
        order[++operators] = $1
    next
}

FILENAME == ARGV[2] {
    listed[$0]
    named($1, $2)
    next
}

FILENAME == ARGV[3] && !/^(#|$)/ && $1 in programs {
    row = $1 "\t" $2 "\t" $3 "\t" $4
    if (NF != 6 || $5 !~ /^(equivalent|beyond|race)$/ || row in why)
        wrong("no row, or one that was there before: " $0)
    why[row] = $5
}

FILENAME == ARGV[4] {
    name = named($2, $3)
    row = name "\t" $4 "\t" $5
    sub(/.*\t/, "", name)
    delete listed[$2 "\t" $3 "\t" $4 "\t" $5]
    outcome = $1
    if (row in why && (outcome == "uncaught" || why[row] == "race")) {
        outcome = why[row]
        used[row]
    } else if (outcome !~ /^(same|invalid|caught)$/)
        wrong($2 " " $3 " is " outcome ", and no row is " row)
    count(name, "made")
    count(name, outcome)
}

function line_of(operator,  text, i) {
    text = sprintf("%-14s", operator)
    for (i = 1; i <= columns; i++)
        text = text sprintf("%11d", total[operator, column[i]])
    return text
}

END {
    for (i in listed)
        wrong("nothing became of " i)
    for (row in why)
        if (!(row in used))
            wrong("no mutant is uncaught that belongs to " row)
    printf "\n%-14s", "operator"
    for (i = 1; i <= columns; i++)
        printf "%11s", column[i]
    print ""
    for (i = 1; i <= operators; i++)
        print line_of(order[i])
    printf "\nmutants: %d made, %d same, %d invalid, %d caught, " \
        "%d equivalent, %d beyond, %d race (all explained), " \
        "%d unexplained\n",
        total["all", "made"], total["all", "same"], total["all", "invalid"],
        total["all", "caught"], total["all", "equivalent"],
        total["all", "beyond"], total["all", "race"],
        total["all", "uncaught"]
    exit failed
}
