/* SPDX-License-Identifier: MIT */
/*
 * text.c - fuzz: bytes made safe to show. What is shown is plain, on one line
 * and tells the bytes: they can be got back.
 */
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static const char *
take_escape(struct buf *into, const char *text)
{
	static const char letters[] = "abtnvfr"; /* 0x07 to 0x0d */
	const char *letter = strchr(letters, *text);

	if (*text == 'x') {
		const char digits[] = {text[1], text[2], '\0'};

		MUST(text_from_hex(into, digits) == 0);
		return text + 3;
	}
	MUST(*text == '\\' || (*text && letter));
	buf_add(into,
		*text == '\\' ? "\\" : &(char) {(char)(letter - letters + 7)},
		1);
	return text + 1;
}

static void
unescape(struct buf *into, const char *text)
{
	while (*text) {
		if (*text == '\\')
			text = take_escape(into, text + 1);
		else
			buf_add(into, text++, 1);
	}
}

static void
check_printable(const struct buf *bytes)
{
	CLEANUP_BUF struct buf shown = {0};
	CLEANUP_BUF struct buf back = {0};

	text_add_printable(&shown, bytes->data, bytes->length);
	MUST(fuzz_is_plain(&shown) && !strchr(buf_text(&shown), '\n'));
	unescape(&back, buf_text(&shown));
	MUST(fuzz_is_same(bytes, &back));
}

static void
check_hex(const struct buf *bytes)
{
	CLEANUP_BUF struct buf hex = {0};
	CLEANUP_BUF struct buf back = {0};

	text_add_hex(&hex, bytes->data, bytes->length);
	MUST(text_from_hex(&back, buf_text(&hex)) == 0);
	MUST(fuzz_is_same(bytes, &back));
	buf_clear(&back);
	if (text_from_hex(&back, buf_text(bytes)))
		MUST(back.length == 0);
	else
		MUST(back.length * 2 == strlen(buf_text(bytes)));
}

static void
check_word(const struct buf *bytes)
{
	CLEANUP_BUF struct buf word = {0};
	const char *text;
	size_t quotes = 0;

	text_add_word(&word, bytes->data, bytes->length);
	text = buf_text(&word);
	MUST(word.length > 0 && fuzz_is_plain(&word));
	for (; *text; text++)
		quotes += *text == '\'';
	MUST(quotes == 0 || quotes % 2 == 0 || strstr(word.data, "'\\''"));
	MUST(quotes > 0 || !strpbrk(buf_text(&word), " \t\n\"`$&|;<>()*?[]#"));
}

static void
check_wrapped(const struct buf *bytes)
{
	CLEANUP_BUF struct buf shown = {0};
	CLEANUP_BUF struct buf wrapped = {0};
	size_t words = 0, words_wrapped = 0;

	text_add_printable(&shown, bytes->data, bytes->length);
	text_add_wrapped(&wrapped, buf_text(&shown), shown.length, 4, 20);
	for (size_t i = 0; i < shown.length; i++)
		words += shown.data[i] != ' ';
	for (size_t i = 0; i < wrapped.length; i++)
		words_wrapped += !strchr(" \n", wrapped.data[i]);
	MUST(words == words_wrapped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_BUF struct buf bytes = {0};

	buf_add(&bytes, data, size);
	check_printable(&bytes);
	check_hex(&bytes);
	check_word(&bytes);
	check_wrapped(&bytes);
	return 0;
}
