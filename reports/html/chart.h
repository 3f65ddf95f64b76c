/* SPDX-License-Identifier: GPL-2.0-only */
/* Small SVG drawings in a page. */
#ifndef REPORTS_HTML_CHART_H
#define REPORTS_HTML_CHART_H

#include "reports/html/site.h"

struct point {
	double value;
	const char *label; /* when */
};

/* Draw a bar of PART in WHOLE in a table cell, which also has the number. */
void chart_bar(const struct sheet *sheet, double part, double whole);

/*
 * Draw a curve of COUNT values, oldest first, with HEADING, in UNIT ("s"). A table of the numbers
 * follows for readers who cannot see it. Draws nothing if there are fewer than two values.
 */
void chart_curve(const struct sheet *sheet, const char *heading, const char *unit,
		 const struct point *points, size_t count);

#endif
