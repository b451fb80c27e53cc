/* SPDX-License-Identifier: MIT */
/*
 * html_write.c - elements of the page, through libxml2, which escapes them. An
 * end tag is written for all but void elements: <i/> is no HTML.
 */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "reports/html_part.h"

static void
check(struct html *html, int result)
{
	if (result < 0)
		html->failed = true;
}

void
html_open(struct html *html, const char *tag, const char *class)
{
	check(html, xmlTextWriterStartElement(html->writer, BAD_CAST tag));
	if (class)
		html_attribute(html, "class", class);
}

void
html_close(struct html *html)
{
	check(html, xmlTextWriterFullEndElement(html->writer));
}

void
html_attribute(struct html *html, const char *name, const char *text)
{
	check(html, xmlTextWriterWriteAttribute(html->writer, BAD_CAST name,
						BAD_CAST text));
}

void
html_attributef(struct html *html, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	check(html, xmlTextWriterWriteVFormatAttribute(
			    html->writer, BAD_CAST name, format, args));
	va_end(args);
}

void
html_text(struct html *html, const char *text)
{
	check(html, xmlTextWriterWriteString(html->writer, BAD_CAST text));
}

void
html_textf(struct html *html, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	check(html,
	      xmlTextWriterWriteVFormatString(html->writer, format, args));
	va_end(args);
}

void
html_bytes(struct html *html, const char *bytes)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, bytes, strlen(bytes));
	html_text(html, buf_text(&text));
}

void
html_put(struct html *html, const char *tag, const char *class,
	 const char *text)
{
	html_open(html, tag, class);
	html_text(html, text);
	html_close(html);
}

void
html_putf(struct html *html, const char *tag, const char *class,
	  const char *format, ...)
{
	va_list args;

	html_open(html, tag, class);
	va_start(args, format);
	check(html,
	      xmlTextWriterWriteVFormatString(html->writer, format, args));
	va_end(args);
	html_close(html);
}

void
html_open_void(struct html *html, const char *tag)
{
	html_open(html, tag, NULL);
}

void
html_close_void(struct html *html)
{
	check(html, xmlTextWriterEndElement(html->writer));
}

void
html_newline(struct html *html)
{
	html_raw(html, "\n", 1);
}

void
html_raw(struct html *html, const char *bytes, size_t length)
{
	check(html, xmlTextWriterWriteRawLen(html->writer, BAD_CAST bytes,
					     (int)length));
}
