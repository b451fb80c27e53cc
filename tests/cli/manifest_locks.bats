#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# manifest_locks.bats - scenarios of locks, and of what waits for them.
#
# order: first, most of a minute is waiting for what hangs

load agrees

@test "sem_undo as in the manifest" { agrees sem_undo; }
@test "threads10 as in the manifest" { agrees threads10; }
@test "fixed_key as in the manifest" { agrees fixed_key; }
@test "robust_mutex as in the manifest" { agrees robust_mutex; }
