/* SPDX-License-Identifier: Apache-2.0 */
/* upload: an object from the store to the server, unless that has it. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/lfs/transfer.h"

/* Before the last byte goes, all of them must have been the object's. */
static int check(struct lfs_content *content, struct err *err)
{
	char oid[LFS_OID_HEX + 1];

	digest_take_hex(content->sha256, oid);
	if (strcmp(oid, content->object->pointer.oid) == 0)
		return 0;
	return err_set(err, ERR_CONFIG,
		"the object %s in .git/lfs/objects is damaged: it has another SHA-256",
		content->object->pointer.oid);
}

static long read_content(void *context, char *data, size_t size, struct err *err)
{
	struct lfs_content *content = context;
	ssize_t count;

	if (size > content->left)
		size = (size_t)content->left;
	do
		count = read(content->fd, data, size);
	while (count < 0 && errno == EINTR);
	if (count < 0 || (count == 0 && size))
		return err_errno(err, "the object %s cannot be read", content->object->pointer.oid);
	digest_add(content->sha256, (struct span){ data, (size_t)count });
	content->left -= (uint64_t)count;
	if (count && !content->left && check(content, err) < 0)
		return -1;
	return (long)count;
}

static void end(struct lfs_transfer *transfer)
{
	struct lfs_content *content = &transfer->content;

	if (!content->sha256)
		return;
	defs_close_fd(&content->fd);
	content->fd = -1;
	digest_free_pointer(&content->sha256);
}

static int open_content(
	struct lfs_transfer *transfer, const struct lfs_store *store, struct err *err)
{
	const struct lfs_pointer *pointer = &transfer->object->pointer;
	int fd = lfs_store_read(store, pointer, err);

	if (fd < 0)
		return err_set(err, ERR_CONFIG,
			"its Git LFS object %s is neither in .git/lfs/objects nor on the server: "
			"nothing was pushed",
			pointer->oid);
	transfer->content = (struct lfs_content){
		.fd = fd,
		.sha256 = digest_new(DIGEST_SHA256),
		.left = pointer->size,
		.object = transfer->object,
	};
	return 0;
}

static int begin(struct lfs_transfer *transfer, struct lfs_server *server,
	const struct lfs_store *store, struct err *err)
{
	const struct lfs_action *action = &transfer->reply.transfer;
	struct http_request *request = &transfer->request.http;

	if (!action->href)
		return 1; /* it is there */
	if (open_content(transfer, store, err) < 0 ||
		lfs_request_init(&transfer->request, server, action, NULL, err) < 0)
		return -1;
	request->method = HTTP_PUT;
	request->no_redirects = true;
	if (!lfs_action_has(action, "Content-Type"))
		request->content_type = "application/octet-stream";
	request->body_read = read_content;
	request->body_context = &transfer->content;
	request->body_length = transfer->object->pointer.size;
	return http_stream_open(&transfer->stream, server->http, request, err);
}

/* Where the server wants to be told that the object is there. */
static int verify(struct lfs_transfer *transfer, struct lfs_server *server, struct err *err)
{
	const struct lfs_action *action = &transfer->reply.verify;
	const struct lfs_pointer *pointer = &transfer->object->pointer;
	auto_lfs_request struct lfs_request request = { 0 };
	auto_response struct http_response response = { .body = BUF(LIMIT_ERROR_BODY) };
	auto_free char *body = NULL, *shown = NULL;

	if (!action->href)
		return 0;
	if (lfs_request_init(&request, server, action, "Accept: " LFS_MEDIA_TYPE, err) < 0)
		return -1;
	body = mem_format(
		"{\"oid\":\"%s\",\"size\":%llu}", pointer->oid, (unsigned long long)pointer->size);
	request.http.method = HTTP_POST;
	request.http.content_type = LFS_MEDIA_TYPE;
	request.http.body = span_of(body);
	request.http.repeatable = true;
	request.http.total_timeout_ms = 0;
	if (http_fetch(server->http, &request.http, &response, err) < 0)
		return -1;
	if (response.status < 300)
		return 0;
	shown = http_show_url(action->href);
	(void)http_status_error(shown, response.status, buf_span(&response.body), err);
	err->kind = ERR_REMOTE;
	return err_wrap(err, "the object %s was not taken", pointer->oid);
}

static int go_on(struct lfs_transfer *transfer, struct lfs_server *server,
	const struct lfs_store *store, struct err *err)
{
	struct http_stream *stream = transfer->stream;
	enum http_stream_state state = http_stream_state(stream);
	int status;

	(void)store;
	transfer->moved = transfer->object->pointer.size - transfer->content.left;
	if (state == STREAM_FAILED)
		return http_stream_error(stream, err);
	if (state == STREAM_WAITING)
		return 0;
	status = http_stream_response(stream)->status;
	if (status >= 300)
		return lfs_transfer_refused(transfer, err);
	for (; state == STREAM_DATA; state = http_stream_state(stream))
		http_stream_consume(stream, http_stream_data(stream).length);
	if (state == STREAM_FAILED)
		return http_stream_error(stream, err);
	if (state != STREAM_ENDED)
		return 0;
	return verify(transfer, server, err) < 0 ? -1 : 1;
}

const struct lfs_way lfs_upload_way = {
	.operation = LFS_UPLOAD,
	.doing = "uploading",
	.begin = begin,
	.go_on = go_on,
	.end = end,
};
