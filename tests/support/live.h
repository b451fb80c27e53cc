/* SPDX-License-Identifier: MIT */
/*
 * live.h - what tests against the real kernel share: private namespaces, fewer
 * rights, snapshots and single objects of them.
 */
#ifndef TESTS_SUPPORT_LIVE_H
#define TESTS_SUPPORT_LIVE_H

#include <stdbool.h>

#include "leakcheck/collect.h"
#include "leakcheck/sandbox.h"

/* The directory that is watched; it goes with the sandbox. */
#define LIVE_DIR "/dev/shm/watched"

/* Print "SKIP test: why"; @test may be __func__. */
void live_skip(const char *test, const char *why);

/*
 * Enter a sandbox with an empty LIVE_DIR. Where that is refused say so with
 * live_skip() and return false.
 */
bool live_enter(const char *test, enum sandbox_parts parts);

/* Become nobody, if root, and give up all capabilities. */
void live_drop_rights(void);

/* The defaults, but only these kinds, and only LIVE_DIR is watched. */
struct collect_settings live_settings(unsigned kinds);

/* Take a snapshot; a failure is one of the test. */
struct snapshot *live_look(const struct collect_settings *settings);
/* The same with live_settings(). */
struct snapshot *live_look_for(unsigned kinds);

/* NULL when the snapshot does not have it. */
const struct object *
live_find_id(const struct snapshot *snapshot, enum kind kind, int id);
const struct object *live_find_path(const struct snapshot *snapshot,
				    enum kind kind, const char *path);
const struct blind_spot *
live_find_blind(const struct snapshot *snapshot, const char *path);

/* Two looks that must tell the same of everything. */
void live_assert_same(const struct snapshot *a, const struct snapshot *b);

#endif
