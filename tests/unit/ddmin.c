// SPDX-License-Identifier: GPL-2.0-only
/* Tests of delta debugging, with failures that need known items. */
#include "runner/cli/ddmin.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <stdint.h>
#include <string.h>

/* Items as the bits of a number. */
struct outcome {
	uint64_t needed;    /* the failure occurs with all of these */
	uint64_t otherwise; /* or with all of these; 0: with nothing else */
	unsigned int tries;
	unsigned int ends_after; /* the search ends with an error after so many tries; 0: never */
};

static uint64_t bits_of(const bool *keep, size_t count)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= (uint64_t)keep[i] << i;
	return bits;
}

static int fails(void *context, const bool *keep, size_t count)
{
	struct outcome *outcome = context;
	uint64_t bits = bits_of(keep, count);

	if (outcome->ends_after && ++outcome->tries > outcome->ends_after)
		return -EINTR;
	if (!outcome->ends_after)
		outcome->tries++;
	if ((bits & outcome->needed) == outcome->needed)
		return 1;
	return outcome->otherwise && (bits & outcome->otherwise) == outcome->otherwise;
}

/* Returns what is left of COUNT items. */
static uint64_t reduce(struct outcome *outcome, size_t count, int *err)
{
	cleanup_free bool *keep = zalloc(count, sizeof(*keep));
	const struct ddmin search = {fails, outcome};

	memset(keep, true, count);
	*err = ddmin(&search, keep, count);
	return bits_of(keep, count);
}

TEST finds_every_single_item(void)
{
	for (size_t count = 1; count <= 64; count++) {
		for (size_t i = 0; i < count; i++) {
			struct outcome outcome = {.needed = 1ull << i};
			int err;

			ASSERT_EQ(outcome.needed, reduce(&outcome, count, &err));
			ASSERT_EQ(0, err);
		}
	}
	PASS();
}

TEST a_single_item_of_many_takes_few_tries(void)
{
	struct outcome outcome = {.needed = 1ull << 41};
	int err;

	reduce(&outcome, 64, &err);
	ASSERT(outcome.tries <= 12);
	PASS();
}

TEST finds_every_pair(void)
{
	for (size_t i = 0; i < 24; i++) {
		for (size_t k = 0; k < i; k++) {
			struct outcome outcome = {.needed = 1ull << i | 1ull << k};
			int err;

			ASSERT_EQ(outcome.needed, reduce(&outcome, 24, &err));
			ASSERT_EQ(0, err);
		}
	}
	PASS();
}

TEST finds_scattered_items(void)
{
	struct outcome outcome = {.needed = 0x8000400020001001ull};
	int err;

	ASSERT_EQ(outcome.needed, reduce(&outcome, 64, &err));
	ASSERT_EQ(0, err);
	PASS();
}

TEST all_items_may_be_needed(void)
{
	struct outcome outcome = {.needed = 0xff};
	int err;

	ASSERT_EQ(0xff, reduce(&outcome, 8, &err));
	ASSERT_EQ(0, err);
	PASS();
}

TEST of_two_causes_one_is_left(void)
{
	struct outcome outcome = {.needed = 0x101, .otherwise = 0x80000};
	int err;
	uint64_t left = reduce(&outcome, 20, &err);

	ASSERT_EQ(0, err);
	ASSERT(left == 0x101 || left == 0x80000);
	PASS();
}

TEST an_error_ends_the_search_with_a_set_that_fails(void)
{
	struct outcome outcome = {.needed = 1ull << 9, .ends_after = 3};
	int err;
	uint64_t left = reduce(&outcome, 64, &err);

	ASSERT_EQ(-EINTR, err);
	ASSERT(left & outcome.needed);
	ASSERT(left != UINT64_MAX);
	PASS();
}

TEST nothing_to_reduce_takes_no_try(void)
{
	struct outcome outcome = {0};
	int err;

	ASSERT_EQ(0, reduce(&outcome, 0, &err));
	ASSERT_EQ(1, reduce(&outcome, 1, &err));
	ASSERT_EQ(0, outcome.tries);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(finds_every_single_item);
	RUN_TEST(a_single_item_of_many_takes_few_tries);
	RUN_TEST(finds_every_pair);
	RUN_TEST(finds_scattered_items);
	RUN_TEST(all_items_may_be_needed);
	RUN_TEST(of_two_causes_one_is_left);
	RUN_TEST(an_error_ends_the_search_with_a_set_that_fails);
	RUN_TEST(nothing_to_reduce_takes_no_try);
	GREATEST_MAIN_END();
}
