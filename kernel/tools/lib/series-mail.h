/* SPDX-License-Identifier: GPL-2.0-only */
/* Mails, one or many in a file, as far as patches come in them. */
#ifndef KERNEL_TOOLS_LIB_SERIES_MAIL_H
#define KERNEL_TOOLS_LIB_SERIES_MAIL_H

#include "kernel/tools/lib/series-text.h"

/* What is known of a mail, all of it decoded: UTF-8, and lines that end in LF. */
struct mail {
	char *subject; /* one line; "" where there is none */
	char *from;    /* NULL where not known */
	char *date;    /* as the mail has it; NULL where not known */
	char *body;
};

/* Does TEXT begin as a mailbox does: with a line "From SENDER TIME", and a mail's headers? */
bool mbox_is(struct span text);

/*
 * Take the next mail off REST into MAIL, without its "From " line, which the
 * first one need not have. False at the end.
 */
bool mbox_next(struct span *rest, struct span *mail);

/* Undo a mailbox's quoting (">From " for "From ", at any depth) of TEXT into OUT. */
void mbox_unquote(struct span text, struct buf *out);

/*
 * Append TEXT to OUT, with ">" before the lines that a mailbox's reader would take for the
 * beginning of a mail.
 */
void mbox_quote(struct span text, struct buf *out);

/* Does TEXT begin with a mail's headers, or with a patch's own (DEP-3)? */
bool mail_is(struct span text);

/*
 * Read TEXT, headers and body. The From and Date that a body begins with are
 * the patch's, and win. 0, or -EINVAL and WHY.
 */
int mail_parse(struct span text, struct mail *mail, struct buf *why);

/* Let the From and Date that MAIL's body begins with win over its own, and take them off it. */
void mail_inner_headers(struct mail *mail);

void mail_free(struct mail *mail);

#define cleanup_mail __attribute__((cleanup(mail_free)))

#endif
