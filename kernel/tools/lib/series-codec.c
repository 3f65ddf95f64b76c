// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-codec.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

void base64_decode(struct span code, struct buf *out)
{
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < code.len; i++) {
		int value = base64_value(code.at[i]);

		/* Padding ends one block of base64, but another block may follow. */
		if (code.at[i] == '=')
			have = 0;
		if (value < 0)
			continue;
		bits = bits << 6 | (unsigned)value;
		have += 6;
		if (have >= 8) {
			char byte = (char)(bits >> (have -= 8));

			buf_add(out, &byte, 1);
		}
	}
}

static int hex_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns the byte of an escape ("=3D") at AT, or -1. */
static int escaped(struct span at)
{
	int high, low;

	if (at.len < 3 || at.at[0] != '=')
		return -1;
	high = hex_value(at.at[1]);
	low = hex_value(at.at[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/*
 * Decodes one line. Returns false if it ends in a soft line break. UNDERSCORE: "_" stands for a
 * blank, as in headers.
 */
static bool quoted_line(struct span line, bool underscore, struct buf *out)
{
	while (line.len && isspace((unsigned char)line.at[line.len - 1]))
		line.len--;
	while (line.len) {
		int byte = escaped(line);
		char c = byte >= 0 ? (char)byte : *line.at;

		if (line.len == 1 && c == '=')
			return false;
		if (underscore && byte < 0 && c == '_')
			c = ' ';
		buf_add(out, &c, 1);
		line = span_skip(line, byte >= 0 ? 3 : 1);
	}
	return true;
}

void quoted_printable_decode(struct span code, struct buf *out)
{
	struct span line;

	while (span_line(&code, &line)) {
		if (quoted_line(line, false, out))
			buf_puts(out, "\n");
	}
}

static bool is_utf8(const char *charset)
{
	return !charset || !*charset || !strcasecmp(charset, "utf-8") ||
	       !strcasecmp(charset, "utf8") || !strcasecmp(charset, "us-ascii");
}

/* Converts TEXT and appends it to OUT. A byte that cannot be converted becomes "?". */
static void convert(iconv_t how, struct span text, struct buf *out)
{
	char *in = (char *)text.at, chunk[4096];
	size_t left = text.len;

	while (left) {
		char *to = chunk;
		size_t room = sizeof(chunk);
		size_t got = iconv(how, &in, &left, &to, &room);

		buf_add(out, chunk, sizeof(chunk) - room);
		if (got == (size_t)-1 && errno != E2BIG && left) {
			buf_puts(out, "?");
			in++;
			left--;
		}
	}
}

void charset_decode(const char *charset, struct span text, struct buf *out)
{
	iconv_t how = is_utf8(charset) ? (iconv_t)-1 : iconv_open("UTF-8", charset);

	if (how == (iconv_t)-1) {
		buf_add(out, text.at, text.len);
		return;
	}
	convert(how, text, out);
	iconv_close(how);
}

void flowed_decode(struct span text, bool delsp, struct buf *out)
{
	struct span line;

	while (span_line(&text, &line)) {
		bool signature = span_is(line, "-- ");

		if (!signature && line.len && *line.at == ' ')
			line = span_skip(line, 1);
		if (signature || !line.len || line.at[line.len - 1] != ' ') {
			buf_line(out, line);
			continue;
		}
		line.len -= delsp;
		buf_add(out, line.at, line.len);
	}
}

/* Parses "=?CHARSET?B?TEXT?=" at AT. Returns its length, or 0 if there is none. */
static size_t encoded_word(const char *at, struct span *charset, char *kind, struct span *text)
{
	const char *from = at + 2, *mark, *end;

	if (strncmp(at, "=?", 2))
		return 0;
	mark = strchr(from, '?');
	if (!mark || !mark[1] || mark[2] != '?')
		return 0;
	*charset = (struct span){from, (size_t)(mark - from)};
	*kind = (char)toupper((unsigned char)mark[1]);
	end = strchr(mark + 3, '?');
	if (!end || end[1] != '=' || charset->len > 64 || (*kind != 'B' && *kind != 'Q'))
		return 0;
	*text = (struct span){mark + 3, (size_t)(end - mark - 3)};
	return (size_t)(end + 2 - at);
}

static void word_decode(struct span charset, char kind, struct span text, struct buf *out)
{
	cleanup_buf struct buf bytes = BUF_INIT;
	cleanup_free char *name = span_copy(charset);

	/* A language may follow the name of the character set. */
	name[strcspn(name, "*")] = '\0';
	if (kind == 'B')
		base64_decode(text, &bytes);
	else
		quoted_line(text, true, &bytes);
	if (bytes.len)
		charset_decode(name, (struct span){bytes.data, bytes.len}, out);
}

char *header_decode(const char *value)
{
	struct buf out = BUF_INIT;
	const char *after_word = NULL;

	while (*value) {
		struct span charset, code;
		const char *at = value + strspn(value, " \t");
		char kind;
		size_t len = encoded_word(at, &charset, &kind, &code);

		if (!len) {
			/* Copy one byte, with the blanks before it. */
			at += !!*at;
			buf_add(&out, value, (size_t)(at - value));
		} else {
			if (value != after_word) /* blanks between two encoded words are not text */
				buf_add(&out, value, (size_t)(at - value));
			word_decode(charset, kind, code, &out);
			at += len;
			after_word = at;
		}
		value = at;
	}
	for (size_t i = 0; i < out.len; i++) {
		if ((unsigned char)out.data[i] < ' ' || out.data[i] == 0x7f)
			out.data[i] = ' ';
	}
	return buf_steal(&out);
}
