/* SPDX-License-Identifier: MIT */
/* check_html.c - unit: the HTML report, parsed again by libxml2. */
#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <libxml/HTMLparser.h>
#include <libxml/hash.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "reports/html.h"
#include "reports/words.h"
#include "tests/support/made_log.h"

Suite *html_suite(void);

static struct log log_of;
static struct classes classes;
static struct memory memory;
static struct buf text;
static char *page;
static size_t page_bytes;
static htmlDocPtr document;

static void
add_sites(void)
{
	made_log_site(&text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	made_log_site(&text, "pool_open:shmat", "sysv-shm", "use", 50);
	made_log_site(&text, "lock_open:semget", "sysv-sem", "acquire", 60);
	made_log_site(&text, "pool_close:shmctl", "sysv-shm", "release", 88);
	made_log_site(&text, "lock_close:semctl", "sysv-sem", "release", 90);
	made_log_object(&text, "sysv-shm", "pool_open:shmget",
			"pool_close:shmctl");
	made_log_object(&text, "sysv-sem", "lock_open:semget",
			"lock_close:semctl");
}

static void
setup(void)
{
	made_log_start(&text, 0);
}

static void
forget_page(void)
{
	xmlFreeDoc(document);
	document = NULL;
	free(page);
	page = NULL;
	classes_free(&classes);
	log_free(&log_of);
	memory_free(&memory);
}

static void
teardown(void)
{
	forget_page();
	buf_free(&text);
}

static void
add_leak(const char *site, const char *phase, const char *fault,
	 const char *more)
{
	made_log_leak(&text, site, phase, fault, more);
}

static void
add_trial(const char *site, const char *phase, const char *fault,
	  const char *verdict)
{
	made_log_trial(&text, &(struct made_trial) {
				      .site = site,
				      .phase = phase,
				      .fault = fault,
				      .verdict = verdict,
				      .allowed = !strcmp(fault, "SIGKILL")});
}

static void
write_to(FILE *out)
{
	const struct block_source source = {.log = &log_of,
					    .classes = &classes};
	const struct report report = {.source = &source};
	struct err err = {0};

	ck_assert_msg(report_html(&report, out, &err) == 0, "%s", err.text);
}

/* Write the page of log_of, without looking at it. */
static char *
write_page(size_t *bytes)
{
	char *written;
	FILE *out = mem_stream(&written, bytes);

	write_to(out);
	fclose(out);
	return written;
}

static void
parse_page(void)
{
	document = htmlReadMemory(page, (int)page_bytes, NULL, "UTF-8",
				  HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					  HTML_PARSE_NONET);
	ck_assert_ptr_nonnull(document);
}

/* Make and parse the page of what was added, with what @rules suppress. */
static void
make_with(const char *rules)
{
	struct err err = {0};

	ck_assert_msg(suppressions_parse(&memory.suppressions, 20260101, "s",
					 rules, strlen(rules), &err) == 0,
		      "%s", err.text);
	made_log_read(&log_of, &text);
	classes_make_with(&classes, &log_of, false, &memory);
	page = write_page(&page_bytes);
	parse_page();
}

static void
make(void)
{
	make_with("");
}

static xmlXPathObjectPtr
find(const char *path)
{
	xmlXPathContextPtr context = xmlXPathNewContext(document);
	xmlXPathObjectPtr found = xmlXPathEval(BAD_CAST path, context);

	xmlXPathFreeContext(context);
	ck_assert_msg(found != NULL, "%s", path);
	return found;
}

static int
count(const char *path)
{
	xmlXPathObjectPtr found = find(path);
	int number = found->nodesetval ? found->nodesetval->nodeNr : 0;

	xmlXPathFreeObject(found);
	return number;
}

/* The text of all that @path finds; the caller frees it. */
static char *
text_of(const char *path)
{
	xmlXPathObjectPtr found = find(path);
	struct buf all = {0};

	for (int i = 0; found->nodesetval && i < found->nodesetval->nodeNr;
	     i++) {
		xmlChar *one = xmlNodeGetContent(found->nodesetval->nodeTab[i]);

		buf_add_text(&all, i ? "|" : "");
		buf_add_text(&all, (const char *)one);
		xmlFree(one);
	}
	xmlXPathFreeObject(found);
	if (!all.data)
		buf_add_text(&all, "");
	return all.data;
}

static void
assert_text(const char *path, const char *expected)
{
	CLEANUP_FREE char *found = text_of(path);

	ck_assert_str_eq(found, expected);
}

static void
assert_says(const char *path, const char *part)
{
	CLEANUP_FREE char *found = text_of(path);

	ck_assert_msg(strstr(found, part), "no '%s' in '%.300s'", part, found);
}

static const struct {
	const char *verdict; /* of a trial after SIGTERM */
	const char *word;
} gate_rows[] = {
	{"clean", "PASSED"},
	{"leaked", "FAILED"},
	{"not-reached", "INCOMPLETE"},
	{"window", "PASSED"},
	{"hung", "FAILED"},
};

START_TEST(the_gate_comes_first)
{
	add_sites();
	add_trial("pool_open:shmat", "before", "SIGINT", NULL);
	if (strcmp(gate_rows[_i].verdict, "leaked") == 0)
		add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	else
		add_trial("pool_open:shmat", "before", "SIGTERM",
			  gate_rows[_i].verdict);
	make();
	assert_text("//h1/span", gate_rows[_i].word);
	assert_says("//h1/code", "./server -p 0");
	assert_says("//title", gate_rows[_i].word);
}
END_TEST

START_TEST(points_are_rows_and_faults_are_columns)
{
	add_sites();
	add_leak("pool_open:shmget", "return", "SIGTERM", NULL);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	add_leak("pool_open:shmat", "before", "SIGKILL", NULL);
	add_trial("pool_open:shmat", "before", "exit", NULL);
	add_trial("pool_open:shmat", "before", "ENOMEM", NULL);
	make();
	assert_text("//table[@id='m']/thead/tr[2]/th",
		    "point|phase|alive|exit|TERM|KILL|ENOMEM");
	assert_text("//table[@id='m']/thead/tr[1]/th",
		    "points in program order|must be clean|may leak|errors");
	assert_text("//table[@id='m']//tr[not(@class)][1]/td[position()>2]",
		    "-|L|-|-");
	assert_text("//table[@id='m']//tr[not(@class)][2]/td[position()>2]",
		    ".|L|l|.");
	ck_assert_int_eq(count("//table[@id='m']/tbody/tr[not(@class)]"
			       "/th[@scope='row']"),
			 2);
	ck_assert_int_eq(count("//table[@id='m']/thead/tr[2]"
			       "/th[@scope='col']"),
			 7);
}
END_TEST

/* The segment is there from the return of shmget to the entry of shmctl. */
START_TEST(what_is_alive_is_a_lane)
{
	add_sites();
	add_trial("pool_open:shmget", "before", "SIGTERM", NULL);
	add_trial("pool_open:shmget", "return", "SIGTERM", NULL);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	add_trial("lock_open:semget", "return", "SIGTERM", NULL);
	add_leak("pool_close:shmctl", "before", "SIGTERM", NULL);
	add_trial("pool_close:shmctl", "return", "SIGTERM", NULL);
	add_trial("lock_close:semctl", "return", "SIGTERM", NULL);
	make();
	assert_text("//tr[not(@class)]/td[@class='w']", "|┬|┃|│┬|"
							"┻│| ┴|  ");
	/* Titles of groups do not break it. */
	assert_text("//tr[@class='g']/td[@class='w']", "| |┃ |  ");
	assert_text("//tr[@class='g']/th",
		    "no object is there|sysv-shm made at pool.c:42|"
		    "sysv-sem made at pool.c:60|no object is there");
}
END_TEST

/* One more comes at each point, and goes in the order in which it came. */
START_TEST(objects_without_a_lane_are_counted)
{
	enum { OBJECTS = 8 };

	for (int i = 0; i < 2 * OBJECTS; i++) {
		char place[] = "pool_open_?:shmget";

		memcpy(place, i < OBJECTS ? "pool_open_" : "pool_shut_", 10);
		place[10] = (char)('a' + i % OBJECTS);
		made_log_site(&text, place, "sysv-shm",
			      i < OBJECTS ? "acquire" : "release", 42 + i);
		add_trial(place, "return", "SIGTERM", NULL);
	}
	for (int i = 0; i < OBJECTS; i++) {
		char made[] = "pool_open_?:shmget",
		     gone[] = "pool_shut_?:shmget";

		made[10] = gone[10] = (char)('a' + i);
		made_log_object(&text, "sysv-shm", made, gone);
	}
	make();
	assert_text("//tr[not(@class)]/td[@class='w']/small",
		    "+1|+2|+2|+2|+2|+2|+2|+2|+1");
	assert_text("//section[@id='matrix']/p[@class='legend'][2]",
		    "2 objects not drawn beside the points, for too many are "
		    "alive at once; +2 says of how many more that is so at a "
		    "point.");
	/* What is not drawn is there all the same. */
	assert_text("//tbody[tr[@class='g']/th[.='no object is there']]"
		    "/tr[not(@class)]/th/b",
		    "shmget");
}
END_TEST

/* To be freed by xmlHashFree(). No two elements have the same id. */
static xmlHashTablePtr
all_ids(void)
{
	xmlHashTablePtr ids = xmlHashCreate(0);
	xmlXPathObjectPtr found = find("//@id");

	for (int i = 0; i < found->nodesetval->nodeNr; i++) {
		xmlNode *attribute = found->nodesetval->nodeTab[i];
		const xmlChar *id = attribute->children->content;

		ck_assert_msg(xmlHashAddEntry(ids, id, attribute) == 0, "%s",
			      (const char *)id);
	}
	xmlXPathFreeObject(found);
	return ids;
}

/* Each fragment that is linked to is there, once. */
static void
assert_links_lead_somewhere(void)
{
	xmlHashTablePtr ids = all_ids();
	xmlXPathObjectPtr found = find("//a[starts-with(@href, '#')]");

	ck_assert_int_gt(found->nodesetval->nodeNr, 5);
	for (int i = 0; i < found->nodesetval->nodeNr; i++) {
		xmlChar *href = xmlGetProp(found->nodesetval->nodeTab[i],
					   BAD_CAST "href");

		ck_assert_msg(xmlHashLookup(ids, href + 1), "%s",
			      (const char *)href);
		xmlFree(href);
	}
	xmlXPathFreeObject(found);
	xmlHashFree(ids, NULL);
}

START_TEST(what_is_not_clean_has_details)
{
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGTERM",
		 "\"reaction\":\"handled\",\"handler\":{\"file\":\"src/main.c\""
		 ",\"line\":31,\"function\":\"on_term\"},\"output\":\"a\\nb\"");
	add_trial("pool_open:shmat", "before", "exit", NULL);
	add_trial("pool_open:shmat", "before", "SIGHUP", "not-reached");
	make();
	ck_assert_int_eq(count("//details[@class='trial']"), 2);
	assert_text("//details[@class='trial'][1]//ol[@class='steps']/li",
		    "made by shmget in pool_open() at src/pool.c:42|"
		    "fault SIGTERM, before shmat src/pool.c:50|"
		    "handler on_term() at src/main.c:31|"
		    "end the program exited with 143|"
		    "without the fault: removed by shmctl in pool_close() at "
		    "src/pool.c:88|"
		    "left sysv-shm 7");
	assert_text("//details[@class='trial'][1]//pre", "a\nb\n");
	ck_assert_int_eq(count("//details[@class='trial'][1]//svg"), 1);
	ck_assert_int_eq(count("//details[@class='trial'][2]//svg"), 0);
	ck_assert_int_eq(count("//details[@class='trial']//li[@id]"), 2);
	assert_says("//details[@class='trial'][1]//ul", "ipcrash rerun --gdb ");
	assert_links_lead_somewhere();
}
END_TEST

