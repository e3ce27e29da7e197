/* SPDX-License-Identifier: Apache-2.0 */
/* place: where a repository is, or what else is reached for it. */
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "git/access/address.h"
#include "git/access/place.h"
#include "net/url.h"

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text + ('a' - 'A'));
}

static unsigned number_of(const char *port)
{
	struct span digits = span_of(port);
	uint64_t number = 0;

	(void)span_take_number(&digits, UINT16_MAX, &number);
	return (unsigned)number;
}

static bool read_http(struct place_server *server, const char *uri)
{
	auto_free char *port = NULL;
	bool is_own;

	if (url_split(uri, &server->scheme, &server->host, &port) < 0)
		return false;
	is_own = strcmp(port, strcmp(server->scheme, "https") == 0 ? "443" : "80") == 0;
	server->port = is_own ? 0 : number_of(port);
	return true;
}

static bool read_other(struct place_server *server, const char *uri)
{
	const struct place place = { uri, "", NULL };
	auto_address struct address address = { 0 };
	struct span rest = span_of(uri), scheme = SPAN_LITERAL("ssh");
	struct err ignored;

	if (strstr(uri, "://"))
		(void)span_take_until(&rest, ":", &scheme);
	else if (!address_is_scp(uri))
		return false;
	if (span_is(scheme, "file") || address_parse(&address, &place, &ignored) < 0)
		return false;
	server->scheme = span_copy(scheme);
	server->host = TAKE(address.host);
	server->port = address.port;
	lower(server->scheme);
	lower(server->host);
	return true;
}

bool place_server_read(struct place_server *server, const char *uri)
{
	auto_place_server struct place_server read = { 0 };

	if (!read_http(&read, uri) && !read_other(&read, uri))
		return false;
	*server = read;
	read = (struct place_server){ 0 };
	return true;
}

void place_server_release(struct place_server *server)
{
	free(server->scheme);
	free(server->host);
	*server = (struct place_server){ 0 };
}

bool place_host_read(const char *text, char **host, unsigned *port)
{
	const char *behind = strrchr(text, ']') ? strrchr(text, ']') : text;
	auto_free char *url = mem_format("https://%s/", text);
	auto_free char *scheme = NULL;
	auto_free char *digits = NULL;

	if (!*text || strpbrk(text, "/@?#\\% \t\r\n") || url_split(url, &scheme, host, &digits) < 0)
		return false;
	*port = strchr(behind, ':') ? number_of(digits) : 0;
	return true;
}
