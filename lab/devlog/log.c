// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devlog/log.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/devlog/parse.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool take_text(const char **at, const char *word)
{
	const size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool take_number(const char **at, int base, uint64_t *value)
{
	const char *digits = *at + strspn(*at, " \t");
	char *end;

	if (base == 16 && digits[0] == '0' && digits[1] == 'x')
		digits += 2;
	if (base == 16 ? !isxdigit((unsigned char)*digits) : !isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*value = strtoull(digits, &end, base);
	if (errno)
		return false;
	*at = end;
	return true;
}

bool take_hex(const char **at, uint64_t *value)
{
	return take_number(at, 16, value);
}

bool take_decimal(const char **at, uint64_t *value)
{
	return take_number(at, 10, value);
}

bool is_end(const char *at)
{
	return !at[strspn(at, " \t\r")];
}

bool is_access(uint64_t at, uint64_t len)
{
	return (len == 1 || len == 2 || len == 4 || len == 8) && at <= UINT64_MAX - len;
}

void add_access(struct replay_log *log, struct replay_access access)
{
	if (access.len < 8)
		access.value &= (1ull << 8 * access.len) - 1;
	if (log->count == log->limit) {
		log->limit = log->limit ? 2 * log->limit : 1024;
		log->accesses = realloc(log->accesses, log->limit * sizeof(*log->accesses));
		if (!log->accesses)
			abort();
	}
	log->accesses[log->count++] = access;
}

/* The first line of either kind decides of which kind the log is. */
static int take_line(struct replay_log *log, const char *line, uint32_t number, struct buf *why)
{
	int taken = 0;

	if (log->kind != REPLAY_QEMU) {
		taken = mmiotrace_line(log, line, number, why);
		if (taken)
			log->kind = REPLAY_MMIOTRACE;
	}
	if (!taken && log->kind != REPLAY_MMIOTRACE) {
		taken = qemu_line(log, line, number, why);
		if (taken)
			log->kind = REPLAY_QEMU;
	}
	return taken;
}

static int take_lines(struct replay_log *log, char *data, struct buf *why)
{
	uint32_t number = 0;
	char *line;

	while ((line = strsep(&data, "\n"))) {
		number++;
		if (take_line(log, line, number, why) >= 0)
			continue;
		/* The last line has no newline. */
		if (!data)
			buf_puts(why, "; the log is cut off there: remove the line");
		return -EINVAL;
	}
	if (log->count)
		return 0;
	buf_puts(why, "no access to a device in it: expected trace events of QEMU, such as "
		      "vfio_region_read, or the kernel's mmiotrace (docs/replay.md)");
	return -EINVAL;
}

int replay_parse(const char *data, size_t len, struct replay_log *log, struct buf *why)
{
	cleanup_free char *copy = NULL;
	int err;

	*log = (struct replay_log){0};
	if (len > REPLAY_FILE_MAX || memchr(data, '\0', len)) {
		buf_puts(why, len > REPLAY_FILE_MAX
				      ? "more than 256 MiB: keep the part of interest"
				      : "not text: a trace of QEMU's backend simple becomes text "
					"with QEMU's scripts/simpletrace.py");
		return -EINVAL;
	}
	copy = strndup(data, len);
	if (!copy)
		abort();
	err = take_lines(log, copy, why);
	if (err)
		replay_log_free(log);
	return err;
}

int replay_read(const char *path, struct replay_log *log, struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	cleanup_free char *data = NULL;
	struct stat info;
	size_t len = 0;
	int err;

	*log = (struct replay_log){0};
	err = stat(path, &info) ? -errno : 0;
	if (!err && (uint64_t)info.st_size <= REPLAY_FILE_MAX)
		err = file_read(path, &data, &len);
	if (err) {
		buf_printf(why, "%s: %s", path, strerror(-err));
		return err;
	}
	err = replay_parse(data ?: "", data ? len : REPLAY_FILE_MAX + 1, log, &reason);
	if (err)
		replay_blame(path, reason.data, why);
	return err;
}

void replay_blame(const char *path, const char *reason, struct buf *why)
{
	buf_printf(why, "%s:%s%s", path, isdigit((unsigned char)*reason) ? "" : " ", reason);
}

void replay_log_free(struct replay_log *log)
{
	for (size_t i = 0; i < log->device_count; i++)
		free(log->devices[i].name);
	free(log->devices);
	free(log->accesses);
	*log = (struct replay_log){0};
}
