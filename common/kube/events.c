/* SPDX-License-Identifier: Apache-2.0 */
/* events: the stream of a watch, taken apart into its events. */
#include "base/limits.h"
#include "kube/events.h"

void events_release(struct events *events)
{
	buf_release(&events->bytes);
	*events = EVENTS_INIT;
}

int events_feed(struct events *events, struct span bytes, struct err *err)
{
	if (buf_add_span(&events->bytes, bytes) < 0)
		return err_set(err, ERR_REMOTE, "an event of a watch is larger than %d bytes",
			LIMIT_WATCH_EVENT);
	return 0;
}

static int refuse(struct err *err)
{
	return err_set(err, ERR_REMOTE, "a watch sent something that is not an event");
}

int events_take(struct events *events, json_t **event, struct err *err)
{
	json_error_t error;
	json_t *parsed;

	switch (scan_container(&events->scan, buf_span(&events->bytes))) {
	case SCAN_MORE:
		return 0;
	case SCAN_WRONG:
		return refuse(err);
	case SCAN_DONE:
		break;
	}
	parsed = json_loadb(events->bytes.data, events->scan.seen, 0, &error);
	buf_consume(&events->bytes, events->scan.seen);
	events->scan = (struct scan){ 0 };
	if (!json_is_object(parsed) || !json_is_string(json_object_get(parsed, "type")) ||
		!json_is_object(json_object_get(parsed, "object"))) {
		json_decref(parsed);
		return refuse(err);
	}
	*event = parsed;
	return 1;
}
