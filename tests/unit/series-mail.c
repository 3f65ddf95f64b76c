// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-mail.h"

#include "kernel/tools/lib/series-codec.h"
#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

static const struct {
	const char *value, *text;
} headers[] = {
	{"plain", "plain"},
	{"=?UTF-8?q?J=C3=B6rg=20D=5F_?= <j@x>", "J\xc3\xb6rg D_  <j@x>"},
	{"=?iso-8859-1?Q?gr=FC=DFe?=  =?utf-8?B?IMO8?= x", "gr\xc3\xbc\xc3\x9f"
							   "e \xc3\xbc x"},
	{"=?utf-8*en?B?w7w=?=", "\xc3\xbc"},
	{"a =?utf-8?B?AAoN?= b", "a     b"},
	{"=?no-such-charset?Q?abc?=", "abc"},
	{"=?utf-8?Q?open", "=?utf-8?Q?open"},
	{"=?utf-8?X?a?=", "=?utf-8?X?a?="},
	{"=?", "=?"},
	{"=?a?", "=?a?"},
	{"trailing =", "trailing ="},
	{"", ""},
};

TEST headers_are_decoded(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		cleanup_free char *text = header_decode(headers[i].value);

		ASSERT_STR_EQm(headers[i].value, headers[i].text, text);
	}
	PASS();
}

static const struct {
	const char *mail, *body;
} bodies[] = {
	{"Subject: s\n\nbody\n", "body\n"},
	{"Subject: s\nbody begins without an empty line\n", "body begins without an empty line\n"},
	{"Subject: s\nContent-Transfer-Encoding: quoted-printable\n\na=\nb=3D=C3=BC=\n= =2\n",
	 "ab=\xc3\xbc= =2\n"},
	{"Subject: s\nContent-Transfer-Encoding: BASE64\n\nYQ0K\nYg0K\n", "a\nb\n"},
	{"Subject: s\nContent-Transfer-Encoding: base64\n\nYQo=\nYgo=\n*", "a\nb\n"},
	{"Subject: s\nContent-Type: text/plain;\n\tcharset=\"iso-8859-1\"\n\n\xfc\n", "\xc3\xbc\n"},
	{"Subject: s\nContent-Type: text/plain; format=flowed\n\n  a b \nc\n-- \nx\n",
	 " a b c\n-- \nx\n"},
	{"Subject: s\nContent-Type: text/plain; format=flowed; delsp=yes\n\na b \nc\n", "a bc\n"},
	{"Subject: s\nContent-Type: text/html\n\n<p>\n", ""},
	{"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\n"
	 "Content-Type: multipart/alternative; boundary=\"b c\"\n\n--b c\nContent-Type: "
	 "text/html\n\n<p>\n"
	 "--b c\nContent-Type: text/x-patch\n\ntwo\n--b c--\n--b--\nepilogue\n",
	 "one\ntwo\n"},
	{"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nends at once",
	 "ends at once\n"},
	{"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b", ""},
	{"Subject: s\nContent-Type: multipart/mixed\n\n--b\n", ""},
};

TEST bodies_are_decoded(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		cleanup_mail struct mail mail = {0};
		cleanup_buf struct buf why = BUF_INIT;

		ASSERT_EQ(0, mail_parse(span_of(bodies[i].mail), &mail, &why));
		ASSERT_STR_EQm(bodies[i].mail, bodies[i].body, mail.body);
		ASSERT_STR_EQ("s", mail.subject);
	}
	PASS();
}

/* Deeply nested parts. */
TEST nesting_depth_is_limited(void)
{
	cleanup_mail struct mail mail = {0};
	cleanup_buf struct buf deep = BUF_INIT, why = BUF_INIT;

	buf_puts(&deep, "Subject: s\n");
	for (int i = 0; i < 2000; i++)
		buf_printf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	ASSERT_EQ(0, mail_parse(span_of(deep.data), &mail, &why));
	PASS();
}

TEST the_inner_author_wins(void)
{
	static const char text[] = "From: Sender <s@x>\nSubject: [PATCH 1/2] a\n b\nDate: now\n\n"
				   "\nFrom: Author <a@x>\nSubject: b\n\nbody\n\nFrom: not\n";
	cleanup_mail struct mail mail = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, mail_parse(span_of(text), &mail, &why));
	ASSERT_STR_EQ("Author <a@x>", mail.from);
	ASSERT_STR_EQ("[PATCH 1/2] a b", mail.subject);
	ASSERT_STR_EQ("now", mail.date);
	ASSERT_STR_EQ("body\n\nFrom: not\n", mail.body);
	PASS();
}

TEST a_nul_in_base64_is_refused(void)
{
	cleanup_mail struct mail mail = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT(mail_parse(span_of("Subject: s\nContent-Transfer-Encoding: base64\n\nAAAA\n"), &mail,
			  &why));
	ASSERT_STR_EQ("line 1 holds a NUL byte: expected plain text", why.data);
	PASS();
}

TEST mailboxes_come_apart(void)
{
	static const char box[] =
		"From a@x Thu Jan  1 00:00:00 1970\nSubject: one\n\n>From here\n>>From\n"
		"From now on at 12:34:56 2020\nit is prose\n"
		"From b@x Thu Jan  1 00:00:00 1970\nSubject: two\n\nb\n";
	struct span rest = span_of(box), mail;
	cleanup_buf struct buf plain = BUF_INIT;

	ASSERT(mbox_is(rest));
	ASSERT(mbox_next(&rest, &mail));
	mbox_unquote(mail, &plain);
	ASSERT_STR_EQ(
		"Subject: one\n\nFrom here\n>>From\nFrom now on at 12:34:56 2020\nit is prose\n",
		plain.data);
	ASSERT(mbox_next(&rest, &mail));
	ASSERT(span_is(mail, "Subject: two\n\nb\n"));
	ASSERT_FALSE(mbox_next(&rest, &mail));
	buf_free(&plain);
	mbox_quote(span_of("From here\nFrom b@x Thu Jan  1 00:00:00 1970\nend"), &plain);
	ASSERT_STR_EQ("From here\n>From b@x Thu Jan  1 00:00:00 1970\nend\n", plain.data);
	PASS();
}

TEST mails_are_told_from_diffs(void)
{
	ASSERT(mail_is(span_of("From: x\nSubject: y\n\n")));
	ASSERT(mail_is(span_of("Description: y\nAuthor: x\n--- a/f\n+++ b/f\n")));
	ASSERT_FALSE(mail_is(span_of("Index: f\n===\n--- a/f\n")));
	ASSERT_FALSE(mail_is(span_of("Note: this is prose\n\nFrom: x\n")));
	ASSERT_FALSE(mail_is(span_of("diff --git a/f b/f\n")));
	ASSERT_FALSE(mail_is(span_of("")));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(headers_are_decoded);
	RUN_TEST(bodies_are_decoded);
	RUN_TEST(nesting_depth_is_limited);
	RUN_TEST(the_inner_author_wins);
	RUN_TEST(a_nul_in_base64_is_refused);
	RUN_TEST(mailboxes_come_apart);
	RUN_TEST(mails_are_told_from_diffs);
	GREATEST_MAIN_END();
}
