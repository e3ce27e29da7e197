/* SPDX-License-Identifier: Apache-2.0 */
/* verb: the main of check, in and out. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/release.h"
#include "base/stop.h"
#include "resource/describe.h"
#include "resource/verb.h"

/* A missing stdin, stdout or stderr would be taken by the next file that is opened. */
static void hold_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

static int read_request(struct request *request, const struct verb *verb, struct err *err)
{
	auto_buf struct buf text = BUF(LIMIT_REQUEST);
	/* all the room at once: growing would leave copies behind, and untouched pages cost nothing */
	char *start = buf_reserve(&text, LIMIT_REQUEST);
	int status = file_read_fd(STDIN_FILENO, "stdin", &text, err);

	if (status == 0)
		status = request_parse(
			request, verb->kinds, verb->kind_count, buf_span(&text), err);
	secret_wipe(start, text.length);
	return status;
}

static int run(const struct verb *verb, const char *dir, struct err *err)
{
	auto_request struct request request = { 0 };
	auto_answer struct answer answer = { 0 };

	hold_standard_files();
	if (stop_install(err) < 0 || read_request(&request, verb, err) < 0)
		return -1;
	request.dir = dir;
	log_set_debug(request.debug);
	answer_init(&answer);
	if (request.kind->run(&request, &answer, err) < 0)
		return -1;
	return answer_write(&answer, verb->shape, STDOUT_FILENO, err);
}

static int usage(const struct verb *verb)
{
	log_info("usage: %s%s < request.json > answer.json", verb->name,
		verb->takes_dir ? " DIRECTORY" : "");
	return 1;
}

static int print_schema(const struct verb *verb)
{
	json_auto_t *schema = describe_kinds(verb->name, verb->kinds, verb->kind_count);
	auto_free char *text = json_dumps(schema, JSON_INDENT(2));

	return !text || printf("%s\n", text) < 0;
}

static int print_version(const struct verb *verb)
{
	return printf("%s (build-service-resource) %s\n%s\n", verb->name, release_version,
		       release_libraries) < 0;
}

static int print_help(const struct verb *verb)
{
	return printf("usage: %s%s < request.json > answer.json\n"
		      "A verb of the Concourse resource type build-service-resource.\n"
		      "  --version  this release and the libraries in it\n"
		      "  --schema   what source and params may hold, as a JSON Schema\n",
		       verb->name, verb->takes_dir ? " DIRECTORY" : "") < 0;
}

static const struct about {
	const char *option;
	int (*print)(const struct verb *verb);
} abouts[] = {
	{ "--help", print_help },
	{ "--schema", print_schema },
	{ "--version", print_version },
};

int verb_main(const struct verb *verb, int argc, char **argv)
{
	struct err err = { 0 };

	for (size_t i = 0; argc == 2 && i < COUNT(abouts); i++)
		if (strcmp(argv[1], abouts[i].option) == 0)
			return abouts[i].print(verb) || fflush(stdout) != 0;
	/* Concourse gives check no argument; one that is given is not looked at */
	if (verb->takes_dir && argc != 2)
		return usage(verb);
	/* its texts are freed by free() as well, so the memory is malloc's own */
	json_set_alloc_funcs(mem_alloc, secret_memory_free);
	mem_expect(MEMORY_USUAL);
	if (run(verb, verb->takes_dir ? argv[1] : NULL, &err) == 0) {
		log_release();
		return 0;
	}
	log_colour(LOG_RED, "%s: %s", verb->name, err.message);
	log_release();
	return 1;
}
