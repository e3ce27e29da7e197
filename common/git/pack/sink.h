/* SPDX-License-Identifier: Apache-2.0 */
/* sink: where the bytes of a pack go as they come: memory, or a pack and its index on disk. */
#ifndef GIT_PACK_SINK_H
#define GIT_PACK_SINK_H

#include "base/err.h"
#include "base/span.h"

struct pack_sink {
	int (*take)(void *context, struct span bytes, struct err *err);
	void *context;
};

MUST_CHECK static inline int pack_sink_take(
	const struct pack_sink *sink, struct span bytes, struct err *err)
{
	return sink->take(sink->context, bytes, err);
}

#endif
