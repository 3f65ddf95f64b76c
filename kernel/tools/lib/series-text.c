// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

/* Maximum length of a line; longer lines are not source text. */
#define LINE_LIMIT (256 * 1024)

struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

bool span_line(struct span *rest, struct span *line)
{
	const char *end;

	*line = (struct span){rest->at, 0};
	if (!rest->len)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	line->len = end ? (size_t)(end - rest->at) : rest->len;
	*rest = span_skip(*rest, line->len + 1);
	return true;
}

struct span span_peek(struct span rest)
{
	struct span line;

	span_line(&rest, &line);
	return line;
}

bool span_starts(struct span span, const char *prefix)
{
	size_t len = strlen(prefix);

	return span.len >= len && !memcmp(span.at, prefix, len);
}

bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && span_starts(span, text);
}

bool span_blank(struct span span)
{
	return !span_trim(span).len;
}

struct span span_skip(struct span span, size_t len)
{
	if (!span.len)
		return span;
	if (len > span.len)
		len = span.len;
	return (struct span){span.at + len, span.len - len};
}

struct span span_trim(struct span span)
{
	while (span.len && isspace((unsigned char)span.at[0]))
		span = span_skip(span, 1);
	while (span.len && isspace((unsigned char)span.at[span.len - 1]))
		span.len--;
	return span;
}

struct span span_before(struct span span, const char *at)
{
	return (struct span){span.at, (size_t)(at - span.at)};
}

char *span_copy(struct span span)
{
	struct buf copy = BUF_INIT;

	buf_add(&copy, span.at, span.len);
	return buf_steal(&copy);
}

void buf_line(struct buf *buf, struct span line)
{
	buf_add(buf, line.at, line.len);
	buf_add(buf, "\n", 1);
}

int series_error(struct buf *why, const char *format, ...)
{
	va_list args;

	buf_free(why);
	va_start(args, format);
	buf_vprintf(why, format, args);
	va_end(args);
	return -EINVAL;
}

int text_check(struct span text, struct buf *why)
{
	struct span line;
	size_t number = 0;

	if (span_starts(text, "\x1f\x8b") ||
	    span_starts(text, "\xfd"
			      "7zXZ") ||
	    span_starts(text, "\x28\xb5\x2f\xfd"))
		return series_error(why, "is compressed: unpack it first");
	while (span_line(&text, &line)) {
		number++;
		if (line.len && memchr(line.at, '\0', line.len))
			return series_error(why, "line %zu holds a NUL byte: expected plain text",
					    number);
		if (line.len > LINE_LIMIT)
			return series_error(why,
					    "line %zu is longer than %d KiB: expected plain text",
					    number, LINE_LIMIT / 1024);
	}
	return 0;
}

/* Returns true if every line ends in CR LF; the last one may have no line end. */
static bool all_crlf(struct span text)
{
	struct span line;

	while (span_line(&text, &line)) {
		if (text.len && (!line.len || line.at[line.len - 1] != '\r'))
			return false;
	}
	return true;
}

void text_unix(struct buf *buf)
{
	struct span rest = {buf->data, buf->len};
	struct buf out = BUF_INIT;
	struct span line;

	if (!buf->len || !memchr(buf->data, '\r', buf->len) || !all_crlf(rest))
		return;
	while (span_line(&rest, &line)) {
		if (line.len && line.at[line.len - 1] == '\r')
			line.len--;
		buf_line(&out, line);
	}
	buf_free(buf);
	*buf = out;
}
