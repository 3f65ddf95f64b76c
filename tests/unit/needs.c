// SPDX-License-Identifier: GPL-2.0-only
/* Matching a scenario's needs against a DUT's properties. */
#include "lab/base/needs.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#define EDU    "irq=intx:1 irq=msi:1 bar=mmap:1 driver=edu trigger=intx trigger=msi group:1"
#define E1000E "irq=intx:1 irq=msi:1 irq=msix:5 reset reset=pm reset=bus native=e1000e group:2"

static const struct {
	const char *needs, *properties, *expected; /* NULL: met */
} matches[] = {
	{"", EDU, NULL},
	{"irq", EDU, NULL},
	{"irq=msi", EDU, NULL},
	{"irq=msi:1", EDU, NULL},
	{"irq=msix:5 reset=pm native", E1000E, NULL},
	{"group:2", E1000E, NULL},
	{"!reset", EDU, NULL},
	{"!irq=msix !irq=msi:2", EDU, NULL},
	{"irq=msix:2", EDU, "needs irq=msix:2; dut has irq=intx:1 irq=msi:1"},
	{"irq=msix:6", E1000E, "needs irq=msix:6; dut has irq=intx:1 irq=msi:1 irq=msix:5"},
	{"reset", EDU, "needs reset; dut has no reset"},
	{"!reset", E1000E, "needs !reset; dut has reset reset=pm reset=bus"},
	{"group:2", EDU, "needs group:2; dut has group:1"},
	{"irq=msix irq=msi:2", EDU, "needs irq=msix irq=msi:2; dut has irq=intx:1 irq=msi:1"},
	{"reset native=nvme", E1000E, "needs native=nvme; dut has native=e1000e"},
	{"re", E1000E, "needs re; dut has no re"},
	{"reset=p", E1000E, "needs reset=p; dut has reset reset=pm reset=bus"},
	{"irq", "", "needs irq; dut has no irq"},
};

TEST matching(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
		cleanup_free char *why =
			needs_unmet(matches[i].needs, "dut", matches[i].properties);

		if (matches[i].expected)
			ASSERT_STR_EQm(matches[i].needs, matches[i].expected, why ? why : "(met)");
		else
			ASSERT_EQm(matches[i].needs, NULL, why);
	}
	PASS();
}

/* If two keys are missing, both are named; the second need of a key is not explained again. */
TEST reason_names_every_key_once(void)
{
	cleanup_free char *why = needs_unmet("irq=msix reset irq=msi:4", "edu", EDU);

	ASSERT_STR_EQ("needs irq=msix reset irq=msi:4; edu has irq=intx:1 irq=msi:1 no reset", why);
	PASS();
}

/* The first need of a key is met, the second is not: the available ones are listed. */
TEST reason_of_second_need(void)
{
	cleanup_free char *why = needs_unmet("irq=msi irq=msix", "edu", EDU);

	ASSERT_STR_EQ("needs irq=msix; edu has irq=intx:1 irq=msi:1", why);
	PASS();
}

TEST mentions(void)
{
	ASSERT(needs_mention("trigger=msi !reset", "reset"));
	ASSERT(needs_mention("irq=msix:2", "irq"));
	ASSERT_FALSE(needs_mention("trigger=msi", "msi"));
	ASSERT_FALSE(needs_mention("", "irq"));
	PASS();
}

TEST agreement(void)
{
	ASSERT(needs_agree("for=flr irq=intx", "for=flr"));
	ASSERT(needs_agree("irq=intx", "for=flr"));
	ASSERT_FALSE(needs_agree("irq=intx for=pm", "for=flr"));
	ASSERT_FALSE(needs_agree("!for=flr", "for=flr"));
	PASS();
}

TEST validity(void)
{
	static const char *const good[] = {"", " ", "irq=msix:2 !reset", "group:2",
					   "native=8139too"};
	static const char *const bad[] = {"!",	       "irq=", "irq=msi:", "irq=msi:x",
					  "irq=msi:0", "=x",   "a,b",	   ":3"};
	char *word = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ASSERTm(good[i], needs_valid(good[i], &word));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_FALSEm(bad[i], needs_valid(bad[i], &word));
		ASSERT_STR_EQ(bad[i], word);
		free(word);
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(matching);
	RUN_TEST(reason_names_every_key_once);
	RUN_TEST(reason_of_second_need);
	RUN_TEST(mentions);
	RUN_TEST(agreement);
	RUN_TEST(validity);
	GREATEST_MAIN_END();
}
