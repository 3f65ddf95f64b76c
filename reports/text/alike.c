// SPDX-License-Identifier: GPL-2.0-only
#include "reports/text/alike.h"

#include <ctype.h>
#include <string.h>

/*
 * The length of a PCI address, DDDD:BB:SS.F, at AT. Addresses differ between DUTs; failures that
 * differ in nothing else are alike.
 */
static size_t address_length(const char *at)
{
	static const char form[] = "xxxx:xx:xx.x";
	size_t i = 0;

	while (form[i] && (form[i] == 'x' ? isxdigit((unsigned char)at[i]) != 0 : at[i] == form[i]))
		i++;
	return form[i] ? 0 : i;
}

static bool same_but_addresses(const char *a, const char *b)
{
	while (*a && *b) {
		size_t skipped = address_length(a);

		if (!skipped || address_length(b) != skipped) {
			if (*a != *b)
				return false;
			skipped = 1;
		}
		a += skipped;
		b += skipped;
	}
	return *a == *b;
}

static bool same_leftovers(const struct list *a, const struct list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same_but_addresses(a->items[i], b->items[i]))
			return false;
	return true;
}

/* Two kernel reports of one bug differ in numbers: times, processors, processes. */
static bool same_report(const struct list *left, const struct list *right)
{
	static const char digits[] = "0123456789 ";
	const char *a = left->count ? left->items[0] : "";
	const char *b = right->count ? right->items[0] : "";

	for (;; a++, b++) {
		a += strspn(a, digits);
		b += strspn(b, digits);
		if (*a != *b || !*a)
			return *a == *b;
	}
}

static bool same_result(const struct result *a, const struct result *b)
{
	return !strcmp(a->where ?: "", b->where ?: "") &&
	       same_report(&a->kernel_log, &b->kernel_log) &&
	       same_report(&a->console, &b->console) &&
	       same_leftovers(&a->leftovers, &b->leftovers);
}

/* A lost guest or a stopped run misses cases of many scenarios for one reason. */
bool failures_alike(const struct record *a, const struct record *b)
{
	if (a->result.verdict != b->result.verdict || strcmp(a->kernel, b->kernel) != 0 ||
	    !same_but_addresses(a->result.reason ?: "", b->result.reason ?: ""))
		return false;
	if (a->result.verdict == VERDICT_MISS)
		return true;
	return !strcmp(a->scenario, b->scenario) && same_result(&a->result, &b->result);
}
