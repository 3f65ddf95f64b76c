/* SPDX-License-Identifier: GPL-2.0-only */
/* The reports of a run: into its folder, and to the CI that runs the lab. */
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
 * In a job of GitHub's: append the summary in FOLDER to the file GITHUB_STEP_SUMMARY, and print
 * the annotations. Elsewhere: nothing. What GitHub does not take changes no verdict: it is not
 * reported.
 */
void publish_to_github(const char *folder);

#endif
