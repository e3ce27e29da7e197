/* SPDX-License-Identifier: Apache-2.0 */
/* commit: any bytes as a commit and as an annotated tag; what is borrowed lies in them. */
#include "git/commit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct span whole, struct span part)
{
	if (part.length &&
		(part.data < whole.data || part.data + part.length > whole.data + whole.length))
		abort();
}

static void check_person(struct span whole, const struct person *person)
{
	char date[PERSON_DATE_SIZE];

	check_inside(whole, person->name);
	check_inside(whole, person->mail);
	person_date(person, date);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = { (const char *)data, size };
	struct commit commit;
	struct person tagger;
	struct oid parent;
	size_t parents = 0;

	if (commit_parse_tagger(text, &tagger))
		check_person(text, &tagger);
	if (!commit_parse(text, &commit))
		return 0;
	check_person(text, &commit.author);
	check_person(text, &commit.committer);
	check_inside(text, commit.message);
	while (commit_next_parent(&commit.parents, &parent))
		if (parents++ == 0 && !oid_equal(&parent, &commit.first_parent))
			abort();
	if (parents != commit.parent_count)
		abort();
	return 0;
}
