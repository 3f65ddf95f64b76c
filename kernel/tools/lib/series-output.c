// SPDX-License-Identifier: GPL-2.0-only
/* Writes a series as a folder of plain patches. */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

/* Maximum length of a title in a file name, as in git. */
#define SLUG_LIMIT 52

static char *slug(const char *title)
{
	struct buf out = BUF_INIT;

	for (; *title && out.len < SLUG_LIMIT; title++) {
		bool plain = isalnum((unsigned char)*title) || strchr("._", *title);

		if (plain)
			buf_add(&out, title, 1);
		else if (out.len && out.data[out.len - 1] != '-')
			buf_puts(&out, "-");
	}
	while (out.len && strchr(".-", out.data[out.len - 1]))
		out.data[--out.len] = '\0';
	return buf_steal(&out);
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text & 0x80)
			return false;
	}
	return true;
}

/* Returns true if the message contains a line "---", which ends it when the mail is applied. */
static bool has_end(const char *message)
{
	return !strncmp(message, "---\n", 4) || strstr(message, "\n---\n");
}

static void put_header(struct buf *out, const char *name, const char *value)
{
	if (value)
		buf_printf(out, "%s: %s\n", name, value);
}

/* Appends PATCH as a mail. */
static void put_patch(struct buf *out, const struct patch *patch)
{
	bool ascii = is_ascii(patch->subject) && is_ascii(patch->message) &&
		     is_ascii(patch->diff) && (!patch->from || is_ascii(patch->from));

	put_header(out, "From", patch->from);
	put_header(out, "Date", patch->date);
	put_header(out, "Subject", patch->subject);
	if (!ascii) {
		put_header(out, "MIME-Version", "1.0");
		put_header(out, "Content-Type", "text/plain; charset=UTF-8");
		put_header(out, "Content-Transfer-Encoding", "8bit");
	}
	buf_puts(out, "\n");
	mbox_quote(span_of(patch->message), out);
	buf_printf(out, "%s\n%s", has_end(patch->message) ? "" : "---\n", patch->diff);
}

static int write_file(int folder, const char *name, const struct buf *data)
{
	cleanup_close int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, data->data, data->len);
	if (!err && close(steal_fd(&fd)))
		err = -errno;
	return err;
}

static int write_patches(const struct series *series, int folder)
{
	cleanup_buf struct buf list = BUF_INIT;
	int err = 0;

	for (size_t i = 0; i < series->count && !err; i++) {
		const struct patch *patch = &series->patches[i];
		cleanup_free char *title = slug(patch->tag.title);
		cleanup_free char *name = text("%04zu-%s.patch", i + 1, *title ? title : "patch");
		cleanup_buf struct buf mail = BUF_INIT;

		put_patch(&mail, patch);
		buf_printf(&list, "%s\n", name);
		err = write_file(folder, name, &mail);
	}
	return err ? err : write_file(folder, "series", &list);
}

/* Removes the folder at PATH and the files in it. */
static void remove_folder(const char *path, int folder)
{
	cleanup_dir DIR *dir = fdopendir(dup(folder));
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(folder, entry->d_name, 0);
	rmdir(path);
}

/* Fills the folder ASIDE and renames it to PATH. */
static int fill_and_rename(const struct series *series, const char *aside, const char *path)
{
	cleanup_close int folder = open(aside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (folder < 0)
		return -errno;
	err = fchmod(folder, 0755) ? -errno : write_patches(series, folder);
	if (!err && renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_NOREPLACE))
		err = -errno;
	if (err)
		remove_folder(aside, folder);
	return err;
}

static int write_folder(const struct series *series, const char *path)
{
	cleanup_free char *aside = text("%s.tmp.XXXXXX", path);
	struct stat st;

	if (!lstat(path, &st))
		return -EEXIST;
	if (!mkdtemp(aside))
		return -errno;
	return fill_and_rename(series, aside, path);
}

int series_write(const struct series *series, const char *path, struct buf *why)
{
	cleanup_free char *plain = span_copy(span_of(path));
	size_t len = strlen(plain);
	sigset_t wanted, before;
	int err;

	while (len > 1 && plain[len - 1] == '/')
		plain[--len] = '\0';
	/*
	 * Writing takes milliseconds. Block termination signals until it is complete, so that no
	 * temporary folder is left behind.
	 */
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGHUP);
	sigprocmask(SIG_BLOCK, &wanted, &before);
	err = write_folder(series, plain);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (err == -EEXIST)
		series_error(why, "exists: name a new folder");
	else if (err)
		series_error(why, "cannot be written: %s", strerror(-err));
	return err;
}
