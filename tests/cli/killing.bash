# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# killing.bash - kills campaigns, and holds what is left against nothing and
# the verdicts against those of a campaign that was left alone.
#
#   bash killing.bash KILLS SEED [OPTION]...
#
# The options are for `ipcrash run`. Wants namespaces of its own, ipcrash in
# $IPCRASH, and ipckill and the scenarios in PATH; works in the current
# directory. Equal seeds choose the same programs, processes and moments.
set -euo pipefail
shopt -s nullglob dotglob

kills=$1
RANDOM=$2
options=("${@:3}")

# A program of each kind: arguments of `ipcrash run`.
targets=(
    shm_atexit-1
    sem_undo-0
    msg_drain-0
    posix_shm-0
    posix_sem-0
    posix_mq-0
    fifo-0
    unix_socket-0
    daemon_double_fork-0
    '--faults=SIGTERM,SIGKILL --settle=100ms workers-0'
)
# What is killed at one moment.
victims=(
    'ipcrash'
    'ipcrash-warden'
    'ipcrash,ipcrash-warden'
    'ipc-keeper'
    'leakcheck-init'
    'ipcrash,ipcrash-warden,leakcheck-init'
)

fail() {
    printf 'killing.bash: %s\n' "$@" >&2
    exit 1
}

# All of the host that a campaign must leave as it was: sets $host.
look_at_host() {
    local file text

    host=
    for file in /proc/sysvipc/{shm,sem,msg} /proc/self/mountinfo; do
        IFS= read -r -d '' text <"$file" || :
        host+=$text
    done
    host+=$(printf '%s\n' /dev/shm/* /dev/mqueue/* "$PWD/place/"*)
}

# verdicts LOG: "id verdict", sorted.
verdicts() {
    sed -nE 's/.*"id":"([^"]*)".*"verdict":"([a-z-]*)".*/\1 \2/p' "$1" |
        LC_ALL=C sort
}

# campaign FOLDER ARGUMENT...: sets the array `command`.
campaign() {
    local folder=$1
    shift
    # In a place of its own, where FIFOs and sockets are made.
    command=(env -C place TMPDIR=. "$IPCRASH" run --resume --max-trials=24 --seed=1
        -o "../$folder" "${options[@]}" "${@:1:$#-1}"
        -- "$(type -P "${*: -1}")")
}

# choose_moment DONE WHOLE: sets $records and $delay, in microseconds. One in
# four is before the first trial, when nothing is written.
choose_moment() {
    records=0 delay=$((RANDOM % 25000))
    [ $((RANDOM % 4)) -ne 0 ] || return 0
    records=$(($1 + RANDOM % ($2 - $1 + 1))) delay=$((RANDOM % 4000))
}

# count_lines FILE: sets $lines.
count_lines() {
    local -a text=()

    [ ! -e "$1" ] || mapfile -t text <"$1"
    lines=${#text[@]}
}

# kill_one TARGET FOLDER WHOLE: once; the result of ipckill is in $result.
kill_one() {
    local victim=${victims[RANDOM % ${#victims[@]}]}

    # On the host, when its warden is killed while a set or queue without a key
    # is being made, nobody knows whose that is: it stays.
    case "${options[*]-} $1" in
    --host*sem_undo* | --host*msg_drain* | --host*daemon*) victim=ipcrash ;;
    esac
    count_lines "$2/run.jsonl"
    choose_moment "$lines" "$3"
    what="$1: $victim at record $records of $3 + $delay us"
    # shellcheck disable=SC2086
    campaign "$2" $1
    result=$(ipckill 9 "$victim" "$records" "$delay" \
        "$2/run.jsonl" "${command[@]}" 3>&1 >"$2.out" 2>"$2.err" </dev/null) ||
        fail "$what: processes live on" "$(<"$2.err")"
    look_at_host
    [ "$host" = "$untouched" ] || fail "$what, this was left:" \
        "$(diff <(cat <<<"$untouched") <(cat <<<"$host"))"
}

# finish TARGET FOLDER: nobody kills it now.
finish() {
    # shellcheck disable=SC2086
    campaign "$2" $1
    local status=0
    "${command[@]}" >"$2.out" 2>"$2.err" </dev/null || status=$?
    [ "$status" -le 1 ] ||
        fail "$1: status $status" "$(<"$2.err")" "$(<"$2.out")"
}

mkdir -p place
look_at_host
untouched=$host
done=0 missed=0
for ((round = 0; done < kills; round++)); do
    target=${targets[round % ${#targets[@]}]}
    name=${target##* }
    if [ ! -e "$name.verdicts" ]; then
        finish "$target" "$name"
        verdicts "$name/run.jsonl" >"$name.verdicts"
    fi
    rm -rf torn
    history=
    count_lines "$name/run.jsonl"
    whole=$lines
    for ((i = 0; i < 4 && done < kills; i++)); do
        kill_one "$target" torn "$whole"
        history+="$what ($result)"$'\n'
        case $result in
        'sent signal'*) done=$((done + 1)) ;;
        sent*) done=$((done + 1)); break ;;
        missed*) missed=$((missed + 1)); break ;;
        esac
    done
    finish "$target" torn
    diff "$name.verdicts" <(verdicts torn/run.jsonl) >torn.diff ||
        fail "$history" "other verdicts:" "$(<torn.diff)"
done
printf '%d kills, %d campaigns, %d too late\n' "$done" "$round" "$missed"
