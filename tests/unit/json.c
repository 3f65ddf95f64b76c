// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/json.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

enum colour { RED, GREEN, BLUE };
static const char *const colours[] = {"red", "green", "blue"};

struct point {
	char *label;
	unsigned int x;
};

struct named {
	char *name;
	unsigned int size;
};

/* A member of each kind. */
struct sample {
	char *string;
	unsigned int number;
	unsigned int counted;
	double real;
	bool boolean;
	enum colour word;
	struct list strings;
	struct pairs pairs;
	struct point inner;
	struct point object;
	struct {
		struct point *items;
		size_t count;
	} array;
	struct {
		struct named *items;
		size_t count;
	} named;
};

static const struct json_member point_members[] = {
	JSON_STRING(struct point, label),
	JSON_NUMBER(struct point, x),
};
static const struct json_table point_type = JSON_TYPE(struct point, point_members);

static const struct json_member named_members[] = {JSON_NUMBER(struct named, size)};
static const struct json_table named_type = JSON_TYPE(struct named, named_members);

static const struct json_member sample_members[] = {
	JSON_STRING_AS(struct sample, string, "text"),
	JSON_NUMBER(struct sample, number),
	JSON_COUNT(struct sample, counted),
	JSON_REAL(struct sample, real),
	JSON_BOOLEAN(struct sample, boolean),
	JSON_WORD(struct sample, word, colours),
	JSON_STRINGS(struct sample, strings),
	JSON_PAIRS(struct sample, pairs),
	JSON_INLINE(struct sample, inner, &point_type),
	JSON_OBJECT(struct sample, object, &point_type),
	JSON_ARRAY(struct sample, array, &point_type),
	JSON_NAMED(struct sample, named, &named_type),
};
static const struct json_table sample_type = JSON_TYPE(struct sample, sample_members);

static void sample_free(struct sample *sample)
{
	json_free(&sample_type, sample);
}
#define cleanup_sample __attribute__((cleanup(sample_free)))

static void fill(struct sample *sample)
{
	static const char *const names[] = {"first", "second"};

	sample->string = text("a \"b\"/c\td");
	sample->number = 4294967295;
	sample->counted = 2;
	sample->real = 2.5;
	sample->boolean = true;
	sample->word = BLUE;
	list_add(&sample->strings, "one");
	list_add(&sample->strings, "");
	pairs_set(&sample->pairs, "flags", "0x7");
	pairs_set(&sample->pairs, "empty", "");
	sample->inner = (struct point){text("inner"), 3};
	sample->object = (struct point){text("object"), 4};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		*array_add(&sample->array) = (struct point){text("%s", names[i]), 5};
		*array_add(&sample->named) = (struct named){text("%s", names[i]), 6};
	}
}

static const char filled[] =
	"{\"text\":\"a \\\"b\\\"/c\\td\",\"number\":4294967295,\"counted\":2,\"real\":2.5,"
	"\"boolean\":true,\"word\":\"blue\",\"strings\":[\"one\",\"\"],"
	"\"pairs\":{\"flags\":\"0x7\",\"empty\":\"\"},\"label\":\"inner\",\"x\":3,"
	"\"object\":{\"label\":\"object\",\"x\":4},"
	"\"array\":[{\"label\":\"first\",\"x\":5},{\"label\":\"second\",\"x\":5}],"
	"\"named\":{\"first\":{\"size\":6},\"second\":{\"size\":6}}}";

/* Empty members are omitted unless they are always written. */
static const char empty[] = "{\"counted\":0,\"real\":0.0,\"boolean\":false,\"word\":\"red\","
			    "\"object\":{},\"array\":[],\"named\":{}}";

TEST every_kind_is_written(void)
{
	cleanup_sample struct sample sample = {0};
	cleanup_free char *json = NULL;

	fill(&sample);
	json = json_write(&sample_type, &sample, false);
	ASSERT_STR_EQ(filled, json);
	PASS();
}

