/* SPDX-License-Identifier: MIT */
/* campaign.c - the records of a campaign to JSON and back. */
#include "model/campaign.h"

#include <assert.h>
#include <string.h>

#include "base/attr.h"

#define MEMBER(record, name, type, member)                           \
	{                                                            \
		name, RECORD_##type, offsetof(struct record, member) \
	}

static const struct record_member head_members[] = {
	MEMBER(campaign_record, "tool", TEXT, tool),
	MEMBER(campaign_record, "target", TEXTS, target),
	MEMBER(campaign_record, "cwd", TEXT, directory),
	MEMBER(campaign_record, "refused", TEXT, refused),
	MEMBER(campaign_record, "started", INT, started),
};

static const struct record_member policy_members[] = {
	MEMBER(campaign_record, "must_clean", TEXTS, must_clean),
	MEMBER(campaign_record, "may_leak", TEXTS, may_leak),
};

static const struct record_member option_members[] = {
	MEMBER(campaign_options, "points", TEXT, points),
	MEMBER(campaign_options, "faults", TEXTS, faults),
	MEMBER(campaign_options, "only", TEXTS, only),
	MEMBER(campaign_options, "skip", TEXTS, skip),
	MEMBER(campaign_options, "require", TEXTS, require),
	MEMBER(campaign_options, "allow", TEXTS, allow),
	MEMBER(campaign_options, "input", TEXT, input),
	MEMBER(campaign_options, "timeout_ms", INT, timeout_ms),
	MEMBER(campaign_options, "settle_ms", INT, settle_ms),
	MEMBER(campaign_options, "stop", TEXT, stop),
	MEMBER(campaign_options, "idle_ms", INT, idle_ms),
	MEMBER(campaign_options, "max_trials", INT, max_trials),
	MEMBER(campaign_options, "repeat", INT, repeat),
	MEMBER(campaign_options, "repeat_equal", INT, repeat_equal),
	MEMBER(campaign_options, "seed", HEX, seed),
	MEMBER(campaign_options, "allow_leaky", BOOL, allow_leaky),
	MEMBER(campaign_options, "no_window", BOOL, no_window),
	MEMBER(campaign_options, "strict", BOOL, strict),
};

static const struct record_member plan_members[] = {
	MEMBER(campaign_plan, "golden_ms", MS, golden_ns),
	MEMBER(campaign_plan, "differs", TEXT, differs),
	MEMBER(campaign_plan, "notes", TEXTS, notes),
	MEMBER(campaign_plan, "points", INT, points),
	MEMBER(campaign_plan, "trials", INT, trials),
	MEMBER(campaign_plan, "unpicked", INT, unpicked),
	MEMBER(campaign_plan, "left_out", INT, left_out),
	MEMBER(campaign_plan, "in_library", INT, in_library),
};

static const struct record_member object_members[] = {
	MEMBER(campaign_object, "path", TEXT, path),
	MEMBER(campaign_object, "created_at", TEXT, created_at),
	MEMBER(campaign_object, "released_at", TEXT, released_at),
};

static const struct record_member finding_members[] = {
	MEMBER(campaign_finding, "created_at", TEXT, created_at),
	MEMBER(campaign_finding, "faults", TEXTS, faults),
	MEMBER(campaign_finding, "gating", BOOL, gating),
};

static const struct record_member summary_members[] = {
	MEMBER(campaign_summary, "sites", INT, sites),
	MEMBER(campaign_summary, "trials", INT, trials),
	MEMBER(campaign_summary, "unsteady", INT, unsteady),
	MEMBER(campaign_summary, "duration_ms", MS, duration_ns),
};

/* With ARRAY_LEN() of one of the tables above. */
#define PUT(into, members, record) \
	record_to_json(into, members, ARRAY_LEN(members), record)
#define GET(record, members, from, arena, err) \
	record_from_json(record, members, ARRAY_LEN(members), from, arena, err)

/* A part of a record: put it into @into as @name, or find it in @from. */
static void
put_part(json_t *into, const char *name, const struct record_member *members,
	 size_t count, const void *record)
{
	json_t *part = json_object();

	record_to_json(part, members, count, record);
	json_object_set_new_nocheck(into, name, part);
}

