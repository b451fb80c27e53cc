/* SPDX-License-Identifier: MIT */
/*
 * remove.h - remove one object, after making sure that what has its number or
 * name now is still that object.
 */
#ifndef LEAKCHECK_REMOVE_H
#define LEAKCHECK_REMOVE_H

#include "base/err.h"
#include "leakcheck/inuse.h"
#include "model/object.h"

/*
 * Remove it, used or not. Returns 0 when it is gone now, also when it was gone
 * already; or -1 with *err saying why it could not be removed.
 */
int remove_object(const struct object *object, struct err *err);

enum removed {
	REMOVED_NOW,
	REMOVED_BEFORE, /* it was gone already */
	REMOVED_NOT,	/* *err says why */
	REMOVED_SPARED, /* it is in use now, *err says by whom */
};

/*
 * Remove it if it is still unused: touched by nobody since it was seen, and no
 * more in use than @accepted.
 */
enum removed remove_unused(struct inuse *inuse, const struct object *object,
			   enum use accepted, struct err *err);

#endif
