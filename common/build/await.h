/* SPDX-License-Identifier: Apache-2.0 */
/*
 * await: from a changed Image to the build that the change causes, or to none.
 *
 * kpack builds one change of an Image at a time: a change waits for the build that runs, is looked
 * at when the source is resolved and the builder ready, and may need no build at all. The Image's
 * status says where it is; spec and status may belong to different changes at any time.
 */
#ifndef BUILD_AWAIT_H
#define BUILD_AWAIT_H

#include "build/patch/edit.h"
#include "build/wait.h"

/* What was asked of the Image. */
struct wish {
	int64_t generation;      /* of the Image with the change in it */
	const struct edit *edit; /* the change */
	bool unchanged;          /* it was so before */
	bool retry;              /* say so when nothing comes because the latest build failed */
	uint64_t after;          /* not a change: any build that is newer than this one; or 0 */
};

enum verdict {
	VERDICT_UNSEEN,     /* the controller has not looked at the change */
	VERDICT_RESOLVING,  /* the source is being resolved */
	VERDICT_BUSY,       /* a build of another change may be running; or ours, not yet noted */
	VERDICT_UNREADY,    /* something the build needs is not ready, maybe for a moment */
	VERDICT_BUILD,      /* image->latest_build is the one */
	VERDICT_NO_BUILD,   /* none is needed: image->latest_image holds the change */
	VERDICT_FAILED,     /* none comes: the latest build failed, and nothing of it has changed */
	VERDICT_MOVED,      /* somebody changed something else since: wish for this generation */
	VERDICT_SUPERSEDED, /* somebody undid the change since */
};

/* What `image` says of the wish. */
enum verdict await_verdict(const struct image *image, const struct wish *wish);

/*
 * Wait until it is known, and say on the log what is waited for. `image` is the answer to the patch,
 * and afterwards the newest state. `build` is the name of the build to follow, the caller's, or NULL
 * where none is needed. ERR_REMOTE where the change will not be built, ERR_NETWORK where that is not
 * known at the end of the patience. Returns 0, or 1 where nothing comes because the latest build
 * failed, if the wish asks for that.
 */
MUST_CHECK int await_build(const struct service *service, struct image *image,
	const struct wish *wish, const struct patience *patience, char **build, struct err *err);

#endif
