/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_v0: fetch (fetch.h) as versions 0 and 1 of the protocol do it. Only fetch.c calls it. */
#ifndef GIT_WIRE_FETCH_V0_H
#define GIT_WIRE_FETCH_V0_H

#include "git/wire/fetch.h"
#include "git/wire/sideband.h"

MUST_CHECK int fetch_v0_write(struct buf *out, const struct capabilities *capabilities,
	const struct fetch_request *request, struct err *err);

MUST_CHECK int fetch_v0_read(struct fetch_result *result, const struct capabilities *capabilities,
	const struct fetch_request *request, struct pkt_reader *reader,
	const struct pack_sink *sink, struct err *err);

/* What is asked to be left out, in git's words; NULL: nothing, or the server cannot. */
const char *fetch_filter(
	const struct capabilities *capabilities, const struct fetch_request *request);

/* Shared by both: an acknowledged have, a line of shallow-info, and the pack in its side-band. A server that
 * lists more of either than there can be is ERR_REMOTE. */
MUST_CHECK int fetch_acknowledge(
	struct fetch_result *result, const struct oid *oid, struct err *err);
MUST_CHECK int fetch_take_shallow(struct fetch_result *result, struct span line, struct err *err);
MUST_CHECK int fetch_take_pack(struct fetch_result *result, struct sideband *sideband,
	const struct pack_sink *sink, struct err *err);

#endif
