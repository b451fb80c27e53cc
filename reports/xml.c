/* SPDX-License-Identifier: MIT */
/* xml.c - elements of an XML document. */
#include "reports/xml.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"

struct xml {
	xmlTextWriterPtr writer;
	FILE *out;
	size_t length;
	bool failed;
};

static void
check(struct xml *xml, int result)
{
	xml->failed |= result < 0;
}

/*
 * Says that all was written in any case: the stream remembers that it was not,
 * and libxml2 would tell it on stderr.
 */
static int
write_out(void *context, const char *bytes, int length)
{
	struct xml *xml = context;

	xml->length += (size_t)length;
	if (xml->out)
		fwrite(bytes, 1, (size_t)length, xml->out);
	return length;
}

struct xml *
xml_begin(FILE *out)
{
	struct xml *xml = mem_zalloc(sizeof(*xml));
	xmlOutputBufferPtr buffer =
		xmlOutputBufferCreateIO(write_out, NULL, xml, NULL);

	xml->out = out;
	/* With it goes the buffer. */
	xml->writer = buffer ? xmlNewTextWriter(buffer) : NULL;
	if (!xml->writer) {
		xml->failed = true;
		if (buffer)
			xmlOutputBufferClose(buffer);
		return xml;
	}
	check(xml, xmlTextWriterSetIndent(xml->writer, 1));
	check(xml,
	      xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL));
	return xml;
}

int
xml_end(struct xml *xml, struct err *err)
{
	bool failed;

	if (xml->writer)
		check(xml, xmlTextWriterEndDocument(xml->writer));
	xmlFreeTextWriter(xml->writer);
	failed = xml->failed;
	free(xml);
	return failed ? err_set(err, 0, "libxml2 has no memory") : 0;
}

size_t
xml_length(struct xml *xml)
{
	check(xml, xmlTextWriterFlush(xml->writer));
	return xml->length;
}

void
xml_open(struct xml *xml, const char *tag)
{
	check(xml, xmlTextWriterStartElement(xml->writer, BAD_CAST tag));
}

void
xml_close(struct xml *xml)
{
	check(xml, xmlTextWriterEndElement(xml->writer));
}

void
xml_attribute(struct xml *xml, const char *name, const char *text)
{
	if (text)
		check(xml, xmlTextWriterWriteAttribute(
				   xml->writer, BAD_CAST name, BAD_CAST text));
}

void
xml_attributef(struct xml *xml, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	check(xml, xmlTextWriterWriteVFormatAttribute(
			   xml->writer, BAD_CAST name, format, args));
	va_end(args);
}

void
xml_text(struct xml *xml, const char *text)
{
	check(xml, xmlTextWriterWriteString(xml->writer, BAD_CAST text));
}
