// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread's page in a public-inbox archive ("all messages of the thread, flat"), saved as text:
 *
 *	* [PATCH 01/12] subject
 *	  2021-07-21 16:15 lines of the thread's tree ...
 *	@ 2021-07-21 16:15 ` Name
 *	  0 siblings, 0 replies; 55+ messages in thread
 *	From: Name @ 2021-07-21 16:15 UTC (permalink / raw)
 *	  To: ...
 *
 *	body
 *	^ permalink raw reply	[flat|nested] 55+ messages in thread
 */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"

#include <string.h>
#include <time.h>

/* Matches WORD also within numbered links, as saved by browsers: "([1]permalink / [2]raw)". */
static bool mentions(struct span line, const char *word)
{
	return line.len && memmem(line.at, line.len, word, strlen(word));
}

/* Parses "From: NAME @ 2021-07-21 16:15 UTC (permalink / raw)" into NAME and DATE. */
static bool sender_line(struct span line, struct span *name, struct tm *date)
{
	static const char form[] = " @ 2021-07-21 16:15 UTC";
	cleanup_free char *copy = NULL;
	const char *at;

	if (!span_starts(line, "From: ") || !mentions(line, "permalink"))
		return false;
	*name = span_skip(line, strlen("From: "));
	at = memmem(name->at, name->len, " @ ", 3);
	if (!at)
		return false;
	copy = span_copy(span_skip(*name, (size_t)(at - name->at)));
	*name = span_before(*name, at);
	*date = (struct tm){0};
	if (strlen(copy) < strlen(form))
		return false;
	return strptime(copy, " @ %Y-%m-%d %H:%M UTC", date);
}

static bool last_line(struct span line)
{
	return span_starts(line, "^ ") && mentions(line, "permalink");
}

bool thread_is(struct span text)
{
	struct span line, name;
	struct tm date;

	while (span_line(&text, &line)) {
		if (sender_line(line, &name, &date))
			return true;
	}
	return false;
}

/*
 * Returns NAME with the address from a tag in BODY ("Signed-off-by: NAME <address>"), because the
 * page has no addresses.
 */
static char *with_address(struct span name, struct span body)
{
	cleanup_free char *mark = text("-by: %.*s <", (int)name.len, name.at);
	struct span line;

	while (span_line(&body, &line)) {
		const char *at = line.len ? memmem(line.at, line.len, mark, strlen(mark)) : NULL;
		const char *end = at ? memchr(at, '>', (size_t)(line.at + line.len - at)) : NULL;

		if (end)
			return span_copy(
				span_before(span_skip(line, (size_t)(at + 5 - line.at)), end + 1));
	}
	return span_copy(name);
}

/* Returns the date in mail format. */
static char *mail_date(const struct tm *date)
{
	struct tm utc = *date;
	char line[64];

	timegm(&utc); /* computes the day of the week */
	strftime(line, sizeof(line), "%a, %d %b %Y %H:%M:00 +0000", &utc);
	return strdup(line);
}

/*
 * Returns the body: without the recipients up to the empty line, and without the page's last line
 * and what follows it.
 */
static struct span message_body(struct span rest)
{
	struct span body, line;

	while (span_line(&rest, &line) && line.len)
		;
	body = (struct span){rest.at, 0};
	while (span_line(&rest, &line)) {
		if (last_line(line))
			return span_before(body, line.at);
		body.len = (size_t)(rest.at - body.at);
	}
	return body;
}

/* Adds one message. REST begins after its sender line and ends before the next sender line. */
static void add_message(struct series *series, struct span subject, struct span name,
			const struct tm *date, struct span rest)
{
	struct span body = message_body(rest);
	cleanup_mail struct mail mail = {0};
	struct tag tag;

	mail.subject = span_copy(span_trim(subject));
	tag_parse(mail.subject, &tag);
	if (tag.reply || !*mail.subject)
		return;
	mail.from = with_address(name, body);
	mail.date = mail_date(date);
	mail.body = span_copy(body);
	mail_inner_headers(&mail);
	series_add(series, &mail, "", false);
}

/* The text between two sender lines: the rest of one message, and the subject of the next. */
struct section {
	struct span text;
	struct span subject; /* of the following message */
	struct span name;
	struct tm date;
};

/*
 * Takes lines off PAGE up to and including the next sender line. Returns false at the end, with the
 * remaining lines in the text.
 */
static bool section_next(struct span *page, struct section *section)
{
	struct span line;

	*section = (struct section){.text = {page->at, 0}};
	while (span_line(page, &line)) {
		if (span_starts(line, "* "))
			section->subject = span_skip(line, 2);
		if (sender_line(line, &section->name, &section->date))
			return true;
		section->text.len = (size_t)(page->at - section->text.at);
	}
	return false;
}

void series_add_thread(struct series *series, struct span page)
{
	struct section before, here;
	bool more = section_next(&page, &before);

	while (more) {
		more = section_next(&page, &here);
		add_message(series, before.subject, before.name, &before.date, here.text);
		before = here;
	}
}
