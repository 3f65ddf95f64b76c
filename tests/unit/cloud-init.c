// SPDX-License-Identifier: GPL-2.0-only
/* What cloud-init reports: its first error. */
#include "scenarios/agent/cloud-init.h"

#include "lab/base/cleanup.h"

#include <greatest.h>

TEST no_error(void)
{
	ASSERT_EQ(NULL, cloud_init_error("status: done\nextended_status: done\nerrors: []\n"
					 "recoverable_errors: {}\n"));
	ASSERT_EQ(NULL, cloud_init_error(""));
	PASS();
}

TEST first_of_several_errors(void)
{
	cleanup_free char *error =
		cloud_init_error("status: error\nerrors:\n\t- ('scripts_user', RuntimeError)\n"
				 "recoverable_errors:\nWARNING:\n\t- Failed to run module\n");

	ASSERT_STR_EQ("('scripts_user', RuntimeError)", error);
	PASS();
}

TEST a_warning_is_an_error(void)
{
	cleanup_free char *error =
		cloud_init_error("status: done\nextended_status: degraded done\nerrors: []\n"
				 "recoverable_errors:\nWARNING:\n\t- Failed loading yaml\n");

	ASSERT_STR_EQ("Failed loading yaml", error);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(no_error);
	RUN_TEST(first_of_several_errors);
	RUN_TEST(a_warning_is_an_error);
	GREATEST_MAIN_END();
}
