// SPDX-License-Identifier: GPL-2.0-only
#include "runner/watch/saves.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "runner/reach/edits.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>

/* A burst of saves ends when nothing was saved for this long, or after the second. */
#define QUIET_MS 100
#define BURST_MS 3000

/* What may change the content of a source, and what adds a folder to it. */
#define SAVED (IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE)
#define MASK  (SAVED | IN_CREATE | IN_ONLYDIR | IN_EXCL_UNLINK)

static char *join(const char *folder, const char *name)
{
	return *folder ? text("%s/%s", folder, name) : text("%s", name);
}

static void remember(struct saves *saves, int wd, const char *below)
{
	size_t index = (size_t)wd;

	while (saves->count <= index) {
		saves->below = one_more(saves->below, saves->count, sizeof(*saves->below));
		saves->below[saves->count++] = NULL;
	}
	free(saves->below[index]);
	saves->below[index] = text("%s", below);
}

/* Files of kernels are never hidden; git's own are. */
static bool is_source_folder(const char *below)
{
	cleanup_free char *inside = text("%s/x.c", below);
	const char *name = strrchr(below, '/');

	return *(name ? name + 1 : below) != '.' && !edits_is_idle(inside);
}

static int watch(struct saves *saves, const char *below);

static int watch_entries(struct saves *saves, const char *below, DIR *dir)
{
	int err = 0;

	for (struct dirent *entry; !err && (entry = readdir(dir));) {
		cleanup_free char *path = join(below, entry->d_name);

		if (entry->d_type == DT_DIR && is_source_folder(path))
			err = watch(saves, path);
	}
	return err;
}

/* Watch the folder BELOW, and then what is in it: nothing is missed in between. */
static int watch(struct saves *saves, const char *below)
{
	cleanup_free char *path = text("%s/%s", saves->folder, below);
	cleanup_dir DIR *dir = NULL;
	int wd = inotify_add_watch(saves->fd, path, MASK);

	/* It may be gone already. */
	if (wd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	remember(saves, wd, below);
	dir = opendir(path);
	return dir ? watch_entries(saves, below, dir) : 0;
}

int saves_open(const char *folder, struct saves *saves, struct buf *why)
{
	int err;

	*saves = (struct saves){
		.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
		.folder = text("%s", folder),
	};
	err = saves->fd < 0 ? -errno : watch(saves, "");
	if (err == -ENOSPC)
		buf_printf(why,
			   "cannot watch all folders of %s: raise fs.inotify.max_user_watches "
			   "(sysctl)",
			   folder);
	else if (err)
		buf_printf(why, "cannot watch %s: %s", folder, strerror(-err));
	return err;
}

/* Whether a folder that came or went has to do with kernels. Its files may be anything. */
static bool take_folder(struct saves *saves, const struct inotify_event *event, const char *path)
{
	if (!is_source_folder(path))
		return false;
	/* Without this folder, its files are still in each snapshot. */
	if (event->mask & (IN_CREATE | IN_MOVED_TO))
		watch(saves, path);
	saves->unknown = true;
	return true;
}

/* Whether EVENT is about a file that a kernel is built from. */
static bool take_event(struct saves *saves, const struct inotify_event *event)
{
	const char *below =
		event->wd >= 0 && (size_t)event->wd < saves->count ? saves->below[event->wd] : NULL;
	cleanup_free char *path = below && event->len ? join(below, event->name) : NULL;

	/* Nobody knows what was lost. */
	if (event->mask & IN_Q_OVERFLOW)
		saves->unknown = true;
	if (!path)
		return event->mask & IN_Q_OVERFLOW;
	if (event->mask & IN_ISDIR)
		return take_folder(saves, event, path);
	if (!(event->mask & SAVED) || *event->name == '.' || edits_is_idle(path))
		return false;
	list_add_once(&saves->files, path);
	return true;
}

bool saves_take(struct saves *saves)
{
	char chunk[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool saved = false;
	ssize_t got;

	while ((got = read(saves->fd, chunk, sizeof(chunk))) > 0)
		for (const char *at = chunk; at < chunk + got;) {
			const struct inotify_event *event = (const void *)at;

			saved |= take_event(saves, event);
			at += sizeof(*event) + event->len;
		}
	return saved;
}

void saves_settle(struct saves *saves)
{
	struct pollfd events = {.fd = saves->fd, .events = POLLIN};
	int64_t end = now_ms() + BURST_MS;

	while (now_ms() < end && poll(&events, 1, QUIET_MS) > 0)
		saves_take(saves);
}

void saves_close(struct saves *saves)
{
	cleanup_close_p(&saves->fd);
	for (size_t i = 0; i < saves->count; i++)
		free(saves->below[i]);
	free(saves->below);
	free(saves->folder);
	list_free(&saves->files);
	*saves = (struct saves){.fd = -1};
}
