/* SPDX-License-Identifier: Apache-2.0 */
/* ssh: which host keys are believed, by known_hosts lines, fingerprints and the built-in table. */
#include "unit.h"

#include "base/base64.h"
#include "net/ssh_trust.h"

/* Three keys, as ssh-keygen made them. */
#define KEY_A "AAAAC3NzaC1lZDI1NTE5AAAAIFFIdD1jA1NW1Cjdxa33xj6uL9PBOdb6w6Iq6Po69V/b"
#define KEY_B "AAAAC3NzaC1lZDI1NTE5AAAAIOn3RF8ysYyT5YlcbHn0hDlGl8W+zdbqsCR5q6iMYqPB"
#define KEY_E                                                                  \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHV9gZ3WrbOxpsNo" \
	"EupL37nuH8kncvZzuK1lXSChKOea0KoeeqXRRf4TBIt5qYE9ub6Bw6QImYJaARpdz2f0BgA="
#define A "ssh-ed25519 " KEY_A
#define B "ssh-ed25519 " KEY_B
#define E "ecdsa-sha2-nistp256 " KEY_E
#define PRINT_A "SHA256:vt18BDWL4BzNuQDTM4BXxk67qm/JTUN19I55hGWbw3k"

/* "git.example.com" and "[git.example.com]:2222", as ssh-keygen -H hashed them. */
#define HASHED "|1|k+P01K6E1b49Mlmrwj5LkAX+YkI=|bYbACTdVv6HWUbth9oKLrHJ6dMU= "
#define HASHED_2222 "|1|XiAdrE7kx2Rg/BUw82xzN8WLIJc=|k1hV/AaMkXQNcVIvEC3v7O1XqVY= "

static void decode_key(const char *base64, struct buf *key)
{
	assert_true(base64_decode(span_of(base64), key));
}

static const struct judged {
	const char *name;
	const char *text;
	unsigned port;
	enum ssh_host_verdict verdict; /* of KEY_A, shown by git.example.com */
} judged[] = {
	{ "nothing", "", 22, SSH_HOST_UNLISTED },
	{ "the key", "git.example.com " A "\n", 22, SSH_HOST_KNOWN },
	{ "no LF, a comment behind", "git.example.com " A " root@git", 22, SSH_HOST_KNOWN },
	{ "CR LF, blanks, a tab", " git.example.com\t" A " \r\n", 22, SSH_HOST_KNOWN },
	{ "comments and empty lines", "# git.example.com " B "\n\n \ngit.example.com " A, 22,
		SSH_HOST_KNOWN },
	{ "another host", "example.com " A "\nagit.example.com " A "\ngit.example.com.org " A, 22,
		SSH_HOST_UNLISTED },
	{ "another key", "git.example.com " B, 22, SSH_HOST_CHANGED },
	{ "a key of another type", "git.example.com " E, 22, SSH_HOST_CHANGED },
	{ "one of several", "git.example.com " B "\ngit.example.com " E "\ngit.example.com " A, 22,
		SSH_HOST_KNOWN },
	{ "upper case", "GIT.Example.COM " A, 22, SSH_HOST_KNOWN },
	{ "a list", "10.0.0.1,git.example.com,x " A, 22, SSH_HOST_KNOWN },
	{ "the last of a list", "x,git.example.com " A, 22, SSH_HOST_KNOWN },
	{ "a star", "*.example.com " A, 22, SSH_HOST_KNOWN },
	{ "a star alone", "* " A, 22, SSH_HOST_KNOWN },
	{ "stars that must go back", "*e*mple.c*m " A, 22, SSH_HOST_KNOWN },
	{ "a star for nothing", "git.example.com* " A, 22, SSH_HOST_KNOWN },
	{ "a star that does not fit", "*.example.org " A, 22, SSH_HOST_UNLISTED },
	{ "question marks", "git.???????.com " A, 22, SSH_HOST_KNOWN },
	{ "too few question marks", "git.??????.com " A, 22, SSH_HOST_UNLISTED },
	{ "negated", "*.example.com,!git.example.com " A, 22, SSH_HOST_UNLISTED },
	{ "negated first", "!git.*,*.example.com " A, 22, SSH_HOST_UNLISTED },
	{ "another one negated", "*.example.com,!ci.example.com " A, 22, SSH_HOST_KNOWN },
	{ "hashed", HASHED A, 22, SSH_HOST_KNOWN },
	{ "hashed, another key", HASHED B, 22, SSH_HOST_CHANGED },
	{ "hashed, with the port", HASHED_2222 A, 22, SSH_HOST_UNLISTED },
	{ "hashed, with the port, at that port", HASHED_2222 A, 2222, SSH_HOST_KNOWN },
	{ "hashed, no salt", "|1|bYbACTdVv6HWUbth9oKLrHJ6dMU= " A, 22, SSH_HOST_UNLISTED },
	{ "hashed, another version", "|2|k+P01K6E1b49Mlmrwj5LkAX+YkI=|bYbA " A, 22,
		SSH_HOST_UNLISTED },
	{ "a port", "[git.example.com]:2222 " A, 2222, SSH_HOST_KNOWN },
	{ "a port, another key", "[git.example.com]:2222 " B, 2222, SSH_HOST_CHANGED },
	{ "another port", "[git.example.com]:2223 " A, 2222, SSH_HOST_UNLISTED },
	{ "a port does not vouch for port 22", "[git.example.com]:2222 " A, 22, SSH_HOST_UNLISTED },
	{ "the plain host vouches for a port", "git.example.com " A, 2222, SSH_HOST_KNOWN },
	{ "the plain host's other key says nothing", "git.example.com " B, 2222,
		SSH_HOST_UNLISTED },
	{ "the port's own line decides", "git.example.com " A "\n[git.example.com]:2222 " B, 2222,
		SSH_HOST_CHANGED },
	{ "revoked", "@revoked * " A "\ngit.example.com " A, 22, SSH_HOST_REVOKED },
	{ "revoked behind", "git.example.com " A "\n@revoked * " A, 22, SSH_HOST_REVOKED },
	{ "revoked for a port", "@revoked [git.example.com]:2222 " A, 2222, SSH_HOST_REVOKED },
	{ "another key revoked", "@revoked * " B "\ngit.example.com " A, 22, SSH_HOST_KNOWN },
	{ "another key revoked, nothing else", "@revoked * " B, 22, SSH_HOST_UNLISTED },
	{ "an authority is no key", "@cert-authority * " A, 22, SSH_HOST_UNLISTED },
};

