/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Assertions in addition to greatest's. Their messages include the actual values. Like greatest's,
 * they return from the scenario, so its resources must be released by scope (lab/base/cleanup.h).
 */
#ifndef SCENARIOS_LIB_ASSERT_H
#define SCENARIOS_LIB_ASSERT_H

#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/irqs.h"

#include "lab/base/buf.h"

#include "greatest.h"

#include <stdint.h>

/* Returns NULL if the first LEN bytes are equal, or a message with the first difference. */
const char *check_bytes(const void *expected, const void *got, size_t len);

/* Fail with a formatted message. */
#define FAILF(...) FAILm(text(__VA_ARGS__))

/* Fail with a formatted message unless CONDITION holds. */
#define ASSERT_THAT(condition, ...)                                                                \
	do {                                                                                       \
		if (!(condition))                                                                  \
			FAILF(__VA_ARGS__);                                                        \
	} while (0)

/* Fail with the message that EXPRESSION returns unless that is NULL. */
#define ASSERT_CHECK(expression)                                                                   \
	do {                                                                                       \
		const char *assert_why = (expression);                                             \
		if (assert_why)                                                                    \
			FAILm(assert_why);                                                         \
	} while (0)

/* CALL does not return an error (a negative number). */
#define ASSERT_OK(call)                                                                            \
	do {                                                                                       \
		long assert_got = (long)(call);                                                    \
		if (assert_got < 0)                                                                \
			FAILF("%s failed: %s", #call, error_name(assert_got));                     \
	} while (0)

/* CALL returns -ERROR. */
#define ASSERT_ERRNO(error, call)                                                                  \
	do {                                                                                       \
		long assert_got = (long)(call);                                                    \
		if (assert_got != -(error))                                                        \
			FAILF("%s: expected %s, got %s", #call, error_name(error),                 \
			      assert_got < 0 ? error_name(assert_got) : "no error");               \
	} while (0)

/* RESULT is -ERROR, or 0 if ERROR is 0. */
#define ASSERT_RESULT(error, result)                                                               \
	do {                                                                                       \
		long assert_got = (long)(result);                                                  \
		if (assert_got != -(error))                                                        \
			FAILF("%s: expected %s, got %s", #result, error_name(error),               \
			      error_name(assert_got));                                             \
	} while (0)

/* Two numbers are equal; printed in decimal, or in hexadecimal. */
#define ASSERT_NUMBER(expected, got) ASSERT_SAME_("%lld", expected, got)
#define ASSERT_HEX(expected, got)    ASSERT_SAME_("0x%llx", expected, got)
#define ASSERT_SAME_(format, expected, got)                                                        \
	do {                                                                                       \
		long long assert_expected = (long long)(expected);                                 \
		long long assert_got = (long long)(got);                                           \
		if (assert_expected != assert_got)                                                 \
			FAILF("%s: expected " format ", got " format, #got, assert_expected,       \
			      assert_got);                                                         \
	} while (0)

/* LEN bytes are equal. */
#define ASSERT_BYTES(expected, got, len) ASSERT_CHECK(check_bytes(expected, got, len))

/* VECTOR of IRQS has received TOTAL events since it was enabled, or receives them in time. */
#define ASSERT_EVENTS(irqs, vector, total) ASSERT_CHECK(irqs_await(irqs, vector, total))

/*
 * No vector received an event that was not asserted before. Does not wait: await an event that is
 * ordered after the unexpected one first.
 */
#define ASSERT_NO_OTHER_EVENT(irqs) ASSERT_CHECK(check_no_other_irqs(irqs))

#endif