START_TEST(trials_that_came_to_the_same_are_told_together)
{
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGINT", NULL);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	add_leak("pool_open:shmat", "before", "SIGKILL", NULL);
	add_leak("pool_open:shmat", "return", "SIGTERM", NULL);
	make();
	ck_assert_int_eq(count("//details[@class='trial']"), 3);
	assert_text("//details[@class='trial'][1]//span[@class='f']",
		    " SIGINT SIGTERM");
	ck_assert_int_eq(count("//details[@class='trial'][1]//li[@id]"), 2);
	assert_links_lead_somewhere();
}
END_TEST

START_TEST(what_is_known_is_told_apart)
{
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGINT", NULL);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	make_with("leak:sysv-shm fault=SIGINT # why");
	assert_text("//details[@class='trial']/summary",
		    "l SIGINT before shmat src/pool.c:50 leaked, suppressed|"
		    "L SIGTERM before shmat src/pool.c:50 leaked");
	assert_says("//header", " 1 finding");
	forget_page();
	made_log_start(&text, 0);
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGINT", NULL);
	make_with("leak:sysv-shm fault=SIGINT # why");
	assert_text("//header/p/strong/..",
		    "ipcrash: 0 findings, 1 suppressed");
}
END_TEST

/* Of a repeated trial the worst run is known, and another is not. */
START_TEST(the_run_for_which_the_gate_fails_is_told)
{
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGINT", NULL);
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_open:shmat",
					     .fault = "SIGINT",
					     .verdict = "hung",
					     .more = "\"repetition\":2"});
	make_with("leak:sysv-shm func=pool_open # why");
	assert_text("//details[@class='trial']/summary",
		    "H SIGINT before shmat src/pool.c:50 hung");
}
END_TEST