static void judge(void **state)
{
	const struct judged *row = *state;
	const struct ssh_host host = { "git.example.com", row->port };
	enum ssh_host_verdict verdict = SSH_HOST_UNLISTED;
	auto_buf struct buf key = BUF(1024);
	struct err err = { 0 };

	decode_key(KEY_A, &key);
	assert_int_equal(ssh_hosts_check(span_of(row->text), &err), 0);
	assert_int_equal(
		ssh_hosts_judge(span_of(row->text), &host, buf_span(&key), &verdict, &err), 0);
	assert_int_equal(verdict, row->verdict);
}

static void a_hashed_name_is_one_of_any_case(void **state)
{
	const struct ssh_host host = { "Git.Example.COM", 2222 };
	enum ssh_host_verdict verdict = SSH_HOST_UNLISTED;
	auto_buf struct buf key = BUF(1024);
	struct err err = { 0 };

	(void)state;
	decode_key(KEY_A, &key);
	assert_int_equal(
		ssh_hosts_judge(span_of(HASHED_2222 A), &host, buf_span(&key), &verdict, &err), 0);
	assert_int_equal(verdict, SSH_HOST_KNOWN);
}

static const struct refused {
	const char *name;
	const char *text;
	unsigned line;
} refused[] = {
	{ "a host alone", "git.example.com\n", 1 },
	{ "no key", "git.example.com " A "\ngit.example.com ssh-ed25519\n", 2 },
	{ "a key without its type", "git.example.com " KEY_A, 1 },
	{ "another type than the key's", "git.example.com ssh-rsa " KEY_A, 1 },
	{ "a key cut off", "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1", 1 },
	{ "not base64", "git.example.com ssh-ed25519 ????", 1 },
	{ "an unknown mark", "\n\n@trusted git.example.com " A, 3 },
	{ "a key of SSH 1", "git.example.com 1024 35 1234567890", 1 },
	{ "prose", "none of your business", 1 },
};

