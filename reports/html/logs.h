/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the files of a guest in a run's folder. */
#ifndef REPORTS_HTML_LOGS_H
#define REPORTS_HTML_LOGS_H

#include "lab/base/list.h"
#include "reports/model/record.h"

/* Paths below the run's folder; NULL if there is no such file. */
struct logs {
	char *console; /* of all guests of this part of the machine's cases */
	char *qemu;    /* QEMU's, of a lost guest */
	char *stream;  /* lines that the guest sent */
	char *ktap;    /* of the machine */
	char *trace;   /* of the case: docs/trace.md */
};

/* Find the logs of the guest that ran RECORD in the run's FOLDER. The caller frees them. */
void logs_find(const char *folder, const struct record *record, struct logs *logs);
void logs_free(struct logs *logs);
#define cleanup_logs __attribute__((cleanup(logs_free)))

/*
 * Append to TAIL the last LINES lines of FOLDER/PATH, of at most 64 KiB. Appends nothing if the
 * file cannot be read. Bytes that are not text become '?'.
 */
void logs_tail(const char *folder, const char *path, size_t lines, struct list *tail);

#endif
