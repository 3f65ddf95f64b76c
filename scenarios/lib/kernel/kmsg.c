// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/kmsg.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define REPORT_LINES 60

/* How the lines of a report begin. */
static const char *const starts[] = {
	"------------[ cut here ]",
	"WARNING: ",
	"BUG: ",
	"kernel BUG at ",
	"UBSAN: ",
	"KASAN: ",
	"KCSAN: ",
	"INFO: task ",
	"INFO: possible ",
	"INFO: trying to register ",
	"INFO: rcu",
	"rcu: INFO: ",
	"watchdog: BUG: ",
	"general protection fault",
	"Oops",
	"Internal error: ",
	"Unable to handle kernel",
	"unable to handle kernel",
	"refcount_t: ",
	"list_add corruption",
	"list_del corruption",
	"Kernel panic - ",
	"Call Trace:",
};

static bool is_start(const char *message)
{
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (!strncmp(message, starts[i], strlen(starts[i])))
			return true;
	}
	return false;
}

bool kmsg_reported(struct kmsg_report *report, const char *message)
{
	if (!report->left) {
		if (!is_start(message))
			return false;
		report->left = REPORT_LINES;
	}
	report->left--;
	if (!strncmp(message, "---[ end ", strlen("---[ end ")))
		report->left = 0;
	return true;
}

char *kmsg_text(char *record)
{
	char *message = strchr(record, ';');

	if (!message)
		return NULL;
	message++;
	message[strcspn(message, "\n")] = '\0';
	return message;
}

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (lseek(fd, 0, SEEK_END) < 0) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

int kmsg_read(int fd, struct kmsg_report *report, void (*line)(void *context, const char *message),
	      void *context)
{
	char record[8192];
	int lines = 0;

	for (;;) {
		ssize_t got = read(fd, record, sizeof(record) - 1);
		const char *message;

		if (got < 0 && errno == EAGAIN)
			return lines;
		/* Records were overwritten before they were read. */
		if (got < 0 && errno == EPIPE) {
			line(context, "(some lines of the log were lost)");
			continue;
		}
		if (got <= 0)
			return got ? -errno : lines;
		record[got] = '\0';
		message = kmsg_text(record);
		if (message && kmsg_reported(report, message)) {
			line(context, message);
			lines++;
		}
	}
}

bool kmsg_contains(const char *text)
{
	cleanup_close int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8192];
	ssize_t got;

	/*
	 * -EPIPE: the next record is already overwritten; the next read returns the one after it.
	 */
	while (fd >= 0 &&
	       ((got = read(fd, record, sizeof(record) - 1)) > 0 || (got < 0 && errno == EPIPE))) {
		record[got > 0 ? got : 0] = '\0';
		if (strstr(record, text))
			return true;
	}
	return false;
}
