/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a family of scenarios includes. A family is a folder in scenarios/; its scenarios are
 *
 *	SCENARIO(name, "needs", "summary")
 *	{
 *		ASSERT_OK(...);
 *		PASS();
 *	}
 *
 * `dut' is the DUT, bound to its VFIO driver (vfio-pci, or a variant) and open. SCENARIO_UNBOUND
 * passes it without a driver. Further members of struct scenario may follow the summary. Needs are
 * words of lab/base/vocabulary.c; an unknown word fails the build. The summary is one line that
 * states what must hold.
 */
#ifndef SCENARIOS_LIB_SCENARIO_H
#define SCENARIOS_LIB_SCENARIO_H

#include "scenarios/lib/assert.h"
#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/dut/user.h"
#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/dma-memory.h"
#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"

#include <errno.h>

struct suite_program;

struct scenario {
	const char *name;
	const char *needs;
	const char *summary;
	const char *file;
	unsigned int line;
	bool unbound; /* the DUT has no driver and is not open */
	bool hidden;  /* runs only if it is selected by name */
	/* A known bug may crash the kernel: search for leaks before it runs. */
	bool risky;
	unsigned int deadline_ms; /* 0: DEADLINE_MS */
	/* A program of a suite (scenarios/agent/suite-program.h); NULL: RUN is to be called. */
	const struct suite_program *program;
	enum greatest_test_res (*run)(struct dut *dut);
};

#define DEADLINE_MS 10000

#define SCENARIO(id, needs_, summary_, ...) SCENARIO_(id, false, needs_, summary_, __VA_ARGS__)
#define SCENARIO_UNBOUND(id, needs_, summary_, ...)                                                \
	SCENARIO_(id, true, needs_, summary_, __VA_ARGS__)

/* One of several scenarios that differ only in data: each is RUN(dut, ...). */
#define SCENARIO_VARIANT(id, needs_, summary_, run_, ...)                                          \
	SCENARIO(id, needs_, summary_)                                                             \
	{                                                                                          \
		return run_(dut, __VA_ARGS__);                                                     \
	}
#define SCENARIO_UNBOUND_VARIANT(id, needs_, summary_, run_, ...)                                  \
	SCENARIO_UNBOUND(id, needs_, summary_)                                                     \
	{                                                                                          \
		return run_(dut, __VA_ARGS__);                                                     \
	}

#define SCENARIO_(id, unbound_, needs_, summary_, ...)                                             \
	static enum greatest_test_res scenario_##id(struct dut *dut);                              \
	static const struct scenario id##_scenario = {.name = #id,                                 \
						      .needs = (needs_),                           \
						      .summary = (summary_),                       \
						      .file = __FILE__,                            \
						      .line = __LINE__,                            \
						      .unbound = (unbound_),                       \
						      .run = scenario_##id,                        \
						      __VA_ARGS__};                                \
	static const struct scenario *const id##_entry                                             \
		__attribute__((used, section("scenarios"))) = &id##_scenario;                      \
	static enum greatest_test_res scenario_##id(struct dut *dut __attribute__((unused)))

/*
 * A scenario whose body runs with each row of ROWS, an array of structs with a `name', until one
 * fails; the row's name is then part of the message. SKIP() skips a row that the DUT does not
 * support; a table whose rows were all skipped is skipped, with the last one's reason.
 *
 *	SCENARIO_TABLE(id, rows, "needs", "summary")
 *	{
 *		ASSERT_ERRNO(row->error, ...);
 *		PASS();
 *	}
 */
#define SCENARIO_TABLE(id, rows, needs_, summary_, ...)                                            \
	SCENARIO_TABLE_(id, false, rows, needs_, summary_, __VA_ARGS__)
#define SCENARIO_UNBOUND_TABLE(id, rows, needs_, summary_, ...)                                    \
	SCENARIO_TABLE_(id, true, rows, needs_, summary_, __VA_ARGS__)
#define SCENARIO_TABLE_(id, unbound_, rows, needs_, summary_, ...)                                 \
	typedef __typeof__((rows)[0]) row_of_##id;                                                 \
	static enum greatest_test_res row_##id(struct dut *dut, row_of_##id *row);                 \
	SCENARIO_(id, unbound_, needs_, summary_, __VA_ARGS__)                                     \
	{                                                                                          \
		enum greatest_test_res all = GREATEST_TEST_RES_SKIP;                               \
		for (size_t at = 0; at < ARRAY_SIZE(rows); at++) {                                 \
			const enum greatest_test_res row_result = row_##id(dut, &(rows)[at]);      \
			if (row_result == GREATEST_TEST_RES_FAIL)                                  \
				return scenario_row_failed((rows)[at].name);                       \
			if (row_result == GREATEST_TEST_RES_PASS)                                  \
				all = row_result;                                                  \
		}                                                                                  \
		return all;                                                                        \
	}                                                                                          \
	static enum greatest_test_res row_##id(struct dut *dut __attribute__((unused)),            \
					       row_of_##id *row)

/* Prefix the message of the failure with NAME of a table's row. Returns the failure. */
enum greatest_test_res scenario_row_failed(const char *name);

#endif
