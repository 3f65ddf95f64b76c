/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line of the guest's KTAP stream, taken apart. KTAP version 1
 * (Documentation/dev-tools/ktap.rst), with the diagnostics of docs/protocol.md.
 */
#ifndef LAB_BASE_KTAP_H
#define LAB_BASE_KTAP_H

#include <stdbool.h>

enum ktap_kind {
	KTAP_VERSION,
	KTAP_PLAN,   /* number */
	KTAP_OK,     /* number, text: name; skip: the reason of a SKIP, else NULL */
	KTAP_NOT_OK, /* number, text: name */
	KTAP_CASE,   /* number, text: name, value: deadline in ms */
	KTAP_FACT,   /* key, text */
	/*
	 * key: "fail", "error", "leftover", "kernel", "time", "clock", "guest", "dut", "search",
	 * "leak" or "end"; text
	 */
	KTAP_NOTE,
	/*
	 * A result nested in a case. number; text: name; value: 1 if it is "ok"; skip, xfail: the
	 * reason of that directive, else NULL; key: what else is behind " # ", else NULL
	 */
	KTAP_SUBTEST,
	KTAP_DIAGNOSTIC, /* any other line that begins with # */
	KTAP_GARBAGE,
};

struct ktap_line {
	enum ktap_kind kind;
	unsigned int number;
	unsigned int value;
	char *key; /* these point into the line given */
	char *text;
	char *skip;
	char *xfail;
};

/*
 * Take LINE (without its newline; it is written into) apart. Never fails: what is not KTAP is
 * KTAP_GARBAGE.
 */
void ktap_parse(char *line, struct ktap_line *parsed);

#endif
