/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_ssh: what a pipeline says of an SSH server: known_hosts, a private key, the uri.
 *
 * The first byte chooses which; the rest is the text.
 */
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "git/access/address.h"
#include "net/ssh_hosts.h"
#include "net/ssh_key.h"

#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAIFFIdD1jA1NW1Cjdxa33xj6uL9PBOdb6w6Iq6Po69V/b"

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A key that is listed behind text that can be read is known, or revoked by that text. */
static void known_hosts(struct span text)
{
	static const struct ssh_host host = { "git.example.com", 2222 };
	auto_free char *whole = mem_format(
		"%.*s\n[git.example.com]:2222 ssh-ed25519 %s", (int)text.length, text.data, KEY);
	auto_strings struct strings types = { 0 };
	auto_buf struct buf key = BUF(1024);
	enum ssh_host_verdict verdict;
	struct err err = { 0 };

	if (ssh_hosts_check(text, &err) < 0) {
		must(*err.message != '\0');
		return;
	}
	must(base64_decode(span_of(KEY), &key));
	must(ssh_hosts_judge(text, &host, buf_span(&key), &verdict, &err) == 0);
	must(ssh_hosts_types(text, &host, &types, &err) == 0);
	if (memchr(text.data, '\0', text.length))
		return;
	must(ssh_hosts_judge(span_of(whole), &host, buf_span(&key), &verdict, &err) == 0);
	must(verdict == SSH_HOST_KNOWN || verdict == SSH_HOST_REVOKED);
}

static void private_key(struct span text)
{
	auto_ssh_key struct ssh_key key = { 0 };
	struct err err = { 0 };

	if (ssh_key_read(&key, text, text.length % 2, "source", &err) < 0) {
		must(*err.message && !key.text);
		return;
	}
	must(!key.encrypted || text.length % 2);
	must(key.length && key.text[key.length - 1] == '\n');
	must(!key.public_line == !key.fingerprint);
}

static void uri(struct span text)
{
	auto_free char *copy = span_copy(text);
	auto_address struct address address = { 0 };
	struct err err = { 0 };

	(void)address_is_scp(copy);
	if (address_parse(&address, &(struct place){ copy, "source.uri" }, &err) < 0) {
		must(*err.message && !address.shown);
		return;
	}
	must(*address.host && *address.path && *address.host != '-' && *address.path != '-');
	must(!strpbrk(address.host, "\r\n \t") && !strpbrk(address.path, "\r\n"));
	must(address.port <= 65535 && strlen(address.shown) <= text.length);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = { (const char *)data + 1, size - 1 };

	if (size == 0)
		return 0;
	if (data[0] % 3 == 0)
		known_hosts(text);
	else if (data[0] % 3 == 1)
		private_key(text);
	else
		uri(text);
	return 0;
}
