/* SPDX-License-Identifier: MIT */
/*
 * xml.h - elements of an XML document, through libxml2's writer, which escapes
 * them. All texts are printable, base/text.h, or lines of such: that is less
 * than XML allows, so there is none that a reader would refuse.
 */
#ifndef REPORTS_XML_H
#define REPORTS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"

struct xml; /* a document under way */

/* Begin one on @out; NULL: it is only measured. */
struct xml *xml_begin(FILE *out);
/*
 * End and free it. Returns 0, or -1 with *err set. That the stream took all of
 * it is the caller's to check.
 */
int xml_end(struct xml *xml, struct err *err);
/* How many bytes it has until now. */
size_t xml_length(struct xml *xml);

void xml_open(struct xml *xml, const char *tag);
void xml_close(struct xml *xml);
/* Of the element that was opened last; none if @text is NULL. */
void xml_attribute(struct xml *xml, const char *name, const char *text);
void xml_attributef(struct xml *xml, const char *name, const char *format, ...)
	PRINTF_LIKE(3, 4);
void xml_text(struct xml *xml, const char *text);

#endif
