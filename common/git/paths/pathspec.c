/* SPDX-License-Identifier: Apache-2.0 */
/* pathspec: which paths of a tree are meant. Reading them is pathspec_read.c's. */
#include <string.h>
#include <strings.h>

#include "git/match/wildmatch.h"
#include "git/paths/pathspec.h"

static bool same(const struct pathspec_item *item, const char *a, const char *b, size_t length)
{
	return (item->icase ? strncasecmp(a, b, length) : strncmp(a, b, length)) == 0;
}

/* Does the glob from `from` on match the text? What stands for itself is compared first, as git does,
 * so that `**` behind it counts as being at the front. */
static bool glob_matches(const struct pathspec_item *item, size_t from, struct span text)
{
	size_t literal = item->literal > from ? item->literal - from : 0;
	struct span pattern = { item->text + from, item->length - from };
	unsigned int modes = (item->whole ? WILDMATCH_PATHNAME : WILDMATCH_ANY) |
		(item->icase ? WILDMATCH_CASEFOLD : WILDMATCH_ANY);

	if (text.length < literal || !same(item, pattern.data, text.data, literal))
		return false;
	pattern = (struct span){ pattern.data + literal, pattern.length - literal };
	text = (struct span){ text.data + literal, text.length - literal };
	return wildmatch_matches(pattern, text, modes);
}

/* Is `path` the item's text, or below it? */
static bool is_below(const struct pathspec_item *item, struct span path)
{
	size_t length = item->length;

	if (length == 0)
		return true;
	if (path.length < length || !same(item, item->text, path.data, length))
		return false;
	return path.length == length || path.data[length] == '/' || item->text[length - 1] == '/';
}

static size_t folder_length(struct span path)
{
	size_t length = path.length;

	while (length && path.data[length - 1] != '/')
		length--;
	return length;
}

static bool item_matches(const struct pathspec_item *item, struct span path, bool submodule)
{
	size_t folder = folder_length(path);

	if (is_below(item, path))
		return true;
	if (submodule && item->length == path.length + 1 && item->text[path.length] == '/' &&
		same(item, item->text, path.data, path.length))
		return true;
	if (item->literal == item->length)
		return false;
	/* a folder whose name is the pattern's text counts as its match */
	if (folder < item->length && same(item, item->text, path.data, folder))
		return glob_matches(
			item, folder, (struct span){ path.data + folder, path.length - folder });
	return glob_matches(item, 0, path);
}

static bool any_matches(
	const struct pathspec *pathspec, bool exclude, struct span path, bool submodule)
{
	for (size_t i = 0; i < pathspec->count; i++)
		if (pathspec->items[i].exclude == exclude &&
			item_matches(&pathspec->items[i], path, submodule))
			return true;
	return false;
}

bool pathspec_matches(const struct pathspec *pathspec, struct span path, bool submodule)
{
	return any_matches(pathspec, false, path, submodule) &&
		!any_matches(pathspec, true, path, submodule);
}

static size_t slashes(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == '/';
	return count;
}

/* Its end matches whatever follows; a bracket or a backslash before it would not match a slash. */
static bool ends_open(const struct pathspec_item *item)
{
	struct span text = { item->text, item->length };

	return item->literal < item->length &&
		(item->whole ? span_ends(text, "/**") : span_ends(text, "*"));
}

static enum pathspec_extent item_extent(const struct pathspec_item *item, struct span folder)
{
	size_t common = item->literal < folder.length ? item->literal : folder.length;

	if (is_below(item, folder))
		return PATHSPEC_ALL;
	if (!same(item, item->text, folder.data, common))
		return PATHSPEC_NONE;
	if (item->literal == item->length)
		return item->length > folder.length ? PATHSPEC_SOME : PATHSPEC_NONE;
	if (!item->deep && slashes(folder) > item->down)
		return PATHSPEC_NONE;
	return ends_open(item) && glob_matches(item, 0, folder) ? PATHSPEC_ALL : PATHSPEC_SOME;
}

static enum pathspec_extent widest(
	const struct pathspec *pathspec, bool exclude, struct span folder)
{
	enum pathspec_extent widest = PATHSPEC_NONE;

	for (size_t i = 0; i < pathspec->count && widest != PATHSPEC_ALL; i++) {
		enum pathspec_extent extent;

		if (pathspec->items[i].exclude != exclude)
			continue;
		extent = item_extent(&pathspec->items[i], folder);
		if (extent > widest)
			widest = extent;
	}
	return widest;
}

enum pathspec_extent pathspec_extent(const struct pathspec *pathspec, struct span path)
{
	enum pathspec_extent meant = widest(pathspec, false, path);
	enum pathspec_extent excluded = meant == PATHSPEC_NONE ? PATHSPEC_NONE
							       : widest(pathspec, true, path);

	if (excluded == PATHSPEC_ALL)
		return PATHSPEC_NONE;
	return excluded == PATHSPEC_SOME ? PATHSPEC_SOME : meant;
}

void pathspec_release(struct pathspec *pathspec)
{
	for (size_t i = 0; i < pathspec->count; i++)
		free(pathspec->items[i].text);
	free(pathspec->items);
	*pathspec = (struct pathspec){ 0 };
}
