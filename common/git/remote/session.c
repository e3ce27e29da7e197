/* SPDX-License-Identifier: Apache-2.0 */
/* session: git's protocol over one lasting connection. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stop.h"
#include "git/remote/session.h"

struct session {
	const struct carrier *carrier;
	void *state;
	char *address;
	const char *service; /* that runs; NULL: none */
	bool spent;          /* versions 0 and 1: its one request was sent */
	bool cut;            /* the service keeps a cut of the history, for all walks to come */
	struct pkt_reader reader;
	struct capabilities capabilities;
	struct refs advertised; /* all, by versions 0 and 1; by RECEIVE_PACK always */
};

void *session_new(const struct carrier *carrier, void *carrier_state, char *address)
{
	struct session *session = mem_alloc(sizeof(*session));

	session->carrier = carrier;
	session->state = carrier_state;
	session->address = address;
	return session;
}

static void end(struct session *session, bool by_itself)
{
	if (session->service)
		session->carrier->end(session->state, by_itself);
	session->service = NULL;
	session->spent = false;
	session->cut = false;
	capabilities_release(&session->capabilities);
	refs_release(&session->advertised);
}

/* A flush where a request is awaited ends the service. */
static bool say_goodbye(struct session *session)
{
	struct err ignored = { 0 };

	return session->service && !session->spent &&
		session->carrier->write(session->state, SPAN_LITERAL("0000"), &ignored) == 0;
}

void session_close(void *state)
{
	struct session *session = state;

	(void)say_goodbye(session);
	end(session, false);
	session->carrier->free(session->state);
	free(session->address);
	free(session);
}

const char *session_address(const void *state)
{
	const struct session *session = state;

	return session->address;
}

/* The service is not asked again after this. */
static int broke_off(struct session *session, struct err *err)
{
	bool begun = session->capabilities.version || session->capabilities.items.count;

	if (session->carrier->explain && (err->kind == ERR_REMOTE || err->kind == ERR_NETWORK))
		session->carrier->explain(session->state, begun, err);
	end(session, false);
	return -1;
}

static int begin_once(struct session *session, const char *service, struct err *err)
{
	end(session, false);
	if (session->carrier->begin(session->state, service, err) < 0) {
		session->carrier->end(session->state, false);
		return -1;
	}
	session->service = service;
	pkt_reader_init(&session->reader, session->carrier->read, session->state);
	session->capabilities.stateful = true;
	if (refs_read_advertisement(&session->advertised, &session->capabilities, service,
		    &session->reader, err) < 0 ||
		capabilities_check(&session->capabilities, err) < 0)
		return broke_off(session, err);
	log_debug("git: the server speaks protocol version %d", session->capabilities.version);
	return 0;
}

/* A server that was not there is seldom there after this many attempts. */
enum { ATTEMPTS = 3 };

/* Nothing was asked for yet, so a connection that fails is tried again. */
static int begin(struct session *session, const char *service, struct err *err)
{
	int64_t pause_ms = RETRY_FIRST_MS;

	for (int attempt = 1;; attempt++) {
		if (begin_once(session, service, err) == 0)
			return 0;
		if (err->kind != ERR_NETWORK || attempt == ATTEMPTS)
			return -1;
		log_debug("git: %s: trying again in %lld ms", err->message, (long long)pause_ms);
		clock_sleep_ms(pause_ms);
		if (stop_check(err) < 0)
			return -1;
		pause_ms *= 2;
	}
}

/* A service of that kind that awaits a request. */
static int ready(struct session *session, const char *service, struct err *err)
{
	if (session->service && strcmp(session->service, service) == 0 && !session->spent)
		return 0;
	return begin(session, service, err);
}

/* Send a request of which the whole is needed for an answer. */
static int send_all(struct session *session, const struct buf *request, struct err *err)
{
	int status = session->carrier->write(session->state, buf_span(request), err);

	if (status > 0)
		return err_set(err, ERR_REMOTE, "the server does not take a request");
	return status;
}

