/* SPDX-License-Identifier: GPL-2.0-only */
/* Small drawings, as SVG in the page. */
#ifndef REPORTS_HTML_CHART_H
#define REPORTS_HTML_CHART_H

#include "reports/html/site.h"

struct point {
	double value;
	const char *label; /* when */
};

/* A bar of PART in WHOLE, for a cell of a table that has the number as well. */
void chart_bar(const struct sheet *sheet, double part, double whole);

/*
 * A curve of COUNT values from the oldest on, with HEADING, in UNIT ("s"). The page has the numbers
 * as a table for those who cannot see it. Nothing if there are less than two.
 */
void chart_curve(const struct sheet *sheet, const char *heading, const char *unit,
		 const struct point *points, size_t count);

#endif
