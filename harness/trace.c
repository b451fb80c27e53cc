/* SPDX-License-Identifier: MIT */
/* trace.c - tell the visits of one trial as they come. */
#include "harness/trace.h"

#include <inttypes.h>

#include "model/fault.h"

static void
put(FILE *out, const struct tracee *tracee, const struct buf *text)
{
	fprintf(out, "  %-6s %s\n", tracee_role(tracee), buf_text(text));
	fflush(out);
}

void
trace_enter(FILE *out, const struct tracee *tracee, const struct visit *visit,
	    const struct frame *place)
{
	CLEANUP_BUF struct buf line = {0};

	if (!out || visit->again)
		return;
	buf_printf(&line, "%s ", visit_operation(visit));
	visit_add_object(&line, visit, -1);
	buf_add_text(&line, "  at ");
	site_add_source(&line, place);
	put(out, tracee, &line);
}

void
trace_leave(FILE *out, const struct tracee *tracee, const struct visit *visit,
	    int64_t result)
{
	CLEANUP_BUF struct buf line = {0};

	if (!out)
		return;
	buf_printf(&line, "%s = ", visit_operation(visit));
	if (result < 0 && fault_error_name((int)-result))
		buf_add_text(&line, fault_error_name((int)-result));
	else
		buf_printf(&line, "%" PRId64, result);
	put(out, tracee, &line);
}

void
trace_fire(FILE *out, const struct tracee *tracee,
	   const struct planned *planned)
{
	CLEANUP_BUF struct buf line = {0};

	if (!out)
		return;
	buf_printf(&line, "*** %s: ", phase_name(planned->phase));
	fault_format(&planned->fault, &line);
	put(out, tracee, &line);
}
