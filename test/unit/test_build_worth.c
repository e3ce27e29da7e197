/* SPDX-License-Identifier: Apache-2.0 */
/* worth: which builds a check answers with, for histories written as texts. */
#include "unit.h"

#include "build/worth.h"

/*
 * A history is a word a build, oldest first: its number, '=', and a letter for the digest of a good
 * one, '!' for a failed and '?' for a running one; then '<' and the letter that kpack wrote into it
 * as the last good one, unless it wrote none. An answer is "given" and such words without '<'.
 */
static const struct history {
	const char *name;
	const char *builds;
	const char *given; /* "3=A"; "=A" has no number, "" is no version */
	const char *answer;
} histories[] = {
	/* no version */
	{ "nothing was built", "", "", "" },
	{ "nothing was built well", "1=! 2=?", "", "" },
	{ "the first build", "1=A", "", "1=A" },
	{ "only the newest at first", "1=A 2=B<A 3=C<B", "", "3=C" },
	{ "a failed build is none", "1=A 2=!<A", "", "1=A" },
	{ "a running build is none", "1=A 2=B<A 3=?<B", "", "2=B" },
	{ "a run is its first build", "1=A 2=B<A 3=B<B 4=B<B", "", "2=B" },
	{ "a run over a failed build", "1=A 2=B<A 3=!<B 4=B<B", "", "2=B" },
	{ "a run whose first build was pruned", "7=B<B 8=B<B", "", "7=B" },
	{ "a run without kpack's word", "1=A 2=B 3=B", "", "2=B" },
	{ "back to the first digest", "1=A 2=B<A 3=A<B", "", "3=A" },
	{ "back, and the one between is deleted", "1=A 3=A<B", "", "3=A" },

	/* the given build is there */
	{ "nothing new", "1=A 2=B<A", "2=B", "given" },
	{ "one new", "1=A 2=B<A", "1=A", "given 2=B" },
	{ "all that are new", "1=A 2=B<A 3=C<B 4=D<C", "2=B", "given 3=C 4=D" },
	{ "the same digest is not new", "1=A 2=A<A 3=A<A", "1=A", "given" },
	{ "A B A is three", "1=A 2=B<A 3=A<B", "1=A", "given 2=B 3=A" },
	{ "A B A without kpack's word", "1=A 2=B 3=A", "1=A", "given 2=B 3=A" },
	{ "A B B A is three", "1=A 2=B<A 3=B<B 4=A<B", "1=A", "given 2=B 4=A" },
	{ "behind a failed one", "1=A 2=!<A 3=B<A", "1=A", "given 3=B" },
	{ "the same behind a failed one", "1=A 2=!<A 3=A<A", "1=A", "given" },
	{ "a pinned version", "1=A 2=B<A 3=C<B", "1=A", "given 2=B 3=C" },
	{ "a version inside of a run", "1=A 2=A<A 3=B<A", "2=A", "given 3=B" },
	{ "many digits", "9=A 10=B<A 11=C<B", "9=A", "given 10=B 11=C" },
	{ "only the builds from the given one on", "5=A<X 6=!<A 7=B<A", "5=A", "given 7=B" },

	/* the given build was pruned */
	{ "pruned, and newer ones", "5=B<A 6=C<B", "2=A", "5=B 6=C" },
	{ "pruned, and the same digest since", "5=A<A 6=A<A", "2=A", "given" },
	{ "pruned, the same digest, then another", "5=A<A 6=B<A", "2=A", "6=B" },
	{ "pruned, without kpack's word", "5=A 6=B", "2=A", "6=B" },
	{ "pruned, and older ones are there", "1=X 5=B<A", "2=A", "5=B" },
	{ "pruned, and only a failed one since", "5=!<A", "2=A", "given" },
	{ "pruned, and back to its digest since", "5=A<B 6=C<A", "2=A", "6=C" },
	{ "deleted, and the next made it again", "1=A 3=B<A", "2=B", "given" },

	/* the Image was made anew */
	{ "counted anew", "1=X 2=Y<X", "12=A", "2=Y" },
	{ "counted anew to the same image", "1=X 2=A<X", "12=A", "given" },
	{ "counted anew up to the number", "1=X 2=Y<X 3=Z<Y", "2=A", "3=Z" },
	{ "counted anew, and the number failed", "1=X 2=!<X 3=Z<X", "2=A", "3=Z" },
	{ "counted anew beyond, to the same", "1=X 2=Y<X 3=A<Y", "2=A", "given" },
	{ "made anew and not built", "", "12=A", "" },

	/* a version of another resource type */
	{ "no number: nothing new", "1=A 2=B<A", "=B", "2=B" },
	{ "no number: one new", "1=A 2=B<A", "=A", "1=A 2=B" },
	{ "no number: the newest of its image", "1=A 2=B<A 3=A<B 4=C<A", "=A", "3=A 4=C" },
	{ "no number: a run", "1=A 2=A<A 3=B<A", "=A", "1=A 3=B" },
	{ "no number and not there", "1=A 2=B<A", "=Z", "2=B" },
};

