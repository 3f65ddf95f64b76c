/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the overview that say what happened. */
#ifndef REPORTS_HTML_NEWS_H
#define REPORTS_HTML_NEWS_H

#include "reports/html/site.h"

/* What changed: regressions, failures, differences that nobody expects, leaks, what did not run. */
void news_write(const struct sheet *sheet);

/* Failures that are known, and why. */
void known_write(const struct sheet *sheet);

/* What the kernels lack for cases that were skipped. */
void skips_write(const struct sheet *sheet);

#endif
