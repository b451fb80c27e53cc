#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# outside.bats - a second opinion on lines of scenarios/manifest.tab, without any
# program of ours: strace makes the fault, ipcs and find look at what is left.
# scenarios.bats does that for signals at the return of creating calls; here
# are errors, SIGKILL, and signals at other calls.

load isolated
load manifest

setup() {
    root=$BATS_TEST_DIRNAME/../..
    programs=${LEAKCHECK%/*}/scenarios
    manifest=$root/scenarios/manifest.tab
    export TMPDIR=$BATS_TEST_TMPDIR
    cd "$BATS_TEST_TMPDIR" || return
    [ -x "$programs/shm_atexit-0" ] ||
        { echo "no programs in $programs: make scenarios"; return 1; }
    command -v strace >/dev/null || skip "strace is not installed"
    strace -o /dev/null true || skip "no ptrace(2) to be had"
    mkdir queues paths
}

# "PROGRAM N SITE PHASE FAULT CALL WHEN": a trial, and which of its process's
# calls of that name it is to strace. That makes SIGKILL come before the call,
# other signals after it, errors instead of it.
trials() {
    cat <<'END'
shm_atexit 0 use:shmat:1 before ENOMEM shmat 1
shm_atexit 6 use:shmat:1 before ENOMEM shmat 1
shm_early_rmid 3 create:shmat:1 before ENOMEM shmat 1
goto_errors 0 open_pool:msgget:1 before ENOSPC msgget 1
goto_errors 1 open_pool:msgget:1 before ENOSPC msgget 1
msg_drain 0 cleanup:msgctl:1 before EPERM msgctl 1
msg_drain 3 cleanup:msgctl:1 before EPERM msgctl 1
setjmp_cleanup 0 work:msgsnd:1 before ENOMEM msgsnd 1
setjmp_cleanup 1 work:msgsnd:1 before ENOMEM msgsnd 1
destructor 0 segment_owner:shmat:1 before ENOMEM shmat 1
destructor 2 segment_owner:shmat:1 before ENOMEM shmat 1
destructor 3 queue_owner:msgget:1 before ENOSPC msgget 1
self_pipe 0 receive:msgrcv:1 before EINTR msgrcv 1
self_pipe 1 receive:msgrcv:1 before EINTR msgrcv 1
posix_mq 0 create:mq_open:2 before ENOSPC mq_open 2
posix_mq 1 create:mq_open:2 before ENOSPC mq_open 2
mq_notify 0 ask_to_be_told:mq_notify:1 before EBUSY mq_notify 1
mq_notify 1 ask_to_be_told:mq_notify:1 before EBUSY mq_notify 1
posix_shm 0 map:ftruncate:1 before ENOSPC ftruncate 1
posix_shm 2 map:ftruncate:1 before ENOSPC ftruncate 1
posix_shm 4 map:ftruncate:1 before EFBIG ftruncate 1
posix_sem 0 create:sem_unlink:1 before SIGKILL /^unlink 1
fifo 0 publish:rename:1 before EACCES /^rename 1
fifo 3 publish:rename:1 before EACCES /^rename 1
socket_rename 0 publish:rename:1 before EACCES /^rename 1
socket_rename 1 publish:rename:1 before EACCES /^rename 1
unix_socket 0 cleanup:unlink:1 before SIGKILL /^unlink 2
watchdog 2 0.1/work:mq_unlink:1 before SIGKILL mq_unlink 1
pdeathsig 0 main:rt_sigprocmask:1 before SIGKILL rt_sigprocmask 2
pdeathsig 2 main:rt_sigprocmask:1 before SIGKILL rt_sigprocmask 2
handler_exit 0 remove_queue:msgctl:1 return SIGTERM msgctl 2
handler_exit 1 remove_queue:msgctl:1 return SIGTERM msgctl 2
quick_exit 0 use:semop:1 return SIGTERM /^sem(timed)?op 1
quick_exit 1 use:semop:1 return SIGTERM /^sem(timed)?op 1
reload 0 use:semop:1 return SIGHUP /^sem(timed)?op 1
reload 1 use:semop:1 return SIGHUP /^sem(timed)?op 1
END
}

# "PROGRAM-N CALL WHEN FAULT KINDS" of each trial: the kinds of what the manifest
# says is left, as often as they are, "-" for nothing, "?" if no line says it.
expected() {
    trials | awk '
        '"$covers"'
        function kinds(left,  i, n, part, times, list) {
            n = split(left, part, ",")
            for (i = 1; i <= n; i++) {
                times = 1
                if (match(part[i], /=[0-9]+/))
                    times = substr(part[i], RSTART + 1, RLENGTH - 1)
                sub(/[=:@].*/, "", part[i])
                while (times-- > 0)
                    list = list (list ? "," : "") part[i]
            }
            return list
        }
        FNR == NR {
            if (split($0, column, "\t") == 7 && $0 !~ /^#/)
                lines[++count] = $0
            next
        }
        {
            left = "?"
            for (i = 1; i <= count; i++) {
                split(lines[i], line, "\t")
                if (line[1] == $1 && line[2] == $2 && covers(line[3], $3) &&
                    covers(line[4], $4) &&
                    index("," line[5] ",", "," $5 ",") &&
                    line[6] ~ /^(clean|leaked|unavoidable)$/)
                    left = kinds(line[7])
            }
            print $1 "-" $2, $6, $7, $5, left
        }' "$manifest" -
}

