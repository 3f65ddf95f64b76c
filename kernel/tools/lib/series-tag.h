/* SPDX-License-Identifier: GPL-2.0-only */
/* Parses the tag in a mail's subject: "[PATCH net-next v3 2/7] title". */
#ifndef KERNEL_TOOLS_LIB_SERIES_TAG_H
#define KERNEL_TOOLS_LIB_SERIES_TAG_H

#include <stdbool.h>

struct tag {
	bool reply;  /* Re:, Fwd: and the like */
	bool tagged; /* PATCH, RFC, RESEND, a version or a number, in brackets */
	bool rfc;
	bool resend;
	bool numbered;	  /* number and total are valid */
	unsigned version; /* default 1 */
	unsigned number;  /* 0 is the cover letter */
	unsigned total;
	const char *title; /* the subject without the tag; points into it */
};

/* Parses SUBJECT, one line of UTF-8, into TAG. SUBJECT must outlive TAG. */
void tag_parse(const char *subject, struct tag *tag);

#endif
