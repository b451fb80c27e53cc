/* SPDX-License-Identifier: MIT */
/* claim.c - what a call may have made whose end was not seen. */
#include "harness/claim.h"

#include <sys/ipc.h>
#include <time.h>

#include "base/clock.h"

static int64_t
read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/*
 * The kernel takes the times of objects from a clock that goes by ticks, or is
 * up to a tick more exact (since 6.13): never before the one of the ticks,
 * never after the exact one.
 */
void
claim_open(struct claim *claim)
{
	claim->since_ns = read_clock(CLOCK_REALTIME_COARSE);
}

void
claim_close(struct claim *claim)
{
	claim->closed_ns = read_clock(CLOCK_REALTIME);
}

static bool
is_user(const struct claim *claim, const struct object *object,
	enum field field, uid_t user)
{
	return claim->user == CLAIM_ANY_USER || !object_knows(object, field) ||
	       user == claim->user;
}

bool
claim_is_maker(const struct claim *claim, const struct object *object)
{
	if (claim->kind != object->kind)
		return false;
	if (kind_identity(object->kind) == BY_PATH)
		return is_user(claim, object, FIELD_UID, object->uid);
	if (claim->key != object->key)
		return false;
	if (object_knows(object, FIELD_CPID))
		return object->cpid == claim->process;
	return is_user(claim, object, FIELD_CUID, object->cuid);
}

/* Where only the second is known any moment of it counts. */
static bool
is_in_time(const struct claim *claim, const struct object *object)
{
	int64_t unit = 1;
	int64_t born = object->btime_ns;

	if (kind_identity(object->kind) == BY_ID ||
	    !object_knows(object, FIELD_BTIME)) {
		unit = NS_PER_S;
		born = object->ctime;
	}
	return born >= claim->since_ns / unit &&
	       (!claim->closed_ns || born <= claim->closed_ns / unit);
}

static bool
tells_its_maker(const struct object *object)
{
	return kind_identity(object->kind) == BY_PATH ||
	       object_knows(object, FIELD_CPID) || object->key != IPC_PRIVATE;
}

bool
claim_fits(const struct claim *claim, const struct object *object, bool alone)
{
	return claim_is_maker(claim, object) && is_in_time(claim, object) &&
	       (alone || tells_its_maker(object));
}
