// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/json.h"

#include "lab/base/alloc.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void pairs_set(struct pairs *pairs, const char *name, const char *value)
{
	struct pair *pair;

	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].name, name) != 0)
			continue;
		free(pairs->items[i].value);
		pairs->items[i].value = text("%s", value);
		return;
	}
	pair = array_add(pairs);
	pair->name = text("%s", name);
	pair->value = text("%s", value);
}

const char *pairs_get(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (!strcmp(pairs->items[i].name, name))
			return pairs->items[i].value;
	return NULL;
}

void pairs_free(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->items[i].name);
		free(pairs->items[i].value);
	}
	free(pairs->items);
	*pairs = (struct pairs){0};
}

/* Where OBJECT has MEMBER. */
static void *place(const struct json_member *member, const void *object)
{
	return (char *)object + member->offset;
}

static size_t *count_of(const struct json_member *member, const void *object)
{
	return (size_t *)((char *)object + member->count);
}

/* Item INDEX of the array MEMBER of OBJECT. */
static void *item(const struct json_member *member, const void *object, size_t index)
{
	return *(char **)place(member, object) + index * member->type->size;
}

static json_object *encode(const struct json_table *type, const void *object);

static json_object *encode_strings(const struct list *list)
{
	json_object *array = json_object_new_array_ext((int)list->count);

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(array, json_object_new_string(list->items[i]));
	return array;
}

static json_object *encode_pairs(const struct pairs *pairs)
{
	json_object *made = json_object_new_object();

	for (size_t i = 0; i < pairs->count; i++)
		json_object_object_add(made, pairs->items[i].name,
				       json_object_new_string(pairs->items[i].value));
	return made;
}

static json_object *encode_array(const struct json_member *member, const void *object)
{
	size_t count = *count_of(member, object);
	json_object *array = json_object_new_array_ext((int)count);

	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, encode(member->type, item(member, object, i)));
	return array;
}

static json_object *encode_named(const struct json_member *member, const void *object)
{
	size_t count = *count_of(member, object);
	json_object *made = json_object_new_object();

	for (size_t i = 0; i < count; i++) {
		const void *named = item(member, object, i);

		json_object_object_add(made, *(char *const *)named, encode(member->type, named));
	}
	return made;
}

/* The value of MEMBER, or NULL if it is empty. */
static json_object *encode_value(const struct json_member *member, const void *object)
{
	const void *at = place(member, object);

	switch (member->kind) {
	case JSON_KIND_STRING:
		return *(char *const *)at ? json_object_new_string(*(char *const *)at) : NULL;
	case JSON_KIND_NUMBER:
		return *(const unsigned int *)at || member->always
			       ? json_object_new_int64(*(const unsigned int *)at)
			       : NULL;
	case JSON_KIND_REAL:
		return json_object_new_double(*(const double *)at);
	case JSON_KIND_BOOLEAN:
		return json_object_new_boolean(*(const bool *)at);
	case JSON_KIND_WORD:
		return json_object_new_string(member->words[*(const unsigned int *)at]);
	case JSON_KIND_STRINGS:
		return ((const struct list *)at)->count ? encode_strings(at) : NULL;
	case JSON_KIND_PAIRS:
		return ((const struct pairs *)at)->count ? encode_pairs(at) : NULL;
	case JSON_KIND_OBJECT:
		return encode(member->type, at);
	case JSON_KIND_ARRAY:
		return *count_of(member, object) || member->always ? encode_array(member, object)
								   : NULL;
	case JSON_KIND_NAMED:
		return encode_named(member, object);
	case JSON_KIND_INLINE:
		break;
	}
	return NULL;
}

static void encode_members(const struct json_table *type, const void *object, json_object *into)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct json_member *member = &type->members[i];
		json_object *value;

		if (member->kind == JSON_KIND_INLINE) {
			encode_members(member->type, place(member, object), into);
			continue;
		}
		value = encode_value(member, object);
		if (value)
			json_object_object_add(into, member->key, value);
	}
}

static json_object *encode(const struct json_table *type, const void *object)
{
	json_object *made = json_object_new_object();

	encode_members(type, object, made);
	return made;
}

char *json_write(const struct json_table *type, const void *object, bool pretty)
{
	json_object *made = encode(type, object);
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
		    (pretty ? JSON_C_TO_STRING_PRETTY : JSON_C_TO_STRING_PLAIN);
	char *written = text("%s", json_object_to_json_string_ext(made, flags));

	json_object_put(made);
	return written;
}

static int decode(const struct json_table *type, json_object *from, void *object, struct buf *why);

static int decode_string(json_object *from, char **string)
{
	if (!json_object_is_type(from, json_type_string))
		return -EINVAL;
	free(*string);
	*string = text("%s", json_object_get_string(from));
	return 0;
}

static int decode_number(json_object *from, unsigned int *number)
{
	int64_t value = json_object_get_int64(from);

	if (!json_object_is_type(from, json_type_int) || value < 0 || value > UINT_MAX)
		return -EINVAL;
	*number = (unsigned int)value;
	return 0;
}

static int decode_real(json_object *from, double *real)
{
	if (!json_object_is_type(from, json_type_double) &&
	    !json_object_is_type(from, json_type_int))
		return -EINVAL;
	*real = json_object_get_double(from);
	return 0;
}

static int decode_boolean(json_object *from, bool *boolean)
{
	*boolean = json_object_get_boolean(from);
	return json_object_is_type(from, json_type_boolean) ? 0 : -EINVAL;
}

static int decode_word(const struct json_member *member, json_object *from, unsigned int *value)
{
	for (unsigned int i = 0; i < member->word_count; i++) {
		if (strcmp(member->words[i], json_object_get_string(from) ?: "") != 0)
			continue;
		*value = i;
		return 0;
	}
	return -EINVAL;
}

