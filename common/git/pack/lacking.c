/* SPDX-License-Identifier: Apache-2.0 */
/* lacking: both sides are walked together, newest first, until nothing is left that only the wants reach. */
#include "base/mem.h"
#include "base/stop.h"
#include "git/lib.h"
#include "git/oid_map.h"
#include "git/pack/lacking.h"

enum { MORE = 5 };

struct node {
	struct oid oid;
	int64_t seconds; /* of the committer */
	size_t children; /* of it, that are walked and not had */
	bool had;        /* the haves reach it */
	bool queued;
	bool counted; /* among the children of its parents */
};

struct search {
	git_repository *repository;
	git_odb *odb;
	struct node *nodes;
	size_t count;
	struct oid_map numbers; /* of the nodes */
	size_t *heap;           /* numbers of the queued nodes; none is newer than the first */
	size_t queued;
	size_t open;    /* queued ones that are not had */
	int64_t oldest; /* of those that were not had when they were walked */
	int more;       /* haves that are still to be walked */
};

static bool is_newer(const struct search *search, size_t a, size_t b)
{
	return search->nodes[search->heap[a]].seconds > search->nodes[search->heap[b]].seconds;
}

static void swap(struct search *search, size_t a, size_t b)
{
	size_t number = search->heap[a];

	search->heap[a] = search->heap[b];
	search->heap[b] = number;
}

static void push(struct search *search, size_t number)
{
	size_t i = search->queued++;

	search->heap[i] = number;
	search->nodes[number].queued = true;
	search->open += !search->nodes[number].had;
	for (; i && is_newer(search, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(search, i, (i - 1) / 2);
}

static size_t pop(struct search *search)
{
	size_t number = search->heap[0];

	search->heap[0] = search->heap[--search->queued];
	for (size_t i = 0, child; (child = 2 * i + 1) < search->queued; i = child) {
		if (child + 1 < search->queued && is_newer(search, child + 1, child))
			child++;
		if (!is_newer(search, child, i))
			break;
		swap(search, child, i);
	}
	search->nodes[number].queued = false;
	search->open -= !search->nodes[number].had;
	return number;
}

/* The node's number; the commit must be there. */
static int add(size_t *number, struct search *search, const struct oid *oid, struct err *err)
{
	auto_git(commit) git_commit *commit = NULL;
	git_oid id = lib_oid(oid);

	if (git_commit_lookup(&commit, search->repository, &id) < 0)
		return lib_error(err, "the commit %s cannot be read", oid->hex);
	/* doubled at each power of two; the heap never holds a node twice */
	if ((search->count & (search->count - 1)) == 0) {
		size_t size = search->count ? 2 * search->count : 1;

		search->nodes = mem_resize(search->nodes, size, sizeof(*search->nodes));
		search->heap = mem_resize(search->heap, size, sizeof(*search->heap));
	}
	*number = search->count++;
	oid_map_put(&search->numbers, oid, *number);
	search->nodes[*number] = (struct node){ .oid = *oid, .seconds = git_commit_time(commit) };
	return 0;
}

/* A commit is reached, from a have or not. What was walked before it was known to be had is walked again. */
static int reach(
	struct search *search, const struct oid *oid, bool had, size_t *number, struct err *err)
{
	struct node *node;

	if (!oid_map_get(&search->numbers, oid, number)) {
		if (add(number, search, oid, err) < 0)
			return -1;
		search->nodes[*number].had = had;
		push(search, *number);
		return 0;
	}
	node = &search->nodes[*number];
	if (!had || node->had)
		return 0;
	node->had = true;
	if (node->queued)
		search->open--;
	else
		push(search, *number);
	return 0;
}

static int walk_parents(struct search *search, const struct node *node, struct err *err)
{
	auto_git(commit) git_commit *commit = NULL;
	git_oid id = lib_oid(&node->oid);

	if (git_commit_lookup(&commit, search->repository, &id) < 0)
		return lib_error(err, "the commit %s cannot be read", node->oid.hex);
	for (unsigned int i = 0; i < git_commit_parentcount(commit); i++) {
		struct oid parent = lib_oid_back(git_commit_parent_id(commit, i));
		size_t number;

		if (reach(search, &parent, node->had, &number, err) < 0)
			return -1;
		search->nodes[number].children += !node->had;
		search->nodes[number].children -= node->counted;
	}
	return stop_check(err);
}

static int walk_one(struct search *search, struct err *err)
{
	size_t number = pop(search);
	const struct node node = search->nodes[number];

	search->nodes[number].counted = !node.had;
	if (!node.had && node.seconds < search->oldest)
		search->oldest = node.seconds;
	return walk_parents(search, &node, err);
}

/*
 * A have that is newer than a commit on its way may still lead there, round a commit whose clock was late; an
 * older one does so where its own clock was. git looks at as many more of them.
 */
static bool may_find(struct search *search)
{
	if (search->open ||
		(search->queued && search->nodes[search->heap[0]].seconds >= search->oldest))
		search->more = MORE;
	return search->queued && search->more-- > 0;
}

/* The commit that the object names in the end, if it is here and does. */
static bool peel(struct oid *commit, const struct search *search, const struct oid *oid)
{
	auto_git(object) git_object *object = NULL, *peeled = NULL;
	git_oid id = lib_oid(oid);

	if (!lib_have(search->odb, oid) ||
		git_object_lookup(&object, search->repository, &id, GIT_OBJECT_ANY) < 0 ||
		git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) < 0)
		return false;
	*commit = lib_oid_back(git_object_id(peeled));
	return true;
}

static int begin(struct search *search, const struct oids *from, bool had, struct err *err)
{
	struct oid commit;
	size_t number;

	for (size_t i = 0; i < from->count; i++)
		if (peel(&commit, search, &from->items[i]) &&
			reach(search, &commit, had, &number, err) < 0)
			return -1;
	return 0;
}

static int walk(
	struct search *search, const struct oids *wants, const struct oids *haves, struct err *err)
{
	if (git_repository_odb(&search->odb, search->repository) < 0)
		return lib_error(err, "the objects cannot be read");
	if (begin(search, haves, true, err) < 0 || begin(search, wants, false, err) < 0)
		return -1;
	while (may_find(search))
		if (walk_one(search, err) < 0)
			return -1;
	return 0;
}

static void tell(struct lacking *lacking, const struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		const struct node *node = &search->nodes[i];

		if (!node->had)
			oids_add(&lacking->commits, &node->oid);
		if (!node->had && !node->children)
			oids_add(&lacking->tips, &node->oid);
		if (node->had && node->children)
			oids_add(&lacking->edge, &node->oid);
	}
}

int lacking_find(struct lacking *lacking, struct git_repository *repository,
	const struct oids *wants, const struct oids *haves, struct err *err)
{
	struct search search = { .repository = repository, .oldest = INT64_MAX };
	int status = walk(&search, wants, haves, err);

	if (status == 0)
		tell(lacking, &search);
	git_odb_free(search.odb);
	free(search.nodes);
	free(search.heap);
	oid_map_release(&search.numbers);
	return status;
}

void lacking_release(struct lacking *lacking)
{
	oids_release(&lacking->commits);
	oids_release(&lacking->tips);
	oids_release(&lacking->edge);
}
