/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reports of a run. Each is derived from results.json by its own writer (docs/reports.md). A
 * new report is a file with one function, and a line in the table of report.c.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "reports/model/past.h"
#include "reports/model/results.h"

/* The input of a writer. */
struct report {
	const struct results *results;
	const struct past *past; /* earlier runs; NULL if there are none */
	const char *folder;	 /* of the run; also receives the reports */
};

struct writer {
	const char *name;
	const char *file; /* in the run's folder */
	/* Write REPORT to PATH, completely or not at all. Returns 0 or -errno. */
	int (*write)(const struct report *report, const char *path);
};

extern const struct writer writers[];
extern const size_t writer_count;

/*
 * Write all reports. If one cannot be written, the others are still written. Returns 0, or the
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
