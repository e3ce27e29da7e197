/* SPDX-License-Identifier: Apache-2.0 */
/* url: taking URLs apart, by libcurl's own parser so that nothing is read in two ways. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/lib.h"

static void free_url(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void free_part(char **part)
{
	curl_free(*part);
}

#define auto_url AUTO(free_url)
#define auto_part AUTO(free_part)

static CURLU *parse(const char *text, unsigned flags)
{
	CURLU *url = strlen(text) <= LIMIT_URL ? curl_url() : NULL;

	if (url && curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK)
		return url;
	curl_url_cleanup(url);
	return NULL;
}

static char *part(CURLU *url, CURLUPart which, unsigned flags)
{
	auto_part char *text = NULL;

	if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
		return NULL;
	return mem_copy_string(text);
}

static void drop(CURLU *url, CURLUPart which)
{
	(void)curl_url_set(url, which, NULL, 0);
}

static void drop_userinfo(CURLU *url)
{
	drop(url, CURLUPART_USER);
	drop(url, CURLUPART_PASSWORD);
	drop(url, CURLUPART_OPTIONS);
}

static void lower(char *text)
{
	for (; text && *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text + ('a' - 'A'));
}

/* "[::1]" or "[fe80::1%25eth0]" becomes what is inside. */
static void strip_brackets(char *host)
{
	size_t length = strlen(host);

	if (length < 2 || host[0] != '[' || host[length - 1] != ']')
		return;
	memmove(host, host + 1, length - 2);
	host[length - 2] = '\0';
}

int url_split(const char *url, char **scheme, char **host, char **port)
{
	auto_url CURLU *parsed = parse(url, 0);
	auto_free char *its_scheme = parsed ? part(parsed, CURLUPART_SCHEME, 0) : NULL;
	auto_free char *its_host = parsed ? part(parsed, CURLUPART_HOST, 0) : NULL;

	lower(its_scheme);
	lower(its_host);
	if (!its_scheme || !its_host || !*its_host)
		return -1;
	if (strcmp(its_scheme, "http") != 0 && strcmp(its_scheme, "https") != 0)
		return -1;
	strip_brackets(its_host);
	*port = part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	*scheme = TAKE(its_scheme);
	*host = TAKE(its_host);
	return 0;
}

char *url_origin(const char *url)
{
	auto_free char *scheme = NULL;
	auto_free char *host = NULL;
	auto_free char *port = NULL;

	if (url_split(url, &scheme, &host, &port) < 0)
		return NULL;
	return mem_format(strchr(host, ':') ? "%s://[%s]:%s" : "%s://%s:%s", scheme, host, port);
}

char *url_show_origin(const char *url)
{
	auto_free char *origin = url_origin(url);
	size_t length = origin ? strlen(origin) : 0;

	if (!origin)
		return http_show_url(url);
	if (strncmp(origin, "https:", 6) == 0 && strcmp(origin + length - 4, ":443") == 0)
		origin[length - 4] = '\0';
	else if (strncmp(origin, "http:", 5) == 0 && strcmp(origin + length - 3, ":80") == 0)
		origin[length - 3] = '\0';
	return TAKE(origin);
}

bool url_same_origin(const char *a, const char *b)
{
	auto_free char *origin_a = url_origin(a);
	auto_free char *origin_b = url_origin(b);

	return origin_a && origin_b && strcmp(origin_a, origin_b) == 0;
}

static char *plain_http(CURLU *parsed)
{
	auto_free char *text = part(parsed, CURLUPART_URL, 0);
	auto_free char *origin = text ? url_origin(text) : NULL;

	return origin ? TAKE(text) : NULL;
}

char *url_resolve(const char *url, const char *location)
{
	auto_url CURLU *parsed = parse(url, 0);

	if (!parsed || strlen(location) > LIMIT_URL ||
		curl_url_set(parsed, CURLUPART_URL, location, CURLU_URLENCODE) != CURLUE_OK)
		return NULL;
	drop_userinfo(parsed);
	drop(parsed, CURLUPART_FRAGMENT);
	return plain_http(parsed);
}

char *url_plain(const char *url)
{
	return url_resolve(url, url);
}

/* What is not a URL with a scheme is a path or scp-like: nothing before an '@' is shown. */
static char *show_other(const char *text)
{
	const char *end = strstr(text, "://");
	const char *at = memchr(text, '@', strcspn(text, "/"));

	/* one that the parser refuses may hold a password in any place */
	if (end)
		return mem_format("%.*s://(malformed)", (int)(end - text), text);
	return mem_copy_string(at ? at + 1 : text);
}

char *http_show_url(const char *url)
{
	auto_url CURLU *parsed = parse(url, CURLU_NON_SUPPORT_SCHEME);
	char *shown = NULL;

	if (parsed) {
		drop_userinfo(parsed);
		drop(parsed, CURLUPART_QUERY);
		drop(parsed, CURLUPART_FRAGMENT);
		shown = part(parsed, CURLUPART_URL, 0);
	}
	return shown ? shown : show_other(url);
}

/* The decoded user or password; where `which` is there and cannot be decoded, -1. */
static int userinfo_part(CURLU *url, CURLUPart which, char **decoded)
{
	auto_free char *raw = part(url, which, 0);

	*decoded = raw ? part(url, which, CURLU_URLDECODE) : NULL;
	return raw && !*decoded ? -1 : 0;
}

bool url_is_good(const char *url)
{
	auto_url CURLU *parsed = parse(url, CURLU_NON_SUPPORT_SCHEME);

	return parsed != NULL;
}

static void wipe_text(char **text)
{
	if (*text)
		secret_wipe(*text, strlen(*text));
	free(*text);
}

#define auto_wiped AUTO(wipe_text)

int http_split_userinfo(
	const char *url, char **plain, char **username, struct secret **password, struct err *err)
{
	auto_url CURLU *parsed = parse(url, CURLU_NON_SUPPORT_SCHEME);
	auto_free char *user = NULL;
	auto_wiped char *word = NULL;

	if (!strstr(url, "://")) {
		*plain = mem_copy_string(url);
		*username = NULL;
		*password = NULL;
		return 0;
	}
	if (!parsed)
		return err_set(err, ERR_CONFIG, "the URL is malformed");
	if (userinfo_part(parsed, CURLUPART_USER, &user) < 0 ||
		userinfo_part(parsed, CURLUPART_PASSWORD, &word) < 0)
		return err_set(
			err, ERR_CONFIG, "the URL's user or password is not percent-encoded text");
	drop_userinfo(parsed);
	*plain = user || word ? part(parsed, CURLUPART_URL, 0) : mem_copy_string(url);
	*username = TAKE(user);
	*password = word ? secret_new(span_of(word)) : NULL;
	return 0;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && strchr("-._~", c));
}

int url_add_encoded(struct buf *text, const char *value)
{
	int status = 0;

	for (; *value && status == 0; value++)
		status = is_unreserved(*value) ? buf_add(text, value, 1)
					       : buf_format(text, "%%%02X", (unsigned char)*value);
	return status;
}
