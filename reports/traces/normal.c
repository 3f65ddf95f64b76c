// SPDX-License-Identifier: GPL-2.0-only
#include "reports/traces/normal.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <inttypes.h>
#include <string.h>

#define PAGE 0x1000u

/* The first page is too small a number to be taken for an address in a register. */
#define ADDRESS_LEAST PAGE
#define ADDRESS_WIDTH 8 /* digits of a register that can hold an address, or half of one */

/* Registers with values that the kernel allocates, by the beginnings of their names. */
static const char *const allocated[] = {"BAR", "ROM", "MSI.ADDRESS", "MSI.DATA"};

static bool parse(const char *word, uint64_t *value)
{
	char *end;

	*value = strtoull(word, &end, 16);
	return *word && !*end;
}

/* The latest range that has ADDRESS, or NULL. */
static const struct dma_range *find(const struct normaliser *normaliser, uint64_t address)
{
	for (size_t i = normaliser->count; i-- > 0;) {
		const struct dma_range *range = &normaliser->ranges[i];

		if (address >= range->first && address <= range->last)
			return range;
	}
	return NULL;
}

static const struct dma_range *add(struct normaliser *normaliser, uint64_t first, uint64_t len)
{
	struct dma_range *range;

	normaliser->ranges =
		one_more(normaliser->ranges, normaliser->count, sizeof(*normaliser->ranges));
	range = &normaliser->ranges[normaliser->count++];
	*range = (struct dma_range){first, first + (len ? len - 1 : 0), ++normaliser->numbers};
	return range;
}

static void put_address(const struct dma_range *range, uint64_t address, struct buf *out)
{
	buf_printf(out, " dma%u+%" PRIx64, range->number, address - range->first);
}

/* A range is known by its first use, whether that maps it or not. */
static void put_range(struct normaliser *normaliser, uint64_t address, uint64_t len,
		      struct buf *out)
{
	const struct dma_range *range = find(normaliser, address);

	if (!range || address + (len ? len - 1 : 0) > range->last)
		range = add(normaliser, address, len);
	put_address(range, address, out);
}

/* "map ADDRESS len LEN ...", "unmap ADDRESS len LEN ...", "dma read ADDRESS len LEN ..." */
static bool put_dma(struct normaliser *normaliser, const struct list *words, struct buf *out)
{
	const size_t at = strcmp(words->items[0], "dma") ? 1 : 2;
	uint64_t address, len;

	if (words->count < at + 3 || !parse(words->items[at], &address) ||
	    !parse(words->items[at + 2], &len))
		return false;
	buf_puts(out, words->items[0]);
	if (at == 2)
		buf_printf(out, " %s", words->items[1]);
	put_range(normaliser, address, len, out);
	for (size_t i = at + 1; i < words->count; i++)
		buf_printf(out, " %s", words->items[i]);
	return true;
}

static bool is_allocated(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(allocated); i++)
		if (!strncmp(name, allocated[i], strlen(allocated[i])))
			return true;
	return !strncmp(name, "MSI-X[", 6) && !strstr(name, "CONTROL");
}

/* Ones that ask for the size of a BAR or of a ROM. */
static bool asks_size(const char *value)
{
	return !strcmp(value, "ffffffff") || !strcmp(value, "fffff800");
}

static void put_value(const struct normaliser *normaliser, const char *name, const char *value,
		      struct buf *out)
{
	const size_t len = strlen(value);
	const struct dma_range *range;
	uint64_t number;

	if (is_allocated(name) && !asks_size(value)) {
		buf_puts(out, " *");
		return;
	}
	/* The low byte is the line. */
	if (!strcmp(name, "INTERRUPT_LINE") && len >= 2) {
		buf_printf(out, " %.*s**", (int)len - 2, value);
		return;
	}
	range = len >= ADDRESS_WIDTH && parse(value, &number) && number >= ADDRESS_LEAST
			? find(normaliser, number)
			: NULL;
	if (range)
		put_address(range, number, out);
	else
		buf_printf(out, " %s", value);
}

static bool is_access(const struct list *words)
{
	const char *how = words->count > 4 ? words->items[1] : "";

	return (*how == 'R' || *how == 'W') && how[1] >= '1' && how[1] <= '9';
}

/* "KIND R4 OFFSET NAME -> VALUE", "KIND W4 OFFSET NAME VALUE" */
static void put_access(const struct normaliser *normaliser, const struct list *words,
		       struct buf *out)
{
	const char *name = words->items[3];

	buf_puts(out, words->items[0]);
	for (size_t i = 1; i < 4; i++)
		buf_printf(out, " %s", words->items[i]);
	for (size_t i = 4; i < words->count; i++)
		if (!strcmp(words->items[i], "->"))
			buf_puts(out, " ->");
		else
			put_value(normaliser, name, words->items[i], out);
}

static bool is_dma(const char *kind)
{
	return !strcmp(kind, "map") || !strcmp(kind, "unmap") || !strcmp(kind, "dma");
}

static void add_words(struct list *words, const char *event)
{
	for (const char *at = event + strspn(event, " "); *at; at += strspn(at, " ")) {
		const size_t len = strcspn(at, " ");

		list_addf(words, "%.*s", (int)len, at);
		at += len;
	}
}

void normalise(struct normaliser *normaliser, const char *event, struct buf *out)
{
	cleanup_list struct list words = {0};
	cleanup_free char *joined = NULL;

	add_words(&words, event);
	if (words.count && is_dma(words.items[0]) && put_dma(normaliser, &words, out))
		return;
	if (is_access(&words)) {
		put_access(normaliser, &words, out);
		return;
	}
	joined = list_join(&words, " ");
	buf_puts(out, joined);
}

void normaliser_free(struct normaliser *normaliser)
{
	free(normaliser->ranges);
	*normaliser = (struct normaliser){0};
}