START_TEST(classes_are_told_as_in_the_text)
{
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	add_trial("pool_open:shmat", "before", "SIGHUP", NULL);
	make();
	assert_says("//details[@class='class bad']/summary",
		    "sysv-shm made in pool_open() at src/pool.c:42");
	assert_says("//details[@class='class bad']/dl",
		    "SIGTERM before shmat src/pool.c:50");
	assert_text("//details[@class='class bad']/ul/li",
		    "SIGTERM 1/1|SIGHUP 0/1");
}
END_TEST

START_TEST(the_same_log_makes_the_same_bytes)
{
	CLEANUP_FREE char *again = NULL;
	size_t bytes;

	add_sites();
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	add_leak("pool_open:shmat", "before", "SIGINT", NULL);
	make();
	again = write_page(&bytes);
	ck_assert_uint_eq(bytes, page_bytes);
	ck_assert_mem_eq(again, page, bytes);
	forget_page();
	/* Several jobs make trials in any order. */
	made_log_start(&text, 0);
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGINT", NULL);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	make();
	ck_assert_uint_eq(bytes, page_bytes);
	ck_assert_mem_eq(again, page, bytes);
}
END_TEST

START_TEST(a_log_without_trials)
{
	make();
	assert_text("//h1/span", "PASSED");
	assert_text("//section[@id='classes']/p",
		    "Nothing was left after any fault.");
	assert_text("//section[@id='matrix']/p", "No trial has been made.");
	ck_assert_int_eq(count("//section[@id='trials']"), 0);
	ck_assert_int_eq(count("//nav/a"), 3);
}
END_TEST

