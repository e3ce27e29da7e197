/* SPDX-License-Identifier: Apache-2.0 */
/* files: the facts of a commit as files in .git, for the steps that follow. */
#include <fcntl.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/facts/tell.h"

enum { SHORT_REF = 7 };

/* Files hold a line, or just the text, or nothing at all where there is no value. */
enum ending { LINE, TEXT, LINE_OR_NOTHING };

static int write_file(
	int git, const char *name, enum ending ending, struct span value, struct err *err)
{
	auto_buf struct buf text = BUF(LIMIT_PACK_ENTRY);
	bool line = ending == LINE || (ending == LINE_OR_NOTHING && value.length);

	if (buf_add_span(&text, value) < 0 || buf_add_string(&text, line ? "\n" : "") < 0)
		return err_set(err, ERR_REMOTE, ".git/%s: would be too large", name);
	return file_write(git, name, buf_span(&text), err);
}

static int write_ids(int git, const struct facts *facts, uint64_t objects, struct err *err)
{
	struct span id = span_of(facts->oid.hex);
	auto_free char *described = facts_describe(facts, objects);

	if (write_file(git, "ref", LINE, id, err) < 0 ||
		write_file(git, "commit", LINE, id, err) < 0 ||
		write_file(git, "short_ref", TEXT, (struct span){ id.data, SHORT_REF }, err) < 0)
		return -1;
	return write_file(git, "describe_ref", LINE, span_of(described), err);
}

static int write_names(int git, const struct facts *facts, struct err *err)
{
	if (write_file(git, "branch", LINE_OR_NOTHING, span_of(facts->branches), err) < 0 ||
		write_file(git, "tags", LINE_OR_NOTHING, span_of(facts->tags), err) < 0)
		return -1;
	return write_file(git, "url", LINE_OR_NOTHING, span_of(facts->url), err);
}

/* `committer` is the author's mail and `committer_name` the author's name: readers rely on it. */
static int write_people(int git, const struct facts *facts, struct err *err)
{
	const struct commit *commit = &facts->commit;
	char author_date[PERSON_DATE_SIZE], committer_date[PERSON_DATE_SIZE];
	bool tell = facts_tell_committer(facts);

	person_date(&commit->author, author_date);
	person_date(&commit->committer, committer_date);
	if (write_file(git, "author", LINE, commit->author.name, err) < 0 ||
		write_file(git, "author_date", LINE, span_of(author_date), err) < 0 ||
		write_file(git, "committer", TEXT, commit->author.mail, err) < 0 ||
		write_file(git, "committer_name", TEXT, commit->author.name, err) < 0 ||
		write_file(git, "committer_date", LINE_OR_NOTHING,
			span_of(tell ? committer_date : ""), err) < 0)
		return -1;
	return write_file(git, "commit_timestamp", LINE, span_of(committer_date), err);
}

int facts_write_files(const struct facts *facts, const char *path, uint64_t objects,
	const struct answer *answer, struct err *err)
{
	auto_free char *folder = mem_format("%s/.git", path);
	auto_free char *metadata = answer_metadata_text(answer);
	auto_fd int git = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (git < 0)
		return err_errno(err, "%s: cannot be opened", folder);
	if (write_ids(git, facts, objects, err) < 0 || write_names(git, facts, err) < 0 ||
		write_people(git, facts, err) < 0 ||
		write_file(git, "commit_message", TEXT, facts->commit.message, err) < 0)
		return -1;
	return write_file(git, "metadata.json", TEXT, span_of(metadata), err);
}
