/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A case's report. It prints lines of a word, a colon and text, which the agent forwards as KTAP
 * diagnostics. Any other line becomes `# out:'.
 */
#ifndef SCENARIOS_LIB_REPORT_H
#define SCENARIOS_LIB_REPORT_H

/* Returns "EINVAL" for -EINVAL or EINVAL, and "0" for 0. */
const char *error_name(long err);

/*
 * Report a value that may legitimately differ between kernels: a format that expands to NAME=VALUE.
 */
void fact(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Report why the case fails. The scenario's return value sets its verdict. */
void report_fail(const char *file, unsigned int line, const char *why);

/* Report an error of the lab, as opposed to a failure of the kernel. */
void report_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Report a leftover. */
void report_leftover(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
