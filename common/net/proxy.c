/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy: which proxy a URL goes through.
 *
 * libcurl would read the environment too, but differently in each of its versions (addresses and
 * ports in no_proxy). Here the rule is one: the lower-case variable before the upper-case one, an
 * empty one counts as unset. HTTP_PROXY is not believed inside a CGI program, where a client's header sets it.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "net/lib.h"

static const char *variable(const char *lower, const char *upper)
{
	const char *value = getenv(lower);

	if (!value || !*value)
		value = getenv(upper);
	return value && *value ? value : NULL;
}

struct address {
	int family;
	unsigned char bytes[16];
	unsigned bits;
};

static bool read_address(const char *text, struct address *address)
{
	if (inet_pton(AF_INET, text, address->bytes) == 1) {
		address->family = AF_INET;
		address->bits = 32;
		return true;
	}
	if (inet_pton(AF_INET6, text, address->bytes) == 1) {
		address->family = AF_INET6;
		address->bits = 128;
		return true;
	}
	return false;
}

/* "10.0.0.0/8", "::1", "[fd00::]/8"; an address alone is a network of one. */
static bool read_network(struct span text, struct address *network)
{
	struct span name = text;
	bool sized = span_take_until(&text, "/", &name);
	auto_free char *plain = NULL;
	uint64_t bits;

	(void)span_take(&name, "[");
	if (span_ends(name, "]"))
		name.length--;
	plain = span_copy(name);
	if (!read_address(plain, network))
		return false;
	if (!sized)
		return true;
	if (!span_take(&text, "/") || !span_take_number(&text, network->bits, &bits) || text.length)
		return false;
	network->bits = (unsigned)bits;
	return true;
}

static bool network_holds(const struct address *network, const struct address *address)
{
	size_t whole = network->bits / 8;
	unsigned rest = network->bits % 8;
	unsigned mask = 0xffU & (0xff00U >> rest);

	if (network->family != address->family)
		return false;
	if (memcmp(network->bytes, address->bytes, whole) != 0)
		return false;
	return !rest || ((network->bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}

/* "example.com", ".example.com" and "*.example.com" all name the domain and what is below it. */
static bool domain_holds(struct span domain, struct span host)
{
	struct span end;

	if (!span_take(&domain, "*."))
		(void)span_take(&domain, ".");
	if (span_ends(domain, "."))
		domain.length--;
	if (span_ends(host, "."))
		host.length--;
	if (!domain.length || host.length < domain.length)
		return false;
	end = (struct span){ host.data + host.length - domain.length, domain.length };
	if (strncasecmp(end.data, domain.data, domain.length) != 0)
		return false;
	return end.data == host.data || end.data[-1] == '.';
}

/* Take ":port" off the end of an entry, if it is one; true where the port is ours or any. */
static bool port_fits(struct span *entry, const char *port)
{
	struct span name;
	struct span rest = *entry;
	uint64_t number;

	if (span_starts(rest, "[")) { /* an IPv6 address in brackets, perhaps with a port */
		if (!span_take_until(&rest, "]", &name))
			return true;
		(void)span_take(&rest, "]");
		name.length++;
	} else if (!span_take_until(&rest, ":", &name)) {
		return true;
	}
	if (!span_take(&rest, ":") || !span_take_number(&rest, 65535, &number) || rest.length)
		return true; /* an IPv6 address without brackets, or no port */
	rest = (struct span){ name.data + name.length + 1, entry->length - name.length - 1 };
	*entry = name;
	return span_is(rest, port);
}

static bool entry_fits(
	struct span entry, const char *host, const char *port, const struct address *address)
{
	struct address network;

	if (span_is(entry, "*"))
		return true;
	if (!port_fits(&entry, port))
		return false;
	if (address)
		return read_network(entry, &network) && network_holds(&network, address);
	return domain_holds(entry, span_of(host));
}

bool proxy_passes_over(const char *no_proxy, const char *host, const char *port)
{
	struct address address = { 0 };
	bool is_address = read_address(host, &address);

	for (;;) {
		size_t length;

		no_proxy += strspn(no_proxy, ", \t");
		if (!*no_proxy)
			return false;
		length = strcspn(no_proxy, ", \t");
		if (entry_fits((struct span){ no_proxy, length }, host, port,
			    is_address ? &address : NULL))
			return true;
		no_proxy += length;
	}
}

static const char *from_environment(const char *scheme)
{
	const char *proxy;

	if (strcmp(scheme, "https") == 0)
		proxy = variable("https_proxy", "HTTPS_PROXY");
	else
		proxy = variable(
			"http_proxy", getenv("REQUEST_METHOD") ? "http_proxy" : "HTTP_PROXY");
	return proxy ? proxy : variable("all_proxy", "ALL_PROXY");
}

/* "host:port" is an http proxy. */
static char *with_scheme(const char *proxy)
{
	if (!proxy || !*proxy)
		return NULL;
	return mem_format("%s%s", strstr(proxy, "://") ? "" : "http://", proxy);
}

char *proxy_for(const char *given, bool yields, const char *url)
{
	const char *no_proxy = variable("no_proxy", "NO_PROXY");
	auto_free char *scheme = NULL;
	auto_free char *host = NULL;
	auto_free char *port = NULL;

	if (given && !yields)
		return with_scheme(given);
	if (url_split(url, &scheme, &host, &port) < 0)
		return NULL;
	if (no_proxy && proxy_passes_over(no_proxy, host, port))
		return NULL;
	return with_scheme(given ? given : from_environment(scheme));
}

int proxy_check(const char *proxy, struct err *err)
{
	static const char *const schemes[] = { "http", "https", "socks4", "socks4a", "socks5",
		"socks5h" };
	size_t length = strcspn(proxy, ":");
	auto_free char *shown = NULL;

	for (size_t i = 0; url_is_good(proxy) && i < COUNT(schemes); i++)
		if (strlen(schemes[i]) == length && strncasecmp(proxy, schemes[i], length) == 0)
			return 0;
	shown = http_show_url(proxy);
	return err_set(err, ERR_CONFIG,
		"proxy %s: is not a URL of an http, https, socks4, socks4a, socks5 or socks5h proxy",
		shown);
}

static void hide(const char *given)
{
	auto_free char *proxy = with_scheme(given);
	auto_free char *plain = NULL;
	auto_free char *user = NULL;
	auto_secret struct secret *password = NULL;
	struct err err;

	/* a secret is known to the log from its making on, longer than it lives itself */
	if (proxy)
		(void)!http_split_userinfo(proxy, &plain, &user, &password, &err);
}

void proxy_hide(const char *given)
{
	hide(given);
	hide(from_environment("http"));
	hide(from_environment("https"));
}

char *proxy_for_socket(const char *host, unsigned port)
{
	const char *no_proxy = variable("no_proxy", "NO_PROXY");
	auto_free char *digits = mem_format("%u", port);

	if (no_proxy && proxy_passes_over(no_proxy, host, digits))
		return NULL;
	return mem_copy_string(variable("all_proxy", "ALL_PROXY"));
}
