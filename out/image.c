/* SPDX-License-Identifier: Apache-2.0 */
/* out, image: change what an Image is built from or with, and follow the build that comes of it. */
#include "base/clock.h"
#include "base/log.h"
#include "build/facts.h"
#include "build/operator.h"
#include "build/put.h"
#include "build/upload.h"
#include "out/out.h"

static int64_t ms_of(int64_t seconds)
{
	static const int64_t year_s = 366 * 24 * 3600;

	return (seconds < year_s ? seconds : year_s) * 1000;
}

static struct patience patience_of(const struct image_put *params)
{
	return (struct patience){
		.end_ms = clock_monotonic_ms() + ms_of(params->timeout),
		.stall_ms = ms_of(params->stall_timeout),
	};
}

int out_image(const struct request *request, struct answer *answer, struct err *err)
{
	const struct image_put *params = request->params;
	struct patience patience = patience_of(params);
	auto_service struct service service = { 0 };
	auto_edit struct edit edit = { 0 };
	auto_image struct image image = { 0 };
	auto_made struct made made = { 0 };

	if (edit_read(&edit, params, request->dir, err) < 0 || operator_check(params, err) < 0 ||
		service_open(&service, request->source, err) < 0 ||
		put_open(&image, &service, &edit, err) < 0 ||
		upload_source(&edit, &image, request->source, err) < 0 ||
		operator_apply(&service, params, &patience, err) < 0 ||
		put_image(&made, &service, &image, &edit, &patience, err) < 0)
		return -1;
	version_add(answer, made.number, made.image);
	facts_add(answer, made.image, made.number, made.build);
	log_colour(LOG_GREEN, "image %s", made.image);
	return 0;
}
