/* SPDX-License-Identifier: MIT */
/* clock.c - monotonic time, deadlines, and the day. */
#include "base/clock.h"

#include <limits.h>
#include <time.h>

int64_t
clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t
clock_deadline_ns(int64_t limit_ms)
{
	int64_t limit_ns;
	int64_t deadline_ns;

	if (limit_ms < 0 ||
	    __builtin_mul_overflow(limit_ms, NS_PER_MS, &limit_ns) ||
	    __builtin_add_overflow(clock_now_ns(), limit_ns, &deadline_ns))
		return INT64_MAX;
	return deadline_ns;
}

int
clock_left_ms(int64_t deadline_ns)
{
	int64_t left_ns;

	if (deadline_ns == INT64_MAX)
		return -1;
	left_ns = deadline_ns - clock_now_ns();
	if (left_ns <= 0)
		return 0;
	if (left_ns / NS_PER_MS >= INT_MAX)
		return INT_MAX;
	return (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS);
}

int
clock_today(void)
{
	time_t now = time(NULL);
	struct tm parts = {0};

	localtime_r(&now, &parts);
	return (parts.tm_year + 1900) * 10000 + (parts.tm_mon + 1) * 100 +
	       parts.tm_mday;
}
