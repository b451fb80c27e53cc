#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install-packages.sh - install the Debian packages that packages.txt lists.
#
#   tools/install-packages.sh            all sections
#   tools/install-packages.sh build      only these sections
#   tools/install-packages.sh --list     print the packages, install nothing
#
# Does nothing, and needs no rights, when all of them are there.
set -euo pipefail

list=$(dirname "$0")/packages.txt

fail() {
    printf 'install-packages.sh: %s\n' "$*" >&2
    exit 1
}

sections() {
    sed -n 's/^\[\(.*\)\]$/\1/p' "$list"
}

# The packages of the sections that are named, of all when none is.
packages() {
    awk -v wanted=" $* " '
        /^#/ || NF == 0 { next }
        /^\[/ { section = substr($1, 2, length($1) - 2); next }
        wanted ~ /^ *$/ || index(wanted, " " section " ")
    ' "$list"
}

# Those of the packages that are not installed. dpkg-query says nothing on
# stdout of packages that it has never heard of.
missing() {
    local there
    # shellcheck disable=SC2016 # ${...} is for dpkg-query
    there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" \
        2>/dev/null || true)
    awk 'NR == FNR { if ($1 == "installed") there[$2]; next }
        !($1 in there)' <(printf '%s\n' "$there") <(printf '%s\n' "$@")
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
        -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@"
}

only_list=false
if [ "${1-}" = --list ]; then
    only_list=true
    shift
fi
for section; do
    sections | grep -qx -e "$section" ||
        fail "no section '$section' in $list, there are:" \
            "$(sections | paste -sd ' ')"
done
mapfile -t wanted < <(packages "$@")
if $only_list; then
    printf '%s\n' "${wanted[@]}"
    exit 0
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is no Debian system (no apt-get); install by its own means:" \
        "${wanted[*]}"
fi
mapfile -t absent < <(missing "${wanted[@]}")
if [ ${#absent[@]} -eq 0 ]; then
    echo "All ${#wanted[@]} packages are there."
    exit 0
fi
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    fail "not root and no sudo; as root: apt-get install ${absent[*]}"
fi
echo "Installing: ${absent[*]}"
apt update || fail "apt-get update failed, see above"
apt install -y --no-install-recommends "${absent[@]}" ||
    fail "apt-get install failed, see above"
