/* SPDX-License-Identifier: MIT */
/* lost.c - calls that were under way when their thread was killed. */
#include "harness/lost.h"

#include <stdlib.h>
#include <sys/ipc.h>

#include "base/mem.h"

void
lost_add(struct lost *lost, const struct lost_call *call)
{
	if (lost->count == lost->room) {
		lost->room = lost->room ? 2 * lost->room : 8;
		lost->calls =
			mem_grow(lost->calls, lost->room, sizeof(*lost->calls));
	}
	lost->calls[lost->count++] = *call;
}

const struct lost_call *
lost_find(const struct lost *lost, const struct object *object, bool alone)
{
	const struct lost_call *found = NULL;

	for (size_t i = 0; i < lost->count; i++) {
		const struct lost_call *call = &lost->calls[i];

		if (!claim_fits(&call->claim, object, alone))
			continue;
		if (found && found->stack != call->stack)
			return NULL;
		found = call;
	}
	return found;
}

bool
lost_is_unsure(const struct lost *lost)
{
	for (size_t i = 0; i < lost->count; i++)
		if (lost->calls[i].claim.kind != KIND_SYSV_SHM &&
		    lost->calls[i].claim.key == IPC_PRIVATE)
			return true;
	return false;
}

void
lost_clear(struct lost *lost)
{
	lost->count = 0;
}

void
lost_free(struct lost *lost)
{
	free(lost->calls);
	*lost = (struct lost) {0};
}
