/* SPDX-License-Identifier: Apache-2.0 */
/* action: what an LFS server says of a request that is to be made. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/lfs/action.h"

/* A request is on its way for a while before the server looks at it. */
enum { MARGIN_MS = 5 * 1000 };

/* Names that say how a request is sent, which is not the server's to say. */
static const char *const ours[] = { "Host", "Content-Length", "Transfer-Encoding", "Connection",
	"Range", "Expect" };

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < COUNT(ours); i++)
		if (strcasecmp(name, ours[i]) == 0)
			return true;
	return false;
}

/* A token of HTTP (RFC 9110 5.6.2). */
static bool is_name(const char *name)
{
	static const char letters[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *name && !name[strspn(name, letters)];
}

static bool is_value(const char *value)
{
	for (; *value; value++)
		if (((unsigned char)*value < ' ' && *value != '\t') || *value == 0x7f)
			return false;
	return true;
}

static int add_header(struct lfs_action *action, const char *name, json_t *value, struct err *err)
{
	const char *text = json_string_value(value);
	auto_free char *line = NULL;

	if (!text || !is_name(name) || !is_value(text) || strlen(name) + strlen(text) > LIMIT_TOKEN)
		return err_set(
			err, ERR_REMOTE, "the LFS server wants a header to be sent that cannot be");
	if (is_ours(name))
		return 0;
	line = mem_format("%s: %s", name, text);
	log_hide(span_of(text));
	action->headers[action->header_count++] = secret_new(span_of(line));
	secret_wipe(line, strlen(line));
	return 0;
}

static int read_headers(struct lfs_action *action, json_t *headers, struct err *err)
{
	const char *name;
	json_t *value;

	if (!headers || json_is_null(headers))
		return 0;
	if (!json_is_object(headers) || json_object_size(headers) > LIMIT_LFS_HEADERS)
		return err_set(err, ERR_REMOTE,
			"the LFS server's 'header' is not an object of at most %d",
			LIMIT_LFS_HEADERS);
	action->headers = mem_alloc((json_object_size(headers) + 1) * sizeof(*action->headers));
	json_object_foreach (headers, name, value)
		if (add_header(action, name, value, err) < 0)
			return -1;
	return 0;
}

/* What is over as it comes is so by another clock, or too soon to ask again: the server will say when. */
static int64_t read_end(json_t *object)
{
	const char *text = json_string_value(json_object_get(object, "expires_at"));
	json_int_t seconds = json_integer_value(json_object_get(object, "expires_in"));
	int64_t now = clock_wall_ms(), end = 0;

	if (seconds > 0 && seconds < INT32_MAX)
		end = now + seconds * 1000;
	else if (!text || !clock_parse_rfc3339(span_of(text), &end))
		return 0;
	return end > now + MARGIN_MS ? end : 0;
}

int lfs_action_read(struct lfs_action *action, json_t *object, struct err *err)
{
	auto_lfs_action struct lfs_action read = { 0 };
	const char *href = json_string_value(json_object_get(object, "href"));

	if (!json_is_object(object))
		return err_set(err, ERR_REMOTE,
			"the LFS server's answer holds no object where one "
			"belongs");
	if (read_headers(&read, json_object_get(object, "header"), err) < 0)
		return -1;
	read.href = href && *href ? mem_copy_string(href) : NULL;
	read.expires_ms = read_end(object);
	*action = read;
	read = (struct lfs_action){ 0 };
	return 0;
}

bool lfs_action_is_over(const struct lfs_action *action)
{
	return action->expires_ms && clock_wall_ms() + MARGIN_MS >= action->expires_ms;
}

bool lfs_action_has(const struct lfs_action *action, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < action->header_count; i++) {
		const char *line = secret_reveal(action->headers[i]);

		if (strncasecmp(line, name, length) == 0 && line[length] == ':')
			return true;
	}
	return false;
}

void lfs_action_release(struct lfs_action *action)
{
	for (size_t i = 0; i < action->header_count; i++)
		secret_free(action->headers[i]);
	free(action->headers);
	free(action->href);
	*action = (struct lfs_action){ 0 };
}

char *lfs_words(json_t *text)
{
	struct span words = span_of(json_string_value(text)), line;

	if (span_take_line(&words, &line))
		words = line;
	words = span_trim(words);
	if (words.length > 256)
		words.length = 256;
	return words.length ? span_copy(words) : NULL;
}
