#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# lint.sh - what can be said of the sources without running them, in seconds.
#
#   tools/lint.sh           all steps, side by side
#   tools/lint.sh STEP...   only these, see "steps" below
#
# Prints what each failed step found. tools/analyze.sh looks deeper.
set -euo pipefail

cd "$(dirname "$0")/.."
steps=(format spelling shell bats yaml man cppcheck headers functions text spdx)
jobs=$(nproc)

# Each step prints what is wrong and fails then.

step_format() {
    local wrong

    wrong=$(tools/sources.sh c |
        xargs -0 -r -n 8 -P "$jobs" clang-format --dry-run 2>&1 |
        sed -n 's/\(:[0-9]*\):[0-9]*: warning: .*/\1: not as make format has it/p')
    [ -z "$wrong" ] || { printf '%s\n' "$wrong"; return 1; }
}

# The names of mdoc(7) macros are no words.
step_spelling() {
    tools/sources.sh text |
        xargs -0 -r codespell --quiet-level 2 --ignore-regex '^\.[A-Z][a-z] '
}

step_shell() {
    tools/sources.sh shell |
        xargs -0 -r -n 4 -P "$jobs" shellcheck --external-sources --format gcc
}

# SC2030, SC2031: each @test is a subshell on purpose. SC2154: bats sets
# $status, $output and $lines. SC2016: texts for `sh -c` are in single quotes.
# SC1010: "done" may be a word.
step_bats() {
    tools/sources.sh bats |
        xargs -0 -r -n 2 -P "$jobs" shellcheck --shell bats --format gcc \
            --exclude SC2030,SC2031,SC2154,SC2016,SC1010
}

# "on:" of a workflow is no truth value. tests/cli/leak_gate.bats looks at the
# shell in them.
step_yaml() {
    tools/sources.sh yaml | xargs -0 -r yamllint --strict --format parsable \
        --config-data '{extends: default, rules: {line-length: {max: 100},
            truthy: {check-keys: false}, document-start: disable}}'
}

step_man() {
    find docs -name '*.[1-8]' -print0 | xargs -0 -r mandoc -T lint -W warning
}

# ctunullpointer follows paths on which both sides of a diff entry are NULL.
step_cppcheck() {
    cppcheck --quiet --std=c11 --language=c -j "$jobs" -I. -D_GNU_SOURCE \
        --enable=warning,performance,portability --inline-suppr \
        --suppress=ctunullpointer --suppress=missingIncludeSystem \
        --template='{file}:{line}: {severity}: {message} [{id}]' \
        --error-exitcode=1 \
        --file-list=<(tools/sources.sh units | tr '\0' '\n')
}

step_headers() {
    tools/check-headers.sh
}

step_functions() {
    tools/check-functions.sh
}

# White space at the end of a line, a last line without a newline, and C lines
# wider than 80 columns with tabs of 8.
step_text() {
    local file bad=0

    tools/sources.sh text | xargs -0 grep -nE '[[:blank:]]+$' && bad=1
    while IFS= read -r -d '' file; do
        [ -z "$(tail -c 1 "$file")" ] ||
            { echo "$file: no newline at the end"; bad=1; }
    done < <(tools/sources.sh text)
    while IFS= read -r -d '' file; do
        expand "$file" | FILE=$file awk '
            length > 80 {
                print ENVIRON["FILE"] ":" NR ": " length " columns"
                bad = 1
            }
            END { exit bad }' || bad=1
    done < <(tools/sources.sh c)
    return $bad
}

step_spdx() {
    # shellcheck disable=SC2016 # for awk
    tools/sources.sh c | xargs -0 -r awk '
        FNR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" {
            print FILENAME ":1: the first line must be " \
                "/* SPDX-License-Identifier: MIT */"
            bad = 1
        }
        END { exit bad }'
}

for step in "$@"; do
    declare -F "step_$step" >/dev/null ||
        { echo "lint.sh: no step '$step', there are: ${steps[*]}" >&2; exit 2; }
done
[ $# -eq 0 ] || steps=("$@")

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for step in "${steps[@]}"; do
    (
        set +e
        "step_$step" >"$results/$step" 2>&1
        echo $? >"$results/$step.status"
    ) &
done
wait

failed=()
for step in "${steps[@]}"; do
    [ "$(cat "$results/$step.status")" = 0 ] && continue
    failed+=("$step")
    echo "== $step"
    cat "$results/$step"
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "lint: failed: ${failed[*]}"
    exit 1
fi
[ ! -s "$results/functions" ] || cat "$results/functions"
