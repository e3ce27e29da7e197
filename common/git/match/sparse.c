/* SPDX-License-Identifier: Apache-2.0 */
/* sparse: which files of a tree are written. */
#include <string.h>

#include "base/mem.h"
#include "git/match/sparse.h"
#include "git/match/wildmatch.h"

/* Trailing blanks do not count, unless a backslash stands before them. */
static struct span without_blanks(struct span line)
{
	while (line.length && line.data[line.length - 1] == ' ' &&
		!(line.length > 1 && line.data[line.length - 2] == '\\'))
		line.length--;
	return line;
}

static void add_pattern(struct sparse *sparse, struct span line)
{
	struct sparse_pattern pattern = { 0 };

	line = without_blanks(line);
	if (!line.length || span_starts(line, "#"))
		return;
	pattern.negative = span_take(&line, "!");
	pattern.folder_only = span_ends(line, "/");
	if (pattern.folder_only)
		line.length--;
	pattern.anywhere = !memchr(line.data, '/', line.length);
	(void)span_take(&line, "/");
	pattern.text = span_copy(line);
	sparse->patterns = mem_resize(
		sparse->patterns, sparse->count + 1, sizeof(struct sparse_pattern));
	sparse->patterns[sparse->count++] = pattern;
}

void sparse_init(struct sparse *sparse, const struct strings *lines)
{
	*sparse = (struct sparse){ 0 };
	for (size_t i = 0; i < lines->count; i++) {
		struct span left = span_of(lines->items[i]), line;

		while (span_take_line(&left, &line))
			add_pattern(sparse, line);
	}
}

void sparse_release(struct sparse *sparse)
{
	for (size_t i = 0; i < sparse->count; i++)
		free(sparse->patterns[i].text);
	free(sparse->patterns);
	*sparse = (struct sparse){ 0 };
}

static struct span base_name(struct span path)
{
	for (size_t i = path.length; i > 0; i--)
		if (path.data[i - 1] == '/')
			return (struct span){ path.data + i, path.length - i };
	return path;
}

/* One without a slash is compared with the name alone, whatever folder it is in. */
static bool matches(const struct sparse_pattern *pattern, struct span path, bool is_folder)
{
	if (pattern->folder_only && !is_folder)
		return false;
	if (pattern->anywhere)
		return wildmatch_matches(span_of(pattern->text), base_name(path), WILDMATCH_ANY);
	return wildmatch_matches(span_of(pattern->text), path, WILDMATCH_PATHNAME);
}

bool sparse_takes(const struct sparse *sparse, struct span path)
{
	for (bool is_folder = false; path.length; is_folder = true) {
		struct span name = base_name(path);

		for (size_t i = sparse->count; i > 0; i--)
			if (matches(&sparse->patterns[i - 1], path, is_folder))
				return !sparse->patterns[i - 1].negative;
		path.length -= name.length;
		if (path.length)
			path.length--; /* the slash */
	}
	return false;
}
