/* SPDX-License-Identifier: GPL-2.0-only */
/* One line of TAP or KTAP, taken apart. */
#ifndef LAB_BASE_TAP_LINE_H
#define LAB_BASE_TAP_LINE_H

#include <stdbool.h>

enum tap_kind {
	TAP_OTHER, /* text: what is behind "# " of a diagnostic; NULL: no diagnostic */
	TAP_VERSION,
	TAP_PLAN,     /* number, skip */
	TAP_RESULT,   /* passed, number, text: its name, directive, reason */
	TAP_BAIL_OUT, /* text */
};

enum tap_directive {
	TAP_NO_DIRECTIVE,
	TAP_SKIPPED,
	TAP_TODO, /* or XFAIL */
	TAP_TIMEOUT,
	TAP_ERROR, /* or another one that is a failure: "# exit=1" */
};

struct tap_line {
	enum tap_kind kind;
	unsigned int column; /* 2 for each "# ", and the blanks */
	bool passed;
	bool numbered;
	unsigned int number;
	enum tap_directive directive;
	const char *text; /* these are parts of the line; not terminated: TEXT_LEN */
	int text_len;
	const char *reason; /* "" for none; up to the end of the line */
};

/* Take LINE apart. Never fails: any other text is TAP_OTHER. PARSED refers to LINE. */
void tap_line_parse(const char *line, struct tap_line *parsed);

#endif
