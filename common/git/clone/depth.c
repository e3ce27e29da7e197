/* SPDX-License-Identifier: Apache-2.0 */
/* depth: a shallow clone, deepened until the version has enough history, as the git resource does it. */
#include "base/log.h"
#include "git/clone/parts.h"
#include "git/oid_map.h"
#include "git/commit.h"

enum {
	THRESHOLD = 127,       /* commits, past which the whole history comes */
	INFINITE = 0x7fffffff, /* git's depth of a whole history */
};

/* Is there the commit that is `steps` first parents behind the version's? */
static bool reaches(struct clone *clone, int steps, struct err *err)
{
	auto_git(odb) git_odb *odb = NULL;
	auto_oid_map struct oid_map cut = { 0 };
	struct oid at;

	if (clone_open_odb(&odb, clone, err) < 0 || !clone_resolve(clone, odb))
		return false;
	oid_map_add_all(&cut, &clone->shallow);
	at = clone->head;
	for (; lib_have(odb, &at); steps--) {
		auto_git(odb_object) git_odb_object *object = NULL;
		git_oid id = lib_oid(&at);
		struct commit commit;

		if (steps == 0)
			return true;
		if (oid_map_has(&cut, &at) || git_odb_read(&object, odb, &id) < 0 ||
			!commit_parse((struct span){ git_odb_object_data(object),
					      git_odb_object_size(object) },
				&commit) ||
			!oid_is_set(&commit.first_parent))
			return false;
		at = commit.first_parent;
	}
	return false;
}

static int deepen_to(struct clone *clone, struct remote *remote, struct fetch_request request,
	int depth, struct err *err)
{
	request.haves = request.wants;
	request.depth = depth;
	return clone_receive(clone, remote, &request, err);
}

int clone_deepen(struct clone *clone, struct remote *remote, const struct fetch_request *request,
	struct err *err)
{
	int step = clone->options->depth, total = step, behind = step - 1;

	while (!reaches(clone, behind, err)) {
		if (err->kind != ERR_NONE)
			return -1;
		if (!clone->shallow.count) {
			log_info("Reached max depth of the origin repo while deepening the shallow "
				 "clone, it's a deep clone now");
			return 0;
		}
		log_info("Could not find ref %s~%d in a shallow clone of depth %d",
			clone->options->ref, behind, total);
		if (total >= THRESHOLD) {
			log_info("Reached depth threshold %d, falling back to deep clone...",
				THRESHOLD);
			return deepen_to(clone, remote, *request, INFINITE, err);
		}
		step *= 2;
		log_info("Deepening the shallow clone by an additional %d...", step);
		total += step;
		if (deepen_to(clone, remote, *request, total, err) < 0)
			return -1;
	}
	return 0;
}
