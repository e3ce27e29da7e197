/* SPDX-License-Identifier: Apache-2.0 */
/* path: the URLs of the Kubernetes API. */
#include "base/limits.h"
#include "kube/path.h"
#include "net/url.h"

static int add_segment(struct buf *url, const char *text)
{
	if (!text)
		return 0;
	return buf_add_string(url, "/") < 0 ? -1 : url_add_encoded(url, text);
}

static int add_path(struct buf *url, const struct kube_path *path)
{
	/* the group and version of ours are constants, and hold the slash that must stay */
	if (buf_format(url, "/%s", path->api) < 0)
		return -1;
	if (path->namespace &&
		(buf_add_string(url, "/namespaces") < 0 || add_segment(url, path->namespace) < 0))
		return -1;
	return add_segment(url, path->plural) < 0 || add_segment(url, path->name) < 0 ||
			add_segment(url, path->subresource) < 0
		? -1
		: 0;
}

int path_add_parameters(
	struct buf *text, const char *before, const struct kube_parameter *parameter)
{
	for (; parameter && parameter->name; parameter++) {
		if (!parameter->value)
			continue;
		if (buf_format(text, "%s%s=", before, parameter->name) < 0 ||
			url_add_encoded(text, parameter->value) < 0)
			return -1;
		before = "&";
	}
	return 0;
}

char *path_url(
	const char *server, const struct kube_path *path, const struct kube_parameter *parameters)
{
	auto_buf struct buf url = BUF(LIMIT_URL);

	/* names and selectors are bounded where they come in; a longer URL would be refused when sent */
	if (buf_add_string(&url, server) < 0 || add_path(&url, path) < 0 ||
		path_add_parameters(&url, "?", parameters) < 0)
		buf_clear(&url);
	return buf_detach(&url);
}
