// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/ktap-out.h"

#include "lab/base/buf.h"
#include "lab/base/file.h"

#include <stdarg.h>

#define LINE_LEN_MAX 2000

void ktap_line(int fd, const char *format, ...)
{
	cleanup_buf struct buf line = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	if (line.len > LINE_LEN_MAX)
		line.len = LINE_LEN_MAX;
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.data[i];

		if (c < ' ' || c == 0x7f)
			line.data[i] = '?';
	}
	buf_add(&line, "\n", 1);
	write_all(fd, line.data, line.len);
}