START_TEST(a_log_without_sites)
{
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	make();
	assert_says("//section[@id='matrix']/p[@class='note']",
		    "1 trial at sites that the log does not have");
	ck_assert_int_eq(count("//details[@class='trial']"), 1);
	assert_says("//details[@class='trial']/summary",
		    "src/pool.c:pool_open:shmat:1");
	ck_assert_int_eq(count("//svg"), 0);
}
END_TEST

START_TEST(a_log_that_was_cut_off)
{
	buf_clear(&text);
	made_log_start(&text, 9);
	add_sites();
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	buf_add_text(&text, "{\"type\":\"tri");
	make();
	assert_says("//ul[@class='notes']", "1 of 9 trials were made");
	assert_says("//ul[@class='notes']", "12 bytes");
}
END_TEST

/* Points 0 to @points - 1, each with a leak after SIGTERM. */
static void
add_points(int points)
{
	for (int i = 0; i < points; i++) {
		CLEANUP_FREE char *site = mem_printf("f%d:shmat", i);

		made_log_site(&text, site, "sysv-shm", "use", 100 + i);
		add_leak(site, "before", i % 10 ? "SIGTERM" : "SIGKILL", NULL);
	}
}

START_TEST(many_trials_are_cut_and_that_is_told)
{
	add_sites();
	add_points(280);
	make();
	ck_assert_int_eq(count("//details[@class='trial']"), 250);
	assert_says("//section[@id='trials']/p", "30 trials more are not");
	ck_assert_int_eq(count("//table[@id='m']/tbody/tr[not(@class)]"), 280);
	/* What fails the gate goes first, but each fault has an example. */
	ck_assert_int_eq(count("//details[@class='trial']"
			       "[summary/b[@class='bad']]"),
			 249);
	assert_links_lead_somewhere();
}
END_TEST

