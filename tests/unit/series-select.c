// SPDX-License-Identifier: GPL-2.0-only
/*
 */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

/* A subject after "-" has no diff, one after "~" a truncated hunk, any other a unique diff. */
static void add(struct series *series, const char *sent)
{
	cleanup_mail struct mail mail = {0};

	if (*sent == '-')
		mail.body = text("%s", "");
	else if (*sent == '~')
		mail.body = text("%s", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n");
	else
		mail.body = text("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+%s\n", sent);
	mail.subject = strdup(sent + (strchr("-~", *sent) != NULL));
	series_add(series, &mail, "", false);
}

struct choice {
	enum series_order order;
	const char *outcome; /* the subjects, or the error */
	const char *sent[8];
};

static const struct choice choices[] = {
	{ORDER_NUMBER,
	 "[PATCH v3 1/2] a;[PATCH v3 2/2] b;",
	 {"[PATCH v2 1/1] a", "-[PATCH v3 0/2] c", "[PATCH v3 2/2] b", "[PATCH v3 1/2] a"}},
	{ORDER_NUMBER, "[PATCH 1/1] a;", {"[RFC v4 1/1] a", "[PATCH 1/1] a"}},
	{ORDER_NUMBER, "[PATCH 1/1] a;", {"talk", "[PATCH 1/1] a", "Re: [PATCH v2 1/1] a"}},
	{ORDER_NUMBER, "[PATCH v2 1/1] a;", {"~[PATCH v1 1/1] a", "[PATCH v2 1/1] a"}},
	{ORDER_NUMBER, "[PATCH 1/1] a;", {"[PATCH 1/1] a", "-[PATCH v2] what about this?"}},
	/* resends */
	{ORDER_NUMBER, "[PATCH RESEND 1/1] a;", {"[PATCH 1/1] a", "[PATCH RESEND 1/1] a"}},
	{ORDER_NUMBER, "[PATCH 1/1] a;", {"[PATCH 1/1] a", "[PATCH 1/1] a"}},
	{ORDER_NUMBER, "[PATCH 1/1]  a;", {"~[PATCH 1/1] a", "[PATCH 1/1]  a"}},
	{ORDER_NUMBER,
	 "holds \"[PATCH 1/1]  a\" twice, with different diffs: leave one of them in it",
	 {"[PATCH 1/1] a", "[PATCH 1/1]  a"}},
	/* missing patches */
	{ORDER_NUMBER,
	 "lacks patch 1 of 2 of \"[PATCH 0/2] c\"",
	 {"-[PATCH 0/2] c", "[PATCH 2/2] b"}},
	{ORDER_NUMBER,
	 "lacks patches 1, 3 of 3 of \"[PATCH v2 2/3] b\"",
	 {"[PATCH 1/3] a", "[PATCH v2 2/3] b", "[PATCH 3/3] c"}},
	{ORDER_NUMBER,
	 "lacks patches 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 9986 more of 9999 of \"[PATCH "
	 "9999/9999] "
	 "a\"",
	 {"[PATCH 9999/9999] a"}},
	{ORDER_NUMBER,
	 "holds \"[PATCH 3/2] a\", whose number is beyond the series' end",
	 {"[PATCH 3/2] a"}},
	{ORDER_NUMBER, "\"[PATCH 1/1] a\": it has no diff", {"-[PATCH 1/1] a"}},
	{ORDER_NUMBER, "holds no patch", {"-[PATCH 0/1] a", "Re: [PATCH 1/1] a"}},
	{ORDER_NUMBER, "holds no patch", {"-hello"}},
	/* two series at once */
	{ORDER_NUMBER,
	 "holds two different series of the same version: \"[PATCH 0/1] A\" and \"[PATCH 0/1] B\": "
	 "leave one of them in it",
	 {"-[PATCH 0/1] A", "[PATCH 1/1] a", "-[PATCH 0/1] B", "[PATCH 1/1] b"}},
	{ORDER_NUMBER,
	 "holds two different series of the same version: \"[PATCH 1/2] a\" and \"[PATCH 1/1] b\": "
	 "leave one of them in it",
	 {"[PATCH 1/2] a", "[PATCH 2/2] a", "[PATCH 1/1] b"}},
	{ORDER_NUMBER,
	 "holds two different series of the same version: \"[PATCH 1/1] a\" and \"[PATCH] b\": "
	 "leave one of them in it",
	 {"[PATCH 1/1] a", "[PATCH] b"}},
	/* no numbers */
	{ORDER_NUMBER, "[PATCH] b;[PATCH] a;", {"[PATCH] b", "[PATCH] a"}},
	{ORDER_NUMBER, "b: x;a: y;", {"b: x", "a: y", "Re: a: y"}},
	{ORDER_NUMBER,
	 "[PATCH] b;[PATCH] a;",
	 {"[PATCH] b", "[PATCH] a", "[PATCH] b", "[PATCH] a"}},
	{ORDER_THREAD, "[PATCH v2] a;", {"[PATCH] a", "[PATCH v2] a", "[PATCH v2] a"}},
	{ORDER_THREAD,
	 "holds two different series of the same version: \"[PATCH] b\" and \"[PATCH] a\": "
	 "leave one of them in it",
	 {"[PATCH] b", "[PATCH] a"}},
	/* folders */
	{ORDER_NAME,
	 "[PATCH v2 1/2] a;[PATCH v2 2/2] b;",
	 {"[PATCH 1/1] a", "[PATCH v2 2/2] b", "[PATCH v2 1/2] a", "-[PATCH v2 0/2] c"}},
	{ORDER_NAME, "[PATCH 2/2] b;[PATCH 1/7] x;", {"[PATCH 2/2] b", "[PATCH 1/7] x"}},
	{ORDER_NAME, "[PATCH 2/2] b;x;", {"[PATCH 2/2] b", "x"}},
	{ORDER_GIVEN,
	 "[PATCH 2/2] b;[PATCH 1/2] a;",
	 {"-[PATCH 0/2] c", "[PATCH 2/2] b", "[PATCH 1/2] a"}},
	{ORDER_GIVEN, "\"x\": it has no diff", {"-x"}},
};

TEST the_series_is_found(const struct choice *choice)
{
	cleanup_series struct series series = SERIES_INIT;
	cleanup_buf struct buf why = BUF_INIT, got = BUF_INIT;

	for (const char *const *sent = choice->sent; *sent; sent++)
		add(&series, *sent);
	if (series_select(&series, choice->order, &why))
		buf_puts(&got, why.data);
	for (size_t i = 0; !why.len && i < series.count; i++)
		buf_printf(&got, "%s;", series.patches[i].subject);
	ASSERT_STR_EQ(choice->outcome, got.data);
	PASS();
}

TEST too_many_are_refused(void)
{
	cleanup_series struct series series = SERIES_INIT;
	cleanup_buf struct buf why = BUF_INIT;

	for (int i = 0; i < 10000; i++)
		add(&series, "~[PATCH] a");
	ASSERT(series_select(&series, ORDER_NUMBER, &why));
	ASSERT_STR_EQ("holds 10000 patches: a series has at most 9999", why.data);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		RUN_TEST1(the_series_is_found, &choices[i]);
	RUN_TEST(too_many_are_refused);
	GREATEST_MAIN_END();
}
