/* SPDX-License-Identifier: GPL-2.0-only */
/* Decodes non-ASCII text in mail: base64, quoted-printable, encoded words, character sets. */
#ifndef KERNEL_TOOLS_LIB_SERIES_CODEC_H
#define KERNEL_TOOLS_LIB_SERIES_CODEC_H

#include "kernel/tools/lib/series-text.h"

/*
 * Decodes CODE and appends it to OUT. Skips characters that are not base64, as RFC 2045 requires.
 */
void base64_decode(struct span code, struct buf *out);

/* Decodes CODE and appends it to OUT. Malformed escapes are copied. */
void quoted_printable_decode(struct span code, struct buf *out);

/*
 * Converts TEXT from CHARSET ("" or NULL: unknown) to UTF-8 and appends it to OUT. Copies TEXT
 * unchanged if that is not possible.
 */
void charset_decode(const char *charset, struct span text, struct buf *out);

/*
 * Joins lines broken according to RFC 3676 (format=flowed). DELSP is the parameter of the mail's
 * Content-Type.
 */
void flowed_decode(struct span text, bool delsp, struct buf *out);

/*
 * Returns a header's VALUE with its encoded words (RFC 2047) decoded, as one line of UTF-8. The
 * caller frees it.
 */
char *header_decode(const char *value);

#endif
