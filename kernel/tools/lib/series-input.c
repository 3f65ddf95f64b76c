// SPDX-License-Identifier: GPL-2.0-only
/* Detects the input format of a series. */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Input limit: a year of mail from a busy list fits, a disk image does not. */
#define INPUT_LIMIT (128UL << 20)

#define EXPECTED "expected a patch, a folder of patches, a mailbox or a thread's page saved as text"

/* Reads PATH up to the limit. PATH may be a pipe, whose size is not known in advance. */
static int read_input(const char *path, struct buf *data, struct buf *why)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[65536];
	ssize_t got;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			buf_add(data, chunk, (size_t)got);
		if (data->len > INPUT_LIMIT)
			return series_error(why, "is larger than %lu MiB: " EXPECTED,
					    INPUT_LIMIT >> 20);
	}
	return 0;
}

/* Reads PATH as text: with LF line ends, without byte order mark and leading empty lines. */
static int read_text(const char *path, struct buf *data, struct buf *why)
{
	size_t before;
	int err = read_input(path, data, why);

	if (err && !why->len)
		series_error(why, "cannot be read: %s", strerror(-err));
	if (err)
		return err;
	err = text_check((struct span){data->data, data->len}, why);
	if (err)
		return err;
	text_unix(data);
	if (data->len && !strncmp(data->data, "\xef\xbb\xbf", 3))
		buf_consume(data, 3);
	before = data->len ? strspn(data->data, "\n") : 0;
	buf_consume(data, before);
	return data->len ? 0 : series_error(why, "is empty: " EXPECTED);
}

/* Returns the default name of a patch: that of its file. */
static char *file_title(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *title = strdup(slash ? slash + 1 : path);
	char *dot = title ? strrchr(title, '.') : NULL;

	if (!title)
		abort();
	if (dot && dot > title && (!strcmp(dot, ".patch") || !strcmp(dot, ".diff")))
		*dot = '\0';
	return title;
}

static int add_mail(struct series *series, struct span text, const char *title, bool p0,
		    struct buf *why)
{
	cleanup_mail struct mail mail = {0};
	int err = mail_parse(text, &mail, why);

	if (!err)
		series_add(series, &mail, title, p0);
	return err;
}

/* A diff, perhaps with some words before it. */
static int add_plain(struct series *series, struct span text, const char *title, bool p0,
		     struct buf *why)
{
	cleanup_mail struct mail mail = {0};

	mail.subject = span_copy(span_of(""));
	mail.body = span_copy(text);
	series_add(series, &mail, title, p0);
	if (!*series->patches[series->count - 1].files)
		return series_error(why, "holds no patch: " EXPECTED);
	return 0;
}

static size_t mail_count(struct span mails)
{
	struct span mail;
	size_t count = 0;

	while (mbox_next(&mails, &mail))
		count++;
	return count;
}

/* Adds one or more mails. */
static int add_mails(struct series *series, struct span mails, const char *title, bool p0,
		     struct buf *why)
{
	bool quoted = mbox_is(mails);
	struct span mail;
	size_t number = 0;

	while (mbox_next(&mails, &mail)) {
		cleanup_buf struct buf plain = BUF_INIT, what = BUF_INIT;
		int err;

		number++;
		if (quoted)
			mbox_unquote(mail, &plain);
		else
			buf_add(&plain, mail.at, mail.len);
		text_unix(&plain);
		err = add_mail(series, (struct span){plain.data, plain.len}, title, p0, &what);
		if (err)
			return series_error(why, "cannot be used: the text of its mail %zu: %s",
					    number, what.data);
	}
	return 0;
}

int series_add_file(struct series *series, const char *path, bool p0, enum series_order *order,
		    struct buf *why)
{
	cleanup_buf struct buf data = BUF_INIT;
	cleanup_free char *title = file_title(path);
	struct span all;
	int err = read_text(path, &data, why);

	if (err)
		return err;
	all = (struct span){data.data, data.len};
	*order = ORDER_GIVEN;
	if (mbox_is(all) || mail_is(all)) {
		if (mail_count(all) >
		    1) /* mailboxes from the archive contain the whole discussion */
			*order = span_starts(all, "From mboxrd@z ") ? ORDER_THREAD : ORDER_NUMBER;
		return add_mails(series, all, title, p0, why);
	}
	if (!thread_is(all))
		return add_plain(series, all, title, p0, why);
	*order = ORDER_THREAD;
	series_add_thread(series, all);
	return 0;
}

int series_read(const char *path, struct series *series, struct buf *why)
{
	enum series_order order;
	struct stat st;
	int err;

	if (stat(path, &st)) {
		err = -errno;
		series_error(why, "cannot be read: %s", strerror(-err));
		return err;
	}
	if (S_ISDIR(st.st_mode))
		err = series_add_folder(series, path, &order, why);
	else
		err = series_add_file(series, path, false, &order, why);
	return err ? err : series_select(series, order, why);
}
