// SPDX-License-Identifier: GPL-2.0-only
/* Selects the patches that form the series, and sorts them. */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"

#include <string.h>

/* Maximum number of patches, limited by the digits in file names. */
#define COUNT_LIMIT 9999

/* Maximum of missing numbers that a message lists. */
#define MISSING_LIMIT 12

static bool is_cover(const struct patch *patch)
{
	return patch->tag.numbered && !patch->tag.number;
}

static bool has_diff(const struct patch *patch)
{
	return *patch->files;
}

static bool drop_cover(const struct patch *patch, const void *context)
{
	(void)context;
	return is_cover(patch) && !has_diff(patch);
}

/* Drops replies, and messages with neither a number nor a diff. */
static bool drop_talk(const struct patch *patch, const void *context)
{
	(void)context;
	return patch->tag.reply || (!patch->tag.numbered && !has_diff(patch));
}

static bool drop_untagged(const struct patch *patch, const void *context)
{
	(void)context;
	return !patch->tag.tagged;
}

/* Sort key for versions: a series that is no longer an RFC restarts at version 1. */
static unsigned age(const struct patch *patch)
{
	return patch->tag.version + (patch->tag.rfc ? 0 : 1000000);
}

static bool drop_older(const struct patch *patch, const void *newest)
{
	return age(patch) < *(const unsigned *)newest;
}

static bool any_tagged(const struct series *series)
{
	for (size_t i = 0; i < series->count; i++) {
		if (series->patches[i].tag.tagged)
			return true;
	}
	return false;
}

static void keep_newest(struct series *series)
{
	unsigned newest = 0;

	for (size_t i = 0; i < series->count; i++) {
		if (age(&series->patches[i]) > newest)
			newest = age(&series->patches[i]);
	}
	series_drop(series, drop_older, &newest);
}

/*
 * Returns the name of PATCH's series for messages: the subject of its cover letter, or of the last
 * cover letter before PATCH if there are several.
 */
static const char *series_name(const struct series *series, const struct patch *patch)
{
	const char *name = patch->subject;

	for (const struct patch *p = series->patches; p < series->patches + series->count; p++) {
		if (!is_cover(p) || p->tag.total != patch->tag.total)
			continue;
		if (p < patch || name == patch->subject)
			name = p->subject;
	}
	return name;
}

static int two_series(const struct series *series, const struct patch *one,
		      const struct patch *other, struct buf *why)
{
	const char *a = series_name(series, one), *b = series_name(series, other);
	bool alike = !strcmp(a, b);

	return series_error(why,
			    "holds two different series of the same version: \"%s\" and \"%s\": "
			    "leave one of them in it",
			    alike ? one->subject : a, alike ? other->subject : b);
}

static bool same_diff(const struct patch *one, const struct patch *other)
{
	return one->diff && other->diff && !strcmp(one->diff, other->diff);
}

/*
 * PATCH has the same number as EARLIER. Chooses one of them. Returns 0, or -EINVAL with a message
 * in WHY if they conflict.
 */
static int settle(const struct series *series, const struct patch **earlier,
		  const struct patch *patch, struct buf *why)
{
	if (strcmp((*earlier)->tag.title, patch->tag.title))
		return two_series(series, *earlier, patch, why);
	if (same_diff(*earlier, patch) || patch->broken)
		return 0;
	if (!(*earlier)->broken && !patch->tag.resend)
		return series_error(
			why, "holds \"%s\" twice, with different diffs: leave one of them in it",
			patch->subject);
	*earlier = patch;
	return 0;
}

/*
 * Returns 0 if no number up to TOTAL is missing, else -EINVAL with a message in WHY that lists
 * them.
 */
static int check_missing(const struct series *series, const struct patch **chosen, unsigned total,
			 struct buf *why)
{
	cleanup_buf struct buf list = BUF_INIT;
	const struct patch *first = NULL;
	unsigned missing = 0;

	for (unsigned n = 1; n <= total; n++) {
		if (chosen[n])
			first = first ? first : chosen[n];
		else if (++missing <= MISSING_LIMIT)
			buf_printf(&list, "%s%u", missing > 1 ? ", " : "", n);
	}
	if (!missing)
		return 0;
	if (missing > MISSING_LIMIT)
		buf_printf(&list, " and %u more", missing - MISSING_LIMIT);
	return series_error(why, "lacks patch%s %s of %u of \"%s\"", missing > 1 ? "es" : "",
			    list.data, total, series_name(series, first));
}

