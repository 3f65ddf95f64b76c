/* SPDX-License-Identifier: GPL-2.0-only */
/* The news of a run: each kernel compared with the last run that had it. A nightly job mails it. */
#ifndef REPORTS_MODEL_NEWS_H
#define REPORTS_MODEL_NEWS_H

#include "reports/model/changes.h"

/* A kernel of the run. The results own the strings and structs. */
struct kernel_news {
	const struct results *results;
	const struct kernel_about *is;
	/*
	 * As it was in an earlier run; or of a kernel with SERIES= that is new, the kernel without
	 * it. NULL: neither.
	 */
	const struct kernel_about *was;
	unsigned int of[VERDICT_COUNT]; /* cases with each verdict */
	unsigned int known;		/* known failures among them */
	unsigned int flaky;		/* cases */
	unsigned int leaks;		/* leaks that are not known */
	struct changes changes;
};

struct news {
	struct {
		struct kernel_news *items;
		size_t count;
	} kernels;
	const char *started;  /* of the first run */
	bool complete;	      /* all runs are complete */
	struct list problems; /* of the lab, for example a kernel that does not build */
};

/*
 * Append to NEWS what is new in RESULTS since BEFORE, results of earlier runs. Both must outlive
 * NEWS.
 */
void news_find(const struct results *before, const struct results *results, struct news *news);

/* The number of changes of KIND on all kernels. */
unsigned int news_count(const struct news *news, enum change_kind kind);

/*
 * The exit status of NEWS: 1 if something is worse or different, or memory leaks; 2 if a run is not
 * complete, or the lab has problems; otherwise 0, even if cases fail as before.
 */
int news_status(const struct news *news);

void news_free(struct news *news);
#define cleanup_news __attribute__((cleanup(news_free)))

#endif
