/* SPDX-License-Identifier: Apache-2.0 */
/* http: which proxy a URL goes through. */
#include "unit.h"

#include "net/lib.h"

static const struct passed_over {
	const char *name;
	const char *no_proxy;
	const char *host;
	const char *port;
	bool is;
} lists[] = {
	{ "the name itself", "example.com", "example.com", "443", true },
	{ "what is below it", "example.com", "git.example.com", "443", true },
	{ "a leading dot", ".example.com", "git.example.com", "443", true },
	{ "a leading dot names the domain too", ".example.com", "example.com", "443", true },
	{ "a star", "*.example.com", "git.example.com", "443", true },
	{ "no part of a label", "example.com", "myexample.com", "443", false },
	{ "not what is above it", "git.example.com", "example.com", "443", false },
	{ "case does not count", "Example.COM", "example.com", "443", true },
	{ "a dot at the end of the entry", "example.com.", "example.com", "443", true },
	{ "a dot at the end of the host", "example.com", "example.com.", "443", true },
	{ "all", "*", "example.com", "443", true },
	{ "all, in a list", "a, *", "example.com", "443", true },
	{ "the last of a list", "a,b , example.com", "example.com", "443", true },
	{ "white space parts entries", "a b\texample.com", "example.com", "443", true },
	{ "none of a list", "a,b,c", "example.com", "443", false },
	{ "an empty list", "", "example.com", "443", false },
	{ "commas alone", ",,", "example.com", "443", false },
	{ "dots alone", ".,*.", "example.com", "443", false },
	{ "the port", "example.com:8443", "example.com", "8443", true },
	{ "another port", "example.com:8443", "example.com", "443", false },
	{ "an address", "10.1.2.3", "10.1.2.3", "443", true },
	{ "an address with the port", "10.1.2.3:443", "10.1.2.3", "443", true },
	{ "an address with another port", "10.1.2.3:444", "10.1.2.3", "443", false },
	{ "another address", "10.1.2.3", "10.1.2.4", "443", false },
	{ "an address is no domain", "2.3", "10.1.2.3", "443", false },
	{ "a network", "10.0.0.0/8", "10.255.0.1", "443", true },
	{ "outside the network", "10.0.0.0/8", "11.0.0.1", "443", false },
	{ "a network that ends within a byte", "172.16.0.0/12", "172.31.255.255", "443", true },
	{ "outside a network that ends within a byte", "172.16.0.0/12", "172.32.0.0", "443",
		false },
	{ "the network of all", "0.0.0.0/0", "8.8.8.8", "443", true },
	{ "a network of one", "10.1.2.3/32", "10.1.2.3", "443", true },
	{ "too long a prefix", "10.0.0.0/33", "10.0.0.0", "443", false },
	{ "a prefix that is no number", "10.0.0.0/8x", "10.0.0.0", "443", false },
	{ "no prefix after the slash", "10.0.0.0/", "10.0.0.0", "443", false },
	{ "a name is in no network", "10.0.0.0/8", "example.com", "443", false },
	{ "IPv6", "::1", "::1", "443", true },
	{ "IPv6, written in another way", "0:0:0:0:0:0:0:1", "::1", "443", true },
	{ "IPv6 in brackets", "[::1]", "::1", "443", true },
	{ "IPv6 with the port", "[::1]:8443", "::1", "8443", true },
	{ "IPv6 with another port", "[::1]:8443", "::1", "443", false },
	{ "IPv6 network", "fd00::/8", "fd12::1", "443", true },
	{ "outside an IPv6 network", "fd00::/8", "fe80::1", "443", false },
	{ "IPv4 is in no IPv6 network", "::/0", "10.0.0.1", "443", false },
	{ "a bracket that is not closed", "[::1", "::1", "443", true },
};

static void passes_over(void **state)
{
	const struct passed_over *row = *state;

	assert_int_equal(proxy_passes_over(row->no_proxy, row->host, row->port), row->is);
}

