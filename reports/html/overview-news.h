/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the overview that report news. */
#ifndef REPORTS_HTML_OVERVIEW_NEWS_H
#define REPORTS_HTML_OVERVIEW_NEWS_H

#include "reports/html/site.h"

/* Write regressions, failures, unexpected differences, leaks, and cases that did not run. */
void news_write(const struct sheet *sheet);

/* Write known failures and their reasons. */
void known_write(const struct sheet *sheet);

/* Write the reasons why cases were skipped. */
void skips_write(const struct sheet *sheet);

#endif
