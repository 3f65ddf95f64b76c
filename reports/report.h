/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reports of a run, each made of results.json by a writer of its own (docs/reports.md). A new
 * one is a file with a function and a line in the table of report.c.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "reports/model/past.h"
#include "reports/model/results.h"

/* What a writer gets. */
struct report {
	const struct results *results;
	const struct past *past; /* earlier runs; NULL: none are known */
	const char *folder;	 /* of the run: consoles, streams, and where reports go */
};

struct writer {
	const char *name;
	const char *file; /* in the run's folder */
	/* Write REPORT to PATH, whole or not at all. Returns 0 or -errno. */
	int (*write)(const struct report *report, const char *path);
};

extern const struct writer writers[];
extern const size_t writer_count;

/*
 * Write all reports. One that cannot be written does not keep the others from it. Returns 0, or the
 * first -errno with a message in WHY.
 */
int reports_write(const struct report *report, struct buf *why);

int junit_write(const struct report *report, const char *path);
int kcidb_write(const struct report *report, const char *path);
int squad_write(const struct report *report, const char *path);
int squad_metrics_write(const struct report *report, const char *path);
int squad_metadata_write(const struct report *report, const char *path);
int markdown_write(const struct report *report, const char *path);
int annotations_write(const struct report *report, const char *path);
int html_write(const struct report *report, const char *path);

#endif
