/* SPDX-License-Identifier: Apache-2.0 */
/* notes: the note of the commit that a put pushes. */
#include <string.h>

#include "git/lib.h"
#include "git/push/identity.h"
#include "git/push/note_tree.h"
#include "git/push/notes.h"

#define NOTES "refs/notes/"
#define NOTES_OF_COMMITS NOTES "commits"

struct notes {
	git_repository *repository;
	const struct push_order *order;
	const char *address; /* of the remote */
	const struct refs *there;
};

/* Those that somebody else pushed since the get. */
static int fetch_unknown(
	git_repository *repository, struct remote *remote, struct refs *there, struct err *err)
{
	bool fetched = false;

	for (size_t i = 0; i < there->count; i++) {
		const struct ref *ref = &there->items[i];
		int status;

		if (!span_starts(span_of(ref->name), NOTES))
			continue;
		status = combine_fetch(repository, remote, ref->name, &ref->oid, err);
		if (status < 0)
			return -1;
		fetched |= status > 0;
	}
	if (!fetched)
		return 0;
	refs_release(there);
	return remote_refs_for_push(remote, there, err);
}

static int is_descendant(bool *is, const struct notes *notes, const char *name,
	const struct oid *below, const struct oid *above, struct err *err)
{
	git_oid a = lib_oid(below), b = lib_oid(above);
	int found = git_graph_descendant_of(notes->repository, &a, &b);

	if (found == GIT_ENOTFOUND)
		return err_set(
			err, ERR_CONFLICT, "'%s' was moved by somebody else meanwhile", name);
	if (found < 0)
		return lib_error(err, "'%s' cannot be read", name);
	*is = found == 1;
	return 0;
}

/* Of here and there, the one that holds the other. */
static int find_newest(struct oid *tip, const struct notes *notes, const char *name,
	const struct oid *here, struct err *err)
{
	const struct ref *there = refs_find(notes->there, name);
	bool ahead = false, behind = false;

	if (!there || !oid_is_set(here)) {
		*tip = there ? there->oid : *here;
		return 0;
	}
	if (is_descendant(&ahead, notes, name, here, &there->oid, err) < 0 ||
		is_descendant(&behind, notes, name, &there->oid, here, err) < 0)
		return -1;
	if (!ahead && !behind && !oid_equal(here, &there->oid) &&
		notes->order->force != PUSH_FORCED)
		return err_set(err, ERR_CONFIG,
			"'%s' in the repository and at %s have parted: fetch and merge them before "
			"the put",
			name, notes->address);
	*tip = behind ? there->oid : *here;
	return 0;
}

static void move(struct push_request *request, const struct notes *notes, const char *name,
	const struct oid *tip)
{
	const struct ref *there = refs_find(notes->there, name);

	if (!there || !oid_equal(&there->oid, tip))
		push_add(request, name, there ? &there->oid : NULL, tip);
}

/* As git notes add -F, on top of `tip`. */
static int add_note(
	struct oid *tip, const struct notes *notes, const struct oid *commit, struct err *err)
{
	auto_git(signature) git_signature *author = NULL;
	auto_git(commit) git_commit *parent = NULL;
	auto_git(tree) git_tree *tree = NULL;
	auto_git_buf git_buf text = GIT_BUF_INIT;
	struct note_tree_change change = {
		.before = *tip,
		.on = *commit,
		.replace = notes->order->force == PUSH_FORCED,
	};
	const char *note = notes->order->note;
	git_oid blob, id, before = lib_oid(tip);
	struct oid written;
	int status;

	if (git_blob_create_from_buffer(&blob, notes->repository, note, strlen(note)) < 0)
		return lib_error(err, "the note cannot be written");
	change.note = lib_oid_back(&blob);
	status = note_tree_write(&written, notes->repository, &change, err);
	if (status <= 0)
		return status;
	id = lib_oid(&written);
	if (identity_now(&author, notes->repository, notes->order->settings, err) < 0)
		return -1;
	if ((oid_is_set(tip) && git_commit_lookup(&parent, notes->repository, &before) < 0) ||
		git_tree_lookup(&tree, notes->repository, &id) < 0 ||
		git_commit_create_buffer(&text, notes->repository, author, author, NULL,
			"Notes added by 'git notes add'\n", tree, parent ? 1 : 0,
			(const git_commit *[]){ parent }) < 0)
		return lib_error(err, "the note cannot be written");
	if (lib_write_commit(&id, notes->repository, (struct span){ text.ptr, text.size }, err) < 0)
		return err_wrap(err, "the note");
	*tip = lib_oid_back(&id);
	return 0;
}

static int add_to_commits(struct push_request *request, const struct notes *notes,
	const struct oid *commit, struct err *err)
{
	struct oid here = { 0 }, tip;
	git_oid id;

	if (git_reference_name_to_id(&id, notes->repository, NOTES_OF_COMMITS) == 0)
		here = lib_oid_back(&id);
	if (find_newest(&tip, notes, NOTES_OF_COMMITS, &here, err) < 0 ||
		add_note(&tip, notes, commit, err) < 0)
		return -1;
	move(request, notes, NOTES_OF_COMMITS, &tip);
	return 0;
}

/* A ref of notes that are not the ones of commits. */
static int add_other(struct push_request *request, const struct notes *notes,
	const git_reference *reference, struct err *err)
{
	const char *name = git_reference_name(reference);
	const git_oid *target = git_reference_target(reference);
	struct oid here, tip;

	if (!target || strcmp(name, NOTES_OF_COMMITS) == 0)
		return 0;
	here = lib_oid_back(target);
	if (find_newest(&tip, notes, name, &here, err) < 0)
		return -1;
	move(request, notes, name, &tip);
	return 0;
}

/* As git push of all refs/notes, which the git resource calls. */
static int add_others(struct push_request *request, const struct notes *notes, struct err *err)
{
	auto_git(reference_iterator) git_reference_iterator *iterator = NULL;
	git_reference *next;

	if (git_reference_iterator_glob_new(&iterator, notes->repository, NOTES "*") < 0)
		return lib_error(err, "the notes cannot be read");
	while (git_reference_next(&next, iterator) == 0) {
		auto_git(reference) git_reference *reference = next;

		if (add_other(request, notes, reference, err) < 0)
			return -1;
	}
	return 0;
}

int notes_decide(struct push_request *request, struct git_repository *repository,
	struct remote *remote, const struct push_order *order, const struct oid *commit,
	struct refs *there, struct err *err)
{
	const struct notes notes = { repository, order, remote_push_address(remote), there };

	if (!order->note)
		return 0;
	if (fetch_unknown(repository, remote, there, err) < 0 ||
		add_to_commits(request, &notes, commit, err) < 0)
		return -1;
	return add_others(request, &notes, err);
}
