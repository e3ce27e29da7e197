/* SPDX-License-Identifier: Apache-2.0 */
/* fetch: the objects of a clone, and which refs they are enough for. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/clone/clone.h"
#include "git/clone/layout.h"
#include "git/lib.h"
#include "git/pack/receive.h"

static int receive(struct clone *clone, struct remote *remote, const struct oids *wants,
	const struct oids *haves, struct err *err)
{
	auto_free char *folder = mem_format("%s/.git/objects/pack", clone->path);
	auto_pack_receiver struct pack_receiver *receiver = NULL;
	auto_fetch_result struct fetch_result result = { 0 };
	const struct fetch_request request = {
		.wants = wants,
		.haves = haves,
		.done = true,
		.include_tags = true,
		.progress = true,
	};
	struct pack_sink sink;
	uint64_t objects = 0;

	if (pack_receiver_new(&receiver, folder, err) < 0)
		return -1;
	sink = pack_receiver_sink(receiver);
	if (remote_fetch(remote, &request, &sink, &result, err) < 0 ||
		pack_receiver_finish(receiver, &objects, err) < 0)
		return -1;
	clone->objects += objects;
	for (size_t i = 0; i < result.shallow.count; i++)
		if (!oids_have(&clone->shallow, &result.shallow.items[i]))
			oids_add(&clone->shallow, &result.shallow.items[i]);
	return 0;
}

static bool is_tag(const struct ref *ref)
{
	return span_starts(span_of(ref->name), "refs/tags/");
}

static bool is_note(const struct ref *ref)
{
	return span_starts(span_of(ref->name), "refs/notes/");
}

/* The tip and the notes are wanted together: one request. */
static int fetch_branch(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_oids struct oids wants = { 0 };

	oids_add(&wants, &clone->branch.tip);
	for (size_t i = 0; i < clone->refs.count; i++)
		if (is_note(&clone->refs.items[i]))
			oids_add(&wants, &clone->refs.items[i].oid);
	return receive(clone, remote, &wants, NULL, err);
}

/* What the given commit and the tags of the history that came still lack. */
static int fetch_rest(
	struct clone *clone, struct remote *remote, const struct oids *wants, struct err *err)
{
	auto_oids struct oids haves = { 0 };

	if (!wants->count)
		return 0;
	oids_add(&haves, &clone->branch.tip);
	return receive(clone, remote, wants, &haves, err);
}

static int not_there(const struct clone *clone, const struct remote *remote, const struct err *why,
	struct err *err)
{
	log_debug("git: %s", why->message);
	return err_set(err, ERR_MISSING,
		"version.ref: '%s' is not in %s: it may have been removed by a forced push, so let "
		"check find the newest version",
		clone->head.hex, remote_address(remote));
}

/* A commit that is not on the branch is asked for by its id. */
static int fetch_head(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_oids struct oids wants = { 0 };
	struct err why = { 0 };

	log_info("%s is not on the branch: asking for it by its id", clone->head.hex);
	oids_add(&wants, &clone->head);
	if (fetch_rest(clone, remote, &wants, &why) == 0)
		return 0;
	if (why.kind == ERR_REMOTE)
		return not_there(clone, remote, &why, err);
	return err_set(err, why.kind, "%s", why.message);
}

static int open_odb(git_odb **odb, const struct clone *clone, struct err *err)
{
	auto_free char *path = mem_format("%s/.git/objects", clone->path);

	if (git_odb_open(odb, path) < 0)
		return lib_error(err, "%s: cannot be read", path);
	return 0;
}

/* Annotated tags of the history that came: most of them came with it, by include-tag. */
static int missing_tags(const struct clone *clone, struct oids *wants, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (open_odb(&odb, clone, err) < 0)
		return -1;
	for (size_t i = 0; i < clone->refs.count; i++) {
		const struct ref *ref = &clone->refs.items[i];

		if (is_tag(ref) && oid_is_set(&ref->peeled) && lib_have(odb, &ref->peeled) &&
			!lib_have(odb, &ref->oid))
			oids_add(wants, &ref->oid);
	}
	return 0;
}

/* Refs whose objects are there; a name that is none is passed over, as git does. */
static int keep_refs(struct clone *clone, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (open_odb(&odb, clone, err) < 0)
		return -1;
	for (size_t i = 0; i < clone->refs.count; i++) {
		const struct ref *ref = &clone->refs.items[i];
		int valid = 0;

		if (!(is_tag(ref) || is_note(ref)) || !lib_have(odb, &ref->oid) ||
			git_reference_name_is_valid(&valid, ref->name) < 0 || !valid)
			continue;
		refs_add(&clone->kept, span_of(ref->name), &ref->oid, &ref->peeled, span_of(""));
	}
	return 0;
}

static int have_head(const struct clone *clone, bool *have, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (open_odb(&odb, clone, err) < 0)
		return -1;
	*have = lib_have(odb, &clone->head);
	return 0;
}

/* It becomes a path below .git and a line of its config. */
static int check_branch_name(const struct clone *clone, struct err *err)
{
	auto_free char *full = mem_format(
		"refs/heads/%s", clone->branch.name ? clone->branch.name : "x");
	int valid = 0;

	if (git_reference_name_is_valid(&valid, full) == 0 && valid)
		return 0;
	return err_set(err, ERR_CONFIG, "source.branch: '%s' is not a name that a branch can have",
		clone->branch.name);
}

static int ask(struct clone *clone, struct remote *remote, const char *branch, struct err *err)
{
	static const char *const prefixes[] = { "HEAD", "refs/tags/", "refs/notes/" };
	const struct refs_query more = { prefixes, COUNT(prefixes), .peel = true };

	if (branch_ask(&clone->branch, remote, branch, &more, &clone->refs, err) < 0)
		return -1;
	if (!oid_is_set(&clone->branch.tip))
		return err_set(err, ERR_MISSING, "%s: the repository is empty: push a first commit",
			remote_address(remote));
	return check_branch_name(clone, err);
}

int clone_fetch(struct clone *clone, struct remote *remote, const char *branch, struct err *err)
{
	auto_oids struct oids tags = { 0 };
	bool have;

	if (layout_init(clone->path, err) < 0 || ask(clone, remote, branch, err) < 0)
		return -1;
	log_info("fetching %s of %s", clone->branch.name ? clone->branch.name : "HEAD",
		remote_address(remote));
	if (fetch_branch(clone, remote, err) < 0 || have_head(clone, &have, err) < 0)
		return -1;
	if (!have && fetch_head(clone, remote, err) < 0)
		return -1;
	if (missing_tags(clone, &tags, err) < 0 || fetch_rest(clone, remote, &tags, err) < 0)
		return -1;
	return keep_refs(clone, err);
}

void clone_release(struct clone *clone)
{
	branch_release(&clone->branch);
	refs_release(&clone->refs);
	refs_release(&clone->kept);
	oids_release(&clone->shallow);
}
