/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Structs as JSON objects. A table of members describes a struct once; it is written, read, copied
 * and freed by that table. The key of a member is its name in C, so that a misspelt key does not
 * compile, and neither does a member of the wrong type:
 *
 *	struct boot { char *kernel; unsigned int ms; };
 *	static const struct json_member boot_members[] = {
 *		JSON_STRING(struct boot, kernel),
 *		JSON_NUMBER(struct boot, ms),
 *	};
 *	const struct json_table boot_type = JSON_TYPE(struct boot, boot_members);
 *
 * An array is a struct with the members items and count (array_add() of lab/base/alloc.h grows it).
 * The JSON text is RFC 8259's.
 */
#ifndef LAB_BASE_JSON_H
#define LAB_BASE_JSON_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>
#include <stddef.h>

enum json_kind {
	JSON_KIND_STRING,
	JSON_KIND_NUMBER,
	JSON_KIND_REAL,
	JSON_KIND_BOOLEAN,
	JSON_KIND_WORD,
	JSON_KIND_STRINGS,
	JSON_KIND_PAIRS,
	JSON_KIND_INLINE,
	JSON_KIND_OBJECT,
	JSON_KIND_ARRAY,
	JSON_KIND_NAMED,
};

struct json_table;

struct json_member {
	const char *key;
	enum json_kind kind;
	bool always;   /* written also if it is 0, false or empty */
	bool required; /* a string that must be there when it is read */
	size_t offset;
	size_t count;		       /* of an array: the offset of its count */
	const struct json_table *type; /* of a struct, or of an array's items */
	const char *const *words;      /* of an enum, by value */
	unsigned int word_count;
};

struct json_table {
	const struct json_member *members;
	size_t count;
	size_t size;
};

/* Names with values, which it owns: a JSON object of strings. */
struct pair {
	char *name;
	char *value;
};

struct pairs {
	struct pair *items;
	size_t count;
};

/* Append NAME=VALUE, or replace the value that NAME has. */
void pairs_set(struct pairs *pairs, const char *name, const char *value);

/* The value of NAME; NULL if there is none. PAIRS owns it. */
const char *pairs_get(const struct pairs *pairs, const char *name);

/* Free what PAIRS holds; it is empty then. */
void pairs_free(struct pairs *pairs);

/*
 * OBJECT, a struct of TYPE, as JSON text in one line, or, if PRETTY, indented. The caller frees it.
 */
char *json_write(const struct json_table *type, const void *object, bool pretty);

/*
 * Read the JSON TEXT into OBJECT, a zeroed struct of TYPE. Keys that TYPE lacks are ignored.
 * Members that TEXT lacks stay zero, unless they are required. Returns 0, or -EINVAL with a message
 * in WHY (which may be NULL) that names the key; OBJECT is to be freed in any case.
 */
int json_read(const struct json_table *type, const char *text, void *object, struct buf *why);

/* Free what OBJECT, a struct of TYPE, holds; it is zero then. */
void json_free(const struct json_table *type, void *object);

/* Make TO, a zeroed struct of TYPE, a copy of FROM that shares nothing with it. */
void json_copy(const struct json_table *type, void *to, const void *from);

#define JSON_TYPE(of, table) {(table), sizeof(table) / sizeof((table)[0]), sizeof(of)}

/* The offset of MEMBER in OF, which does not compile unless its type is WANTED. */
#define json_offset(of, member, wanted)                                                            \
	(offsetof(of, member) +                                                                    \
	 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((of *)0)->member), wanted)       \
				 ? 1                                                               \
				 : -1]))

/* char *, which the struct owns: NULL is not written. */
#define JSON_STRING(of, member) JSON_STRING_AS(of, member, #member)
#define JSON_STRING_AS(of, member, name)                                                           \
	{.key = (name), .kind = JSON_KIND_STRING, .offset = json_offset(of, member, char *)}

/* The same for one that is never NULL: an object without it cannot be read. */
#define JSON_NAME(of, member) JSON_NAME_AS(of, member, #member)
#define JSON_NAME_AS(of, member, name)                                                             \
	{.key = (name),                                                                            \
	 .kind = JSON_KIND_STRING,                                                                 \
	 .required = true,                                                                         \
	 .offset = json_offset(of, member, char *)}

