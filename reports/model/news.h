/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is new in a run: each kernel compared with the last run that had it, as a nightly job mails
 * it.
 */
#ifndef REPORTS_MODEL_NEWS_H
#define REPORTS_MODEL_NEWS_H

#include "reports/model/changes.h"

/* A kernel of the run. The results own what it points to. */
struct kernel_news {
	const struct results *results;
	const struct kernel_about *is;
	const struct kernel_about *was; /* NULL: no earlier run has it */
	unsigned int
		of[VERDICT_COUNT]; /* attempts with each verdict, but those that a retry excuses */
	unsigned int known;	   /* failures among them that are known */
	unsigned int flaky;	   /* cases */
	unsigned int leaks;	   /* that are not known to */
	struct changes changes;
};

struct news {
	struct {
		struct kernel_news *items;
		size_t count;
	} kernels;
	const char *started;  /* of the first run */
	bool complete;	      /* all runs are */
	struct list problems; /* of the lab, in words: a kernel that does not build */
};

/*
 * Append to NEWS what is new in RESULTS since BEFORE, which are of earlier runs. Both must outlive
 * NEWS.
 */
void news_find(const struct results *before, const struct results *results, struct news *news);

/* Changes of KIND, on all kernels. */
unsigned int news_count(const struct news *news, enum change_kind kind);

/*
 * The exit status of NEWS: 1 something is worse or other than before, or memory leaks; 2 a run is
 * not complete, or the lab has problems; else 0, also if cases fail as they did before.
 */
int news_status(const struct news *news);

void news_free(struct news *news);
#define cleanup_news __attribute__((cleanup(news_free)))

#endif