/* Opening tags in their order: what a parser makes of the page. */
static void
add_shape(struct buf *into, const xmlNode *node)
{
	for (; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		buf_printf(into, "<%s", (const char *)node->name);
		for (const xmlAttr *attribute = node->properties; attribute;
		     attribute = attribute->next)
			buf_printf(into, " %s", (const char *)attribute->name);
		buf_add_text(into, ">");
		add_shape(into, node->children);
	}
}

static const char *const hostile[] = {
	"</script><script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"]]><!--<script>",
	"--><script>alert(1)//",
	"\"' onmouseover=alert(1) x='\"",
	"&lt;b&gt;&#60;script&#62;",
	"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae",
	"javascript:alert(1)",
	"${alert(1)}`{{alert(1)}}",
	"\x1b[31m\x01\x02\x7f",
	"</title></style></svg></details></table>",
};

static json_t *
bytes_to_json(const char *bytes)
{
	json_t *json = json_string(bytes);

	ck_assert_ptr_nonnull(json);
	return json;
}

/* A log all of whose texts are @word. */
static void
add_all_as(const char *word)
{
	CLEANUP_FREE char *more = NULL;
	CLEANUP_FREE char *quoted = NULL;
	json_t *string = bytes_to_json(word);

	quoted = json_dumps(string, JSON_ENCODE_ANY);
	json_decref(string);
	buf_clear(&text);
	made_log_add(
		&text,
		json_pack("{s:s,s:i,s:s,s:[s,s],s:s,s:s,s:{s:i,s:[s],s:s}}",
			  "type", "campaign", "version", 1, "tool", word,
			  "target", word, word, "cwd", word, "sandbox",
			  "namespaces", "plan", "trials", 1, "notes", word,
			  "differs", word));
	made_log_add(&text,
		     json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:[{s:"
			       "s,s:s,s:s,s:s,"
			       "s:i}]}",
			       "type", "site", "site", word, "role", "0",
			       "operation", word, "syscall", word, "kind",
			       "sysv-shm", "action", "acquire", "file", word,
			       "line", 7, "function", word, "stack", "module",
			       word, "offset", "0x1", "function", word, "file",
			       word, "line", 7));
	made_log_add(&text, json_pack("{s:s,s:s,s:s}", "type", "lifetime",
				      "kind", "sysv-shm", "created_at", word));
	more = mem_printf(
		"{\"type\":\"trial\",\"id\":%s,\"site\":%s,\"phase\":\"return\""
		",\"fault\":\"SIGTERM\",\"policy\":\"must-clean\",\"verdict\":"
		"\"leaked\",\"note\":%s,\"end\":\"exit:1\",\"ms\":1,\"left\":[{"
		"\"kind\":\"fifo\",\"path\":%s,\"created_at\":%s}],"
		"\"survivors\":[{\"pid\":7,\"command\":%s}],\"handler\":{"
		"\"function\":%s,\"file\":%s,\"line\":1,\"module\":%s},"
		"\"reaction\":\"handled\",\"attempts\":[{\"operation\":%s,"
		"\"object\":%s,\"place\":{\"file\":%s,\"line\":3},\"result\":"
		"\"ok\"}],\"output\":%s}\n",
		quoted, quoted, quoted, quoted, quoted, quoted, quoted, quoted,
		quoted, quoted, quoted, quoted, quoted);
	buf_add_text(&text, more);
}

/* The shape of a page all of whose texts are @word. */
static char *
shape_of(const char *word)
{
	struct buf shape = {0};

	add_all_as(word);
	make();
	add_shape(&shape, xmlDocGetRootElement(document));
	return shape.data;
}

static void
assert_bytes_are_safe(void)
{
	ck_assert(text_is_utf8(page, page_bytes));
	for (size_t i = 0; i < page_bytes; i++)
		ck_assert_msg((unsigned char)page[i] >= ' ' ||
				      page[i] == '\n' || page[i] == '\t',
			      "byte %02x", (unsigned char)page[i]);
}

/* Whatever the program calls itself, the page has the same elements. */
START_TEST(no_text_becomes_markup)
{
	CLEANUP_FREE char *harmless = shape_of("harmless");
	CLEANUP_FREE char *shape = NULL;
	CLEANUP_FREE char *data = NULL;
	json_t *json;

	forget_page();
	shape = shape_of(hostile[_i]);
	ck_assert_str_eq(shape, harmless);
	assert_bytes_are_safe();
	ck_assert_int_eq(count("//script"), 2);
	ck_assert_int_eq(count("//@*[contains(., 'alert')]"), 0);
	data = text_of("//script[@id='d']");
	json = json_loads(data, 0, NULL);
	ck_assert_ptr_nonnull(json);
	ck_assert_ptr_null(strchr(data, '<'));
	json_decref(json);
}
END_TEST

/* The test above would see it. */
START_TEST(markup_that_got_through_is_seen)
{
	CLEANUP_FREE char *harmless = shape_of("harmless");
	struct buf shape = {0};
	char *place = strstr(page, "harmless");

	ck_assert_ptr_nonnull(place);
	memcpy(place, "<b>x</b>", 8);
	xmlFreeDoc(document);
	parse_page();
	add_shape(&shape, xmlDocGetRootElement(document));
	ck_assert_str_ne(buf_text(&shape), harmless);
	buf_free(&shape);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_shown_as_escapes)
{
	buf_clear(&text);
	made_log_add(&text,
		     json_pack("{s:s,s:i,s:s,s:[s],s:[s],s:s,s:{s:i}}", "type",
			       "campaign", "version", 1, "tool", "x", "target",
			       "?", "target_hex", "ff1bfe61", "sandbox", "host",
			       "plan", "trials", 0));
	make();
	assert_text("//h1/code", "\\xff\\x1b\\xfea");
	assert_bytes_are_safe();
}
END_TEST

/* A folder with a source of 40 lines, in which the target ran. */
static char folder[] = "/tmp/check_html.XXXXXX";
static char source_path[sizeof(folder) + 16];

static void
make_source(void)
{
	FILE *out;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(source_path, sizeof(source_path), "%s/a.c", folder);
	out = fopen(source_path, "w");
	ck_assert_ptr_nonnull(out);
	for (int i = 1; i < 36; i++)
		fprintf(out, "\tline(%d, \"\\n\");%s\n", i,
			i == 20 ? " /* </script> */" : "");
	/* A euro where a quote is cut, and where a line of the page is. */
	fprintf(out, "%099d\u20ac%097d\u20ac\n%0100d\n", 0, 0, 0);
	fclose(out);
}

static void
remove_source(void)
{
	unlink(source_path);
	rmdir(folder);
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	teardown();
}

static void
add_source_log(void)
{
	buf_clear(&text);
	made_log_add(&text,
		     json_pack("{s:s,s:i,s:s,s:[s],s:s,s:s,s:{s:i}}", "type",
			       "campaign", "version", 1, "tool", "ipcrash",
			       "target", "./a", "cwd", folder, "sandbox",
			       "namespaces", "plan", "trials", 0));
	for (int i = 0; i < 2; i++)
		made_log_add(
			&text,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s}",
				  "type", "site", "site",
				  i ? "src/pool.c:f:shmat:1"
				    : "src/pool.c:f:shmget:1",
				  "role", "0", "operation",
				  i ? "shmat" : "shmget", "syscall", "shmget",
				  "kind", "sysv-shm", "action", "acquire",
				  "file", "a.c", "line", i ? 33 : 20,
				  "function", "f"));
	made_log_trial(&text, &(struct made_trial) {.site = "f:shmat",
						    .fault = "SIGTERM",
						    .verdict = "leaked",
						    .kind = "sysv-shm",
						    .created = "f:shmget"});
}

