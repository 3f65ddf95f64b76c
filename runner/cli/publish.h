/* SPDX-License-Identifier: GPL-2.0-only */
/* Publishes a run: writes its reports, and passes them to the CI that runs the lab. */
#ifndef RUNNER_CLI_PUBLISH_H
#define RUNNER_CLI_PUBLISH_H

#include "reports/model/results.h"
#include "runner/plan/settings.h"

/*
 * Write the reports of RESULTS to FOLDER, beside results.json, with strips and curves of the
 * earlier runs in the history. If the history cannot be read, it prints a warning. Returns 0, or
 * -errno with a message in WHY.
 */
int publish(const struct settings *settings, const struct results *results, const char *folder,
	    struct buf *why);

/*
 * In a job of GitHub Actions, append the summary in FOLDER to the file GITHUB_STEP_SUMMARY and
 * print the annotations. Elsewhere, do nothing. Errors are ignored, because they do not affect the
 * verdict.
 */
void publish_to_github(const char *folder);

#endif
