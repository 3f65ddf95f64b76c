/* SPDX-License-Identifier: GPL-2.0-only */
/* Shards that did not run: of two scenarios on edu and igb, on the kernels base and series. */
#ifndef TESTS_REPORTS_SHARDS_H
#define TESTS_REPORTS_SHARDS_H

#include "reports/model/merge.h"

/*
 * Add to PARTS the shard INDEX of COUNT, with the cases of DUT, which all passed in one guest.
 * Returns its results, which PARTS own.
 */
struct results *make_shard(struct merge_parts *parts, unsigned int index, unsigned int count,
			   const char *dut);

/* Add a case that passed, with NUMBER, to RESULTS. */
void shard_add_record(struct results *results, const char *kernel, const char *dut,
		      const char *scenario, unsigned int number);

/* The first case of KERNEL on DUT failed, and passed when it ran again, with NUMBER. */
void shard_add_retry(struct results *results, const char *kernel, const char *dut,
		     unsigned int number);

#endif
