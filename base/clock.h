/* SPDX-License-Identifier: MIT */
/*
 * clock.h - monotonic time in nanoseconds, and deadlines made of it; and the
 * day.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/* CLOCK_MONOTONIC, clock_gettime(2). Never fails on Linux. */
int64_t clock_now_ns(void);
/*
 * The moment @limit_ms from now. A negative limit means "never", and so does
 * one that no clock will live to see.
 */
int64_t clock_deadline_ns(int64_t limit_ms);
/*
 * Milliseconds from now to @deadline_ns for poll(2): rounded up, 0 when it
 * has passed, -1 for "never".
 */
int clock_left_ms(int64_t deadline_ns);
/* Today where the user lives, as 20270601. */
int clock_today(void);

#endif
