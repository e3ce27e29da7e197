/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_access: settings of git's configuration and the addresses that they change, and the answers
 * of GitHub's API.
 *
 * The first byte chooses which. Of settings, the lines that follow are the address, then names and
 * values in turn.
 */
#include <string.h>

#include "base/mem.h"
#include "git/access/app.h"
#include "git/access/rewrite.h"
#include "git/access/urlmatch.h"

enum { SETTINGS_MAX = 8 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void settings(struct span text)
{
	char *lines[1 + 2 * SETTINGS_MAX] = { NULL };
	struct git_setting items[SETTINGS_MAX];
	struct list list = { items, 0 };
	auto_strings struct strings values = { 0 };
	auto_free char *fetched = NULL;
	auto_free char *pushed = NULL;
	struct span line;
	size_t count = 0;

	while (count < COUNT(lines) && span_take_line(&text, &line))
		lines[count++] = span_copy(line);
	for (size_t i = 1; i < count; i += 2)
		items[list.count++] = (struct git_setting){ lines[i], lines[i + 1] };
	if (count) {
		struct setting_name name;

		fetched = rewrite_uri(&list, lines[0], false);
		pushed = rewrite_uri(&list, lines[0], true);
		(void)urlmatch_find(&list, "proxy", fetched);
		urlmatch_list(&values, &list, "extraheader", fetched, true);
		must(values.count <= list.count);
		for (size_t i = 0; i < list.count; i++)
			must(!setting_split(items[i].name, &name) ||
				(name.section.length && name.variable.length));
	}
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
}

static void servers(struct span text)
{
	auto_free char *copy = span_copy(text);
	auto_place_server struct place_server server = { 0 };
	auto_free char *shown = access_show(copy);
	auto_free char *host = NULL;
	auto_free char *api = NULL;
	unsigned port;

	must(shown != NULL);
	if (place_server_read(&server, copy)) {
		must(*server.host && server.port <= UINT16_MAX);
		api = app_api(&server);
	}
	if (place_host_read(copy, &host, &port))
		must(*host && port <= UINT16_MAX);
}

static void answers(struct span text)
{
	auto_secret struct secret *token = NULL;
	struct err err = { 0 };
	int64_t number = 0;

	must(app_read_installation(text, &number, &err) < 0 ? *err.message : number > 0);
	if (app_read_token(text, &token, &number, &err) == 0)
		must(secret_length(token) && !strpbrk(secret_reveal(token), "\r\n "));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static void (*const all[])(struct span text) = { settings, servers, answers };
	const char *text = (const char *)data;

	if (size)
		all[data[0] % COUNT(all)]((struct span){ text + 1, size - 1 });
	return 0;
}