TEST every_kind_is_read(void)
{
	cleanup_sample struct sample sample = {0};

	ASSERT_EQ(0, json_read(&sample_type, filled, &sample, NULL));
	ASSERT_STR_EQ("a \"b\"/c\td", sample.string);
	ASSERT_EQ(4294967295, sample.number);
	ASSERT_EQ(2, sample.counted);
	ASSERT_EQ(2.5, sample.real);
	ASSERT(sample.boolean);
	ASSERT_EQ(BLUE, sample.word);
	ASSERT_EQ(2, sample.strings.count);
	ASSERT_STR_EQ("", sample.strings.items[1]);
	ASSERT_STR_EQ("0x7", pairs_get(&sample.pairs, "flags"));
	ASSERT_STR_EQ("inner", sample.inner.label);
	ASSERT_EQ(4, sample.object.x);
	ASSERT_EQ(2, sample.array.count);
	ASSERT_STR_EQ("second", sample.array.items[1].label);
	ASSERT_EQ(2, sample.named.count);
	ASSERT_STR_EQ("second", sample.named.items[1].name);
	ASSERT_EQ(6, sample.named.items[1].size);
	PASS();
}

/* TEXT is written as it was read, indented or not. */
TEST it_survives_a_round_trip(const char *text, bool pretty)
{
	cleanup_sample struct sample sample = {0};
	cleanup_sample struct sample again = {0};
	cleanup_free char *written = NULL;
	cleanup_free char *last = NULL;

	ASSERT_EQ(0, json_read(&sample_type, text, &sample, NULL));
	written = json_write(&sample_type, &sample, pretty);
	ASSERT_EQ(pretty, strchr(written, '\n') != NULL);
	ASSERT_EQ(0, json_read(&sample_type, written, &again, NULL));
	last = json_write(&sample_type, &again, false);
	ASSERT_STR_EQ(text, last);
	PASS();
}

TEST absent_members_are_zero(void)
{
	const struct sample zero = {0};
	cleanup_sample struct sample sample = {0};
	cleanup_free char *json = NULL;

	ASSERT_EQ(0, json_read(&sample_type, "{}", &sample, NULL));
	ASSERT_MEM_EQ(&zero, &sample, sizeof(zero));
	json = json_write(&sample_type, &sample, false);
	ASSERT_STR_EQ(empty, json);
	PASS();
}

TEST unknown_keys_are_ignored(void)
{
	cleanup_sample struct sample sample = {0};

	ASSERT_EQ(0,
		  json_read(&sample_type,
			    "{\"string\": {\"text\": 1}, \"number\": 7, \"object\": {\"y\": []}}",
			    &sample, NULL));
	ASSERT_EQ(NULL, sample.string);
	ASSERT_EQ(7, sample.number);
	PASS();
}

TEST a_key_that_is_there_twice_counts_once(void)
{
	cleanup_sample struct sample sample = {0};

	ASSERT_EQ(0,
		  json_read(&sample_type,
			    "{\"text\": \"a\", \"text\": \"b\", \"named\": {\"x\": {}, \"x\": {}}}",
			    &sample, NULL));
	ASSERT_STR_EQ("b", sample.string);
	ASSERT_EQ(1, sample.named.count);
	PASS();
}

struct bad {
	const char *text;
	const char *key;
};

