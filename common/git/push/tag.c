/* SPDX-License-Identifier: Apache-2.0 */
/* tag: the tag that a put sets on the commit that it pushes. */
#include <string.h>

#include "git/lib.h"
#include "git/push/identity.h"
#include "git/push/tag.h"

static const char *short_name(const struct push_order *order)
{
	return order->tag + strlen("refs/tags/");
}

static int failed(const struct push_order *order, struct err *err)
{
	return lib_error(err, "the tag '%s' cannot be set", short_name(order));
}

static bool says_the_same(git_repository *repository, const struct push_order *order,
	const git_oid *commit, const char *message)
{
	auto_git(object) git_object *object = NULL;
	const git_tag *tag;

	if (git_revparse_single(&object, repository, order->tag) < 0 ||
		git_object_type(object) != GIT_OBJECT_TAG)
		return false;
	tag = (const git_tag *)object;
	return git_oid_equal(git_tag_target_id(tag), commit) && git_tag_message(tag) &&
		strcmp(git_tag_message(tag), message) == 0;
}

static int annotate(git_oid *id, git_repository *repository, const struct push_order *order,
	const git_oid *commit, const char *message, struct err *err)
{
	auto_git(signature) git_signature *tagger = NULL;
	auto_git(object) git_object *target = NULL;

	if (identity_now(&tagger, repository, order->settings, err) < 0)
		return -1;
	if (git_object_lookup(&target, repository, commit, GIT_OBJECT_COMMIT) < 0 ||
		git_tag_annotation_create(
			id, repository, short_name(order), target, tagger, message) < 0)
		return failed(order, err);
	return 0;
}

int tag_set(struct git_repository *repository, const struct push_order *order,
	const struct oid *commit, struct err *err)
{
	auto_git(reference) git_reference *reference = NULL;
	auto_git_buf git_buf message = GIT_BUF_INIT;
	git_oid on = lib_oid(commit), id = on;

	if (!order->tag)
		return 0;
	if (order->annotation) {
		/* blanks and lines of '#' as `git tag -F` leaves them */
		if (git_message_prettify(&message, order->annotation, 1, '#') < 0)
			return failed(order, err);
		if (says_the_same(repository, order, &on, message.ptr))
			return 0;
		if (annotate(&id, repository, order, &on, message.ptr, err) < 0)
			return -1;
	}
	if (git_reference_create(&reference, repository, order->tag, &id, 1, "tag") < 0)
		return failed(order, err);
	return 0;
}
