/* SPDX-License-Identifier: Apache-2.0 */
/* files: the facts of a commit as files in .git, for the steps that follow. */
#include <fcntl.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "git/facts/short_ref.h"
#include "git/facts/tell.h"
#include "git/facts/timestamp.h"

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

int facts_style_read(struct facts_style *style, const char *short_ref_format,
	const char *timestamp_format, const char *describe_options, struct err *err)
{
	auto_free char *tried = NULL;

	style->short_ref_format = short_ref_format;
	style->timestamp_format = timestamp_format;
	if (short_ref(&tried, short_ref_format, span_of(""), err) < 0 ||
		timestamp_check(timestamp_format, err) < 0)
		return -1;
	return describe_parse(&style->describe, describe_options, err);
}

void facts_style_release(struct facts_style *style)
{
	describe_release(&style->describe);
}

static int write_ids(
	int git, const struct facts *facts, const struct facts_files *files, struct err *err)
{
	auto_free char *described = describe_commit(
		&files->style->describe, facts->repository, &facts->oid, files->objects);
	auto_free char *beginning = NULL;

	if (short_ref(&beginning, files->style->short_ref_format, span_of(files->ref), err) < 0 ||
		write_file(git, "ref", LINE, span_of(files->ref), err) < 0 ||
		write_file(git, "commit", LINE, span_of(facts->oid.hex), err) < 0 ||
		write_file(git, "short_ref", TEXT, span_of(beginning), err) < 0)
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
static int write_people(
	int git, const struct facts *facts, const struct facts_style *style, struct err *err)
{
	const struct commit *commit = &facts->commit;
	char author_date[PERSON_DATE_SIZE], committer_date[PERSON_DATE_SIZE];
	auto_free char *stamp = timestamp_text(&commit->committer, style->timestamp_format);
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
	return write_file(git, "commit_timestamp", LINE, span_of(stamp), err);
}

int facts_write_files(const struct facts *facts, const struct facts_files *files,
	const struct answer *answer, struct err *err)
{
	auto_free char *folder = mem_format("%s/.git", files->path);
	auto_free char *metadata = answer_metadata_text(answer);
	auto_fd int git = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (git < 0)
		return err_errno(err, "%s: cannot be opened", folder);
	if (write_ids(git, facts, files, err) < 0 || write_names(git, facts, err) < 0 ||
		write_people(git, facts, files->style, err) < 0 ||
		write_file(git, "commit_message", TEXT, facts->commit.message, err) < 0)
		return -1;
	return write_file(git, "metadata.json", TEXT, span_of(metadata), err);
}
