// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-mail.h"

#include "kernel/tools/lib/series-codec.h"
#include "kernel/tools/lib/series-mime.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <string.h>

/*
 * Returns true for "From SENDER ... 12:34:56 2021". Prose that begins with "From " contains no time
 * of day.
 */
static bool from_line(struct span line)
{
	if (!span_starts(line, "From "))
		return false;
	for (size_t i = 5; i + 5 < line.len; i++) {
		const char *at = line.at + i;

		if (isspace((unsigned char)at[-1]) && isdigit((unsigned char)at[0]) &&
		    isdigit((unsigned char)at[1]) && at[2] == ':' &&
		    isdigit((unsigned char)at[3]) && isdigit((unsigned char)at[4]))
			return true;
	}
	return false;
}

/* Returns true if a mail begins at REST: such a line, followed by headers. */
static bool mail_begins(struct span rest)
{
	struct span line;

	return span_line(&rest, &line) && from_line(line) && header_line(span_peek(rest));
}

bool mbox_is(struct span text)
{
	return mail_begins(text);
}

bool mbox_next(struct span *rest, struct span *mail)
{
	struct span line;

	if (mail_begins(*rest))
		span_line(rest, &line);
	if (!rest->len)
		return false;
	*mail = (struct span){rest->at, 0};
	do {
		span_line(rest, &line);
		mail->len = (size_t)(rest->at - mail->at);
	} while (rest->len && !mail_begins(*rest));
	return true;
}

void mbox_unquote(struct span text, struct buf *out)
{
	struct span line;

	while (span_line(&text, &line)) {
		size_t depth = 0;

		while (depth < line.len && line.at[depth] == '>')
			depth++;
		if (depth && span_starts(span_skip(line, depth), "From "))
			line = span_skip(line, 1);
		buf_line(out, line);
	}
}

void mbox_quote(struct span text, struct buf *out)
{
	struct span line;

	while (span_line(&text, &line)) {
		if (from_line(line))
			buf_puts(out, ">");
		buf_line(out, line);
	}
}

bool mail_is(struct span text)
{
	static const char *const names[] = {"Subject", "From", "Author", "Description"};
	struct span head = header_take(&text);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_free char *value = header_get(head, names[i]);

		if (value)
			return true;
	}
	return false;
}

/* Decodes a header's value, which it frees. Returns NULL for NULL. */
static char *decoded(char *value)
{
	cleanup_free char *taken = value;

	return taken ? header_decode(taken) : NULL;
}

static void win(char **field, struct span value)
{
	free(*field);
	*field = span_copy(span_trim(value));
}

void mail_inner_headers(struct mail *mail)
{
	struct span rest = span_of(mail->body), line = span_peek(rest);
	char *body;

	while (rest.len && span_blank(line)) {
		span_line(&rest, &line);
		line = span_peek(rest);
	}
	for (;; line = span_peek(rest)) {
		if (span_starts(line, "From: "))
			win(&mail->from, span_skip(line, 6));
		else if (span_starts(line, "Date: "))
			win(&mail->date, span_skip(line, 6));
		else if (!span_starts(line,
				      "Subject: ")) /* the Subject of the mail has the number */
			break;
		span_line(&rest, &line);
	}
	if (rest.len && span_blank(line))
		span_line(&rest, &line);
	body = span_copy(rest);
	free(mail->body);
	mail->body = body;
}

int mail_parse(struct span text, struct mail *mail, struct buf *why)
{
	cleanup_buf struct buf body = BUF_INIT;
	struct span head = header_take(&text);
	int err;

	mime_text(head, text, &body);
	err = text_check((struct span){body.data, body.len}, why);
	if (err)
		return err;
	mail->subject = decoded(header_get(head, "Subject"));
	if (!mail->subject)
		mail->subject = decoded(header_first_line(head, "Description"));
	if (!mail->subject)
		mail->subject = span_copy(span_of(""));
	mail->from = decoded(header_get(head, "From"));
	if (!mail->from)
		mail->from = decoded(header_get(head, "Author"));
	mail->date = decoded(header_get(head, "Date"));
	mail->body = buf_steal(&body);
	mail_inner_headers(mail);
	return 0;
}

void mail_free(struct mail *mail)
{
	free(mail->subject);
	free(mail->from);
	free(mail->date);
	free(mail->body);
	*mail = (struct mail){0};
}