/* unsigned int: 0 is not written, or, with JSON_COUNT, is. */
#define JSON_NUMBER(of, member) JSON_NUMBER_AS(of, member, #member)
#define JSON_NUMBER_AS(of, member, name)                                                           \
	{.key = (name), .kind = JSON_KIND_NUMBER, .offset = json_offset(of, member, unsigned int)}
#define JSON_COUNT(of, member)                                                                     \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_NUMBER,                                                                 \
	 .always = true,                                                                           \
	 .offset = json_offset(of, member, unsigned int)}

/* double, bool: always written. */
#define JSON_REAL(of, member)                                                                      \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_REAL,                                                                   \
	 .always = true,                                                                           \
	 .offset = json_offset(of, member, double)}
#define JSON_BOOLEAN(of, member)                                                                   \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_BOOLEAN,                                                                \
	 .always = true,                                                                           \
	 .offset = json_offset(of, member, bool)}

/* bool: written only if it is true. */
#define JSON_FLAG(of, member) JSON_FLAG_AS(of, member, #member)
#define JSON_FLAG_AS(of, member, name)                                                             \
	{.key = (name), .kind = JSON_KIND_BOOLEAN, .offset = json_offset(of, member, bool)}

/* An enum as the word that the array TABLE has for its value; always written. */
#define JSON_WORD(of, member, table)                                                               \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_WORD,                                                                   \
	 .always = true,                                                                           \
	 .offset = offsetof(of, member) +                                                          \
		   0 * sizeof(char[sizeof(((of *)0)->member) == sizeof(unsigned int) ? 1 : -1]),   \
	 .words = (table),                                                                         \
	 .word_count = sizeof(table) / sizeof((table)[0])}

/* struct list: an array of strings; struct pairs: an object of strings. Not written if empty. */
#define JSON_STRINGS(of, member) JSON_STRINGS_AS(of, member, #member)
#define JSON_STRINGS_AS(of, member, name)                                                          \
	{.key = (name), .kind = JSON_KIND_STRINGS, .offset = json_offset(of, member, struct list)}
#define JSON_PAIRS(of, member)                                                                     \
	{.key = #member, .kind = JSON_KIND_PAIRS, .offset = json_offset(of, member, struct pairs)}

/* A struct: as an object of its own, or with its members among those of the outer one. */
#define JSON_OBJECT(of, member, of_type)                                                           \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_OBJECT,                                                                 \
	 .always = true,                                                                           \
	 .offset = offsetof(of, member),                                                           \
	 .type = (of_type)}
#define JSON_INLINE(of, member, of_type)                                                           \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_INLINE,                                                                 \
	 .offset = offsetof(of, member),                                                           \
	 .type = (of_type)}

/*
 * A struct of items and count: an array of objects; or an object with one member for each item,
 * whose key is the item's first member, a char *. Always written.
 */
#define JSON_ARRAY(of, member, of_type) JSON_ARRAY_AS(of, member, #member, of_type)
#define JSON_ARRAY_AS(of, member, name, of_type)                                                   \
	{.key = (name),                                                                            \
	 .kind = JSON_KIND_ARRAY,                                                                  \
	 .always = true,                                                                           \
	 .offset = offsetof(of, member.items),                                                     \
	 .count = json_offset(of, member.count, size_t),                                           \
	 .type = (of_type)}
/* The same, not written if it is empty. */
#define JSON_ARRAY_IF_ANY(of, member, of_type)                                                     \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_ARRAY,                                                                  \
	 .offset = offsetof(of, member.items),                                                     \
	 .count = json_offset(of, member.count, size_t),                                           \
	 .type = (of_type)}
#define JSON_NAMED(of, member, of_type)                                                            \
	{.key = #member,                                                                           \
	 .kind = JSON_KIND_NAMED,                                                                  \
	 .always = true,                                                                           \
	 .offset = offsetof(of, member.items),                                                     \
	 .count = json_offset(of, member.count, size_t),                                           \
	 .type = (of_type)}

#endif
