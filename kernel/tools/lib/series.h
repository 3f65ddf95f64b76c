/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a series of patches from any common format and writes it as a folder of plain, ordered
 * patches.
 */
#ifndef KERNEL_TOOLS_LIB_SERIES_H
#define KERNEL_TOOLS_LIB_SERIES_H

#include "kernel/tools/lib/series-mail.h"
#include "kernel/tools/lib/series-tag.h"
#include "kernel/tools/lib/series-text.h"

struct patch {
	char *subject; /* one line, tags included */
	char *from;    /* NULL if unknown */
	char *date;    /* NULL if unknown */
	char *message; /* the text before the diff */
	char *diff;    /* as normalised by diff_read(); NULL for a cover letter, or if malformed */
	char *files;   /* the files that it changes, one a line */
	char *broken;  /* why it cannot be used, or NULL */
	struct tag tag;
};

struct series {
	struct patch *patches; /* in order */
	size_t count;
};

#define SERIES_INIT {NULL, 0}

/* How the patches of a series are selected from those collected. */
enum series_order {
	ORDER_GIVEN,  /* all patches, in the given order */
	ORDER_NAME,   /* all patches, by number if all have one, else by name */
	ORDER_NUMBER, /* from mails: the newest version, by number */
	ORDER_THREAD, /* the same, but other people may have sent patches, too */
};

/*
 * Reads the series at PATH: a patch, a folder of patches, a mailbox, or a thread's page saved as
 * text. Blocks on file I/O. Returns 0, or -errno with a message in WHY that continues a sentence
 * beginning with PATH.
 */
int series_read(const char *path, struct series *series, struct buf *why);

/*
 * Makes a patch from MAIL, of which it takes ownership, and adds it to SERIES. NAME is used if MAIL
 * has no subject. For P0 see diff_read().
 */
void series_add(struct series *series, struct mail *mail, const char *name, bool p0);

/*
 * Collects the patches of the file PATH, and stores in ORDER how to select the series from them.
 * For P0 see diff_read(). Returns 0, or -errno with a message in WHY.
 */
int series_add_file(struct series *series, const char *path, bool p0, enum series_order *order,
		    struct buf *why);

/*
 * As series_add_file(), for the folder PATH: the patches that its file "series" lists or, without
 * one, every patch in it.
 */
int series_add_folder(struct series *series, const char *path, enum series_order *order,
		      struct buf *why);

/* Returns true if TEXT is a mailing-list archive's page of a whole thread, saved as text. */
bool thread_is(struct span text);

/* Collects all messages on the PAGE of a thread that are not replies. */
void series_add_thread(struct series *series, struct span page);

/*
 * Reduces SERIES to the patches of the series, in order. Returns 0, or -EINVAL with a message in
 * WHY if a number is missing, two series have the same version, a patch is malformed, or there is
 * none.
 */
int series_select(struct series *series, enum series_order order, struct buf *why);

/* Appends one line per patch to OUT: number, subject and files, separated by tabs. */
void series_list(const struct series *series, struct buf *out);

/*
 * Creates the folder PATH with one file per patch and a file "series" that lists them in order.
 * PATH appears only after everything has been written. Blocks on file I/O. Returns 0, or -errno
 * with a message in WHY; -EEXIST if PATH exists.
 */
int series_write(const struct series *series, const char *path, struct buf *why);

/* Removes the patches for which DROP returns true. CONTEXT is passed to DROP. */
void series_drop(struct series *series,
		 bool (*drop)(const struct patch *patch, const void *context), const void *context);

void series_free(struct series *series);

#define cleanup_series __attribute__((cleanup(series_free)))

#endif
