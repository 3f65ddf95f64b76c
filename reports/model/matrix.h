/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a run with its kernels side by side: a row for each case, a cell for each kernel.
 */
#ifndef REPORTS_MODEL_MATRIX_H
#define REPORTS_MODEL_MATRIX_H

#include "reports/model/attempts.h"
#include "reports/model/results.h"

/* A case on one kernel. */
struct cell {
	struct attempts attempts;      /* count 0: the kernel does not have the case */
	const struct comparison *lost; /* the comparison in which it is a regression, or NULL */
	unsigned int page;	       /* number of its own page, if a report makes one; 0: none */
};

/* A case on one machine. */
struct row {
	const struct record *record; /* of the first kernel that has the case */
	size_t family_length;	     /* of the family, which its scenario begins with */
	struct cell *cells;	     /* by kernel, in the order of the results' kernels */
};

/* The rows of a family are neighbours. Rows are sorted by scenario, machine and name. */
struct matrix {
	struct row *rows;
	size_t count;
	size_t kernels;
	struct cell *cells; /* of all rows */
};

/* What the cases of some rows on one kernel came to. */
struct tally {
	unsigned int of[VERDICT_COUNT]; /* but for known failures */
	unsigned int known;		/* failures that are known */
	unsigned int flaky;		/* attempts differ */
	unsigned int lost;		/* regressions, which are counted as failures as well */
	unsigned int ms;		/* of all attempts' worst ones, by the guest's clock */
};

/* Make MATRIX, which refers to RESULTS, of them. matrix_free() frees what it holds. */
void matrix_make(const struct results *results, struct matrix *matrix);
void matrix_free(struct matrix *matrix);

/* The row of the case NAME on MACHINE, or NULL. MATRIX owns it. */
struct row *matrix_row(const struct matrix *matrix, const char *name, const char *machine);

/* What ROWS rows from FIRST on came to on the kernel with this number. */
struct tally matrix_tally(const struct matrix *matrix, size_t first, size_t rows, size_t kernel);

/* The record that stands for CELL: the worst attempt; NULL if there is none. */
static inline const struct record *cell_record(const struct cell *cell)
{
	return cell->attempts.count ? cell->attempts.worst : NULL;
}

#endif
