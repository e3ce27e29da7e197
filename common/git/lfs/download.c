/* SPDX-License-Identifier: Apache-2.0 */
/* download: an object from the server into the store. */
#include <stdio.h>

#include "git/lfs/transfer.h"

static int begin(struct lfs_transfer *transfer, struct lfs_server *server,
	const struct lfs_store *store, struct err *err)
{
	const struct lfs_action *action = &transfer->reply.transfer;
	struct lfs_part *part = &transfer->part;

	if (!action->href)
		return err_set(err, ERR_MISSING, "the LFS server names no way to get the object %s",
			transfer->object->pointer.oid);
	if (lfs_part_open(part, store, &transfer->object->pointer, err) < 0)
		return -1;
	(void)snprintf(transfer->range, sizeof(transfer->range), "Range: bytes=%llu-",
		(unsigned long long)part->length);
	if (lfs_request_init(&transfer->request, server, action,
		    part->length ? transfer->range : NULL, err) < 0)
		return -1;
	return http_stream_open(&transfer->stream, server->http, &transfer->request.http, err);
}

/* A server that does not know of ranges begins at the beginning. */
static int look_at_status(struct lfs_transfer *transfer, struct err *err)
{
	int status = http_stream_response(transfer->stream)->status;
	struct lfs_part *part = &transfer->part;

	transfer->answered = true;
	if (status == 206 && part->length)
		return 0;
	if (status == 416 && part->length) {
		if (lfs_part_empty(part, err) < 0)
			return -1;
		return err_set(err, ERR_NETWORK, "the server does not go on in the middle");
	}
	if (status != 200)
		return lfs_transfer_refused(transfer, err);
	return part->length ? lfs_part_empty(part, err) : 0;
}

/* What was put together of two attempts may be wrong where a whole is right. */
static int wrong(struct lfs_transfer *transfer, struct err *err)
{
	struct err ignored = { 0 };

	if (err->kind == ERR_REMOTE && lfs_part_empty(&transfer->part, &ignored) == 0 &&
		http_stream_response(transfer->stream)->status == 206)
		err->kind = ERR_NETWORK;
	return -1;
}

static int go_on(struct lfs_transfer *transfer, struct lfs_server *server,
	const struct lfs_store *store, struct err *err)
{
	struct http_stream *stream = transfer->stream;
	enum http_stream_state state = http_stream_state(stream);

	(void)server;
	if (state == STREAM_FAILED)
		return http_stream_error(stream, err);
	if (state == STREAM_WAITING)
		return 0;
	if (!transfer->answered && look_at_status(transfer, err) < 0)
		return -1;
	for (; state == STREAM_DATA; state = http_stream_state(stream)) {
		struct span bytes = http_stream_data(stream);

		if (lfs_part_add(&transfer->part, bytes, err) < 0)
			return wrong(transfer, err);
		transfer->moved += bytes.length;
		http_stream_consume(stream, bytes.length);
	}
	if (state == STREAM_FAILED)
		return http_stream_error(stream, err);
	if (state != STREAM_ENDED)
		return 0;
	return lfs_part_finish(&transfer->part, store, err) < 0 ? wrong(transfer, err) : 1;
}

static void end(struct lfs_transfer *transfer)
{
	lfs_part_close(&transfer->part);
}

const struct lfs_way lfs_download_way = {
	.operation = LFS_DOWNLOAD,
	.doing = "downloading",
	.begin = begin,
	.go_on = go_on,
	.end = end,
};
