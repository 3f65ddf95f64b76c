/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How mail wraps up text that is not ASCII: base64, quoted-printable, encoded words, character
 * sets.
 */
#ifndef KERNEL_TOOLS_LIB_SERIES_CODEC_H
#define KERNEL_TOOLS_LIB_SERIES_CODEC_H

#include "kernel/tools/lib/series-text.h"

/* Append what CODE stands for to OUT; what is no base64 is passed over, as RFC 2045 has it. */
void base64_decode(struct span code, struct buf *out);

/* Append what CODE stands for to OUT; a broken escape stands for itself. */
void quoted_printable_decode(struct span code, struct buf *out);

/*
 * Append TEXT, of the named CHARSET ("" or NULL: none was named), to OUT as UTF-8; as it is where
 * that is not possible.
 */
void charset_decode(const char *charset, struct span text, struct buf *out);

/* Undo the line breaks of RFC 3676 (format=flowed); DELSP as in the mail's Content-Type. */
void flowed_decode(struct span text, bool delsp, struct buf *out);

/*
 * A header's VALUE with its encoded words (RFC 2047) decoded, in one line of UTF-8; the caller
 * frees it.
 */
char *header_decode(const char *value);

#endif