START_TEST(lines_around_points_are_shown)
{
	make_source();
	add_source_log();
	make();
	assert_text("//table[@class='source']/tbody/tr/th",
		    "16|17|18|19|20|21|22|23|24|29|30|31|32|33|34|35|36|37");
	assert_text("//tr[@id='L0-20']/td",
		    "1||        line(20, \"\\n\"); /* </script> */");
	assert_text("//tr[@id='L0-33']/td", "|1/1|        line(33, \"\\n\");");
	ck_assert_int_eq(count("//a[@href='#L0-33']") > 0, 1);
	assert_links_lead_somewhere();
}
END_TEST

START_TEST(a_long_line_is_cut_between_characters)
{
	struct frame frame = {.file = "a.c", .line = 36};
	CLEANUP_BUF struct buf quote = {0};
	CLEANUP_BUF struct buf shown = {0};

	make_source();
	add_source_log();
	make();
	buf_printf(&shown, "%099d\u20ac%097d ...", 0, 0);
	assert_text("//tr[th='36']/td[3]", buf_text(&shown));
	ck_assert(words_add_quote(&quote, &log_of, &frame));
	buf_clear(&shown);
	buf_printf(&shown, "%099d ...", 0);
	ck_assert_str_eq(buf_text(&quote), buf_text(&shown));
	/* This one just fits. */
	frame.line = 37;
	buf_clear(&quote);
	ck_assert(words_add_quote(&quote, &log_of, &frame));
	ck_assert_uint_eq(quote.length, 100);
}
END_TEST