# Prints each trial in which something else is left than the manifest says.
disagreements() {
    expected >cells
    cat >left.sh <<'END'
# Kinds of what is left. Segments that are marked for destruction are not.
ipcs -m | grep ^0x | grep -v dest | sed 's/.*/sysv-shm/'
ipcs -s | grep ^0x | sed 's/.*/sysv-sem/'
ipcs -q | grep ^0x | sed 's/.*/sysv-msg/'
find /dev/shm -type f -name 'sem.*' -printf 'posix-sem\n'
find /dev/shm -type f ! -name 'sem.*' -printf 'posix-shm\n'
find queues -type f -printf 'posix-mq\n'
find paths -type p -printf 'fifo\n' -o -type s -printf 'unix-socket\n'
END
    isolated '
        mount -t mqueue mqueue queues
        export TMPDIR=$PWD/paths
        while read -r variant call when fault kinds; do
            case $fault in
            SIG*) how=signal ;;
            *) how=error ;;
            esac
            strace -f -qq -o trace -e trace="$call" \
                -e inject="$call:$how=$fault:when=$when" \
                "'"$programs"'/$variant" >/dev/null 2>&1 </dev/null || :
            grep -qE "INJECTED|$fault" trace ||
                echo "$variant $call:$when: no $fault was made"
            left=$(sh left.sh | LC_ALL=C sort | paste -sd,)
            kinds=$(echo "$kinds" | tr , "\n" | LC_ALL=C sort | paste -sd,)
            [ "${left:--}" = "$kinds" ] ||
                echo "$variant $call:$when $fault leaves ${left:-nothing}," \
                    "not $kinds"
            ipcrm --all
            rm -f /dev/shm/* queues/* paths/*
        done <cells'
}

@test "strace's errors and signals leave what the manifest says" {
    disagreements
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
    # Both answers are there, and each kind.
    [ "$(grep -c ' -$' cells)" -ge 10 ]
    [ "$(grep -vc ' -$' cells)" -ge 15 ]
    [ "$(cut -d' ' -f5 cells | tr , '\n' | sort -u | grep -vcx -- -)" -eq 8 ]
}

@test "where the manifest is wrong strace does not agree" {
    awk -F'\t' -v OFS='\t' '
        $1 == "goto_errors" && $2 == 1 && $6 == "leaked" {
            $6 = "clean"
            $7 = "-"
        }
        $1 == "fifo" && $2 == 0 { sub("EACCES", "EEXIST", $5) }
        { print }' "$manifest" >wrong.tab
    manifest=$PWD/wrong.tab
    disagreements
    [ "${#lines[@]}" -eq 2 ]
    [ "${lines[0]}" = "goto_errors-1 msgget:1 ENOSPC leaves sysv-sem, not -" ]
    [ "${lines[1]}" = "fifo-0 /^rename:1 EACCES leaves nothing, not ?" ]
}
