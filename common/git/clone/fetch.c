/* SPDX-License-Identifier: Apache-2.0 */
/* fetch: the objects of a clone, and which refs they are enough for. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "git/clone/layout.h"
#include "git/clone/parts.h"
#include "git/oid_map.h"

/* What is not checked out, or may not be, need not come now. */
static bool leaves_out(const struct clone *clone)
{
	return clone->options->partial || clone->options->sparse->count;
}

static void add_if_set(struct oids *oids, const struct oid *oid)
{
	if (oid_is_set(oid) && !oids_have(oids, oid))
		oids_add(oids, oid);
}

/*
 * The commit of a submodule, with its depth, beside the branch: it is seldom the tip. False where the
 * server does not give it so, as those of versions 0 and 1 may; then its branch is deepened.
 */
static int fetch_exact(struct clone *clone, struct remote *remote, struct fetch_request request,
	bool *came, struct err *err)
{
	auto_oids struct oids wants = { 0 };
	struct err why = { 0 };

	*came = false;
	if (!clone->options->worktree || !request.depth ||
		!oid_parse(span_of(clone->options->ref), &clone->head))
		return 0;
	add_if_set(&wants, &clone->branch.tip);
	add_if_set(&wants, &clone->head);
	request.wants = &wants;
	if (clone_receive(clone, remote, &request, &why) == 0) {
		*came = true;
		return 0;
	}
	log_debug("git: %s", why.message);
	return why.kind == ERR_REMOTE ? 0 : err_set(err, why.kind, "%s", why.message);
}

static bool takes_tags(const struct clone *clone)
{
	return clone->options->tags != CLONE_TAGS_NONE;
}

/* What builds on the branch, or not; with the tags that name it, or without. */
static int fetch_rest(struct clone *clone, struct remote *remote, const struct oids *wants,
	bool with_tags, struct err *err)
{
	auto_oids struct oids haves = { 0 };
	const struct fetch_request request = {
		.wants = wants,
		.haves = &haves,
		.without_blobs = leaves_out(clone),
		.include_tags = with_tags,
	};

	if (!wants->count)
		return 0;
	add_if_set(&haves, &clone->branch.tip);
	return clone_receive(clone, remote, &request, err);
}

/*
 * Without a depth all that is wanted comes at once. With one, it is the depth of the branch alone, and
 * the rest follows as `git fetch` without a depth would get it, before the branch is deepened.
 */
static int fetch_history(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_oids struct oids wants = { 0 }, rest = { 0 };
	bool came;
	const struct fetch_request first = {
		.wants = &wants,
		.depth = clone->options->depth,
		.without_blobs = leaves_out(clone),
		.include_tags = takes_tags(clone),
	};

	add_if_set(&wants, &clone->branch.tip);
	wanted_beside_the_branch(first.depth ? &rest : &wants, clone);
	if (fetch_exact(clone, remote, first, &came, err) < 0)
		return -1;
	came |= wants.count == 0;
	if ((!came && clone_receive(clone, remote, &first, err) < 0) ||
		fetch_rest(clone, remote, &rest, takes_tags(clone), err) < 0)
		return -1;
	return came || !first.depth ? 0 : clone_deepen(clone, remote, &first, err);
}

static int not_there(
	const struct clone *clone, const struct remote *remote, const char *why, struct err *err)
{
	log_debug("git: %s", why);
	if (clone->options->worktree)
		return err_set(err, ERR_MISSING,
			"the commit %s is not in %s: push it there, or let another be recorded",
			clone->options->ref, remote_address(remote));
	return err_set(err, ERR_MISSING,
		"version.ref: '%s' is not in %s: it may have been removed by a forced push, so let "
		"check find the newest version",
		clone->options->ref, remote_address(remote));
}

/* The refs whose line of `git ls-remote` holds the text. */
static int search_refs(struct clone *clone, struct remote *remote, struct err *err)
{
	static const char *const prefixes[] = { "HEAD", "refs/" };
	const struct refs_query query = { prefixes, COUNT(prefixes), .peel = true };
	auto_refs struct refs found = { 0 };
	auto_oid_map struct oid_map seen = { 0 };
	auto_oids struct oids wants = { 0 };

	if (remote_refs(remote, &query, &found, err) < 0)
		return -1;
	for (size_t i = 0; i < found.count; i++) {
		const struct ref *ref = &found.items[i];
		auto_free char *line = mem_format("%s\t%s", ref->oid.hex, ref->name);

		if (!oid_is_set(&ref->oid) || !strstr(line, clone->options->ref))
			continue;
		log_info("found %s at %s", clone->options->ref, ref->name);
		if (oid_map_add(&seen, &ref->oid))
			oids_add(&wants, &ref->oid);
		refs_add(&clone->refs, span_of(ref->name), &ref->oid, &ref->peeled, span_of(NULL));
	}
	if (!wants.count)
		log_warning("couldn't find a ref for %s listed on the remote", clone->options->ref);
	return fetch_rest(clone, remote, &wants, takes_tags(clone), err);
}

