// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-mime.h"

#include "kernel/tools/lib/series-codec.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Maximum nesting of parts. No legitimate mail comes near it. */
#define DEPTH_LIMIT 8

bool header_line(struct span line)
{
	size_t i = 0;

	while (i < line.len && (isalnum((unsigned char)line.at[i]) || strchr("-_", line.at[i])))
		i++;
	return i && i < line.len && line.at[i] == ':' && !span_starts(line, "Index:");
}

struct span header_take(struct span *text)
{
	struct span head = {text->at, 0}, rest = *text, line;

	while (span_line(&rest, &line)) {
		bool folded = head.len && line.len && (*line.at == ' ' || *line.at == '\t');

		if (!folded && !header_line(line)) {
			if (!line.len)
				*text = rest;
			return head;
		}
		head.len = (size_t)(rest.at - head.at);
		*text = rest;
	}
	return head;
}

/* Takes lines off HEAD up to that of NAME, and stores its value in VALUE. */
static bool find(struct span *head, const char *name, struct span *value)
{
	size_t len = strlen(name);
	struct span line;

	while (span_line(head, &line)) {
		if (line.len <= len || line.at[len] != ':' || strncasecmp(line.at, name, len))
			continue;
		*value = span_trim(span_skip(line, len + 1));
		return true;
	}
	return false;
}

char *header_first_line(struct span head, const char *name)
{
	struct span value;

	return find(&head, name, &value) ? span_copy(value) : NULL;
}

char *header_get(struct span head, const char *name)
{
	struct buf whole = BUF_INIT;
	struct span value;

	if (!find(&head, name, &value))
		return NULL;
	buf_add(&whole, value.at, value.len);
	while (head.len && (*head.at == ' ' || *head.at == '\t')) {
		span_line(&head, &value);
		value = span_trim(value);
		buf_puts(&whole, " ");
		buf_add(&whole, value.at, value.len);
	}
	return buf_steal(&whole);
}

/*
 * Returns the parameter NAME ("charset") of a Content-Type, or NULL if it is missing. The caller
 * frees it.
 */
static char *parameter(const char *type, const char *name)
{
	size_t len = strlen(name);

	while ((type = strchr(type, ';'))) {
		type += 1 + strspn(type + 1, " \t");
		if (strncasecmp(type, name, len) || type[len] != '=')
			continue;
		type += len + 1;
		if (*type == '"')
			return strndup(type + 1, strcspn(type + 1, "\""));
		return strndup(type, strcspn(type, "; \t"));
	}
	return NULL;
}

static bool says(const char *value, const char *word)
{
	return value && !strcasecmp(value, word);
}

static void transfer_decode(const char *encoding, struct span body, struct buf *out)
{
	if (says(encoding, "base64"))
		base64_decode(body, out);
	else if (says(encoding, "quoted-printable"))
		quoted_printable_decode(body, out);
	else
		buf_add(out, body.at, body.len);
}

/* Appends a text part. */
static void plain_text(const char *type, const char *encoding, struct span body, struct buf *out)
{
	cleanup_free char *charset = parameter(type, "charset");
	cleanup_free char *format = parameter(type, "format");
	cleanup_free char *delsp = parameter(type, "delsp");
	cleanup_buf struct buf bytes = BUF_INIT, lines = BUF_INIT;

	transfer_decode(encoding, body, &bytes);
	text_unix(&bytes);
	if (says(format, "flowed"))
		flowed_decode((struct span){bytes.data, bytes.len}, says(delsp, "yes"), &lines);
	else
		buf_add(&lines, bytes.data, bytes.len);
	if (lines.len)
		charset_decode(charset, (struct span){lines.data, lines.len}, out);
	if (out->len && out->data[out->len - 1] != '\n')
		buf_puts(out, "\n");
}

static void part_text(struct span head, struct span body, unsigned depth, struct buf *out);

/* Returns true if LINE is "--BOUNDARY", or "--BOUNDARY--" for the last one (stored in LAST). */
static bool boundary_line(struct span line, const char *boundary, bool *last)
{
	if (!span_starts(line, "--") || !span_starts(span_skip(line, 2), boundary))
		return false;
	line = span_trim(span_skip(line, 2 + strlen(boundary)));
	*last = span_is(line, "--");
	return *last || !line.len;
}

/*
 * Takes lines off REST into PART up to a boundary, which is removed, too. Sets LAST if it was the
 * last one.
 */
static void part_next(struct span *rest, const char *boundary, struct span *part, bool *last)
{
	struct span line;

	*part = (struct span){rest->at, 0};
	while (span_line(rest, &line)) {
		if (boundary_line(line, boundary, last))
			return;
		part->len = (size_t)(rest->at - part->at);
	}
	*last = true;
}

static void multipart_text(const char *boundary, struct span body, unsigned depth, struct buf *out)
{
	struct span part;
	bool last;

	part_next(&body, boundary, &part, &last); /* skip the preamble */
	while (!last) {
		struct span head;

		part_next(&body, boundary, &part, &last);
		head = header_take(&part);
		part_text(head, part, depth + 1, out);
	}
}

static void part_text(struct span head, struct span body, unsigned depth, struct buf *out)
{
	cleanup_free char *given = header_get(head, "Content-Type");
	cleanup_free char *encoding = header_get(head, "Content-Transfer-Encoding");
	cleanup_free char *boundary = given ? parameter(given, "boundary") : NULL;
	const char *type = given ? given : "text/plain";

	if (!strncasecmp(type, "multipart/", 10)) {
		if (boundary && *boundary && depth < DEPTH_LIMIT)
			multipart_text(boundary, body, depth, out);
	} else if (!strncasecmp(type, "text/", 5) && strncasecmp(type, "text/html", 9)) {
		plain_text(type, encoding, body, out);
	}
}

void mime_text(struct span head, struct span body, struct buf *out)
{
	part_text(head, body, 0, out);
}
