/* SPDX-License-Identifier: GPL-2.0-only */
/* A series of patches, from whatever form it comes in to a folder of plain ones in order. */
#ifndef KERNEL_TOOLS_LIB_SERIES_H
#define KERNEL_TOOLS_LIB_SERIES_H

#include "kernel/tools/lib/series-mail.h"
#include "kernel/tools/lib/series-tag.h"
#include "kernel/tools/lib/series-text.h"

struct patch {
	char *subject; /* one line, tags included */
	char *from;    /* NULL where not known */
	char *date;    /* NULL where not known */
	char *message; /* what came before the diff */
	char *diff;    /* as diff_read() has it; NULL for a cover letter, and where it is broken */
	char *files;   /* the files that it touches, one a line */
	char *broken;  /* why it is of no use; NULL where it is */
	struct tag tag;
};

struct series {
	struct patch *patches; /* in order */
	size_t count;
};

#define SERIES_INIT {NULL, 0}

/* How the patches of a series are found among those collected. */
enum series_order {
	ORDER_GIVEN,  /* the collection is the series */
	ORDER_NAME,   /* the same, but numbers, where all have them, win over the order of names */
	ORDER_NUMBER, /* mails: the newest version, by number */
	ORDER_THREAD, /* the same, and others than the author may have sent patches, too */
};

/*
 * Read the series at PATH: a patch, a folder of patches, a mailbox, or a
 * thread's page saved as text. 0, or -errno and WHY, one line that begins
 * with what is wrong and does not name PATH.
 */
int series_read(const char *path, struct series *series, struct buf *why);

/*
 * Make a patch of MAIL, which is taken over, and add it to SERIES. NAME is
 * what it is called where it has no subject; P0 as for diff_read().
 */
void series_add(struct series *series, struct mail *mail, const char *name, bool p0);

/*
 * Collect the patches of the file PATH, and say in ORDER how a series is found
 * among them; P0 as for diff_read(). 0, or -errno and WHY.
 */
int series_add_file(struct series *series, const char *path, bool p0, enum series_order *order,
		    struct buf *why);

/* The same for the folder PATH: what its file "series" lists or, without one, every patch in it. */
int series_add_folder(struct series *series, const char *path, enum series_order *order,
		      struct buf *why);

/* Is TEXT a mailing-list archive's page of a whole thread, saved as text? */
bool thread_is(struct span text);

/* Collect from the PAGE of a thread every message that is not a reply. */
void series_add_thread(struct series *series, struct span page);

/*
 * Leave in SERIES the patches that are the series, in order, each of them
 * whole. 0, or -EINVAL and WHY: a number is missing, two series compete, a
 * patch is broken, or there is none.
 */
int series_select(struct series *series, enum series_order order, struct buf *why);

/* Add one line for each patch to OUT: number, subject, files; between them, tabs. */
void series_list(const struct series *series, struct buf *out);

/*
 * Make the folder PATH with a file for each patch and a file "series" that
 * names them in order. PATH appears when all of it is written, or not at
 * all; -EEXIST where there is something already. 0, or -errno and WHY.
 */
int series_write(const struct series *series, const char *path, struct buf *why);

/* Remove the patches that DROP says true of, with CONTEXT. */
void series_drop(struct series *series,
		 bool (*drop)(const struct patch *patch, const void *context), const void *context);

void series_free(struct series *series);

#define cleanup_series __attribute__((cleanup(series_free)))

#endif
