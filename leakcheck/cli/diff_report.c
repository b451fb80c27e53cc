/* SPDX-License-Identifier: MIT */
/* diff_report.c - what the text and the JSON of a diff both say. */
#include "leakcheck/cli/diff_report.h"

#include <string.h>

#include "base/text.h"

void
diff_report_add_doubt(const struct diff_report *report, struct buf *into,
		      const struct diff_entry *entry)
{
	const struct snapshot *blind =
		entry->after ? report->before : report->after;
	const struct object *object = diff_object(entry);
	const struct blind_spot *spot = snapshot_hides(blind, object);

	buf_printf(into, "only in %s; the other ",
		   entry->after ? "AFTER" : "BEFORE");
	if (!(blind->kinds & KIND_BIT(object->kind))) {
		buf_printf(into, "did not look for %s",
			   kind_name(object->kind));
	} else if (spot) {
		buf_add_text(into, "could not look there: ");
		text_add_printable(into, spot->why, strlen(spot->why));
	} else {
		buf_add_text(into, "did not look in that directory");
	}
}
