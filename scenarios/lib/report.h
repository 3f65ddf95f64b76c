/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a case has to say. It prints lines of a word, a colon and text, which the
 * agent passes on as KTAP diagnostics; a line that begins otherwise becomes `# out:'.
 */
#ifndef SCENARIOS_LIB_REPORT_H
#define SCENARIOS_LIB_REPORT_H

/* "EINVAL" for -EINVAL or EINVAL, "0" for what is no error. */
const char *error_name(long err);

/*
 * A value that may differ between kernels without either being wrong: a format that gives
 * NAME=VALUE.
 */
void fact(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Why the case fails; its verdict is the scenario's return value. */
void report_fail(const char *file, unsigned int line, const char *why);

/* The lab, not the kernel, failed. */
void report_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something that was left behind. */
void report_mess(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
