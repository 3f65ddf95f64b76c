/* SPDX-License-Identifier: GPL-2.0-only */
/* Notices that files of a kernel source are saved, with inotify. */
#ifndef RUNNER_WATCH_SAVES_H
#define RUNNER_WATCH_SAVES_H

#include "lab/base/list.h"

#include <stdbool.h>

struct saves {
	int fd;	      /* readable when something has happened */
	char *folder; /* the kernel source */
	char **below; /* its folders by watch descriptor, "" for itself; NULL: none */
	size_t count;
	/* What was saved since the caller emptied the list, below FOLDER. */
	struct list files;
	bool unknown; /* anything else may have changed, too */
};

/*
 * Watch FOLDER, a kernel source, and what is below it, except what no kernel is built from. Returns
 * 0, or -errno with a message in WHY. The caller frees SAVES in any case.
 */
int saves_open(const char *folder, struct saves *saves, struct buf *why);

/*
 * Take what has happened so far. Returns whether a file that a kernel is built from was saved,
 * renamed or removed. Does not block.
 */
bool saves_take(struct saves *saves);

/*
 * Take what happens until nothing has for a moment: an editor writes several files, git checkout
 * thousands. Blocks for 3 s at most.
 */
void saves_settle(struct saves *saves);

void saves_close(struct saves *saves);

#endif