static void refuse(void **state)
{
	const struct refused *row = *state;
	auto_free char *message = mem_format(
		"line %u is not one of a known_hosts file: a host, a type of key and the key",
		row->line);
	struct err err = { 0 };

	assert_failed(ssh_hosts_check(span_of(row->text), &err), &err, ERR_CONFIG, message);
}

static const struct trusted {
	const char *name;
	const char *host;
	unsigned port;
	const char *known_hosts;
	const char *pinned;
	bool strict;
	enum ssh_trust_verdict verdict; /* of KEY_A */
	const char *message;
} trusted[] = {
	{ "nothing given", "h", 22, NULL, NULL, false, SSH_TRUST_GO_ON, NULL },
	{ "strict, nothing given", "h", 22, NULL, NULL, true, SSH_TRUST_REFUSED,
		"the host key of h is not known: to trust it, set "
		"source.host_key_fingerprints: [\"" PRINT_A "\"]" },
	{ "strict, at a port", "h", 2222, NULL, NULL, true, SSH_TRUST_REFUSED,
		"the host key of [h]:2222 is not known: to trust it, set "
		"source.host_key_fingerprints: [\"" PRINT_A "\"]" },
	{ "strict, pinned", "h", 22, NULL, PRINT_A, true, SSH_TRUST_GO_ON, NULL },
	{ "strict, listed", "h", 22, "h " A, NULL, true, SSH_TRUST_GO_ON, NULL },
	{ "pinned, padded", "h", 22, NULL, PRINT_A "=", false, SSH_TRUST_GO_ON, NULL },
	{ "another pinned", "h", 22, NULL, "SHA256:AAAABDWL4BzNuQDTM4BXxk67qm/JTUN19I55hGWbw3k",
		false, SSH_TRUST_NOT_PINNED,
		"the ssh-ed25519 host key " PRINT_A
		" of h is not one of source.host_key_fingerprints" },
	{ "another host listed", "h", 22, "x " A, NULL, false, SSH_TRUST_REFUSED,
		"the host key of h is not known: to trust it, set source.host_key_fingerprints: "
		"[\"" PRINT_A "\"], or add the host to known_hosts" },
	{ "changed", "h", 22, "h " B, NULL, false, SSH_TRUST_REFUSED,
		"the ssh-ed25519 host key " PRINT_A
		" of h is not one that source.known_hosts lists "
		"for it: somebody may be in between; if the key was changed on purpose, correct that" },
	{ "changed, and pinned", "h", 22, "h " B, PRINT_A, false, SSH_TRUST_GO_ON, NULL },
	{ "revoked, and pinned", "h", 22, "@revoked * " A, PRINT_A, false, SSH_TRUST_REFUSED,
		"the ssh-ed25519 host key " PRINT_A
		" of h is marked as revoked in source.known_hosts" },
	{ "a forge with another key", "github.com", 22, NULL, NULL, false, SSH_TRUST_REFUSED,
		"the ssh-ed25519 host key " PRINT_A
		" of github.com is not one that the forge publishes "
		"for it: somebody may be in between; if the key was changed on purpose, correct that" },
	{ "a forge whose key is listed", "github.com", 22, "github.com " A, NULL, false,
		SSH_TRUST_GO_ON, NULL },
	{ "a forge whose key is pinned", "github.com", 22, NULL, PRINT_A, false, SSH_TRUST_GO_ON,
		NULL },
	{ "a forge's name at another port", "github.com", 2222, NULL, NULL, false, SSH_TRUST_GO_ON,
		NULL },
};

static void trust(void **state)
{
	const struct trusted *row = *state;
	const struct ssh_host host = { row->host, row->port };
	auto_strings struct strings pinned = { 0 };
	AUTO(ssh_trust_release)
	struct ssh_trust it = { .known_hosts = row->known_hosts,
		.fingerprints = &pinned,
		.strict = row->strict,
		.where = "source" };
	auto_buf struct buf key = BUF(1024);
	struct err err = { 0 };

	decode_key(KEY_A, &key);
	if (row->pinned)
		strings_add(&pinned, span_of(row->pinned));
	assert_int_equal(ssh_trust_check(&it, &err), 0);
	assert_int_equal(ssh_trust_judge(&it, &host, buf_span(&key), &err), row->verdict);
	assert_string_equal(err.message, row->message ? row->message : "");
}

