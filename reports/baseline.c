/* SPDX-License-Identifier: MIT */
/* baseline.c - reading baselines and finding what they know. */
#include "reports/baseline.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/text.h"
#include "reports/baseline_part.h"
#include "reports/class_id.h"

static const char blanks[] = " \t\r";
static const char example[] =
	"31c3022a SIGHUP SIGTERM  # src/pool.c:pool_open:shmget sysv-shm";

/* What holds where a file does not say it: the defaults of `ipcrash run`. */
static const struct baseline_plan usual_plan = {.equal = POINTS_EQUAL_TRIED};

static void
append(struct baseline *baseline, const struct baseline_entry *entry)
{
	baseline->items = mem_grow(baseline->items, baseline->count + 1,
				   sizeof(*baseline->items));
	baseline->items[baseline->count++] = *entry;
}

/* The next word of @text, at most to @end; "" at the end. It is moved on. */
static const char *
next_word(struct arena *arena, const char **text, const char *end)
{
	const char *start;

	while (*text < end && strchr(blanks, **text))
		++*text;
	start = *text;
	while (*text < end && !strchr(blanks, **text))
		++*text;
	return arena_copy(arena, start, (size_t)(*text - start));
}

static int
parse_fault(struct baseline_fault *fault, const char *word, struct err *err)
{
	size_t skip = strlen(BASELINE_WINDOW);

	fault->window = strncmp(word, BASELINE_WINDOW, skip) == 0;
	return fault_parse(word + (fault->window ? skip : 0), &fault->fault,
			   err);
}

/* "lines=2" */
static int
parse_lines(struct baseline_entry *entry, const char *word, struct err *err)
{
	const char *digits = word + strlen(BASELINE_LINES);
	uint64_t lines;

	if (*digits == '0' || !number_parse(digits, 10, INT_MAX, &lines))
		return err_set(err, 0, "'%s' is not as lines=2", word);
	entry->lines = lines;
	return 0;
}

static int
parse_fault_or_lines(struct baseline_entry *entry, const char *word,
		     struct err *err)
{
	if (strncmp(word, BASELINE_LINES, strlen(BASELINE_LINES)) == 0)
		return parse_lines(entry, word, err);
	return parse_fault(&entry->faults[entry->fault_count++], word, err);
}

static int
parse_faults(struct baseline_entry *entry, struct arena *arena,
	     const char **text, const char *end, struct err *err)
{
	/* A fault takes a letter and a blank, at the least. */
	size_t room = (size_t)(end - *text) / 2 + 1;
	const char *word;

	entry->faults = arena_alloc(arena, room * sizeof(*entry->faults));
	while (*(word = next_word(arena, text, end)))
		if (parse_fault_or_lines(entry, word, err))
			return -1;
	if (entry->fault_count)
		return 0;
	return err_set(err, 0, "behind %s stands no fault", entry->class);
}

static int
parse_entry(struct baseline *baseline, struct baseline_entry *entry,
	    const char *word, const char *text, const char *end,
	    struct err *err)
{
	const char *mark = memchr(text, '#', (size_t)(end - text));

	if (class_id_check(word, err))
		return -1;
	memcpy(entry->class, word, sizeof(entry->class));
	if (mark)
		entry->comment = arena_copy(&baseline->arena, mark + 1,
					    (size_t)(end - mark) - 1);
	if (parse_faults(entry, &baseline->arena, &text, mark ? mark : end,
			 err))
		return -1;
	append(baseline, entry);
	return 0;
}

static int
take_points(struct baseline_plan *plan, const char *value)
{
	return points_parse(value, &plan->points) ? 0 : -1;
}

static int
take_equal(struct baseline_plan *plan, const char *value)
{
	uint64_t equal;

	if (!number_parse(value, 10, INT64_MAX, &equal))
		return -1;
	plan->equal = (int64_t)equal;
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct baseline_plan *plan, const char *value);
} members[] = {{"points=", take_points}, {"equal=", take_equal}};

