/* SPDX-License-Identifier: Apache-2.0 */
/* metadata: the facts of a commit as rows of the step's page. */
#include "git/facts/tell.h"

/* Concourse keeps metadata in its database: the git resource cuts the message there. */
enum { MESSAGE_MAX = 10240 };

static void add_date(struct answer *answer, const char *name, const struct person *person)
{
	char date[PERSON_DATE_SIZE];

	person_date(person, date);
	answer_add_typed_metadata(answer, name, span_of(date), "time");
}

/* As the git resource tests it: the committer is told where it is the same as the author. */
bool facts_tell_committer(const struct facts *facts)
{
	const struct person *author = &facts->commit.author, *committer = &facts->commit.committer;

	return span_equal(author->name, committer->name) && author->seconds == committer->seconds &&
		author->zone_minutes == committer->zone_minutes;
}

static void add_text(struct answer *answer, const char *name, const char *value)
{
	if (value && *value)
		answer_add_metadata(answer, name, span_of(value));
}

/* As text that a shell has taken up: without the newlines at its end. */
static struct span message_of(const struct commit *commit)
{
	struct span message = commit->message;

	if (message.length > MESSAGE_MAX)
		message.length = MESSAGE_MAX;
	while (span_ends(message, "\n"))
		message.length--;
	return message;
}

void facts_add_metadata(const struct facts *facts, struct answer *answer)
{
	const struct commit *commit = &facts->commit;

	answer_add_metadata(answer, "commit", span_of(facts->oid.hex));
	answer_add_metadata(answer, "author", commit->author.name);
	add_date(answer, "author_date", &commit->author);
	if (facts_tell_committer(facts)) {
		answer_add_metadata(answer, "committer", commit->committer.name);
		add_date(answer, "committer_date", &commit->committer);
	}
	add_text(answer, "branch", facts->branches);
	add_text(answer, "tags", facts->tags);
	answer_add_typed_metadata(answer, "message", message_of(commit), "message");
	add_text(answer, "url", facts->url);
}