static void the_forges_keys_are_built_in(void **state)
{
	static const struct ssh_host hosts[] = { { "github.com", 22 }, { "gitlab.com", 22 },
		{ "bitbucket.org", 22 } };
	static const char *const types[] = { "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa" };
	struct ssh_trust it = { .strict = true, .where = "source" };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(ssh_hosts_check(span_of(ssh_forges), &err), 0);
	for (size_t i = 0; i < COUNT(hosts); i++) {
		auto_strings struct strings listed = { 0 };

		assert_int_equal(ssh_trust_types(&it, &hosts[i], &listed, &err), 0);
		assert_int_equal(listed.count, COUNT(types));
		for (size_t type = 0; type < COUNT(types); type++)
			assert_true(strings_have(&listed, types[type]));
	}
}

/* The fingerprints that the forges publish, of the keys that are built in. */
static void the_forges_fingerprints_are_the_published_ones(void **state)
{
	static const struct {
		const char *line;
		const char *fingerprint;
	} published[] = {
		{ "github.com ssh-ed25519 ", "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU" },
		{ "github.com ecdsa-sha2-nistp256 ",
			"SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM" },
		{ "github.com ssh-rsa ", "SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s" },
		{ "gitlab.com ssh-ed25519 ", "SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8" },
		{ "gitlab.com ecdsa-sha2-nistp256 ",
			"SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw" },
		{ "gitlab.com ssh-rsa ", "SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ" },
		{ "bitbucket.org ssh-ed25519 ",
			"SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM" },
		{ "bitbucket.org ecdsa-sha2-nistp256 ",
			"SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0" },
		{ "bitbucket.org ssh-rsa ", "SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E" },
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(published); i++) {
		const char *at = strstr(ssh_forges, published[i].line);
		auto_free char *fingerprint = NULL;
		auto_buf struct buf key = BUF(1024);
		struct span rest;
		struct span word;

		assert_non_null(at);
		rest = span_of(at + strlen(published[i].line));
		assert_true(span_take_until(&rest, "\n", &word));
		assert_true(base64_decode(word, &key));
		assert_int_equal(ssh_fingerprint(buf_span(&key), &fingerprint, &err), 0);
		assert_string_equal(fingerprint, published[i].fingerprint);
	}
}

static void a_fingerprint_that_is_none_is_refused(void **state)
{
	static const char *const wrong[] = { "", "SHA256:", "MD5:00:11", "SHA256:AAAA",
		"vt18BDWL4BzNuQDTM4BXxk67qm/JTUN19I55hGWbw3k" };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		auto_strings struct strings pinned = { 0 };
		struct ssh_trust it = { .fingerprints = &pinned, .where = "source" };
		auto_free char *message = mem_format(
			"source.host_key_fingerprints: '%s' is not of the form 'SHA256:…' that "
			"ssh-keygen -l prints",
			wrong[i]);

		strings_add(&pinned, span_of(wrong[i]));
		assert_failed(ssh_trust_check(&it, &err), &err, ERR_CONFIG, message);
	}
}

static void bad_known_hosts_name_their_field(void **state)
{
	struct ssh_trust it = { .known_hosts = "x", .where = "source" };
	struct err err = { 0 };

	(void)state;
	assert_failed(ssh_trust_check(&it, &err), &err, ERR_CONFIG,
		"source.known_hosts: line 1 is not one of a known_hosts file: "
		"a host, a type of key and the key");
}

int main(void)
{
	UNIT_ROWS(judge, judged);
	UNIT_TEST(a_hashed_name_is_one_of_any_case);
	UNIT_ROWS(refuse, refused);
	UNIT_ROWS(trust, trusted);
	UNIT_TEST(the_forges_keys_are_built_in);
	UNIT_TEST(the_forges_fingerprints_are_the_published_ones);
	UNIT_TEST(a_fingerprint_that_is_none_is_refused);
	UNIT_TEST(bad_known_hosts_name_their_field);
	return unit_run();
}
