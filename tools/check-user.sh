#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check-user.sh - run `make check` as an ordinary user: as `nobody` in a copy of
# the tree when we are root, as it is when we are not.
#
#   tools/check-user.sh [MAKE ARGUMENT]...     default: check
set -euo pipefail

cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- check
if [ "$(id -u)" -ne 0 ]; then
    exec make "$@"
fi

user=nobody
copy=$(mktemp -d /tmp/check-user.XXXXXX)
trap 'rm -rf "$copy"' EXIT
tar --exclude=./build --exclude=./.git -cf - . | tar -xf - -C "$copy"
chown -R "$user": "$copy"

# What make exports is for the tree that we copied, not for the copy.
unset MAKEFLAGS MAKELEVEL MFLAGS
cd "$copy"
HOME=$copy TMPDIR=/tmp USER=$user LOGNAME=$user \
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
    make -j "$(nproc)" "$@"
