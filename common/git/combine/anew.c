/* SPDX-License-Identifier: Apache-2.0 */
/* anew: a commit that is made of another one, of which the author and the message stay. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "git/combine/step.h"

static bool is_one_of(const char *name, const char *const names[])
{
	while (*names && strcasecmp(name, *names) != 0)
		names++;
	return *names != NULL;
}

static int find_encoding(bool *latin1, const git_commit *commit, struct err *err)
{
	static const char *const utf8_names[] = { "UTF-8", "UTF8", NULL };
	static const char *const latin1_names[] = { "ISO-8859-1", "ISO8859-1", "LATIN1", NULL };
	const char *encoding = git_commit_message_encoding(commit);
	struct oid oid = lib_oid_back(git_commit_id(commit));

	*latin1 = encoding && is_one_of(encoding, latin1_names);
	if (!encoding || *latin1 || is_one_of(encoding, utf8_names))
		return 0;
	return err_set(err, ERR_CONFIG,
		"params.rebase: the message of %.7s is in %s, which cannot be made anew: rebase it "
		"before the put",
		oid.hex, encoding);
}

/* As git stores text: in UTF-8, for which bytes that are none are taken for Latin-1. The caller frees. */
static char *to_utf8(const char *text, bool latin1)
{
	struct span rest = span_of(text);
	char *copy = mem_alloc(2 * rest.length + 1), *end = copy;

	while (rest.length) {
		unsigned char byte = (unsigned char)*rest.data;
		size_t length = latin1 && byte >= 0x80 ? 0 : utf8_length(rest);

		if (length) {
			memcpy(end, rest.data, length);
			end += length;
		} else {
			*end++ = (char)(0xc0 | byte >> 6);
			*end++ = (char)(0x80 | (byte & 0x3f));
			length = 1;
		}
		rest.data += length;
		rest.length -= length;
	}
	return copy;
}

/* git leaves out blank lines in front. */
static const char *message_of(const git_commit *commit)
{
	struct span rest = span_of(git_commit_message_raw(commit)), from = rest, line;

	while (span_take_line(&rest, &line) && !span_trim(line).length)
		from = rest;
	return from.data;
}

static char *parents_of(const struct step *step)
{
	char *text = mem_copy_string("");

	for (size_t i = 0; i < step->parent_count; i++) {
		auto_free char *before = text;
		struct oid oid = lib_oid_back(git_commit_id(step->parents[i]));

		text = mem_format("%sparent %s\n", before, oid.hex);
	}
	return text;
}

static char *committer_of(const git_signature *who)
{
	int zone = abs(who->when.offset);

	return mem_format("%s <%s> %lld %c%02d%02d", who->name, who->email,
		(long long)who->when.time, who->when.sign, zone / 60, zone % 60);
}

/* Byte by byte: libgit2 makes the names of authors tidy, and git leaves them as they are. */
int step_write_anew(
	struct oid *oid, const struct combine *combine, const struct step *step, struct err *err)
{
	auto_free char *parents = parents_of(step);
	auto_free char *committer = committer_of(combine->committer);
	auto_free char *author = NULL;
	auto_free char *message = NULL;
	auto_free char *text = NULL;
	auto_git_buf git_buf field = GIT_BUF_INIT;
	struct oid tree = lib_oid_back(git_tree_id(step->tree));
	bool latin1;
	git_oid id;

	if (find_encoding(&latin1, step->anew, err) < 0)
		return -1;
	if (git_commit_header_field(&field, step->anew, "author") < 0)
		return lib_error(err, "a commit cannot be made anew");
	author = to_utf8(field.ptr, latin1);
	message = to_utf8(message_of(step->anew), latin1);
	text = mem_format("tree %s\n%sauthor %s\ncommitter %s\n\n%s", tree.hex, parents, author,
		committer, message);
	if (lib_write_commit(&id, combine->repository, span_of(text), err) < 0)
		return -1;
	*oid = lib_oid_back(&id);
	return 0;
}
