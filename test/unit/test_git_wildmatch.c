/* SPDX-License-Identifier: Apache-2.0 */
/* wildmatch: what each pattern matches in each mode, as git's own matcher answers. */
#include "git/match/wildmatch.h"
#include "unit.h"

/* One letter a mode: A any, P pathname, C any with folded case, D both. Those listed match. */
static const struct row {
	const char *name;
	const char *pattern;
	const char *text;
	const char *modes;
} rows[] = {
	{ "same", "foo", "foo", "APCD" },
	{ "other", "bar", "foo", "" },
	{ "both empty", "", "", "APCD" },
	{ "question marks", "???", "foo", "APCD" },
	{ "too few question marks", "??", "foo", "" },
	{ "star", "*", "foo", "APCD" },
	{ "star at the end", "f*", "foo", "APCD" },
	{ "star before another", "*f", "foo", "" },
	{ "stars around", "*foo*", "foo", "APCD" },
	{ "stars that go back", "*ob*a*r*", "foobar", "APCD" },
	{ "star that matches late", "*ab", "aaaaaaabababab", "APCD" },
	{ "escaped star", "foo\\*", "foo*", "APCD" },
	{ "escaped star is no star", "foo\\*bar", "foobar", "" },
	{ "escaped backslash", "f\\\\oo", "f\\oo", "APCD" },
	{ "backslash at the end", "foo\\", "foo", "" },
	{ "backslash at the end, and one in the text", "foo\\", "foo\\", "" },
	{ "set", "*[al]?", "ball", "APCD" },
	{ "set, negated", "[!ten]", "ten", "" },
	{ "range, negated", "**[!te]", "ten", "APCD" },
	{ "range with ^", "t[^a-g]n", "ton", "APCD" },
	{ "] at the front is a member", "a[]]b", "a]b", "APCD" },
	{ "] and - are members", "a[]-]b", "a-b", "APCD" },
	{ "] at the front, negated", "a[!]a-]b", "a]b", "" },
	{ "set without its end", "[", "a", "" },
	{ "set without its end, and its own text", "[ab", "[ab", "" },
	{ "class", "[[:alpha:]][[:digit:]][[:upper:]]", "a1B", "APCD" },
	{ "class upper with folded case", "[[:digit:][:upper:][:space:]]", "a", "CD" },
	{ "class that is none", "[[:digit:][:upper:][:spaci:]]", "1", "" },
	{ "class and members", "[a-c[:digit:]x-z]", "5", "APCD" },
	{ "range down", "[c-a]", "b", "" },
	{ "escaped members", "[\\-_]", "-", "APCD" },
	{ "range of escaped members", "[\\[-\\]]", "\\", "APCD" },
	{ "case", "FOO", "foo", "CD" },
	{ "case of a range", "[A-Z]", "a", "CD" },
	{ "case of a range in the other direction", "[a-z]", "A", "CD" },
	{ "star and slash", "foo*bar", "foo/baz/bar", "AC" },
	{ "question mark and slash", "foo?bar", "foo/bar", "AC" },
	{ "set and slash", "foo[/]bar", "foo/bar", "AC" },
	{ "negated set and slash", "f[^eiu][^eiu][^eiu][^eiu][^eiu]r", "foo/bar", "AC" },
	{ "double star, whole component", "foo/**/bar", "foo/baz/qux/bar", "APCD" },
	{ "double star for no component", "foo/**/bar", "foo/bar", "PD" },
	{ "double stars in a row", "foo/**/**/bar", "foo/b/a/z/bar", "APCD" },
	{ "double stars in a row for none", "foo/**/**/bar", "foo/bar", "PD" },
	{ "double star that is not a component", "foo**bar", "foo/baz/bar", "AC" },
	{ "double star at the front", "**/foo", "foo", "PD" },
	{ "double star at the front, deep", "**/foo", "XXX/YYY/foo", "APCD" },
	{ "double star at the front takes whole components", "**/foo", "bar/bazfoo", "" },
	{ "double star at the end", "foo/**", "foo/bar/baz", "APCD" },
	{ "double star at the end, not the folder itself", "foo/**", "foo", "" },
	{ "one star is one component", "*/foo", "bar/baz/foo", "AC" },
	{ "star stays in its component", "foo/*", "foo/bar/baz", "AC" },
	{ "stars in components", "*/*/*", "foo/bba/arr", "APCD" },
	{ "more stars than components", "*/*/*", "foo/bar", "" },
	{ "star behind a double one", "**/*a*b*g*n*t",
		"abcd/abcdefg/abcdefghijk/abcdefghijklmnop.txt", "APCD" },
	{ "shallow behind deep", "**/t*o", "foo/bar/baz/to", "APCD" },
	{ "shallow behind deep, too deep", "**/t*/z", "a/ta/b/z", "AC" },
	{ "tag", "v1.*", "v1.2.3", "APCD" },
	{ "tag in a folder", "release*", "release/1.0", "AC" },
	{ "newline", "a*b", "a\nb", "APCD" },
	{ "bytes above 127", "caf?\xa9", "caf\xc3\xa9", "APCD" },
};

static void matches(void **state)
{
	static const struct {
		char letter;
		unsigned int modes;
	} all[] = { { 'A', WILDMATCH_ANY }, { 'P', WILDMATCH_PATHNAME },
		{ 'C', WILDMATCH_CASEFOLD }, { 'D', WILDMATCH_PATHNAME | WILDMATCH_CASEFOLD } };
	const struct row *row = *state;

	for (size_t i = 0; i < COUNT(all); i++) {
		bool expected = strchr(row->modes, all[i].letter) != NULL;
		bool found = wildmatch_matches(
			span_of(row->pattern), span_of(row->text), all[i].modes);

		if (found != expected)
			fail_msg(
				"mode %c: %s", all[i].letter, found ? "matches" : "does not match");
	}
}

static void the_literal_part_ends_at_the_first_special_character(void **state)
{
	(void)state;
	assert_int_equal(wildmatch_literal(span_of("v1.*")), 3);
	assert_int_equal(wildmatch_literal(span_of("v1.0")), 4);
	assert_int_equal(wildmatch_literal(span_of("a\\*b")), 1);
	assert_int_equal(wildmatch_literal(span_of("[ab]")), 0);
	assert_int_equal(wildmatch_literal(span_of("")), 0);
}

/* Were it to try each star's length for each other's, this would not end. */
static void many_stars_cost_little(void **state)
{
	char text[4096];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_false(wildmatch_matches(span_of("*a*a*a*a*a*a*a*a*a*a*a*a*b"),
		(struct span){ text, sizeof(text) }, WILDMATCH_ANY));
	assert_false(wildmatch_matches(span_of("**/*a*a*a*a*a*a*a*a*a*a*b"),
		(struct span){ text, sizeof(text) }, WILDMATCH_PATHNAME));
}

int main(void)
{
	UNIT_ROWS(matches, rows);
	UNIT_TEST(the_literal_part_ends_at_the_first_special_character);
	UNIT_TEST(many_stars_cost_little);
	return unit_run();
}
