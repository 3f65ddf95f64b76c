// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/report.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

const char *error_name(long err)
{
	const char *name = strerrorname_np((int)(err < 0 ? -err : err));

	return name ? name : "unknown error";
}

static void print(const char *word, const char *format, va_list args)
{
	cleanup_buf struct buf line = BUF_INIT;

	buf_printf(&line, "%s: ", word);
	buf_vprintf(&line, format, args);
	buf_puts(&line, "\n");
	write_all(STDOUT_FILENO, line.data, line.len);
}

void fact(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("fact", format, args);
	va_end(args);
}

void report_fail(const char *file, unsigned int line, const char *why)
{
	cleanup_free char *all = text("fail: %s:%u: %s\n", file, line, why);

	write_all(STDOUT_FILENO, all, strlen(all));
}

void report_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("error", format, args);
	va_end(args);
}

void report_leftover(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("leftover", format, args);
	va_end(args);
}
