/* SPDX-License-Identifier: Apache-2.0 */
/* transfer: many objects on their way. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/lfs/transfer.h"

struct work {
	const struct lfs_way *way;
	struct lfs_server *server;
	const struct lfs_store *store;
	struct lfs_transfer *all;
	size_t count, done;
	uint64_t moved; /* bytes, of attempts that are over */
	struct lfs_transfer *active[LFS_AT_ONCE];
	size_t active_count;
};

static void show(const struct work *work, bool end)
{
	uint64_t moved = work->moved;

	for (size_t i = 0; i < work->active_count; i++)
		moved += work->active[i]->moved;
	log_progress(end, "%s Git LFS objects: %3zu%% (%zu/%zu), %.1f MB", work->way->doing,
		work->done * 100 / work->count, work->done, work->count, (double)moved / 1e6);
}

static int named(const struct lfs_transfer *transfer, struct err *err)
{
	if (err->kind == ERR_STOPPED)
		return -1;
	return err_wrap(err, "%s", transfer->object->path);
}

int lfs_transfer_refused(struct lfs_transfer *transfer, struct err *err)
{
	const struct http_response *response = http_stream_response(transfer->stream);
	auto_free char *url = http_show_url(transfer->reply.transfer.href);
	int status = response->status;

	(void)http_status_error(url, status, http_stream_data(transfer->stream), err);
	if (status == 408 || status == 429 || status >= 500) {
		bool soon = response->retry_after_ms <= RETRY_AFTER_MAX_MS;

		transfer->wait_ms = response->retry_after_ms > 0 ? response->retry_after_ms : 0;
		err->kind = soon ? ERR_NETWORK : ERR_REMOTE;
	} else if (!transfer->refused &&
		(status == 401 || status == 403 || status == 404 || status == 410)) {
		transfer->refused = true;
		err->kind = ERR_EXPIRED;
	} else if (err->kind == ERR_NETWORK || err->kind == ERR_EXPIRED) {
		err->kind = ERR_REMOTE;
	}
	return -1;
}

/* The attempt is over, whatever came of it. */
static void end(struct work *work, struct lfs_transfer *transfer)
{
	work->way->end(transfer);
	http_stream_close_pointer(&transfer->stream);
	lfs_request_release(&transfer->request);
	work->moved += transfer->moved;
	transfer->moved = 0;
}

static void finish(struct work *work, struct lfs_transfer *transfer)
{
	end(work, transfer);
	transfer->done = true;
	work->done++;
}

/* 0 where another attempt may help. */
static int failed(struct work *work, struct lfs_transfer *transfer, struct err *err)
{
	bool moved = transfer->moved >= LFS_PROGRESS_MIN;

	if (err->kind != ERR_NETWORK && err->kind != ERR_EXPIRED)
		return named(transfer, err);
	transfer->failures = moved ? 1 : transfer->failures + 1;
	if (transfer->failures > RETRY_MAX) {
		(void)err_wrap(err, "given up after %d attempts", transfer->failures);
		return named(transfer, err);
	}
	log_debug("lfs: %s: %s: trying again", transfer->object->path, err->message);
	end(work, transfer);
	return 0;
}

/* What the server says of the object itself. */
static int check_reply(const struct lfs_transfer *transfer, struct err *err)
{
	const struct lfs_reply *reply = &transfer->reply;
	const char *oid = transfer->object->pointer.oid;
	const char *words = reply->message ? reply->message : "it does not say why";

	if (!reply->known)
		return err_set(err, ERR_REMOTE,
			"the LFS server says nothing of the object %s, for which it was asked",
			oid);
	if (reply->error == 404 || reply->error == 410)
		return err_set(err, ERR_MISSING,
			"its Git LFS object %s is not on the server (%d): %s", oid, reply->error,
			words);
	if (reply->error)
		return err_set(err, ERR_REMOTE, "the LFS server refuses the object %s (%d): %s",
			oid, reply->error, words);
	return 0;
}

