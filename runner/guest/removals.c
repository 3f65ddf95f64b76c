// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/removals.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

void removals_open(struct removals *removals)
{
	if (pipe2(removals->ends, O_CLOEXEC | O_NONBLOCK))
		abort();
}

void removals_close(struct removals *removals)
{
	close(removals->ends[0]);
	close(removals->ends[1]);
}

void removals_add(const struct removals *removals, const char *id)
{
	cleanup_free char *line = text("%s\n", id);
	ssize_t written = write(removals->ends[1], line, strlen(line));

	/* The pipe may be full if nothing waits for the device, which is harmless. */
	(void)written;
}

void removals_forget(const struct removals *removals)
{
	char chunk[256];

	while (read(removals->ends[0], chunk, sizeof(chunk)) > 0)
		;
}

int removals_await(const struct removals *removals, const char *id, unsigned int ms)
{
	cleanup_buf struct buf gone = BUF_INIT;
	cleanup_free char *wanted = text("\n%s\n", id);
	int64_t until = now_ms() + ms;
	char chunk[256];

	buf_puts(&gone, "\n");
	while (!strstr(gone.data, wanted)) {
		struct pollfd event = {.fd = removals->ends[0], .events = POLLIN};
		int64_t now = now_ms();
		ssize_t got;

		if (now >= until || poll(&event, 1, (int)(until - now)) <= 0)
			return -ETIMEDOUT;
		got = read(removals->ends[0], chunk, sizeof(chunk));
		if (got > 0)
			buf_add(&gone, chunk, (size_t)got);
	}
	return 0;
}
