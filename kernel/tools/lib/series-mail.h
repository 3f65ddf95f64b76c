/* SPDX-License-Identifier: GPL-2.0-only */
/* Parses mails that contain patches, one or several in a file. */
#ifndef KERNEL_TOOLS_LIB_SERIES_MAIL_H
#define KERNEL_TOOLS_LIB_SERIES_MAIL_H

#include "kernel/tools/lib/series-text.h"

/* A parsed mail, decoded to UTF-8 with LF line ends. */
struct mail {
	char *subject; /* one line; "" if there is none */
	char *from;    /* NULL if unknown */
	char *date;    /* unchanged from the mail; NULL if unknown */
	char *body;
};

/* Returns true if TEXT begins like a mailbox: with a line "From SENDER TIME" and mail headers. */
bool mbox_is(struct span text);

/*
 * Takes the next mail off REST into MAIL, without its "From " line, which is optional for the first
 * mail. Returns false at the end.
 */
bool mbox_next(struct span *rest, struct span *mail);

/* Appends TEXT to OUT without the quoting of mailboxes (">From " for "From ", at any depth). */
void mbox_unquote(struct span text, struct buf *out);

/* Appends TEXT to OUT, with ">" before lines that would start a new mail in a mailbox. */
void mbox_quote(struct span text, struct buf *out);

/* Returns true if TEXT begins with mail headers, or with headers of a patch (DEP-3). */
bool mail_is(struct span text);

/*
 * Parses TEXT into headers and body. From and Date at the beginning of the body belong to the patch
 * and take precedence. Returns 0, or -EINVAL with a message in WHY.
 */
int mail_parse(struct span text, struct mail *mail, struct buf *why);

/*
 * Replaces MAIL's From and Date by those at the beginning of its body, if any, and removes them
 * from the body.
 */
void mail_inner_headers(struct mail *mail);

void mail_free(struct mail *mail);

#define cleanup_mail __attribute__((cleanup(mail_free)))

#endif
