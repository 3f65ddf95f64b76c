/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that a guest leaves in a run's folder. */
#ifndef REPORTS_HTML_LOGS_H
#define REPORTS_HTML_LOGS_H

#include "lab/base/list.h"
#include "reports/model/record.h"

/* Their paths below the run's folder; NULL: there is none. */
struct logs {
	char *console; /* of all guests of this part of the machine's cases */
	char *qemu;    /* QEMU's, of a lost guest */
	char *stream;  /* what the guest sent */
	char *ktap;    /* of the machine */
};

/* Find those of the guest that ran RECORD in the run's FOLDER. The caller frees them. */
void logs_find(const char *folder, const struct record *record, struct logs *logs);
void logs_free(struct logs *logs);
#define cleanup_logs __attribute__((cleanup(logs_free)))

/*
 * The last LINES lines of FOLDER/PATH, of at most 64 KiB; none if it cannot be read. Bytes that are
 * not text become '?'.
 */
void logs_tail(const char *folder, const char *path, size_t lines, struct list *tail);

#endif
