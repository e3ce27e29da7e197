/* SPDX-License-Identifier: Apache-2.0 */
/* reference: the name of an image, taken apart. */
#include <string.h>

#include "registry/reference.h"

/* As the OCI distribution specification has them; what else could slip out of a URL's path. */
enum { REPOSITORY_MAX = 255, HOST_MAX = 255 };

void reference_release(struct reference *reference)
{
	free(reference->host);
	free(reference->repository);
	*reference = (struct reference){ 0 };
}

static bool is_of(struct span text, const char *others)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			(!c || !strchr(others, c)))
			return false;
	}
	return text.length > 0;
}

/* A name's part begins and ends with a letter or a digit, and has no two dots in a row. */
static bool is_part(struct span part)
{
	for (size_t i = 1; i < part.length; i++)
		if (part.data[i] == '.' && part.data[i - 1] == '.')
			return false;
	return is_of(part, "._-") && !strchr("._-", part.data[0]) &&
		!strchr("._-", part.data[part.length - 1]);
}

static bool is_repository(struct span text)
{
	struct span part;

	if (text.length > REPOSITORY_MAX)
		return false;
	while (span_take_until(&text, "/", &part)) {
		(void)span_take(&text, "/");
		if (!is_part(part))
			return false;
	}
	return is_part(text);
}

/* What tells a host from the first part of a repository's name. */
static bool is_host(struct span text)
{
	bool is_one = span_is(text, "localhost");

	for (size_t i = 0; i < text.length; i++)
		is_one |= text.data[i] == '.' || text.data[i] == ':';
	return is_one && text.length <= HOST_MAX && is_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]");
}

int reference_read(struct reference *reference, const char *text, struct err *err)
{
	struct span host, tag, name, rest = span_of(text);

	if (span_take_until(&rest, "@", &name))
		rest = name;
	name = rest;
	if (!span_take_until(&name, "/", &host) || !is_host(host) || !span_take(&name, "/"))
		return err_set(err, ERR_CONFIG,
			"'%s' does not name its registry, as 'registry.example.com/app' does",
			text);
	rest = name;
	if (span_take_until(&rest, ":", &tag))
		name = tag;
	if (!is_repository(name))
		return err_set(err, ERR_CONFIG, "'%s' is not the name of an image", text);
	reference->host = span_copy(host);
	reference->repository = span_copy(name);
	return 0;
}
