// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/ddmin.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

static size_t kept(const bool *keep, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += keep[i];
	return sum;
}

/*
 * Set TRIED to part number PART, of PARTS equal ones, of the items in KEEP, or, with REST, to all
 * that are not in it.
 */
static void cut(const bool *keep, size_t count, size_t part, size_t parts, bool rest, bool *tried)
{
	size_t total = kept(keep, count), at = 0;

	for (size_t i = 0; i < count; i++) {
		bool inside = at >= total * part / parts && at < total * (part + 1) / parts;

		tried[i] = keep[i] && inside != rest;
		at += keep[i];
	}
}

/*
 * Try each of PARTS parts of KEEP, or of what is left without it. Returns 1 with a smaller KEEP
 * that fails, 0 if none does, or -errno.
 */
static int try_parts(const struct ddmin *search, bool *keep, size_t count, size_t parts, bool rest)
{
	cleanup_free bool *tried = zalloc(count, sizeof(*tried));

	for (size_t part = 0; part < parts; part++) {
		int fails;

		cut(keep, count, part, parts, rest, tried);
		fails = search->fails(search->context, tried, count);
		if (fails > 0)
			memcpy(keep, tried, count * sizeof(*keep));
		if (fails)
			return fails;
	}
	return 0;
}

int ddmin(const struct ddmin *search, bool *keep, size_t count)
{
	size_t parts = 2, left;
	int fails;

	while ((left = kept(keep, count)) > 1) {
		fails = try_parts(search, keep, count, parts, false);
		if (fails > 0) {
			parts = 2;
			continue;
		}
		/* What is left without one of two parts is the other one. */
		if (!fails && parts > 2)
			fails = try_parts(search, keep, count, parts, true);
		if (fails < 0)
			return fails;
		if (fails)
			parts--;
		else if (parts == left)
			return 0;
		else
			parts = 2 * parts < left ? 2 * parts : left;
	}
	return 0;
}
