// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/guests.h"

#include "reports/model/record.h"

#include <greatest.h>

static void free_event(json_object **event)
{
	json_object_put(*event);
}
#define cleanup_event  __attribute__((cleanup(free_event)))
#define cleanup_guests __attribute__((cleanup(guests_free)))

static json_object *event_of(const char *kind)
{
	json_object *event = json_object_new_object();

	record_set(event, "event", kind);
	return event;
}

/* The number of the guest that LANE starts. */
static int start(struct guests *guests, unsigned int lane)
{
	cleanup_event json_object *event = event_of("guest");

	guests_event(guests, lane, event);
	return record_number(event, "guest");
}

static json_object *result(struct guests *guests, unsigned int lane, enum verdict verdict)
{
	json_object *event = event_of("record");
	json_object *record = record_new("base", "pci", 1, "bind/a", "edu");

	record_verdict(record, verdict, NULL);
	json_object_object_add(event, "record", record);
	guests_event(guests, lane, event);
	return event;
}

TEST no_two_guests_have_one_number(void)
{
	cleanup_guests struct guests guests = {0};

	ASSERT_EQ(1, start(&guests, 1));
	ASSERT_EQ(2, start(&guests, 3));
	ASSERT_EQ(3, start(&guests, 1));
	PASS();
}

TEST a_case_names_the_guest_and_lane_that_ran_it(void)
{
	cleanup_guests struct guests guests = {0};
	cleanup_event json_object *event = NULL;
	json_object *record;

	start(&guests, 1);
	start(&guests, 2);
	start(&guests, 1);
	event = result(&guests, 2, VERDICT_PASS);
	record = json_object_object_get(event, "record");
	ASSERT_EQ(2, record_number(record, "guest"));
	ASSERT_EQ(2, record_number(record, "lane"));
	PASS();
}

TEST a_case_that_did_not_run_names_none(void)
{
	cleanup_guests struct guests guests = {0};
	cleanup_event json_object *event = NULL;
	json_object *record;

	start(&guests, 1);
	event = result(&guests, 1, VERDICT_MISS);
	record = json_object_object_get(event, "record");
	ASSERT_FALSE(json_object_object_get(record, "guest"));
	ASSERT_FALSE(json_object_object_get(record, "lane"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(no_two_guests_have_one_number);
	RUN_TEST(a_case_names_the_guest_and_lane_that_ran_it);
	RUN_TEST(a_case_that_did_not_run_names_none);
	GREATEST_MAIN_END();
}