static int
parse_member(struct baseline_plan *plan, const char *word, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		size_t length = strlen(members[i].name);

		if (strncmp(word, members[i].name, length) == 0 &&
		    members[i].take(plan, word + length) == 0)
			return 0;
	}
	return err_set(err, 0,
		       "'%s' is neither points=ipc, points=syscalls nor "
		       "equal=N",
		       word);
}

static int
parse_plan(struct baseline *baseline, const char *text, const char *end,
	   struct err *err)
{
	struct baseline_plan plan = usual_plan;
	const char *mark = memchr(text, '#', (size_t)(end - text));
	const char *word;

	while (*(word = next_word(&baseline->arena, &text, mark ? mark : end)))
		if (parse_member(&plan, word, err))
			return -1;
	baseline_widen(baseline, &plan);
	return 0;
}

static int
parse_line(struct baseline *baseline, struct baseline_entry *entry,
	   const char *text, const char *end, struct err *err)
{
	const char *word;

	if (memchr(text, '\0', (size_t)(end - text)))
		return err_set(err, 0, "there is a NUL in the line");
	word = next_word(&baseline->arena, &text, end);
	if (!*word || *word == '#')
		return 0;
	if (strcmp(word, "plan") == 0)
		return parse_plan(baseline, text, end, err);
	return parse_entry(baseline, entry, word, text, end, err);
}

static const char *
place_of(struct baseline *baseline, const char *source, unsigned long number)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, source, strlen(source));
	buf_printf(&text, ":%lu", number);
	return arena_copy(&baseline->arena, buf_text(&text), text.length);
}

int
baseline_parse(struct baseline *baseline, const char *source, const char *text,
	       size_t length, struct err *err)
{
	const char *end = text + length;

	for (unsigned long number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		struct baseline_entry entry = {
			.line = number,
			.known = {.by = KNOWN_BASELINE,
				  .source = place_of(baseline, source, number)},
		};

		if (parse_line(baseline, &entry, text, stop, err)) {
			struct err cause = *err;

			return err_set(err, 0, "%s: %s; a correct line: %s",
				       entry.known.source, cause.text, example);
		}
		text = stop + 1;
	}
	return 0;
}

void
baseline_free(struct baseline *baseline)
{
	free(baseline->items);
	arena_free(&baseline->arena);
	*baseline = (struct baseline) {0};
}

void
baseline_widen(struct baseline *baseline, const struct baseline_plan *plan)
{
	struct baseline_plan *widest = &baseline->plan;

	if (!baseline->has_plan)
		*widest = *plan;
	baseline->has_plan = true;
	if (plan->points > widest->points)
		widest->points = plan->points;
	if (!plan->equal || (widest->equal && plan->equal > widest->equal))
		widest->equal = plan->equal;
}

bool
baseline_is_as_wide(const struct baseline *baseline, const struct log *log)
{
	const struct baseline_plan own = baseline_plan_of(log);
	const struct baseline_plan *plan =
		baseline->has_plan ? &baseline->plan : &usual_plan;

	if (plan->points > own.points)
		return false;
	return !own.equal || (plan->equal && own.equal >= plan->equal);
}

struct baseline_plan
baseline_plan_of(const struct log *log)
{
	const struct campaign_options *options = &log->campaign.options;

	struct baseline_plan plan = {.equal = options->repeat_equal};

	/* Where the log does not tell it was the usual. */
	points_parse(options->points, &plan.points);
	return plan;
}

static bool
knows(const struct baseline_entry *entry, const struct trial *trial)
{
	for (size_t i = 0; i < entry->fault_count; i++)
		if (fault_equal(&entry->faults[i].fault, &trial->fault) &&
		    (!entry->faults[i].window ||
		     trial->verdict == VERDICT_WINDOW))
			return true;
	return false;
}

struct known *
baseline_find(const struct baseline *baseline, const struct finding *finding)
{
	if (!finding->gates)
		return NULL;
	for (size_t i = 0; i < baseline->count; i++) {
		struct baseline_entry *entry = &baseline->items[i];

		if (strcasecmp(entry->class, finding->class) == 0 &&
		    finding->lines <= (entry->lines ? entry->lines : 1) &&
		    knows(entry, finding->trial))
			return &entry->known;
	}
	return NULL;
}