static char *image_of(char letter)
{
	return mem_format("registry.test/app@sha256:%c", letter);
}

/* "3=A<B" off the text, as a build. */
static bool take_build(struct span *text, struct build *build)
{
	struct span what;

	while (span_take(text, " "))
		;
	if (!span_take_number(text, UINT64_MAX, &build->number) || !span_take(text, "=") ||
		!span_take_bytes(text, 1, &what))
		return false;
	build->name = mem_format("build-%d", (int)build->number);
	build->state = *what.data == '!' ? BUILD_FAILED
		: *what.data == '?'      ? BUILD_RUNNING
					 : BUILD_GOOD;
	build->image = build->state == BUILD_GOOD ? image_of(*what.data) : mem_copy_string("");
	if (span_take(text, "<") && span_take_bytes(text, 1, &what))
		build->last_image = image_of(*what.data);
	else
		build->last_image = mem_copy_string("");
	return true;
}

static void read_builds(struct builds *builds, const char *text)
{
	struct span rest = span_of(text);
	struct build build = { 0 };

	while (take_build(&rest, &build)) {
		builds_add(builds, &build);
		build = (struct build){ 0 };
	}
	assert_int_equal(rest.length, 0);
}

static char *text_of(const struct worth *worth)
{
	char *text = mem_copy_string(worth->given_stands ? "given" : "");

	for (size_t i = 0; i < worth->count; i++) {
		const struct build *build = worth->items[i];
		char *longer = mem_format("%s%s%d=%c", text, *text ? " " : "", (int)build->number,
			build->image[strlen(build->image) - 1]);

		free(text);
		text = longer;
	}
	return text;
}

static void since(void **state)
{
	const struct history *row = *state;
	auto_builds struct builds builds = { 0 };
	auto_worth struct worth worth = { 0 };
	auto_free char *image = *row->given ? image_of(row->given[strlen(row->given) - 1]) : NULL;
	struct given given = { .image = image };
	struct span number = span_of(row->given);
	auto_free char *answer = NULL;

	(void)span_take_number(&number, UINT64_MAX, &given.number);
	read_builds(&builds, row->builds);
	worth_since(&worth, &builds, &given);
	answer = text_of(&worth);
	assert_string_equal(answer, row->answer);
}

/* What a check answers, given back to it, is answered with itself: nothing is new twice. */
static void is_settled(void **state)
{
	const struct history *row = *state;
	auto_builds struct builds builds = { 0 };
	auto_worth struct worth first = { 0 };
	auto_worth struct worth again = { 0 };
	const struct build *last;
	struct given given = { 0 };

	read_builds(&builds, row->builds);
	worth_since(&first, &builds, &given);
	if (!first.count)
		return;
	last = first.items[first.count - 1];
	given = (struct given){ .number = last->number, .image = last->image };
	worth_since(&again, &builds, &given);
	assert_true(again.given_stands);
	assert_int_equal(again.count, 0);
}

/* The version of a put is the one that check finds: the newest of its answer is the newest run. */
static void newest_is_the_last_of_every_answer(void **state)
{
	const struct history *row = *state;
	auto_builds struct builds builds = { 0 };
	auto_worth struct worth worth = { 0 };
	const struct build *newest;
	struct given given = { 0 };

	read_builds(&builds, row->builds);
	newest = worth_newest(&builds);
	worth_since(&worth, &builds, &given);
	assert_ptr_equal(newest, worth.count ? worth.items[worth.count - 1] : NULL);
}

int main(void)
{
	UNIT_ROWS(since, histories);
	UNIT_ROWS(is_settled, histories);
	UNIT_ROWS(newest_is_the_last_of_every_answer, histories);
	return unit_run();
}
