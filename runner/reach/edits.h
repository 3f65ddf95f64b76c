/* SPDX-License-Identifier: GPL-2.0-only */
/* What the patches or the work tree of a kernel change, and which cases reach that. */
#ifndef RUNNER_REACH_EDITS_H
#define RUNNER_REACH_EDITS_H

#include "runner/plan/rank.h"
#include "runner/reach/reach.h"

struct edits {
	struct list functions; /* FILE:FUNCTION */
	/* Why a case might notice the change without reaching one of them; empty: none can. */
	struct buf beyond;
};

/*
 * Whether the kernel NAME was built with SERIES= or, unless WITH_SERIES, from KDIR=: it is one that
 * a user changes.
 */
bool edits_any(const struct settings *settings, const char *name, bool with_series);

/*
 * Find what the series of the kernel NAME, or else its KDIR=, changes; REACH is what is known of it
 * or of the nearest kernel. Returns 0, or -errno with a message in WHY. The caller frees EDITS in
 * any case.
 */
int edits_find(const struct settings *settings, const char *name, const struct reach *reach,
	       struct edits *edits, struct buf *why);

/* Whether the KDIR= of the kernel NAME is known to have changes since its last commit. */
bool edits_uncommitted(const struct settings *settings, const char *name);

/* Whether no kernel is built from FILE, a path in a kernel source. */
bool edits_is_idle(const char *file);

/*
 * The same since SNAPSHOT, an older snapshot of KDIR= (kernel/snapshot), if NAME was built from
 * one. A snapshot that is gone counts as a change beyond functions.
 */
void edits_since(const struct settings *settings, const char *name, const char *snapshot,
		 const struct reach *reach, struct edits *edits);

/*
 * The same for the patch in the file PATH, on the source of which REACH is: the patch is not
 * applied, and changes each file at most once.
 */
int edits_of_patch(const struct settings *settings, const char *path, const struct reach *reach,
		   struct edits *edits, struct buf *why);

/*
 * Set the elements of RANKS, one for each case of REACH, to RANK_BODY, RANK_SETUP or RANK_REST. If
 * a case of which nothing is known might notice the change, adds the reason to the beyond of
 * CHANGES.
 */
void edits_rank(struct edits *edits, const struct reach *reach, enum rank *ranks);

void edits_free(struct edits *edits);
#define cleanup_edits __attribute__((cleanup(edits_free)))

#endif