static const struct chosen {
	const char *name;
	const char *environment[4]; /* name, value, name, value */
	const char *url;
	const char *proxy; /* NULL: none */
	const char *given;
} choices[] = {
	{ "none", { NULL }, "https://host/", NULL, NULL },
	{ "https", { "https_proxy", "http://p:1" }, "https://host/", "http://p:1", NULL },
	{ "https in upper case", { "HTTPS_PROXY", "http://p:1" }, "https://host/", "http://p:1",
		NULL },
	{ "http", { "http_proxy", "http://p:1" }, "http://host/", "http://p:1", NULL },
	{ "http in upper case", { "HTTP_PROXY", "http://p:1" }, "http://host/", "http://p:1",
		NULL },
	{ "not HTTP_PROXY where a client may have set it",
		{ "HTTP_PROXY", "http://p:1", "REQUEST_METHOD", "GET" }, "http://host/", NULL,
		NULL },
	{ "the other scheme's is not used", { "http_proxy", "http://p:1" }, "https://host/", NULL,
		NULL },
	{ "all", { "all_proxy", "http://p:1" }, "https://host/", "http://p:1", NULL },
	{ "all in upper case", { "ALL_PROXY", "http://p:1" }, "http://host/", "http://p:1", NULL },
	{ "the scheme's before all", { "all_proxy", "http://p:1", "https_proxy", "http://p:2" },
		"https://host/", "http://p:2", NULL },
	{ "lower case before upper", { "HTTPS_PROXY", "http://p:1", "https_proxy", "http://p:2" },
		"https://host/", "http://p:2", NULL },
	{ "empty is unset", { "https_proxy", "", "HTTPS_PROXY", "http://p:1" }, "https://host/",
		"http://p:1", NULL },
	{ "no_proxy", { "https_proxy", "http://p:1", "no_proxy", "host" }, "https://host/", NULL,
		NULL },
	{ "NO_PROXY", { "https_proxy", "http://p:1", "NO_PROXY", "host" }, "https://host/", NULL,
		NULL },
	{ "no_proxy with the scheme's port",
		{ "https_proxy", "http://p:1", "no_proxy", "host:443" }, "https://host/", NULL,
		NULL },
	{ "no_proxy and an IPv6 URL", { "https_proxy", "http://p:1", "no_proxy", "::1" },
		"https://[::1]:8443/", NULL, NULL },
	{ "given", { "https_proxy", "http://p:1", "no_proxy", "host" }, "https://host/",
		"socks5://s", "socks5://s" },
	{ "without a scheme", { "https_proxy", "p:1" }, "https://host/", "http://p:1", NULL },
	{ "given as none", { "https_proxy", "http://p:1" }, "https://host/", NULL, "" },
};

static void chooses(void **state)
{
	static const char *const variables[] = { "http_proxy", "HTTP_PROXY", "https_proxy",
		"HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "REQUEST_METHOD" };
	const struct chosen *row = *state;
	auto_free char *proxy = NULL;

	for (size_t i = 0; i < COUNT(variables); i++)
		assert_int_equal(unsetenv(variables[i]), 0);
	for (size_t i = 0; i < COUNT(row->environment) && row->environment[i]; i += 2)
		assert_int_equal(setenv(row->environment[i], row->environment[i + 1], 1), 0);
	proxy = proxy_for(row->given, false, row->url);
	if (row->proxy)
		assert_string_equal(proxy ? proxy : "(none)", row->proxy);
	else
		assert_null(proxy);
}

static const struct checked {
	const char *name;
	const char *proxy;
	const char *message; /* NULL: good */
} checks[] = {
	{ "http", "http://u:p@host:3128", NULL },
	{ "https", "HTTPS://host", NULL },
	{ "socks5h", "socks5h://[::1]:1080", NULL },
	{ "another scheme", "ftp://u:p@host:1/",
		"proxy ftp://host:1/: is not a URL of an http, https, socks4, socks4a, socks5 or socks5h proxy" },
	{ "a password that is not encoded", "http://u:p/w@host:1",
		"proxy http://(malformed): is not a URL of an http, https, socks4, socks4a, socks5 or socks5h proxy" },
};

static void checks_proxy(void **state)
{
	const struct checked *row = *state;
	struct err err = { 0 };

	if (row->message)
		assert_failed(proxy_check(row->proxy, &err), &err, ERR_CONFIG, row->message);
	else
		assert_int_equal(proxy_check(row->proxy, &err), 0);
}

int main(void)
{
	UNIT_ROWS(passes_over, lists);
	UNIT_ROWS(chooses, choices);
	UNIT_ROWS(checks_proxy, checks);
	return unit_run();
}
