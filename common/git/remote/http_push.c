/* SPDX-License-Identifier: Apache-2.0 */
/* http_push: refs and objects to a git server over HTTP. */
#include "base/limits.h"
#include "base/log.h"
#include "git/remote/http.h"

/* The commands, then the pack. */
struct push_body {
	struct span commands;
	struct spool *pack;
	uint64_t sent;
};

static long read_body(void *context, char *data, size_t size, struct err *err)
{
	struct push_body *body = context;
	long count = pkt_source_span(&body->commands, data, size, err);

	if (count == 0 && body->pack)
		count = spool_read(body->pack, data, size, err);
	if (count > 0)
		body->sent += (uint64_t)count;
	return count;
}

/*
 * A small body is sent with its length, because there are proxies that know no other way; a large
 * one is sent in chunks as it is read.
 */
static int set_body(
	struct http_request *request, struct push_body *body, struct buf *whole, struct err *err)
{
	uint64_t pack = body->pack ? body->pack->size : 0;

	if (body->commands.length + pack > whole->max) {
		request->body_read = read_body;
		request->body_context = body;
		return 0;
	}
	for (;;) {
		char data[16 * KIB];
		long count = read_body(body, data, sizeof(data), err);

		if (count < 0)
			return -1;
		if (count == 0)
			break;
		if (buf_add(whole, data, (size_t)count) < 0)
			return err_set(err, ERR_INTERNAL, "the pack to be pushed grew");
	}
	request->body = buf_span(whole);
	return 0;
}

int http_remote_push(void *state, const struct push_request *wanted, struct err *err)
{
	struct http_remote *remote = state;
	auto_buf struct buf commands = BUF(LIMIT_GIT_REQUEST);
	auto_buf struct buf whole = BUF(LIMIT_SPOOL_MEMORY);
	auto_stream struct http_stream *stream = NULL;
	auto_post struct http_post post = { 0 };
	struct push_body body = { .pack = wanted->pack };
	struct pkt_reader reader;
	int status;

	if (push_write(&commands, &remote->push_capabilities, wanted, err) < 0)
		return -1;
	body.commands = buf_span(&commands);
	http_post_init(&post, remote, RECEIVE_PACK);
	if (set_body(&post.request, &body, &whole, err) < 0)
		return -1;
	status = http_remote_start(&stream, remote, &post.request, err);
	if (status < 0)
		return -1;
	if (status != 200)
		return http_stream_refused(remote, RECEIVE_PACK, stream, err);
	log_debug("git: %llu bytes sent", (unsigned long long)body.sent);
	pkt_reader_init(&reader, http_remote_source, stream);
	return push_read(&remote->push_capabilities, wanted, &reader, err);
}
