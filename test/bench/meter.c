/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meter: run a program once and print "STATUS WALL-us CPU-us RSS-kB".
 *
 * usage: meter STDIN STDOUT STDERR PROGRAM [ARGUMENT...]
 *
 * Its own process is small, because Linux counts what a process was before it became another program
 * into its largest resident size: a program that an interpreter starts looks as large as that.
 */
#define _GNU_SOURCE /* wait4 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long microseconds(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static long used(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 +
		usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

static void redirect(const char *path, int flags, int to)
{
	int fd = open(path, flags, 0600);

	if (fd < 0 || dup2(fd, to) < 0) {
		perror(path);
		_exit(126);
	}
	(void)close(fd);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	long began;
	int status;
	pid_t child;

	if (argc < 5) {
		(void)fprintf(stderr, "usage: meter STDIN STDOUT STDERR PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	began = microseconds();
	child = fork();
	if (child == 0) {
		redirect(argv[1], O_RDONLY, STDIN_FILENO);
		redirect(argv[2], O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
		redirect(argv[3], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
		(void)execvp(argv[4], argv + 4);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child) {
		perror("meter");
		return 2;
	}
	(void)printf("%d %ld %ld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		microseconds() - began, used(&usage), usage.ru_maxrss);
	return 0;
}
