/* SPDX-License-Identifier: Apache-2.0 */
/* address: a uri that is not HTTP, taken apart. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/span.h"
#include "git/access/address.h"

bool address_is_scp(const char *uri)
{
	size_t colon = strcspn(uri, ":");

	/* "[::1]:path" and "[host:22]:path" have their colon behind the bracket */
	if (uri[0] == '[' || strncmp(uri + strcspn(uri, "@/[:"), "@[", 2) == 0) {
		const char *end = strstr(uri, "]:");

		return end && strcspn(uri, "/") > (size_t)(end - uri);
	}
	return uri[colon] && colon > 0 && strcspn(uri, "/") > colon;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %41 becomes A; a '%' that begins none stays, as git leaves it. */
static char *decode(struct span text)
{
	char *decoded = span_copy(text);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		int high = text.data[i] == '%' && i + 2 < text.length ? digit_of(text.data[i + 1])
								      : -1;
		int low = high >= 0 ? digit_of(text.data[i + 2]) : -1;

		if (low >= 0 && high + low > 0) {
			decoded[length++] = (char)(high << 4 | low);
			i += 2;
		} else {
			decoded[length++] = text.data[i];
		}
	}
	decoded[length] = '\0';
	return decoded;
}

/* "host", "host:port", "[::1]", "[::1]:port"; scp's form may also put the port into the brackets. */
static bool take_host(struct address *address, struct span text, bool is_scp)
{
	struct span host = text;
	struct span port = { "", 0 };
	uint64_t number = 0;

	if (span_take(&text, "[")) {
		struct span inner;

		if (!span_take_until(&text, "]", &host) || !span_take(&text, "]"))
			return false;
		port = text;
		inner = host;
		/* one colon: not an IPv6 address */
		if (is_scp && span_take_until(&inner, ":", &text) &&
			!memchr(inner.data + 1, ':', inner.length - 1)) {
			host = text;
			port = inner;
		}
	} else if (span_take_until(&text, ":", &host)) {
		port = text;
	}
	if (span_take(&port, ":") && port.length &&
		(!span_take_number(&port, 65535, &number) || number == 0))
		return false;
	address->port = (unsigned)number;
	address->host = is_scp ? span_copy(host) : decode(host);
	return port.length == 0 && *address->host;
}

/* SSH takes no password, but it may be one that is used elsewhere: ":geheim" is never shown. */
static void hide(struct span password)
{
	auto_free char *decoded = NULL;

	(void)span_take(&password, ":");
	decoded = decode(password);
	log_hide(password);
	log_hide(span_of(decoded));
	secret_wipe(decoded, strlen(decoded));
}

/* What stands before the last '@': a user and, never shown, a password. */
static void take_user(struct address *address, struct span *rest, bool is_scp)
{
	struct span user = *rest;
	struct span name;

	while (user.length && user.data[user.length - 1] != '@')
		user.length--;
	if (!user.length)
		return;
	rest->data += user.length;
	rest->length -= user.length;
	user.length--;
	if (!is_scp && span_take_until(&user, ":", &name)) {
		hide(user);
		user = name;
	}
	address->user = is_scp ? span_copy(user) : decode(user);
}

static bool parse_url(struct address *address, struct span uri)
{
	struct span scheme;
	struct span authority;
	const char *at;

	if (!span_take_until(&uri, ":", &scheme) || !span_take(&uri, "://") ||
		!span_take_until(&uri, "/", &authority))
		return false;
	at = memchr(authority.data, '@', authority.length);
	take_user(address, &authority, false);
	address->path = decode(uri);
	/* "/~me/app.git" is in the home of a user there */
	if (span_starts(span_of(address->path), "/~"))
		memmove(address->path, address->path + 1, strlen(address->path));
	address->shown = mem_format("%.*s://%s%s%.*s%.*s", (int)scheme.length, scheme.data,
		at && address->user ? address->user : "", at && address->user ? "@" : "",
		(int)authority.length, authority.data, (int)uri.length, uri.data);
	return take_host(address, authority, false);
}

static bool parse_scp(struct address *address, struct span uri)
{
	struct span whole = uri;
	struct span host;

	address->shown = span_copy(whole);
	if (span_starts(uri, "[") || !span_take_until(&uri, ":", &host) ||
		memchr(host.data, '[', host.length)) {
		uri = whole;
		if (!span_take_until(&uri, "]", &host) || !span_take(&uri, "]"))
			return false;
		host.length++;
	}
	if (!span_take(&uri, ":"))
		return false;
	/* "[user@host:port]" */
	if (span_starts(host, "[") && memchr(host.data, '@', host.length)) {
		struct span inner = { host.data + 1, host.length - 2 };

		take_user(address, &inner, true);
		host = inner;
	} else {
		take_user(address, &host, true);
	}
	address->path = span_copy(
		span_starts(uri, "/~") ? (struct span){ uri.data + 1, uri.length - 1 } : uri);
	return take_host(address, host, true);
}

/* "user:token@host:path" names the host `user` for git. Who writes it means a password, and it would be
 * shown as a part of the path. */
static bool looks_like_password(const char *uri)
{
	const char *at = strchr(uri, '@'), *colon = strchr(uri, ':');

	return !strstr(uri, "://") && at && colon && colon < at && *uri != '[' &&
		strcspn(uri, "/") > (size_t)(at - uri) && strchr(at, ':');
}

/* No program is run with these as arguments, but the server's may be. */
static bool is_harmless(const char *text)
{
	if (!text)
		return true;
	if (*text == '-')
		return false;
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' && *text != ' ')
			return false;
	return true;
}

int address_parse(struct address *address, const struct place *place, struct err *err)
{
	const char *uri = place->uri;
	auto_address struct address parsed = { 0 };
	bool good;

	if (looks_like_password(uri))
		return err_set(err, ERR_CONFIG,
			"%s: holds a password, which SSH does not take: write 'user@host:path'",
			place->field);
	good = strstr(uri, "://") ? parse_url(&parsed, span_of(uri))
				  : parse_scp(&parsed, span_of(uri));

	if (!good)
		return err_set(err, ERR_CONFIG,
			"%s: is malformed: 'ssh://user@host:port/path' or 'user@host:path' is expected",
			place->field);
	if (!*parsed.path || strcmp(parsed.path, "/") == 0)
		return err_set(
			err, ERR_CONFIG, "%s: names no repository behind the host", place->field);
	if (!is_harmless(parsed.host) || strchr(parsed.host, ' ') || !is_harmless(parsed.path) ||
		!is_harmless(parsed.user))
		return err_set(err, ERR_CONFIG,
			"%s: its user, host and path may not begin with '-' or hold control characters",
			place->field);
	*address = parsed;
	parsed = (struct address){ 0 };
	return 0;
}

void address_release(struct address *address)
{
	free(address->user);
	free(address->host);
	free(address->path);
	free(address->shown);
	*address = (struct address){ 0 };
}
