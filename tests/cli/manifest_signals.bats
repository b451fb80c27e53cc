#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# manifest_signals.bats - scenarios of handlers and of waiting for signals.
#
# order: first, most of a minute is waiting for what hangs

load agrees

@test "sigwait_thread as in the manifest" { agrees sigwait_thread; }
@test "hang as in the manifest" { agrees hang; }
@test "self_pipe as in the manifest" { agrees self_pipe; }
@test "signalfd as in the manifest" { agrees signalfd; }
@test "handler_exit as in the manifest" { agrees handler_exit; }
@test "handler_malloc as in the manifest" { agrees handler_malloc; }