/* It would never come to an end. */
START_TEST(only_a_regular_file_is_source)
{
	make_source();
	unlink(source_path);
	ck_assert_int_eq(mkfifo(source_path, 0600), 0);
	add_source_log();
	make();
	ck_assert_int_eq(count("//section[@id='source']"), 0);
	ck_assert_int_eq(count("//a[starts-with(@href, '#L')]"), 0);
}
END_TEST

START_TEST(what_cannot_be_written_is_for_the_caller_to_see)
{
	FILE *out = fopen("/dev/full", "w");

	ck_assert_ptr_nonnull(out);
	add_sites();
	make();
	write_to(out);
	ck_assert(fflush(out) || ferror(out));
	fclose(out);
}
END_TEST

Suite *
html_suite(void)
{
	Suite *suite = suite_create("html");
	TCase *tests = tcase_create("html");
	TCase *files = tcase_create("source");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, the_gate_comes_first, 0,
			    ARRAY_LEN(gate_rows));
	tcase_add_test(tests, points_are_rows_and_faults_are_columns);
	tcase_add_test(tests, what_is_alive_is_a_lane);
	tcase_add_test(tests, objects_without_a_lane_are_counted);
	tcase_add_test(tests, what_is_not_clean_has_details);
	tcase_add_test(tests, trials_that_came_to_the_same_are_told_together);
	tcase_add_test(tests, what_is_known_is_told_apart);
	tcase_add_test(tests, the_run_for_which_the_gate_fails_is_told);
	tcase_add_test(tests, classes_are_told_as_in_the_text);
	tcase_add_test(tests, the_same_log_makes_the_same_bytes);
	tcase_add_test(tests, a_log_without_trials);
	tcase_add_test(tests, a_log_without_sites);
	tcase_add_test(tests, a_log_that_was_cut_off);
	tcase_add_test(tests, many_trials_are_cut_and_that_is_told);
	tcase_add_loop_test(tests, no_text_becomes_markup, 0,
			    ARRAY_LEN(hostile));
	tcase_add_test(tests, markup_that_got_through_is_seen);
	tcase_add_test(tests, bytes_that_are_no_text_are_shown_as_escapes);
	tcase_add_test(tests, what_cannot_be_written_is_for_the_caller_to_see);
	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(files, setup, remove_source);
	tcase_add_test(files, lines_around_points_are_shown);
	tcase_add_test(files, a_long_line_is_cut_between_characters);
	tcase_add_test(files, only_a_regular_file_is_source);
	suite_add_tcase(suite, files);
	return suite;
}