static int is_there(struct clone *clone, bool *there, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;

	if (clone_open_odb(&odb, clone, err) < 0)
		return -1;
	*there = clone_resolve(clone, odb) && lib_have(odb, &clone->head);
	return 0;
}

/* A commit that is not on the branch is asked for by its id. */
static int fetch_by_id(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_oids struct oids wants = { 0 };
	struct err why = { 0 };

	if (!oid_is_set(&clone->head))
		return not_there(clone, remote, "nothing has that name", err);
	log_info("%s is not on the branch: asking for it by its id", clone->head.hex);
	oids_add(&wants, &clone->head);
	if (fetch_rest(clone, remote, &wants, takes_tags(clone), &why) == 0)
		return 0;
	if (why.kind == ERR_REMOTE)
		return not_there(clone, remote, why.message, err);
	return err_set(err, why.kind, "%s", why.message);
}

static int fetch_head(struct clone *clone, struct remote *remote, struct err *err)
{
	const struct clone_options *options = clone->options;
	bool there;

	if (is_there(clone, &there, err) < 0)
		return -1;
	if (!there && options->search && !options->depth && options->branch &&
		(search_refs(clone, remote, err) < 0 || is_there(clone, &there, err) < 0))
		return -1;
	return there ? 0 : fetch_by_id(clone, remote, err);
}

/* Tags come after the history that they name, and before the branches that bring none with them. */
static int fetch_tags(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_oids struct oids wants = { 0 };

	if (wanted_tags(&wants, clone, err) < 0 ||
		fetch_rest(clone, remote, &wants, false, err) < 0)
		return -1;
	return wanted_keep_tags(clone, err);
}

static int fetch_further(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_oids struct oids wants = { 0 };

	if (wanted_further(&wants, clone, err) < 0 ||
		fetch_rest(clone, remote, &wants, false, err) < 0)
		return -1;
	return wanted_keep_others(clone, err);
}

/* They become paths below .git and lines of its config. */
static int check_name(const char *where, const char *name, struct err *err)
{
	auto_free char *full = mem_format("refs/heads/%s", name);

	if (lib_is_ref_name(full))
		return 0;
	return err_set(
		err, ERR_CONFIG, "%s: '%s' is not a name that a branch can have", where, name);
}

static int check_names(const struct clone *clone, const struct remote *remote, struct err *err)
{
	const struct strings *fetch = clone->options->fetch;

	if (clone->branch.name &&
		check_name(branch_field(&clone->branch), clone->branch.name, err) < 0)
		return -1;
	for (size_t i = 0; i < fetch->count; i++) {
		auto_free char *full = mem_format("refs/heads/%s", fetch->items[i]);

		if (check_name("params.fetch", fetch->items[i], err) < 0)
			return -1;
		if (!refs_find(&clone->refs, full))
			return err_set(err, ERR_MISSING, "params.fetch: '%s' does not exist at %s",
				fetch->items[i], remote_address(remote));
	}
	return 0;
}

static int ask(struct clone *clone, struct remote *remote, struct err *err)
{
	auto_strings struct strings prefixes = { 0 };
	struct refs_query more = { .peel = true };

	wanted_prefixes(&prefixes, clone->options);
	more.prefixes = (const char *const *)prefixes.items;
	more.count = prefixes.count;
	if (branch_ask(&clone->branch, remote, clone->options->branch, &more, &clone->refs, err) <
		0)
		return -1;
	if (!oid_is_set(&clone->branch.tip) && clone->options->worktree)
		branch_release(&clone->branch); /* its commits may be on others */
	else if (!oid_is_set(&clone->branch.tip))
		return err_set(err, ERR_MISSING, "%s: the repository is empty: push a first commit",
			remote_address(remote));
	return check_names(clone, remote, err);
}

int clone_fetch(struct clone *clone, struct remote *remote, struct err *err)
{
	if (!clone->git)
		clone->git = mem_format("%s/.git", clone->path);
	if (layout_init(clone, err) < 0 || ask(clone, remote, err) < 0)
		return -1;
	log_info("fetching %s of %s", clone->branch.name ? clone->branch.name : "HEAD",
		remote_address(remote));
	if (fetch_history(clone, remote, err) < 0 || fetch_head(clone, remote, err) < 0 ||
		fetch_tags(clone, remote, err) < 0)
		return -1;
	return fetch_further(clone, remote, err);
}

void clone_release(struct clone *clone)
{
	free(clone->git);
	crypt_free(clone->crypt);
	branch_release(&clone->branch);
	refs_release(&clone->refs);
	refs_release(&clone->kept);
	oids_release(&clone->shallow);
}
