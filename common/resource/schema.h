/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema: which keys an object of the request may hold, as a table.
 *
 * One row a key: it parses the value into a member of the kind's struct, refuses what is not in the
 * table, words the error, says what must never be shown, and is what the docs' tables are checked
 * against. Unset and null are the same everywhere. Booleans may come as "true" and "false", in any
 * case, and numbers as strings of digits, because ((vars)) deliver strings; a number where a string belongs is
 * refused, because YAML has already changed it (`branch: 1.10` arrives as 1.1).
 */
#ifndef RESOURCE_SCHEMA_H
#define RESOURCE_SCHEMA_H

#include <jansson.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/strings.h"

enum field_type {
	FIELD_STRING,  /* char *, NULL when unset */
	FIELD_SECRET,  /* struct secret *, NULL when unset */
	FIELD_BOOL,    /* bool */
	FIELD_NUMBER,  /* int64_t */
	FIELD_STRINGS, /* struct strings; a single string is a list of one */
	FIELD_TREE,    /* json_t *, a string or an object, NULL when unset; for nested YAML */
	FIELD_TEXT,    /* char *, as a string, but numbers and booleans are taken by their text */
	FIELD_SWITCH,  /* enum field_switch: a boolean that may be unset */
	FIELD_LIST,    /* struct list of structs with a table of their own */
	FIELD_OBJECT,  /* a struct with a table of its own, by pointer; NULL when unset */
};

enum field_switch { SWITCH_UNSET, SWITCH_OFF, SWITCH_ON };

/* An owned array of structs; the field's table says which. */
struct list {
	void *items;
	size_t count;
};

enum field_need { OPTIONAL, REQUIRED };

struct field {
	const char *name;
	enum field_type type;
	enum field_need need; /* a required string may not be empty */
	size_t offset;
	int64_t unset; /* of a boolean or a number */
	int64_t min;   /* of a number */
	const char *what;
	const struct field *fields; /* of an object */
	size_t size;                /* of its struct */
};

/* The formatter takes the braces of a row for those of a block. */
/* clang-format off */
#define STRING(of, member, need, what)                                                             \
	{ #member, FIELD_STRING, need, offsetof(struct of, member), 0, 0, what }
#define SECRET(of, member, need, what)                                                             \
	{ #member, FIELD_SECRET, need, offsetof(struct of, member), 0, 0, what }
#define BOOL(of, member, unset, what)                                                              \
	{ #member, FIELD_BOOL, OPTIONAL, offsetof(struct of, member), unset, 0, what }
#define NUMBER(of, member, unset, min, what)                                                       \
	{ #member, FIELD_NUMBER, OPTIONAL, offsetof(struct of, member), unset, min, what }
#define STRINGS(of, member, what)                                                                  \
	{ #member, FIELD_STRINGS, OPTIONAL, offsetof(struct of, member), 0, 0, what }
#define TREE(of, member, need, what)                                                               \
	{ #member, FIELD_TREE, need, offsetof(struct of, member), 0, 0, what }
#define OBJECT(of, member, type, fields, what)                                                     \
	{ #member, FIELD_OBJECT, OPTIONAL, offsetof(struct of, member), 0, 0, what, fields,        \
		sizeof(struct type) }
#define TEXT(of, member, need, what)                                                               \
	{ #member, FIELD_TEXT, need, offsetof(struct of, member), 0, 0, what }
#define SWITCH(of, member, what)                                                                   \
	{ #member, FIELD_SWITCH, OPTIONAL, offsetof(struct of, member), 0, 0, what }
#define LIST(of, member, type, fields, what)                                                       \
	{ #member, FIELD_LIST, OPTIONAL, offsetof(struct of, member), 0, 0, what, fields,          \
		sizeof(struct type) }
#define END_OF_FIELDS { NULL, FIELD_STRING, OPTIONAL, 0, 0, 0, NULL }
/* clang-format on */

enum schema_unknown { UNKNOWN_REFUSED, UNKNOWN_IGNORED };

/*
 * Fill the zeroed struct at `values` from `object` (an object, or NULL or null for an empty one).
 * Messages begin with `where` ("source"), and in an object with its name too ("source.eks"), where
 * unknown keys are treated as those outside. On failure the struct may be partly filled: release it.
 * The object is borrowed; a FIELD_TREE takes a reference.
 */
MUST_CHECK int schema_parse(const struct field *fields, enum schema_unknown unknown,
	const char *where, json_t *object, void *values, struct err *err);

/* Free what the fields hold (secrets are wiped) and zero the members. */
void schema_release(const struct field *fields, void *values);

/* The row of that name, or NULL. */
const struct field *schema_find(const struct field *fields, const char *name);

/* How many keys of `object` the table knows. */
size_t schema_count_known(const struct field *fields, json_t *object);

#endif
