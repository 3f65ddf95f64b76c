/* SPDX-License-Identifier: GPL-2.0-only */
/* The results of a run with its kernels side by side: a row per case, a cell per kernel. */
#ifndef REPORTS_MODEL_MATRIX_H
#define REPORTS_MODEL_MATRIX_H

#include "reports/model/attempts.h"
#include "reports/model/results.h"

/* A case on one kernel. */
struct cell {
	struct attempts attempts;      /* count 0: the kernel does not have the case */
	const struct comparison *lost; /* the comparison in which it is a regression, or NULL */
	unsigned int page;	       /* number of its own page, if a report writes one; 0: none */
};

/* A case on one machine. */
struct row {
	const struct record *record; /* of the first kernel that has the case */
	size_t family_length;	     /* of the family, with which the scenario begins */
	struct cell *cells;	     /* by kernel, in the order of the results' kernels */
};

/* The rows of a family are neighbours. Rows are sorted by scenario, machine and name. */
struct matrix {
	struct row *rows;
	size_t count;
	size_t kernels;
	struct cell *cells; /* of all rows */
};

/* Totals of some rows on one kernel. */
struct tally {
	unsigned int of[VERDICT_COUNT]; /* without known failures */
	unsigned int known;		/* known failures */
	unsigned int flaky;		/* attempts differ */
	unsigned int lost;		/* regressions; also counted as failures */
	unsigned int ms;		/* of the worst attempts, by the guest's clock */
};

/* Make MATRIX from RESULTS, to which it refers. matrix_free() frees its memory. */
void matrix_make(const struct results *results, struct matrix *matrix);
void matrix_free(struct matrix *matrix);

/* The row of the case NAME on MACHINE, or NULL. MATRIX owns it. */
struct row *matrix_row(const struct matrix *matrix, const char *name, const char *machine);

/* The totals of ROWS rows, beginning with FIRST, on the kernel with index KERNEL. */
struct tally matrix_tally(const struct matrix *matrix, size_t first, size_t rows, size_t kernel);

/* The record that represents CELL: the worst attempt; NULL if there is none. */
static inline const struct record *cell_record(const struct cell *cell)
{
	return cell->attempts.count ? cell->attempts.worst : NULL;
}

#endif