static int
get_part(void *record, const char *name, const struct record_member *members,
	 size_t count, const json_t *from, struct arena *arena, struct err *err)
{
	const json_t *part = json_object_get(from, name);

	if (!part)
		return 0;
	if (!json_is_object(part))
		return err_set(err, 0, "\"%s\" must be an object", name);
	if (record_from_json(record, members, count, part, arena, err))
		return err_wrap(err, "\"%s\"", name);
	return 0;
}

/* As they are written: so no option can be forgotten here. */
const char *
campaign_options_difference(const struct campaign_options *one,
			    const struct campaign_options *other)
{
	json_t *left = json_object();
	json_t *right = json_object();
	const char *found = NULL;

	PUT(left, option_members, one);
	PUT(right, option_members, other);
	for (size_t i = 0; !found && i < ARRAY_LEN(option_members); i++) {
		const char *name = option_members[i].name;
		const json_t *value = json_object_get(left, name);
		const json_t *also = json_object_get(right, name);

		if (option_members[i].offset !=
			    offsetof(struct campaign_options, repeat) &&
		    value != also && !json_equal(value, also))
			found = name;
	}
	json_decref(left);
	json_decref(right);
	return found;
}

static const char *const place_names[] = {"host", "namespaces"};

json_t *
campaign_to_json(const struct campaign_record *record)
{
	json_t *json = json_pack("{s:s,s:i}", "type", "campaign", "version",
				 CAMPAIGN_VERSION);

	PUT(json, head_members, record);
	json_object_set_new(json, "sandbox",
			    json_string(place_names[record->sandboxed]));
	put_part(json, "policy", policy_members, ARRAY_LEN(policy_members),
		 record);
	put_part(json, "options", option_members, ARRAY_LEN(option_members),
		 &record->options);
	put_part(json, "plan", plan_members, ARRAY_LEN(plan_members),
		 &record->plan);
	return json;
}

static int
check_version(const json_t *json, struct err *err)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	const json_t *version = json_object_get(json, "version");

	if (!type || strcmp(type, "campaign") != 0 || !json_is_integer(version))
		return err_set(err, 0, "this is no log of ipcrash");
	if (json_integer_value(version) != CAMPAIGN_VERSION)
		return err_set(
			err, 0,
			"this log has version %lld, known is %d: read it "
			"with the ipcrash that wrote it",
			(long long)json_integer_value(version),
			CAMPAIGN_VERSION);
	return 0;
}

static int
get_place(struct campaign_record *record, const json_t *json, struct err *err)
{
	const char *name = json_string_value(json_object_get(json, "sandbox"));

	for (size_t i = 0; name && i < ARRAY_LEN(place_names); i++)
		if (strcmp(name, place_names[i]) == 0) {
			record->sandboxed = i;
			return 0;
		}
	return err_set(err, 0, "\"sandbox\" must be host or namespaces");
}

int
campaign_from_json(struct campaign_record *record, const json_t *json,
		   struct arena *arena, struct err *err)
{
	*record = (struct campaign_record) {0};
	if (check_version(json, err) || get_place(record, json, err) ||
	    GET(record, head_members, json, arena, err) ||
	    get_part(record, "policy", policy_members,
		     ARRAY_LEN(policy_members), json, arena, err) ||
	    get_part(&record->options, "options", option_members,
		     ARRAY_LEN(option_members), json, arena, err))
		return -1;
	return get_part(&record->plan, "plan", plan_members,
			ARRAY_LEN(plan_members), json, arena, err);
}

static int
get_kind(enum kind *kind, const json_t *from, struct err *err)
{
	const char *name = json_string_value(json_object_get(from, "kind"));

	if (name && kind_parse(name, kind))
		return 0;
	return err_set(err, 0, "\"kind\" must be a kind of object");
}

json_t *
campaign_object_to_json(const struct campaign_object *object)
{
	json_t *json = json_pack("{s:s,s:s}", "type", "lifetime", "kind",
				 kind_name(object->kind));

	PUT(json, object_members, object);
	return json;
}

int
campaign_object_from_json(struct campaign_object *object, const json_t *json,
			  struct arena *arena, struct err *err)
{
	*object = (struct campaign_object) {0};
	if (get_kind(&object->kind, json, err) ||
	    GET(object, object_members, json, arena, err))
		return -1;
	if (!object->created_at)
		return err_set(err, 0, "\"created_at\" is missing");
	return 0;
}

