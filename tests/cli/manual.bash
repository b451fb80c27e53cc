# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# manual.bash - for `load manual`: holding a manual page against the program
# that it is about. Set PROGRAM, its path, before.

commands() {
    "$PROGRAM" --help | sed -nE '/^Commands:$/,/^$/ s/^  ([a-z]+) .*/\1/p'
}

# "list -k --kind=KIND" a line; "-" where there is no letter; the program itself
# is called "itself".
help_options() {
    local command

    for command in itself $(commands); do
        # shellcheck disable=SC2086 # nothing for the program itself
        "$PROGRAM" ${command#itself} --help | sed -nE "/^Options:\$/,\$ {
            s/^  (-[A-Za-z]), (--[a-z-]+(=[A-Z]+)?)( .*)?\$/$command \1 \2/p
            s/^      (--[a-z-]+(=[A-Z]+)?)( .*)?\$/$command - \1/p
        }"
    done | sort
}

# The same of a page: ".It Fl k , Fl -kind Ns = Ns Ar KIND" below ".Ss list".
page_options() {
    awk '
        /^\.Sh / { section = substr($0, 5); command = "" }
        section == "COMMANDS" && /^\.Ss / {
            command = substr($0, 5)
            if (command == "The program itself")
                command = "itself"
            if (command != "Every command")
                names[++count] = command
        }
        command && /^\.It / {
            option = substr($0, 5)
            letter = "-"
            if (sub(/^Fl [A-Za-z] , /, "", option))
                letter = "-" substr($0, 8, 1)
            sub(/ Ns = Ns Ar /, "=", option)
            sub(/^Fl -/, "--", option)
            if (command == "Every command")
                common[letter " " option]
            else
                print command, letter, option
        }
        END {
            for (i = 1; i <= count; i++)
                for (option in common)
                    print names[i], option
        }' "$1" | sort
}

compare_options() {
    diff <(help_options) <(page_options "$1")
}

# spoil SED-SCRIPT FILE: a copy with one thing wrong.
spoil() {
    sed "$1" "$2" >wrong
    run ! cmp -s "$2" wrong
}

# finds TEXT COMMAND...: it fails and names what is wrong.
finds() {
    local text=$1

    shift
    run "$@"
    echo "$output"
    [ "$status" -ne 0 ]
    grep -qF -- "$text" <<<"$output"
}

# "leakcheck diff [OPTION ...] BEFORE [AFTER]" of each command.
help_synopsis() {
    local command

    for command in $(commands); do
        "$PROGRAM" "$command" --help |
            sed -nE '1 { s/^Usage: //; s/\[([A-Z]+)\]\.\.\./[\1 ...]/g; p }'
    done | sort
}

page_synopsis() {
    awk -v name="${PROGRAM##*/}" '
        /^\.Sh / { on = $2 == "SYNOPSIS"; next }
        on && /^\.Nm/ { lines++; line[lines] = name; next }
        on {
            sub(/^\./, "")
            open = sub(/^Op /, "")
            gsub(/Fl /, "-")
            gsub(/(Ar|Cm) /, "")
            line[lines] = line[lines] " " (open ? "[" $0 "]" : $0)
        }
        END { for (i = 1; i <= lines; i++) print line[i] }' "$1" |
        grep -v -- '--help' | sort
}

compare_synopsis() {
    diff <(help_synopsis) <(page_synopsis "$1")
}

# Long options that are mentioned anywhere in a page, and are none.
unknown_mentions() {
    help_options | sed -E 's/.* --([a-z-]+).*/\1/' | sort -u >known
    sed -nE '/^\.[A-Z]/ s/(^\.|.* )Fl -([a-z].*)/\2/p' "$1" |
        grep -oE '^[a-z-]+' | sort -u | grep -vxFf known
}

# Lines of literal text, as they would be typed.
examples() {
    awk '
        /^\.Bd -literal/ { on = 1; next }
        /^\.Ed/ { on = 0 }
        on' "$1" | sed -e 's/^\\&//' -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g'
}

# Options of the program in examples that the command does not have. What comes
# behind " -- " or a pipe is not ours.
wrong_examples() {
    local command words

    help_options >known
    examples "$1" | sed -nE "s/^${PROGRAM##*/} ([a-z]+)( .*|\$)/\1\2/p" |
        sed -E 's/ (--|\|\|?) .*//' |
        while read -r command words; do
            for word in $words; do
                [[ $word != -* ]] ||
                    grep -qE "^$command .*($word|$word=[A-Z]+)\$|^$command $word " known ||
                    echo "$command $word"
            done
        done
}

# Items of a section: ".It Cm sysv-shm" to "sysv-shm".
items() {
    awk -v section="$2" '
        /^\.Sh / { on = substr($0, 5) == section }
        on && /^\.It / { print $(NF < 3 ? 2 : 3) }' "$1" | sort
}

# All that a program of ours may end with.
statuses() {
    sed -nE 's/^\tSTATUS_[A-Z_]+ = ([0-9]+),.*/\1/p' \
        "$BATS_TEST_DIRNAME/../../base/status.h" | sort
}

page_statuses() {
    items "$1" 'EXIT STATUS' | sed -nE 's/^([0-9]+)(\+N)?$/\1/p'
}