static int begin(struct work *work, struct lfs_transfer *transfer, struct err *err)
{
	int status;

	transfer->answered = false;
	transfer->wait_ms = 0;
	status = work->way->begin(transfer, work->server, work->store, err);
	if (status > 0)
		finish(work, transfer);
	else if (status == 0)
		work->active[work->active_count++] = transfer;
	return status < 0 ? failed(work, transfer, err) : 0;
}

/* Look at all that are on their way; those that are over leave room. */
static int go_on(struct work *work, struct err *err)
{
	for (size_t i = 0; i < work->active_count;) {
		struct lfs_transfer *transfer = work->active[i];
		int status = work->way->go_on(transfer, work->server, work->store, err);

		if (status == 0) {
			i++;
			continue;
		}
		work->active[i] = work->active[--work->active_count];
		if (status > 0)
			finish(work, transfer);
		else if (failed(work, transfer, err) < 0) {
			end(work, transfer);
			return -1;
		}
	}
	show(work, false);
	return 0;
}

/* An action that is over before its turn is left to the next round. */
static int move(struct work *work, struct lfs_transfer **round, size_t count, struct err *err)
{
	for (size_t next = 0; next < count || work->active_count;) {
		while (next < count && work->active_count < LFS_AT_ONCE) {
			struct lfs_transfer *transfer = round[next++];

			if (lfs_action_is_over(&transfer->reply.transfer))
				continue;
			if (begin(work, transfer, err) < 0)
				return -1;
		}
		if (!work->active_count)
			continue;
		if (http_wait(work->server->http, -1, err) < 0 || go_on(work, err) < 0)
			return -1;
	}
	return 0;
}

/* The objects are sorted, and so are those of a round. */
static int ask(struct work *work, struct lfs_transfer **round, size_t count, struct err *err)
{
	struct lfs_object objects[LFS_BATCH_MAX] = { 0 };
	struct lfs_reply replies[LFS_BATCH_MAX] = { 0 };
	int status;

	for (size_t i = 0; i < count; i++)
		objects[i] = *round[i]->object;
	status = lfs_server_ask(work->server, replies, objects, count, err);
	for (size_t i = 0; i < count; i++) {
		lfs_reply_release(&round[i]->reply);
		round[i]->reply = replies[i];
	}
	for (size_t i = 0; i < count && status == 0; i++)
		if (check_reply(round[i], err) < 0)
			return named(round[i], err);
	return status;
}

/* Before a round in which all are tried again: as long as the most patient of them. */
static int wait_ms(struct lfs_transfer *const *round, size_t count)
{
	int longest = 0;

	for (size_t i = 0; i < count; i++) {
		int failures = round[i]->failures, wait = round[i]->wait_ms;

		if (!failures)
			return 0;
		if (wait < RETRY_FIRST_MS << (failures - 1))
			wait = RETRY_FIRST_MS << (failures - 1);
		if (wait > longest)
			longest = wait;
	}
	return longest;
}

static int run_round(struct work *work, struct err *err)
{
	struct lfs_transfer *round[LFS_BATCH_MAX];
	size_t count = 0;

	for (size_t i = 0; i < work->count && count < LFS_BATCH_MAX; i++)
		if (!work->all[i].done)
			round[count++] = &work->all[i];
	clock_sleep_ms(wait_ms(round, count));
	if (stop_check(err) < 0 || ask(work, round, count, err) < 0)
		return -1;
	return move(work, round, count, err);
}

int lfs_transfer(const struct lfs_way *way, struct lfs_server *server,
	const struct lfs_store *store, const struct lfs_objects *objects, struct err *err)
{
	struct work work = { .way = way, .server = server, .store = store };
	int status = 0;

	if (!objects->count)
		return 0;
	work.count = objects->count;
	work.all = mem_alloc(work.count * sizeof(*work.all));
	for (size_t i = 0; i < work.count; i++)
		work.all[i].object = &objects->items[i];
	while (status == 0 && work.done < work.count)
		status = run_round(&work, err);
	if (status == 0)
		show(&work, true);
	for (size_t i = 0; i < work.count; i++) {
		end(&work, &work.all[i]);
		lfs_reply_release(&work.all[i].reply);
	}
	free(work.all);
	return status;
}
