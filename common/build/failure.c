/* SPDX-License-Identifier: Apache-2.0 */
/* failure: the words for a build that failed. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "build/failure.h"

struct end {
	const char *phase; /* NULL where it is not known */
	int64_t exit_code;
	const char *reason; /* the container's: "Error", "OOMKilled" */
};

/* The exit codes of the buildpacks' lifecycle that its user can do something about. */
static const char *words(const struct end *end)
{
	static const struct {
		const char *phase;
		int64_t exit_code;
		const char *words;
	} known[] = {
		{ "detect", 20, "no group of buildpacks fits the source" },
		{ "detect", 21,
			"no group of buildpacks fits the source, and a buildpack had an error" },
		{ "build", 51, "a buildpack failed to build" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (end->exit_code == known[i].exit_code && strcmp(end->phase, known[i].phase) == 0)
			return known[i].words;
	return strcmp(end->reason, "Error") == 0 ? "" : end->reason;
}

/*
 * The Build alone has the states of its steps in their order, without names, and the names of those
 * that ended well. The place tells the name, unless those before it came in another order: with old
 * builders detect ran before analyze. NULL where it is not known.
 */
static const char *step_name(json_t *build, size_t index, int64_t exit_code)
{
	static const char *const order[] = { "prepare", "analyze", "detect", "restore", "build",
		"export", "completion" };
	json_t *well = object_value(build, "status.stepsCompleted");

	if (json_array_size(object_value(build, "status.stepStates")) != COUNT(order))
		return NULL;
	for (size_t i = 0; i < index && i < json_array_size(well); i++) {
		const char *name = json_string_value(json_array_get(well, i));

		if (!name || strcmp(name, order[i]) != 0)
			return NULL;
	}
	/* which of the two is second is told by what detect alone exits with */
	return index == 1 && (exit_code == 20 || exit_code == 21) ? "detect" : order[index];
}

static void read_steps(struct end *end, json_t *build)
{
	json_t *steps = object_value(build, "status.stepStates");
	size_t index;
	json_t *step;

	json_array_foreach (steps, index, step) {
		json_t *ended = object_value(step, "terminated");

		if (!ended || object_number(ended, "exitCode") == 0)
			continue;
		end->exit_code = object_number(ended, "exitCode");
		end->reason = object_text(ended, "reason");
		end->phase = step_name(build, index, end->exit_code);
		return;
	}
}

static struct end end_of(json_t *build, const struct pod *pod)
{
	const struct phase *failed = pod_failed_phase(pod);
	struct end end = { .reason = "" };

	if (failed)
		return (struct end){ failed->name, failed->exit_code, failed->reason };
	read_steps(&end, build);
	return end;
}

/* kpack's message has line ends and double spaces in it. */
static int add_message(struct buf *text, const char *message)
{
	auto_free char *clean = utf8_clean(span_trim(span_of(message)));

	for (char *c = clean; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return *clean ? buf_format(text, ": %s", clean) : 0;
}

static int add_end(struct buf *text, const struct end *end)
{
	const char *why = end->phase ? words(end) : "";

	if (!end->exit_code)
		return 0;
	if (end->phase && buf_format(text, " in phase '%s'", end->phase) < 0)
		return -1;
	return buf_format(text, " with exit code %lld%s%s%s", (long long)end->exit_code,
		*why ? " (" : "", why, *why ? ")" : "");
}

int failure_error(json_t *build, const struct pod *pod, struct err *err)
{
	auto_buf struct buf text = BUF(LIMIT_LOG_LINE);
	struct condition succeeded = object_condition(build, "Succeeded");
	struct end end = end_of(build, pod);

	/* what is too long for a message is cut there as well */
	if (add_end(&text, &end) < 0 || add_message(&text, succeeded.message) < 0)
		return err_set(
			err, ERR_REMOTE, "build '%s' failed", object_text(build, "metadata.name"));
	return err_set(err, ERR_REMOTE, "build '%s' failed%s", object_text(build, "metadata.name"),
		buf_span(&text).data);
}