static json_t *
finding_to_json(const struct campaign_finding *finding)
{
	json_t *json = json_pack("{s:s,s:s}", "class", finding->class,
				 "verdict", verdict_name(finding->verdict));

	if (finding->kind < KIND_COUNT)
		json_object_set_new(json, "kind",
				    json_string(kind_name(finding->kind)));
	PUT(json, finding_members, finding);
	return json;
}

static int
finding_from_json(struct campaign_finding *finding, const json_t *json,
		  struct arena *arena, struct err *err)
{
	const char *class = json_string_value(json_object_get(json, "class"));
	const char *verdict =
		json_string_value(json_object_get(json, "verdict"));

	*finding = (struct campaign_finding) {.verdict = VERDICT_LEAKED,
					      .kind = KIND_COUNT};
	if (!class || !trial_is_short_id(class))
		return err_set(err, 0,
			       "\"class\" must be 8 hexadecimal digits");
	memcpy(finding->class, class, sizeof(finding->class));
	if (verdict && !verdict_parse(verdict, &finding->verdict))
		return err_set(err, 0, "\"verdict\" must be a verdict");
	if (json_object_get(json, "kind") &&
	    get_kind(&finding->kind, json, err))
		return -1;
	return GET(finding, finding_members, json, arena, err);
}

static const char *const gate_names[] = {
	[GATE_PASSED] = "passed",
	[GATE_FAILED] = "failed",
	[GATE_INCOMPLETE] = "incomplete",
};

const char *
gate_name(enum gate gate)
{
	return gate_names[gate];
}

static json_t *
verdicts_to_json(const struct campaign_summary *summary)
{
	json_t *json = json_object();

	for (int i = 0; i < VERDICT_COUNT; i++)
		if (summary->verdicts[i])
			json_object_set_new(json, verdict_name((enum verdict)i),
					    json_integer(summary->verdicts[i]));
	return json;
}

json_t *
campaign_summary_to_json(const struct campaign_summary *summary)
{
	json_t *json = json_pack("{s:s}", "type", "summary");
	json_t *findings = json_array();

	PUT(json, summary_members, summary);
	json_object_set_new(json, "verdicts", verdicts_to_json(summary));
	for (size_t i = 0; i < summary->finding_count; i++)
		json_array_append_new(findings,
				      finding_to_json(&summary->findings[i]));
	json_object_set_new(json, "findings", findings);
	json_object_set_new(json, "gate",
			    json_string(gate_name(summary->gate)));
	if (summary->interrupted_by)
		json_object_set_new(json, "interrupted_by",
				    json_string(fault_signal_name(
					    summary->interrupted_by)));
	return json;
}

static int
get_gate(struct campaign_summary *summary, const json_t *json, struct err *err)
{
	const char *name = json_string_value(json_object_get(json, "gate"));

	for (size_t i = 0; name && i < ARRAY_LEN(gate_names); i++)
		if (strcmp(name, gate_names[i]) == 0) {
			summary->gate = (enum gate)i;
			return 0;
		}
	return err_set(err, 0, "\"gate\" must be passed, failed or incomplete");
}

/* Verdicts that a later version may know are passed over. */
static void
get_verdicts(struct campaign_summary *summary, const json_t *json)
{
	const json_t *verdicts = json_object_get(json, "verdicts");

	for (int i = 0; i < VERDICT_COUNT; i++)
		summary->verdicts[i] = json_integer_value(json_object_get(
			verdicts, verdict_name((enum verdict)i)));
}

static int
get_findings(struct campaign_summary *summary, const json_t *json,
	     struct arena *arena, struct err *err)
{
	const json_t *list = json_object_get(json, "findings");
	size_t count = json_array_size(list);
	struct campaign_finding *findings =
		arena_alloc(arena, count * sizeof(*findings));

	for (size_t i = 0; i < count; i++)
		if (finding_from_json(&findings[i], json_array_get(list, i),
				      arena, err))
			return err_wrap(err, "\"findings\"");
	summary->findings = findings;
	summary->finding_count = count;
	return 0;
}

int
campaign_summary_from_json(struct campaign_summary *summary, const json_t *json,
			   struct arena *arena, struct err *err)
{
	*summary = (struct campaign_summary) {0};
	get_verdicts(summary, json);
	summary->interrupted_by = fault_signal_number(
		json_string_value(json_object_get(json, "interrupted_by")));
	if (GET(summary, summary_members, json, arena, err) ||
	    get_gate(summary, json, err))
		return -1;
	return get_findings(summary, json, arena, err);
}
