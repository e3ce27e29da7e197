/* SPDX-License-Identifier: Apache-2.0 */
/* challenge and reference: any lines as WWW-Authenticate headers, and the first as the name of an image. */
#include <string.h>

#include "registry/challenge.h"
#include "registry/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void read_challenge(const struct strings *lines)
{
	auto_challenge struct challenge challenge = { 0 };

	challenge_read(&challenge, lines);
	must(challenge.scheme != CHALLENGE_BEARER || (challenge.realm && *challenge.realm));
	must(challenge.scheme != CHALLENGE_NONE || (!challenge.realm && !challenge.service));
}

static void read_reference(const char *text)
{
	auto_reference struct reference reference = { 0 };
	struct err err = { 0 };

	if (reference_read(&reference, text, &err) < 0) {
		must(err.kind == ERR_CONFIG);
		return;
	}
	must(*reference.host && !strpbrk(reference.host, "/@?# \t\r\n"));
	must(*reference.repository && !strpbrk(reference.repository, "@?#:% \t\r\n"));
	must(!strstr(reference.repository, "..") && !strstr(reference.repository, "//"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, line;
	auto_strings struct strings lines = { 0 };

	while (span_take_line(&rest, &line))
		strings_add(&lines, line);
	read_challenge(&lines);
	if (lines.count)
		read_reference(lines.items[0]);
	return 0;
}