int session_refs(void *state, const struct refs_query *query, struct refs *refs, struct err *err)
{
	struct session *session = state;
	auto_buf struct buf request = BUF(LIMIT_GIT_REQUEST);

	if (ready(session, UPLOAD_PACK, err) < 0)
		return -1;
	if (session->capabilities.version < 2) {
		refs_add_all(refs, &session->advertised);
		return 0;
	}
	if (refs_write_request(&request, &session->capabilities, query, err) < 0)
		return -1;
	if (send_all(session, &request, err) < 0 || refs_read(refs, &session->reader, err) < 0)
		return broke_off(session, err);
	return 0;
}

/* A server of version 0 that is ready waits for the word to go on. */
static int go_on(struct session *session, const struct fetch_request *wanted,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	struct fetch_request rest = *wanted;
	auto_buf struct buf done = BUF(KIB);

	rest.done = true;
	rest.depth = 0; /* was answered */
	if (pkt_format(&done, err, "done\n") < 0 || send_all(session, &done, err) < 0)
		return -1;
	return fetch_read(result, &session->capabilities, &rest, &session->reader, sink, err);
}

static int fetch_now(struct session *session, const struct fetch_request *wanted,
	const struct pack_sink *sink, struct fetch_result *result, struct err *err)
{
	auto_buf struct buf request = BUF(LIMIT_GIT_REQUEST);

	if (fetch_write(&request, &session->capabilities, wanted, err) < 0 ||
		send_all(session, &request, err) < 0)
		return -1;
	session->spent = session->capabilities.version < 2;
	if (fetch_read(result, &session->capabilities, wanted, &session->reader, sink, err) < 0)
		return -1;
	if (wanted->done || !result->ready || result->pack)
		return 0;
	return go_on(session, wanted, sink, result, err);
}

bool session_gives_trees(const void *state)
{
	const struct session *session = state;

	return fetch_gives_trees(&session->capabilities);
}

int session_takes_names(void *state, struct err *err)
{
	struct session *session = state;

	return ready(session, UPLOAD_PACK, err) < 0 ? -1
						    : fetch_takes_names(&session->capabilities);
}

int session_fetch(void *state, const struct fetch_request *request, const struct pack_sink *sink,
	struct fetch_result *result, struct err *err)
{
	struct session *session = state;

	if (session->cut && !request->trees)
		end(session, say_goodbye(session));
	if (ready(session, UPLOAD_PACK, err) < 0)
		return -1;
	session->cut = session->cut || request->depth || request->since;
	return fetch_now(session, request, sink, result, err) < 0 ? broke_off(session, err) : 0;
}

int session_refs_for_push(void *state, struct refs *refs, struct err *err)
{
	struct session *session = state;

	end(session, say_goodbye(session));
	if (begin(session, RECEIVE_PACK, err) < 0)
		return -1;
	refs_add_all(refs, &session->advertised);
	return 0;
}

/* Where the service takes no more, its report says why. */
static int send_pack(struct session *session, struct spool *pack, struct err *err)
{
	for (;;) {
		char data[64 * KIB];
		long count = spool_read(pack, data, sizeof(data), err);
		int status;

		if (count <= 0)
			return count < 0 ? -1 : 0;
		status = session->carrier->write(
			session->state, (struct span){ data, (size_t)count }, err);
		if (status)
			return status < 0 ? -1 : 0;
	}
}

static int push_now(struct session *session, const struct push_request *request, struct err *err)
{
	auto_buf struct buf commands = BUF(LIMIT_GIT_REQUEST);

	if (push_write(&commands, &session->capabilities, request, err) < 0)
		return -1;
	session->spent = true;
	if (send_all(session, &commands, err) < 0 ||
		(request->pack && send_pack(session, request->pack, err) < 0))
		return -1;
	return push_read(&session->capabilities, request, &session->reader, err);
}

int session_push(void *state, const struct push_request *request, struct err *err)
{
	struct session *session = state;

	if (!session->service || strcmp(session->service, RECEIVE_PACK) != 0 || session->spent)
		return err_set(err, ERR_INTERNAL, "a push without having asked for the refs");
	if (push_now(session, request, err) < 0)
		return broke_off(session, err);
	end(session, true);
	return 0;
}
