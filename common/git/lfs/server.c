/* SPDX-License-Identifier: Apache-2.0 */
/* server: an LFS server over HTTP. */
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/lfs/authenticate.h"
#include "git/lfs/server.h"

int lfs_server_open(struct lfs_server *server, struct access *access,
	const struct lfs_endpoint *endpoint, enum lfs_operation operation, const char *ref,
	struct err *err)
{
	auto_free char *url = access_rewrite(access, endpoint->url, operation == LFS_UPLOAD);
	const struct place place = { .uri = url, .field = endpoint->field };
	auto_lfs_server struct lfs_server opened = {
		.access = access,
		.endpoint = endpoint,
		.operation = operation,
		.ref = ref,
	};

	if (login_open(&opened.login, access, &place, err) < 0 ||
		access_http(&opened.http, access, url, err) < 0)
		return -1;
	*server = opened;
	opened = (struct lfs_server){ 0 };
	return 0;
}

void lfs_server_close(struct lfs_server *server)
{
	login_release(&server->login);
	lfs_action_release(&server->granted);
	*server = (struct lfs_server){ 0 };
}

static bool is_same_server(const char *a, const char *b)
{
	auto_place_server struct place_server first = { 0 }, second = { 0 };

	return place_server_read(&first, a) && place_server_read(&second, b) &&
		strcmp(first.scheme, second.scheme) == 0 && strcmp(first.host, second.host) == 0 &&
		first.port == second.port;
}

/* Where the server said nothing by SSH, it is where its uri lets expect it. */
static const char *base_of(const struct lfs_server *server)
{
	return server->granted.href ? server->granted.href : server->login.url;
}

static bool is_secure(const char *url)
{
	return strncasecmp(url, "https:", 6) == 0;
}

int lfs_request_init(struct lfs_request *request, struct lfs_server *server,
	const struct lfs_action *action, const char *more, struct err *err)
{
	const char *base = base_of(server);
	size_t count = 0;

	if (is_secure(base) && !is_secure(action->href))
		return err_set(err, ERR_REMOTE,
			"the LFS server leads from https to http, which is not followed");
	*request = (struct lfs_request){ 0 };
	request->headers = mem_alloc((action->header_count + 2) * sizeof(*request->headers));
	for (; count < action->header_count; count++)
		request->headers[count] = secret_reveal(action->headers[count]);
	request->headers[count] = more;
	request->http = (struct http_request){
		.url = action->href,
		.headers = request->headers,
		.total_timeout_ms = -1,
	};
	if (lfs_action_has(action, "Authorization") ||
		!is_same_server(action->href, server->login.url))
		return 0;
	return login_authorize(&server->login, &request->http, err);
}

void lfs_request_release(struct lfs_request *request)
{
	free(request->headers);
	*request = (struct lfs_request){ 0 };
}

/* The server's own words, and what to do about it. */
static int refused(const struct lfs_server *server, const struct http_response *response,
	const char *shown, struct err *err)
{
	const char *cure = NULL;
	struct err said = { 0 };

	(void)http_status_error(shown, response->status, buf_span(&response->body), &said);
	if (response->status == 401 || response->status == 403)
		cure = server->endpoint->ssh  ? "check the rights of 'source.private_key'"
			: server->login.known ? "check 'source.username' and 'source.password'"
					      : "set 'source.username' and 'source.password'";
	else if (response->status == 404 || response->status == 501)
		cure = "if Git LFS is elsewhere, name it by lfs.url in .lfsconfig or "
		       "'source.git_config'";
	return err_set(err, said.kind, "%s%s%s", said.message, cure ? ": " : "", cure ? cure : "");
}

/* What the server says by SSH is good for a while. */
static int authenticate(struct lfs_server *server, struct err *err)
{
	if (!server->endpoint->ssh ||
		(server->granted.href && !lfs_action_is_over(&server->granted)))
		return 0;
	lfs_action_release(&server->granted);
	return lfs_authenticate(
		&server->granted, server->access, server->endpoint, server->operation, err);
}

static int ask_once(struct lfs_server *server, const char *question, struct http_response *response,
	struct err *err)
{
	auto_lfs_request struct lfs_request request = { 0 };
	auto_free char *url = NULL;
	const struct lfs_action *granted = &server->granted;
	struct lfs_action action = { 0 };

	if (authenticate(server, err) < 0)
		return -1;
	url = mem_format("%s/objects/batch", base_of(server));
	action = (struct lfs_action){
		.href = url,
		.headers = granted->headers,
		.header_count = granted->header_count,
	};
	if (lfs_request_init(&request, server, &action, "Accept: " LFS_MEDIA_TYPE, err) < 0)
		return -1;
	request.http.method = HTTP_POST;
	request.http.content_type = LFS_MEDIA_TYPE;
	request.http.body = span_of(question);
	request.http.repeatable = true;
	request.http.accept_gzip = true;
	request.http.total_timeout_ms = 0;
	return http_fetch(server->http, &request.http, response, err);
}

/* What was granted may have ended before its time. */
static bool is_worth_again(struct lfs_server *server, int status)
{
	bool granted = server->granted.href != NULL;

	if (granted && status == 401)
		lfs_action_release(&server->granted);
	return granted ? status == 401 : login_worth_again(&server->login, status);
}

int lfs_server_ask(struct lfs_server *server, struct lfs_reply *replies,
	const struct lfs_object *objects, size_t count, struct err *err)
{
	const struct lfs_batch batch = { server->operation, server->ref, objects, count };
	auto_free char *question = lfs_batch_write(&batch);
	auto_response struct http_response response = { .body = BUF(LIMIT_LFS_ANSWER) };
	auto_free char *shown = NULL;

	if (ask_once(server, question, &response, err) < 0)
		return -1;
	if (is_worth_again(server, response.status) &&
		ask_once(server, question, &response, err) < 0)
		return -1;
	shown = http_show_url(base_of(server));
	if (response.status != 200)
		return refused(server, &response, shown, err);
	if (lfs_batch_read(replies, &batch, buf_span(&response.body), err) < 0)
		return err_wrap(err, "%s", shown);
	return 0;
}