static int decode_strings(json_object *from, struct list *list)
{
	if (!json_object_is_type(from, json_type_array))
		return -EINVAL;
	for (size_t i = 0; i < json_object_array_length(from); i++) {
		json_object *value = json_object_array_get_idx(from, i);

		if (!json_object_is_type(value, json_type_string))
			return -EINVAL;
		list_add(list, json_object_get_string(value));
	}
	return 0;
}

static int decode_pairs(json_object *from, struct pairs *pairs)
{
	if (!json_object_is_type(from, json_type_object))
		return -EINVAL;
	json_object_object_foreach(from, name, value)
	{
		struct pair *pair;

		if (!json_object_is_type(value, json_type_string))
			return -EINVAL;
		pair = array_add(pairs);
		pair->name = text("%s", name);
		pair->value = text("%s", json_object_get_string(value));
	}
	return 0;
}

/* A zeroed item at the end of the array MEMBER of OBJECT. */
static void *add_item(const struct json_member *member, void *object)
{
	size_t *count = count_of(member, object);
	void **items = place(member, object);

	*items = one_more(*items, *count, member->type->size);
	return memset(item(member, object, (*count)++), 0, member->type->size);
}

static int decode_array(const struct json_member *member, json_object *from, void *object,
			struct buf *why)
{
	int err = json_object_is_type(from, json_type_array) ? 0 : -EINVAL;

	for (size_t i = 0; !err && i < json_object_array_length(from); i++)
		err = decode(member->type, json_object_array_get_idx(from, i),
			     add_item(member, object), why);
	return err;
}

static int decode_named(const struct json_member *member, json_object *from, void *object,
			struct buf *why)
{
	int err = json_object_is_type(from, json_type_object) ? 0 : -EINVAL;

	if (err)
		return err;
	json_object_object_foreach(from, name, value)
	{
		void *added = add_item(member, object);

		*(char **)added = text("%s", name);
		err = err ?: decode(member->type, value, added, why);
	}
	return err;
}

static int decode_value(const struct json_member *member, json_object *from, void *object,
			struct buf *why)
{
	void *at = place(member, object);

	switch (member->kind) {
	case JSON_KIND_STRING:
		return decode_string(from, at);
	case JSON_KIND_NUMBER:
		return decode_number(from, at);
	case JSON_KIND_REAL:
		return decode_real(from, at);
	case JSON_KIND_BOOLEAN:
		return decode_boolean(from, at);
	case JSON_KIND_WORD:
		return decode_word(member, from, at);
	case JSON_KIND_STRINGS:
		return decode_strings(from, at);
	case JSON_KIND_PAIRS:
		return decode_pairs(from, at);
	case JSON_KIND_OBJECT:
		return decode(member->type, from, at, why);
	case JSON_KIND_ARRAY:
		return decode_array(member, from, object, why);
	case JSON_KIND_NAMED:
		return decode_named(member, from, object, why);
	case JSON_KIND_INLINE:
		break;
	}
	return 0;
}

static int lacks(const struct json_member *member, struct buf *why)
{
	if (why && !why->len)
		buf_printf(why, "an object lacks \"%s\"", member->key);
	return -EINVAL;
}

static int decode(const struct json_table *type, json_object *from, void *object, struct buf *why)
{
	if (!json_object_is_type(from, json_type_object))
		return -EINVAL;
	for (size_t i = 0; i < type->count; i++) {
		const struct json_member *member = &type->members[i];
		json_object *value = NULL;
		int err = 0;

		if (member->kind == JSON_KIND_INLINE)
			err = decode(member->type, from, place(member, object), why);
		else if (json_object_object_get_ex(from, member->key, &value))
			err = decode_value(member, value, object, why);
		else if (member->required)
			err = lacks(member, why);
		if (err && why && !why->len)
			buf_printf(why, "\"%s\" has a value that is not possible", member->key);
		if (err)
			return err;
	}
	return 0;
}

int json_read(const struct json_table *type, const char *text, void *object, struct buf *why)
{
	json_object *parsed = json_tokener_parse(text);
	int err = decode(type, parsed, object, why);

	if (err && why && !why->len)
		buf_puts(why, parsed ? "not an object" : "not JSON");
	json_object_put(parsed);
	return err;
}

static void free_items(const struct json_member *member, void *object)
{
	for (size_t i = 0; i < *count_of(member, object); i++) {
		void *each = item(member, object, i);

		/* The key of a named item is not in the table of its members. */
		if (member->kind == JSON_KIND_NAMED)
			free(*(char **)each);
		json_free(member->type, each);
	}
	free(*(void **)place(member, object));
}

static void free_member(const struct json_member *member, void *object)
{
	switch (member->kind) {
	case JSON_KIND_STRING:
		free(*(char **)place(member, object));
		break;
	case JSON_KIND_STRINGS:
		list_free(place(member, object));
		break;
	case JSON_KIND_PAIRS:
		pairs_free(place(member, object));
		break;
	case JSON_KIND_INLINE:
	case JSON_KIND_OBJECT:
		json_free(member->type, place(member, object));
		break;
	case JSON_KIND_ARRAY:
	case JSON_KIND_NAMED:
		free_items(member, object);
		break;
	default:
		break;
	}
}

void json_free(const struct json_table *type, void *object)
{
	for (size_t i = 0; i < type->count; i++)
		free_member(&type->members[i], object);
	memset(object, 0, type->size);
}

void json_copy(const struct json_table *type, void *to, const void *from)
{
	json_object *made = encode(type, from);

	decode(type, made, to, NULL);
	json_object_put(made);
}
