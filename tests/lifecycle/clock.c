// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of guests with wrong clocks, caused by the kernel or by QEMU, and of the reports about
 * guests.
 */
#include "lab/base/cleanup.h"
#include "tests/lifecycle/lab.h"
#include "tests/lifecycle/suites.h"

#include <greatest.h>
#include <string.h>

#define RUN "vfiolab run --reports " LAB_REPORTS " -k base -d edu "

#define SECONDS 240

static size_t count(json_object *array)
{
	return array ? json_object_array_length(array) : 0;
}

/* Returns how many guests ended for a reason that contains WORDS. */
static size_t guests_that(const struct lab *lab, const char *words)
{
	json_object *guests = json_object_object_get(lab->results, "guests");
	size_t found = 0;

	for (size_t i = 0; i < count(guests); i++)
		found += !!strstr(field(json_object_array_get_idx(guests, i), "end"), words);
	return found;
}

/*
 * The affected case is repeated in a guest with a correct clock, and its first attempt is still
 * reported.
 */
TEST a_case_with_a_wrong_clock_runs_again(const struct lab *lab)
{
	json_object *record = lab_case(lab, "selftest/clock_waits[edu]");
	json_object *discarded = json_object_object_get(record, "discarded");

	ASSERT_STR_EQm(field(record, "reason"), "PASS", field(record, "verdict"));
	ASSERT(count(discarded));
	ASSERT(strstr(json_object_get_string(json_object_array_get_idx(discarded, 0)),
		      "clock ran fast"));
	ASSERT(guests_that(lab, "selftest/clock_waits[edu] runs again"));
	ASSERT(strstr(lab->printed.data, "selftest/clock_waits[edu] runs again"));
	PASS();
}

TEST what_ran_before_stands(const struct lab *lab)
{
	json_object *record = lab_case(lab, "selftest/clock_fast_after[edu]");

	ASSERT_STR_EQm(field(record, "reason"), "PASS", field(record, "verdict"));
	PASS();
}

TEST a_clock_that_is_wrong_in_every_guest_is_an_error(const struct lab *lab)
{
	json_object *record = lab_case(lab, "selftest/clock_fast[edu]");
	unsigned int counted, passed;

	ASSERT_STR_EQ("ERROR", field(record, "verdict"));
	ASSERT_EQm(field(record, "reason"), 2,
		   sscanf(field(record, "reason"),
			  "the guest's clock ran fast: it counted %u ms in %u ms of the host's",
			  &counted, &passed));
	ASSERT(counted > passed);
	ASSERT_EQ(2, guests_that(lab, "selftest/clock_fast[edu] runs again"));
	PASS();
}

TEST what_follows_has_a_fresh_guest(const struct lab *lab)
{
	json_object *record = lab_case(lab, "selftest/clock_computes[edu]");
	json_object *ms = json_object_object_get(record, "host_ms");

	ASSERT_STR_EQm(field(record, "reason"), "PASS", field(record, "verdict"));
	ASSERT(json_object_get_int(ms) > 0);
	PASS();
}

/*
 * The clock is wrong in every guest, and the case misses its deadline because of it. A FAIL would
 * not be the kernel's fault.
 */
TEST a_deadline_by_a_wrong_clock_is_no_failure(void)
{
	cleanup_lab struct lab lab;
	json_object *record;

	ASSERT_EQ(0, lab_start(&lab,
			       "exec bwrap --dev-bind / / --ro-bind tests/lifecycle/fast-clock.xml "
			       "$PWD/lab/machines/pci.xml " RUN
			       "-m pci -l 1 -s selftest/clock_computes"));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, 2, lab.status, "%d");
	record = lab_case(&lab, "selftest/clock_computes[edu]");
	ASSERT_STR_EQm(field(record, "reason"), "ERROR", field(record, "verdict"));
	ASSERTm(field(record, "reason"),
		strstr(field(record, "reason"), "the guest's clock ran fast"));
	PASS();
}

/* Checks that the guest of RECORD is in GUESTS, with a unique number. */
static json_object *guest_of(json_object *guests, json_object *record)
{
	json_object *found = NULL;

	for (size_t i = 0; i < count(guests); i++) {
		json_object *guest = json_object_array_get_idx(guests, i);

		if (strcmp(field(guest, "guest"), field(record, "guest")))
			continue;
		if (found)
			return NULL;
		found = guest;
	}
	return found;
}

TEST a_case_names_its_guest_and_lane(void)
{
	cleanup_lab struct lab lab;
	json_object *guests, *cases;

	ASSERT_EQ(0, lab_start(&lab, RUN "-d nvme -m pci -m sriov -l 2 -s selftest/pass"));
	ASSERT(lab_wait(&lab, SECONDS));
	guests = json_object_object_get(lab.results, "guests");
	cases = json_object_object_get(lab.results, "cases");
	ASSERT_EQ_FMTm(lab.printed.data, (size_t)2, count(cases), "%zu");
	for (size_t i = 0; i < count(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		json_object *guest = guest_of(guests, record);

		ASSERTm(field(record, "case"), guest);
		ASSERT_STR_EQ(field(guest, "machine"), field(record, "machine"));
		ASSERT_STR_EQ(field(guest, "lane"), field(record, "lane"));
	}
	PASS();
}

SUITE(clocks)
{
	cleanup_lab struct lab lab;
	bool ended = !lab_start(&lab, RUN "-m pci -l 1 -s 'selftest/clock_*'") &&
		     lab_wait(&lab, SECONDS);

	if (!ended || lab.status != 2)
		printf("exit status %d, printed:\n%s\n", lab.status, lab.printed.data);
	RUN_TEST1(what_ran_before_stands, &lab);
	RUN_TEST1(a_case_with_a_wrong_clock_runs_again, &lab);
	RUN_TEST1(a_clock_that_is_wrong_in_every_guest_is_an_error, &lab);
	RUN_TEST1(what_follows_has_a_fresh_guest, &lab);
	RUN_TEST(a_deadline_by_a_wrong_clock_is_no_failure);
	RUN_TEST(a_case_names_its_guest_and_lane);
}
