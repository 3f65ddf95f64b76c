// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/report.h"

#include "lab/base/buf.h"
#include "lab/base/file.h"

#include <stdarg.h>
#include <unistd.h>

static void print(const char *word, const char *what, const char *format, va_list args)
{
	cleanup_buf struct buf line = BUF_INIT;

	buf_printf(&line, "%s: %s", word, what);
	buf_vprintf(&line, format, args);
	buf_puts(&line, "\n");
	write_all(STDOUT_FILENO, line.data, line.len);
}

void fact(const char *name, const char *format, ...)
{
	cleanup_buf struct buf what = BUF_INIT;
	va_list args;

	buf_printf(&what, "%s=", name);
	va_start(args, format);
	print("fact", what.data, format, args);
	va_end(args);
}

static void print_format(const char *word, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(word, "", format, args);
	va_end(args);
}

void report_fail(const char *file, unsigned int line, const char *why)
{
	print_format("fail", "%s:%u: %s", file, line, why);
}

void report_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("error", "", format, args);
	va_end(args);
}

void report_mess(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("mess", "", format, args);
	va_end(args);
}
