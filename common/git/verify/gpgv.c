/* SPDX-License-Identifier: Apache-2.0 */
/* gpgv: GnuPG's verifier of signatures, as a child process. */
#define _GNU_SOURCE /* memfd_create, pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "git/verify/gpgv.h"

#define SYSTEM_GPGV "/usr/bin/gpgv"
#define DESCRIPTOR "/proc/self/fd/%d"

/* PATH is not asked: whoever sets it would choose who verifies. */
static char *find(void)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self));

	while (length > 0 && length < PATH_MAX && self[length - 1] != '/')
		length--;
	if (length > 0 && length < PATH_MAX) {
		char *beside = mem_format("%.*sgpgv", (int)length, self);

		if (access(beside, X_OK) == 0)
			return beside;
		free(beside);
	}
	return mem_copy_string(SYSTEM_GPGV);
}

enum input { KEYRING_INPUT, SIGNATURE_INPUT, PAYLOAD_INPUT, INPUTS };

struct child {
	char *path;
	int inputs[INPUTS];
	char names[INPUTS][sizeof(DESCRIPTOR) + 10]; /* by which it opens them */
	int words;                                   /* for its stderr */
	int output[2];                               /* a pipe, for its stdout */
};

static void child_release(struct child *child)
{
	for (size_t i = 0; i < INPUTS; i++)
		defs_close_fd(&child->inputs[i]);
	for (size_t i = 0; i < COUNT(child->output); i++)
		defs_close_fd(&child->output[i]);
	defs_close_fd(&child->words);
	free(child->path);
}

#define auto_child AUTO(child_release)

/* A file that has no name, and is gone with its last descriptor. */
static int hold(int *fd, struct span contents, struct err *err)
{
	*fd = memfd_create("gpgv", MFD_CLOEXEC);
	if (*fd < 0)
		return err_errno(err, "memory for gpgv");
	return file_write_fd(*fd, "memory for gpgv", contents, err);
}

static int prepare(struct child *child, const struct gpgv_work *work, struct err *err)
{
	const struct span contents[INPUTS] = { work->keyring, work->signature, work->payload };

	if (access(child->path, X_OK) < 0)
		return err_set(err, ERR_INTERNAL,
			"gpgv is missing: it belongs beside this program, or is " SYSTEM_GPGV);
	for (size_t i = 0; i < INPUTS; i++) {
		if (hold(&child->inputs[i], contents[i], err) < 0)
			return -1;
		(void)snprintf(
			child->names[i], sizeof(child->names[i]), DESCRIPTOR, child->inputs[i]);
	}
	if (hold(&child->words, span_of(NULL), err) < 0)
		return -1;
	return pipe2(child->output, O_CLOEXEC) < 0 ? err_errno(err, "a pipe for gpgv") : 0;
}

/* Between fork and exec: nothing but calls of the system. */
static void NORETURN become(struct child *child)
{
	static char program[] = "gpgv", status[] = "--status-fd=1", keyring[] = "--keyring",
		    end_of_options[] = "--", locale[] = "LC_ALL=C", home[] = "HOME=/";
	char *const environment[] = { locale, home, NULL };
	char *const arguments[] = { program, status, keyring, child->names[KEYRING_INPUT],
		end_of_options, child->names[SIGNATURE_INPUT], child->names[PAYLOAD_INPUT], NULL };
	const struct rlimit cpu = { GPGV_CPU_S, GPGV_CPU_S };
	bool ready = dup2(child->output[1], STDOUT_FILENO) >= 0 &&
		dup2(child->words, STDERR_FILENO) >= 0 && setrlimit(RLIMIT_CPU, &cpu) == 0;

	for (size_t i = 0; i < INPUTS; i++)
		ready = ready && fcntl(child->inputs[i], F_SETFD, 0) == 0;
	if (ready)
		(void)execve(child->path, arguments, environment);
	_exit(127);
}

/* As wait() tells it. */
static int end(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* What it says for people. */
static void show_words(const struct child *child)
{
	auto_buf struct buf words = BUF(LIMIT_GPGV_STATUS);
	struct span rest, line;
	struct err err;

	if (!log_debugging() || lseek(child->words, 0, SEEK_SET) < 0 ||
		file_read_fd(child->words, "gpgv", &words, &err) < 0)
		return;
	for (rest = buf_span(&words); span_take_line(&rest, &line);)
		log_debug("%.*s", SPAN_FORMAT(line));
}

static int run(struct child *child, struct buf *lines, struct err *err)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return err_errno(err, "gpgv cannot be started");
	if (pid == 0)
		become(child);
	(void)close(child->output[1]);
	child->output[1] = -1;
	if (file_read_fd(child->output[0], "gpgv", lines, err) < 0) {
		(void)kill(pid, SIGKILL);
		(void)end(pid);
		return -1;
	}
	status = end(pid);
	show_words(child);
	/* 0, 1 and 2 are its own: good, bad, could not be checked */
	if (WIFEXITED(status) && WEXITSTATUS(status) <= 2)
		return 0;
	return err_set(err, ERR_INTERNAL, "%s cannot be run, or was ended", child->path);
}

int gpgv_run(const struct gpgv_work *work, struct buf *status, struct err *err)
{
	auto_child struct child child = {
		.path = find(),
		.inputs = { -1, -1, -1 },
		.words = -1,
		.output = { -1, -1 },
	};

	return prepare(&child, work, err) < 0 ? -1 : run(&child, status, err);
}
