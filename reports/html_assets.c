/* SPDX-License-Identifier: MIT */
/*
 * html_assets.c - the style and the script of the page, as they lie in
 * reports/html. The Makefile says what their hashes are.
 */
#include "reports/html_part.h"

/* The paths are as seen from where the compiler runs. */
#define EMBED(name, path)                                     \
	__asm__(".pushsection .rodata\n"                      \
		".global " #name "_start\n"                   \
		".hidden " #name "_start\n" #name "_start:\n" \
		".incbin \"" path "\"\n"                      \
		".global " #name "_end\n"                     \
		".hidden " #name "_end\n" #name "_end:\n"     \
		".byte 0\n"                                   \
		".popsection\n");                             \
	extern const char name##_start[], name##_end[]

EMBED(html_page_css, "reports/html/page.css");
EMBED(html_page_js, "reports/html/page.js");

const struct html_asset html_style = {
	.start = html_page_css_start,
	.end = html_page_css_end,
	.hash = "'sha256-" PAGE_CSS_SHA256 "'",
};
const struct html_asset html_script = {
	.start = html_page_js_start,
	.end = html_page_js_end,
	.hash = "'sha256-" PAGE_JS_SHA256 "'",
};

int
report_html_style(FILE *out, struct err *err)
{
	(void)err;
	fwrite(html_style.start, 1, (size_t)(html_style.end - html_style.start),
	       out);
	return 0;
}
