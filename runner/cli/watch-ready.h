/* SPDX-License-Identifier: GPL-2.0-only */
/* Guests that vfiolab watch boots between two passes, for the cases of the next. */
#ifndef RUNNER_CLI_WATCH_READY_H
#define RUNNER_CLI_WATCH_READY_H

#include "runner/lane/pool.h"

struct watch_ready {
	const struct settings *settings;
	char *folder; /* of the passes */
	struct {
		struct job *items; /* without cases */
		size_t count;
	} jobs;
	struct ready_lanes lanes; /* for the first of the jobs */
	unsigned int booting;	  /* lanes whose guest is not up yet */
	int fd;			  /* readable when watch_ready_serve() has something to do */
};

/* The image that whole builds make, and the folder of modules that small builds add to it. */
#define READY_IMAGE   "work/image"
#define READY_CHANGED "work/changed"

/* Prepare READY, which the caller ends with watch_ready_end() in any case. Returns 0 or -errno. */
int watch_ready_open(const struct settings *settings, const char *folder,
		     struct watch_ready *ready);

/*
 * Take the jobs of a pass, JSON texts, in the order in which they started. Without any, the jobs
 * stay as they are.
 */
void watch_ready_take(struct watch_ready *ready, const struct list *jobs);

/* Kill the guests that are left, and boot new ones. Does not wait for them. */
void watch_ready_renew(struct watch_ready *ready);

/* A pass begins: only it may listen to the lanes from now on. */
void watch_ready_hand_over(struct watch_ready *ready);

/* Take what the lanes have sent, and boot the next guests. Does not block. */
void watch_ready_serve(struct watch_ready *ready);

void watch_ready_end(struct watch_ready *ready);

/* How the image of the last build differs from what the guests have booted. */
void watch_ready_delta(const char *out, struct image_delta *delta);

#endif