static const struct bad bads[] = {
	{"{\"text\": 1}", "\"text\""},
	{"{\"text\": null}", "\"text\""},
	{"{\"text\": [\"a\"]}", "\"text\""},
	{"{\"number\": \"1\"}", "\"number\""},
	{"{\"number\": -1}", "\"number\""},
	{"{\"number\": 1.5}", "\"number\""},
	{"{\"number\": 4294967296}", "\"number\""},
	{"{\"counted\": true}", "\"counted\""},
	{"{\"real\": \"1.5\"}", "\"real\""},
	{"{\"boolean\": 1}", "\"boolean\""},
	{"{\"word\": \"Red\"}", "\"word\""},
	{"{\"word\": 1}", "\"word\""},
	{"{\"word\": null}", "\"word\""},
	{"{\"strings\": \"one\"}", "\"strings\""},
	{"{\"strings\": {}}", "\"strings\""},
	{"{\"pairs\": []}", "\"pairs\""},
	{"{\"x\": \"3\"}", "\"x\""},
	{"{\"object\": []}", "\"object\""},
	{"{\"object\": {\"label\": 1}}", "\"label\""},
	{"{\"array\": {}}", "\"array\""},
	{"{\"array\": [{\"label\": \"a\"}, 1]}", "\"array\""},
	{"{\"array\": [{\"label\": \"a\"}, {\"x\": []}]}", "\"x\""},
	{"{\"named\": []}", "\"named\""},
	{"{\"named\": {\"a\": {\"size\": 1}, \"b\": 1, \"c\": {}}}", "\"named\""},
	{"{\"named\": {\"a\": {\"size\": \"1\"}}}", "\"size\""},
	{"[]", "not an object"},
	{"1", "not an object"},
	{"{\"text\": ", "not JSON"},
	{"", "not JSON"},
};

TEST a_wrong_type_is_named(const struct bad *bad)
{
	cleanup_sample struct sample sample = {0};
	cleanup_sample struct sample silent = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQm(bad->text, -EINVAL, json_read(&sample_type, bad->text, &sample, &why));
	ASSERTm(bad->text, strstr(why.data, bad->key));
	ASSERT_EQ(-EINVAL, json_read(&sample_type, bad->text, &silent, NULL));
	PASS();
}

TEST a_copy_shares_nothing(void)
{
	struct sample sample = {0};
	cleanup_sample struct sample copy = {0};
	cleanup_free char *json = NULL;

	fill(&sample);
	json_copy(&sample_type, &copy, &sample);
	sample_free(&sample);
	json = json_write(&sample_type, &copy, false);
	ASSERT_STR_EQ(filled, json);
	PASS();
}

TEST freed_struct_is_zero(void)
{
	const struct sample zero = {0};
	struct sample sample = {0};

	fill(&sample);
	sample_free(&sample);
	ASSERT_MEM_EQ(&zero, &sample, sizeof(zero));
	sample_free(&sample);
	PASS();
}

TEST a_pair_is_replaced(void)
{
	struct pairs pairs = {0};

	pairs_set(&pairs, "a", "1");
	pairs_set(&pairs, "b", "2");
	pairs_set(&pairs, "a", "3");
	ASSERT_EQ(2, pairs.count);
	ASSERT_STR_EQ("a", pairs.items[0].name);
	ASSERT_STR_EQ("3", pairs_get(&pairs, "a"));
	ASSERT_EQ(NULL, pairs_get(&pairs, "c"));
	pairs_free(&pairs);
	ASSERT_EQ(0, pairs.count);
	ASSERT_EQ(NULL, pairs_get(&pairs, "a"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(every_kind_is_written);
	RUN_TEST(every_kind_is_read);
	RUN_TESTp(it_survives_a_round_trip, filled, false);
	RUN_TESTp(it_survives_a_round_trip, filled, true);
	RUN_TESTp(it_survives_a_round_trip, empty, false);
	RUN_TESTp(it_survives_a_round_trip, empty, true);
	RUN_TEST(absent_members_are_zero);
	RUN_TEST(unknown_keys_are_ignored);
	RUN_TEST(a_key_that_is_there_twice_counts_once);
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++)
		RUN_TEST1(a_wrong_type_is_named, &bads[i]);
	RUN_TEST(a_copy_shares_nothing);
	RUN_TEST(freed_struct_is_zero);
	RUN_TEST(a_pair_is_replaced);
	GREATEST_MAIN_END();
}
