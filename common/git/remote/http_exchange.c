/* SPDX-License-Identifier: Apache-2.0 */
/* http_exchange: one POST to a git server, and why it is refused. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "git/remote/http.h"
#include "git/remote/http_status.h"

bool http_remote_is_known(const struct http_remote *remote)
{
	return remote->trusted && remote->login.known;
}

int http_remote_authorize(struct http_remote *remote, struct http_request *request, struct err *err)
{
	return remote->trusted ? login_authorize(&remote->login, request, err) : 0;
}

void http_post_release(struct http_post *post)
{
	free(post->url);
	free(post->content_type);
	free(post->accept);
}

void http_post_init(struct http_post *post, const struct http_remote *remote, const char *service)
{
	post->url = mem_format("%s/%s", remote->base, service);
	post->content_type = mem_format("application/x-%s-request", service);
	post->accept = mem_format("Accept: application/x-%s-result", service);
	post->headers[0] = post->accept;
	post->headers[1] = remote->capabilities.version == 2 && strcmp(service, UPLOAD_PACK) == 0
		? "Git-Protocol: version=2"
		: NULL;
	post->headers[2] = NULL;
	post->request = (struct http_request){
		.method = HTTP_POST,
		.url = post->url,
		.headers = post->headers,
		.content_type = post->content_type,
		.no_redirects = true,
		.stall_timeout_ms = GIT_STALL_TIMEOUT_MS,
		.total_timeout_ms = -1,
	};
}

int http_remote_refused(const struct http_remote *remote, const char *service, int status,
	struct span body, struct err *err)
{
	const struct http_refusal refusal = {
		.address = remote->address,
		.field = remote->field,
		.login = remote->login.fields,
		.status = status,
		.body = body,
		.for_push = strcmp(service, RECEIVE_PACK) == 0,
		.with_credentials = http_remote_is_known(remote),
		.by_app = http_remote_is_known(remote) && remote->login.app,
	};

	return http_refused(&refusal, err);
}

long http_remote_source(void *context, char *data, size_t size, struct err *err)
{
	return http_stream_read(context, data, size, err);
}

int http_stream_refused(const struct http_remote *remote, const char *service,
	struct http_stream *stream, struct err *err)
{
	char body[4 * KIB];
	struct err ignored = { 0 };
	long count = http_stream_read(stream, body, sizeof(body), &ignored);

	return http_remote_refused(remote, service, http_stream_response(stream)->status,
		(struct span){ body, count > 0 ? (size_t)count : 0 }, err);
}

int http_remote_start(struct http_stream **stream, struct http_remote *remote,
	struct http_request *request, struct err *err)
{
	if (http_remote_authorize(remote, request, err) < 0 ||
		http_stream_open(stream, remote->http, request, err) < 0)
		return -1;
	while (http_stream_state(*stream) == STREAM_WAITING)
		if (http_wait(remote->http, -1, err) < 0)
			return -1;
	if (http_stream_state(*stream) == STREAM_FAILED)
		return http_stream_error(*stream, err);
	return http_stream_response(*stream)->status;
}
