// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/dump.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/lspci/outputs.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROW	    16u
#define LINE_MAX_   4096u /* what is longer is no line of lspci's */
#define AGAIN	    "take it again with lspci -vvvxxxx, as root"
#define QUOTE_MARKS " \t>|"

struct parser {
	struct lspci_dump *dump;
	size_t room;
	unsigned int line;
	struct buf *why;
};

void lspci_free(struct lspci_dump *dump)
{
	for (size_t i = 0; i < dump->count; i++) {
		free(dump->functions[i].address);
		free(dump->functions[i].title);
		list_free(&dump->functions[i].text);
	}
	free(dump->functions);
	*dump = (struct lspci_dump){0};
}

/* COUNT hex digits at *AT, which moves behind them. */
static bool take_hex(const char **at, unsigned int count, unsigned int *value)
{
	*value = 0;
	for (unsigned int i = 0; i < count; i++, (*at)++) {
		const char c = (char)tolower((unsigned char)**at);

		if (!isxdigit((unsigned char)c))
			return false;
		*value = *value << 4 | (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

static bool take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static size_t hex_digits(const char *at)
{
	size_t count = 0;

	while (isxdigit((unsigned char)at[count]))
		count++;
	return count;
}

/* "0000:05:00.0" or "05:00.0": what lies behind, or NULL. */
static const char *take_address(const char *at, struct lspci_function *f)
{
	const size_t domain = hex_digits(at);

	f->domain = 0;
	if (domain >= 4 && domain <= 8) {
		if (!take_hex(&at, (unsigned int)domain, &f->domain) || !take_char(&at, ':'))
			return NULL;
	}
	if (!take_hex(&at, 2, &f->bus) || !take_char(&at, ':') || !take_hex(&at, 2, &f->slot) ||
	    !take_char(&at, '.') || *at < '0' || *at > '7')
		return NULL;
	f->function = (unsigned int)(*at - '0');
	return f->slot < 32 ? at + 1 : NULL;
}

static struct lspci_function *last(const struct parser *parser)
{
	return parser->dump->count ? &parser->dump->functions[parser->dump->count - 1] : NULL;
}

static struct lspci_function *add_function(struct parser *parser)
{
	struct lspci_dump *dump = parser->dump;

	if (dump->count == parser->room) {
		parser->room = parser->room ? 2 * parser->room : 4;
		dump->functions = realloc(dump->functions, parser->room * sizeof(*dump->functions));
		if (!dump->functions)
			abort();
	}
	return &dump->functions[dump->count++];
}

/* 1 if LINE begins a function, 0 if not. */
static int take_header(struct parser *parser, const char *line)
{
	struct lspci_function f = {.line = parser->line};
	const char *rest = take_address(line, &f);

	if (!rest || *rest != ' ')
		return 0;
	if (parser->dump->count == LSPCI_FUNCTION_MAX) {
		buf_printf(parser->why, "line %u: more than %u devices: cut it down", parser->line,
			   LSPCI_FUNCTION_MAX);
		return -EINVAL;
	}
	f.address = text("%.*s", (int)(rest - line), line);
	f.title = text("%s", rest + 1);
	*add_function(parser) = f;
	return 1;
}

/* Whether LINE is "f0: 00 11 ...": its bytes go to ROW, and *COUNT is how many there are. */
static bool is_row(const char *line, unsigned int *offset, uint8_t *row, unsigned int *count)
{
	const size_t digits = hex_digits(line);
	unsigned int byte;

	*count = 0;
	if (digits < 2 || digits > 3 || !take_hex(&line, (unsigned int)digits, offset) ||
	    !take_char(&line, ':') || *line != ' ')
		return false;
	while (*count < ROW && take_char(&line, ' ') && *line) {
		if (!take_hex(&line, 2, &byte))
			return false;
		row[(*count)++] = (uint8_t)byte;
	}
	return *count && !line[strspn(line, " ")];
}

/* 1 if LINE is a row of the function's hex, 0 if not. */
static int take_row(struct parser *parser, const char *line)
{
	struct lspci_function *f = last(parser);
	unsigned int offset, count;
	uint8_t row[ROW];

	if (!f || !is_row(line, &offset, row, &count))
		return 0;
	if (count != ROW) {
		buf_printf(parser->why, "line %u: the hex of %s is truncated: %u bytes of %u; %s",
			   parser->line, f->address, count, ROW, AGAIN);
		return -EINVAL;
	}
	if (offset != f->hex || offset + ROW > LSPCI_CONFIG_MAX) {
		buf_printf(parser->why,
			   "line %u: the hex of %s is not whole: expected the row of 0x%x, got "
			   "0x%x; %s",
			   parser->line, f->address, f->hex, offset, AGAIN);
		return -EINVAL;
	}
	memcpy(f->bytes + offset, row, ROW);
	f->hex += ROW;
	return 1;
}

static int take_line(struct parser *parser, char *line)
{
	int taken;

	line += strspn(line, QUOTE_MARKS);
	taken = take_row(parser, line);
	if (!taken)
		taken = take_header(parser, line);
	if (!taken && *line && last(parser))
		list_add(&last(parser)->text, line);
	return taken < 0 ? taken : 0;
}

/* A non-breaking space is a space, and a tab is one. */
static void plain_spaces(char *line)
{
	char *to = line;

	for (const char *from = line; *from; from++) {
		if (from[0] == '\xc2' && from[1] == '\xa0') {
			*to++ = ' ';
			from++;
			continue;
		}
		*to++ = *from == '\t' ? ' ' : *from;
	}
	while (to > line && (to[-1] == '\r' || to[-1] == ' '))
		to--;
	*to = '\0';
}

/* Editors of Windows put a mark before UTF-8. */
static size_t mark_length(const char *data, size_t len)
{
	return len >= 3 && !memcmp(data, "\xef\xbb\xbf", 3) ? 3 : 0;
}

static int take_lines(struct parser *parser, char *data, size_t len)
{
	char *end = data + len;

	for (char *line = data + mark_length(data, len); line < end;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		char *stop = newline ? newline : end;
		int err;

		parser->line++;
		if (memchr(line, '\0', (size_t)(stop - line)) || stop - line > LINE_MAX_) {
			buf_printf(parser->why,
				   "line %u: this is not what lspci prints: save its output as "
				   "text",
				   parser->line);
			return -EINVAL;
		}
		*stop = '\0';
		plain_spaces(line);
		err = take_line(parser, line);
		if (err)
			return err;
		line = stop + 1;
	}
	return 0;
}

static bool is_whole(unsigned int hex)
{
	return !hex || hex == 64 || hex == 128 || hex == 256 || hex == LSPCI_CONFIG_MAX;
}

static int check_whole(const struct lspci_dump *dump, struct buf *why)
{
	if (!dump->count) {
		buf_puts(why, "there is no device in it: expected the output of lspci -vvvxxxx");
		return -EINVAL;
	}
	for (size_t i = 0; i < dump->count; i++) {
		if (is_whole(dump->functions[i].hex))
			continue;
		buf_printf(why, "the hex of %s is truncated: it ends at 0x%x of 0x%x; %s",
			   dump->functions[i].address, dump->functions[i].hex,
			   dump->functions[i].hex < 256 ? 256 : LSPCI_CONFIG_MAX, AGAIN);
		return -EINVAL;
	}
	return 0;
}

int lspci_parse(const char *data, size_t len, struct lspci_dump *dump, struct buf *why)
{
	struct parser parser = {.dump = dump, .why = why};
	cleanup_free char *copy = NULL;
	int err;

	*dump = (struct lspci_dump){0};
	if (len > LSPCI_FILE_MAX) {
		buf_printf(why, "it has more than %u MiB: cut it down", LSPCI_FILE_MAX >> 20);
		return -EINVAL;
	}
	copy = malloc(len + 1);
	if (!copy)
		abort();
	memcpy(copy, data, len);
	copy[len] = '\0';
	err = take_lines(&parser, copy, len);
	if (!err)
		err = lspci_merge(dump, why);
	if (!err)
		err = check_whole(dump, why);
	if (err)
		lspci_free(dump);
	return err;
}

int lspci_read(const char *path, struct lspci_dump *dump, struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	cleanup_free char *data = NULL;
	size_t len;
	int err = file_read(path, &data, &len);

	*dump = (struct lspci_dump){0};
	if (err) {
		buf_printf(why, "%s: %s: name a file with the output of lspci -vvvxxxx", path,
			   strerror(-err));
		return err;
	}
	err = lspci_parse(data, len, dump, &reason);
	if (err)
		buf_printf(why, "%s: %s", path, reason.data);
	return err;
}

static const struct lspci_function *find_only(const struct lspci_dump *dump, struct buf *why)
{
	if (dump->count == 1)
		return dump->functions;
	buf_printf(why,
		   "%zu devices are in it: choose one with function=ADDRESS, as in "
		   "function=%s",
		   dump->count, dump->functions[0].address);
	return NULL;
}

const struct lspci_function *lspci_find(const struct lspci_dump *dump, const char *address,
					struct buf *why)
{
	struct lspci_function wanted;
	const char *rest;

	if (!address)
		return find_only(dump, why);
	rest = take_address(address, &wanted);
	if (!rest || *rest) {
		buf_printf(why, "%s is no address: expected one like %s", address,
			   dump->functions[0].address);
		return NULL;
	}
	for (size_t i = 0; i < dump->count; i++)
		if (lspci_same_place(&dump->functions[i], &wanted))
			return &dump->functions[i];
	buf_printf(why, "%s is not in it; the first that is: %s", address,
		   dump->functions[0].address);
	return NULL;
}
