/* SPDX-License-Identifier: MIT */
/*
 * keeper.h - the process between the campaign and a warden. It tidies up after
 * a warden that was killed, whatever became of the campaign.
 *
 *   campaign --- keeper --- warden --- the sandbox's pid 1, the target
 *
 * A sandbox takes its objects along when its last process dies. FIFOs and
 * sockets lie in the host's directories: a killed warden cannot remove them,
 * and may not be waited for by a campaign that was killed, too.
 */
#ifndef HARNESS_KEEPER_H
#define HARNESS_KEEPER_H

#include <stdbool.h>

#include "base/err.h"
#include "harness/trail.h"

/* More than what runs in a sandbox needs to be killed and looked at. */
enum { KEEPER_PATIENCE_MS = 15000 };

/*
 * Go on in a child, the warden. The caller becomes its keeper and never comes
 * back: once the warden is dead it kills and reaps all that the warden had
 * started, sweeps @trail, and exits. Only then the last copy of the socket
 * @until_done is closed: its other end sees by that that nothing is left. When
 * that end is shut down or closes the warden has KEEPER_PATIENCE_MS to end by
 * itself; it is killed then, and on SIGTERM to the keeper at once.
 * @sandboxed: see trail_sweep(). Returns 0 in the warden; or -1 with *err set.
 */
int keeper_stay_behind(struct trail *trail, bool sandboxed, int until_done,
		       struct err *err);

#endif