/*
 * Stores the total that all patches give in TOTAL. Returns 0, or -EINVAL with a message in WHY if
 * they differ.
 */
static int common_total(const struct series *series, unsigned *total, struct buf *why)
{
	const struct patch *first = NULL;

	for (const struct patch *p = series->patches; p < series->patches + series->count; p++) {
		if (is_cover(p))
			continue;
		if (!first)
			first = p;
		if (p->tag.numbered != first->tag.numbered || p->tag.total != first->tag.total)
			return two_series(series, first, p, why);
		if (p->tag.number > p->tag.total)
			return series_error(why,
					    "holds \"%s\", whose number is beyond the series' end",
					    p->subject);
	}
	*total = first ? first->tag.total : 0;
	return 0;
}

static bool drop_unchosen(const struct patch *patch, const void *chosen)
{
	return is_cover(patch) || ((const struct patch *const *)chosen)[patch->tag.number] != patch;
}

static int by_number(const void *a, const void *b)
{
	const struct patch *one = a, *other = b;

	return (int)one->tag.number - (int)other->tag.number;
}

/* Orders the patches by number and checks that every number occurs once. */
static int order_numbered(struct series *series, unsigned total, struct buf *why)
{
	cleanup_free const struct patch **chosen = calloc(total + 1, sizeof(*chosen));
	int err;

	if (!chosen)
		abort();
	for (const struct patch *p = series->patches; p < series->patches + series->count; p++) {
		const struct patch **slot = &chosen[is_cover(p) ? 0 : p->tag.number];

		err = *slot && !is_cover(p) ? settle(series, slot, p, why) : 0;
		if (err)
			return err;
		if (!*slot)
			*slot = p;
	}
	err = check_missing(series, chosen, total, why);
	if (err)
		return err;
	series_drop(series, drop_unchosen, chosen);
	qsort(series->patches, series->count, sizeof(*series->patches), by_number);
	return 0;
}

/* Returns true if this patch occurs again later. */
static bool drop_repeated(const struct patch *patch, const void *context)
{
	const struct series *series = context;

	for (const struct patch *p = patch + 1; p < series->patches + series->count; p++) {
		if (!strcmp(p->tag.title, patch->tag.title) &&
		    (same_diff(p, patch) || p->tag.resend))
			return true;
	}
	return false;
}

/*
 * Patches without numbers keep their order. A thread can only have one of them: another may be a
 * copy that someone else has modified, so it is an error.
 */
static int order_unnumbered(struct series *series, enum series_order order, struct buf *why)
{
	series_drop(series, drop_cover, NULL);
	series_drop(series, drop_repeated, series);
	if (order == ORDER_THREAD && series->count > 1)
		return two_series(series, &series->patches[0], &series->patches[1], why);
	return 0;
}

static int select_mails(struct series *series, enum series_order order, struct buf *why)
{
	unsigned total = 0;
	int err;

	series_drop(series, drop_talk, NULL);
	if (series->count > COUNT_LIMIT)
		return series_error(why, "holds %zu patches: a series has at most %d",
				    series->count, COUNT_LIMIT);
	if (any_tagged(series))
		series_drop(series, drop_untagged, NULL);
	keep_newest(series);
	err = common_total(series, &total, why);
	if (err)
		return err;
	return total ? order_numbered(series, total, why) : order_unnumbered(series, order, why);
}

/*
 * Returns true if all patches have numbers of the same series; the numbers then take precedence
 * over names.
 */
static bool all_numbered(const struct series *series)
{
	unsigned total = 0, newest = 0;

	for (const struct patch *p = series->patches; p < series->patches + series->count; p++) {
		if (!p->tag.numbered)
			return false;
		if (is_cover(p) || age(p) < newest)
			continue;
		if (age(p) == newest && p->tag.total != total)
			return false;
		newest = age(p);
		total = p->tag.total;
	}
	return total;
}

static int check_whole(const struct series *series, struct buf *why)
{
	if (!series->count)
		return series_error(why, "holds no patch");
	for (const struct patch *p = series->patches; p < series->patches + series->count; p++) {
		if (p->broken)
			return series_error(why, "\"%s\": %s", p->subject, p->broken);
	}
	return 0;
}

int series_select(struct series *series, enum series_order order, struct buf *why)
{
	int err = 0;

	if (order == ORDER_NAME && all_numbered(series))
		order = ORDER_NUMBER;
	if (order == ORDER_NUMBER || order == ORDER_THREAD)
		err = select_mails(series, order, why);
	else
		series_drop(series, drop_cover, NULL);
	return err ? err : check_whole(series, why);
}
