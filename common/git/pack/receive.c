/* SPDX-License-Identifier: Apache-2.0 */
/* receive: a pack that comes becomes a pack and its index on disk, by libgit2's indexer. */
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/lib.h"
#include "git/pack/receive.h"

struct pack_receiver {
	git_indexer *indexer;
	git_indexer_progress progress;
	uint64_t bytes;
	bool shown;
};

static unsigned int percent(unsigned int part, unsigned int whole)
{
	return whole ? (unsigned int)((uint64_t)part * 100 / whole) : 100;
}

static void show(struct pack_receiver *receiver, const git_indexer_progress *now, bool done)
{
	unsigned int resolved = now->indexed_deltas;

	if (now->received_objects < now->total_objects || !now->total_deltas || done)
		log_progress(done, "receiving objects: %3u%% (%u/%u), %.1f MB",
			percent(now->received_objects, now->total_objects), now->received_objects,
			now->total_objects, (double)receiver->bytes / 1e6);
	else
		log_progress(false, "resolving deltas: %3u%% (%u/%u)",
			percent(resolved, now->total_deltas), resolved, now->total_deltas);
	receiver->shown = true;
}

/* Called by the indexer; not 0 makes it give up. */
static int on_progress(const git_indexer_progress *now, void *context)
{
	show(context, now, false);
	return stop_requested() ? GIT_EUSER : 0;
}

int pack_receiver_new(struct pack_receiver **receiver, const char *folder, struct err *err)
{
	struct pack_receiver *new = mem_alloc(sizeof(*new));
	git_indexer_options options = GIT_INDEXER_OPTIONS_INIT;

	options.progress_cb = on_progress;
	options.progress_cb_payload = new;
	if (lib_start(err) < 0 || git_indexer_new(&new->indexer, folder, 0, NULL, &options) < 0) {
		(void)lib_error(err, "%s: no pack can be written there", folder);
		pack_receiver_free(new);
		return -1;
	}
	*receiver = new;
	return 0;
}

void pack_receiver_free(struct pack_receiver *receiver)
{
	if (!receiver)
		return;
	git_indexer_free(receiver->indexer);
	free(receiver);
}

void pack_receiver_free_pointer(struct pack_receiver **receiver)
{
	pack_receiver_free(*receiver);
	*receiver = NULL;
}

static int take(void *context, struct span bytes, struct err *err)
{
	struct pack_receiver *receiver = context;

	receiver->bytes += bytes.length;
	if (git_indexer_append(receiver->indexer, bytes.data, bytes.length, &receiver->progress) <
		0)
		return lib_error(err, "the pack cannot be received");
	return 0;
}

struct pack_sink pack_receiver_sink(struct pack_receiver *receiver)
{
	return (struct pack_sink){ take, receiver };
}

int pack_receiver_finish(struct pack_receiver *receiver, uint64_t *objects, struct err *err)
{
	if (git_indexer_commit(receiver->indexer, &receiver->progress) < 0)
		return lib_error(err, "the pack cannot be indexed");
	if (receiver->shown)
		show(receiver, &receiver->progress, true);
	*objects = receiver->progress.total_objects;
	return 0;
}

const char *pack_receiver_name(const struct pack_receiver *receiver)
{
	return git_indexer_name(receiver->indexer);
}
