/* SPDX-License-Identifier: GPL-2.0-only */
/* What a mail's subject says of its place in a series: "[PATCH net-next v3 2/7] title". */
#ifndef KERNEL_TOOLS_LIB_SERIES_TAG_H
#define KERNEL_TOOLS_LIB_SERIES_TAG_H

#include <stdbool.h>

struct tag {
	bool reply;  /* Re:, Fwd: and the like */
	bool tagged; /* PATCH, RFC, RESEND, a version or a number, in brackets */
	bool rfc;
	bool resend;
	bool numbered;	  /* number and total hold */
	unsigned version; /* 1 where none is given */
	unsigned number;  /* 0 is the cover letter */
	unsigned total;
	const char *title; /* the subject without all of this; points into it */
};

/* Read SUBJECT, one line of UTF-8, which must outlive TAG. */
void tag_parse(const char *subject, struct tag *tag);

#endif
