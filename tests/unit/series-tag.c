// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-tag.h"

#include "lab/base/cleanup.h"

#include <greatest.h>

static const struct {
	const char *subject;
	const char *title;
	bool tagged, numbered;
	unsigned version, number, total;
} subjects[] = {
	{"[PATCH 02/12] a: b", "a: b", true, true, 1, 2, 12},
	{"[PATCH net-next v3 2/7] a: b", "a: b", true, true, 3, 2, 7},
	{"[PATCHv2] a", "a", true, false, 2, 0, 0},
	{"[patch V4 1/1] a", "a", true, true, 4, 1, 1},
	{"[PATCH 1/2 v2.1] a", "a", true, true, 2, 1, 2},
	{"[list] [PATCH-v3 0/2] a", "a", true, true, 3, 0, 2},
	{"[v2,3/4] a", "a", true, true, 2, 3, 4},
	{"[PATCH][RESEND] [media] a", "[media] a", true, false, 1, 0, 0},
	{"[PATCH 1/2][v7] a", "a", true, true, 7, 1, 2},
	{"[media] a", "[media] a", false, false, 1, 0, 0},
	{"[PATCHES 1/2] a", "a", true, true, 1, 1, 2},
	{"[PATCHES] a", "[PATCHES] a", false, false, 1, 0, 0},
	{"[PATCH 1/2", "[PATCH 1/2", false, false, 1, 0, 0},
	{"[PATCH 1/99999] a", "a", true, false, 1, 0, 0},
	{"[PATCH", "[PATCH", false, false, 1, 0, 0},
	{"", "", false, false, 1, 0, 0},
	{"[]", "[]", false, false, 1, 0, 0},
};

TEST subjects_say_their_place(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		struct tag tag;

		tag_parse(subjects[i].subject, &tag);
		ASSERT_STR_EQm(subjects[i].subject, subjects[i].title, tag.title);
		ASSERT_EQm(subjects[i].subject, subjects[i].tagged, tag.tagged);
		ASSERT_EQm(subjects[i].subject, subjects[i].numbered, tag.numbered);
		ASSERT_EQm(subjects[i].subject, subjects[i].version, tag.version);
		ASSERT_EQm(subjects[i].subject, subjects[i].number, tag.number);
		ASSERT_EQm(subjects[i].subject, subjects[i].total, tag.total);
		ASSERT_FALSE(tag.reply);
	}
	PASS();
}

TEST replies_are_known(void)
{
	static const char *const replies[] = {"Re: [PATCH 1/2] a", "[list] RE: [PATCH] a",
					      "AW: Re: a", "Fwd: [PATCH] a"};
	struct tag tag;

	for (size_t i = 0; i < ARRAY_SIZE(replies); i++) {
		tag_parse(replies[i], &tag);
		ASSERTm(replies[i], tag.reply);
	}
	tag_parse("[PATCH] re: write the docs", &tag);
	ASSERT_FALSE(tag.reply);
	PASS();
}

TEST rfcs_and_resends_are_known(void)
{
	struct tag tag;

	tag_parse("[RFC/PATCH v2 1/2] a", &tag);
	ASSERT(tag.rfc && !tag.resend && tag.version == 2);
	tag_parse("[RFCv3 1/2] a", &tag);
	ASSERT(tag.rfc && tag.version == 3);
	tag_parse("[RESEND PATCH v2 1/2] a", &tag);
	ASSERT(!tag.rfc && tag.resend);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(subjects_say_their_place);
	RUN_TEST(replies_are_known);
	RUN_TEST(rfcs_and_resends_are_known);
	GREATEST_MAIN_END();
}
