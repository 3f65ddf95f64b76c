// SPDX-License-Identifier: GPL-2.0-only
/* The properties that machines declare for their DUTs, and which scenarios they rule out. */
#include "lab/base/declared.h"

#include "lab/base/cleanup.h"
#include "reports/text/reasons.h"
#include "runner/plan/fit.h"

#include "greatest.h"

#include <string.h>

#define EDU "driver=edu trigger=msi group:2 irq=intx:1 irq=msi:1 bar=mem:1 reset reset=bus first"

static const struct {
	const char *needs;
	const char *expected; /* NULL: some kernel meets them */
} rulings[] = {
	{"", NULL},
	{"irq=msi trigger=msi reset=bus first", NULL},
	{"driver=igd", "needs driver=igd; edu has driver=edu"},
	{"irq=msix", "needs irq=msix; edu has irq=intx:1 irq=msi:1"},
	{"irq=msi:2", "needs irq=msi:2; edu has irq=intx:1 irq=msi:1"},
	{"vf", "needs vf; edu has no vf"},
	{"!group:2", "needs !group:2; edu has group:2"},
	{"!first", "needs !first; edu has first"},
	/* A kernel that offers no interrupt and no reset meets these. */
	{"!irq=msi !reset", NULL},
	/* Properties that only the kernel decides rule nothing out. */
	{"failslab !alias reset_choice", NULL},
	{"failslab irq=msix reset_choice", "needs irq=msix; edu has irq=intx:1 irq=msi:1"},
};

TEST needs_that_no_kernel_meets(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rulings); i++) {
		cleanup_free char *why = declared_never(rulings[i].needs, "edu", EDU);

		if (rulings[i].expected)
			ASSERT_STR_EQm(rulings[i].needs, rulings[i].expected, why ? why : "(none)");
		else
			ASSERT_EQm(rulings[i].needs, NULL, why);
	}
	PASS();
}

static const struct {
	const char *found;
	const char *expected; /* NULL: they agree */
} findings[] = {
	{EDU, NULL},
	{EDU " failslab alias=vfio-pci reset_choice", NULL},
	/* This kernel offers less. */
	{"driver=edu trigger=msi group:2 irq=intx:1 bar=mem:1 first", NULL},
	{EDU " irq=msix:4", "has= in its machine lacks 'irq=msix:4', which the guest finds"},
	{EDU " reset=flr pm", "has= in its machine lacks 'reset=flr pm', which the guest finds"},
	{"driver=edu trigger=msi group:2 irq=msi:2 bar=mem:1 first",
	 "has= in its machine lacks 'irq=msi:2', which the guest finds"},
	{"driver=edu trigger=msi group:2 first",
	 "has= in its machine lists 'bar=mem:1', which the guest does not find"},
	{"driver=edu trigger=msi group:1 bar=mem:1 first",
	 "has= in its machine lists 'group:2', which the guest does not find"},
	{"driver=igd trigger=msi group:2 bar=mem:1 first",
	 "has= in its machine lacks 'driver=igd', which the guest finds; has= in its machine lists "
	 "'driver=edu', "
	 "which the guest does not find"},
};

TEST findings_that_differ(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(findings); i++) {
		cleanup_free char *why = declared_differs(EDU, findings[i].found);

		if (findings[i].expected)
			ASSERT_STR_EQm(findings[i].found, findings[i].expected,
				       why ? why : "(none)");
		else
			ASSERT_EQm(why, NULL, why);
	}
	PASS();
}

TEST words_to_declare(void)
{
	cleanup_free char *words =
		declared_words("first driver=edu failslab irq=msi:1 vf alias=x reset");

	ASSERT_STR_EQ("driver=edu irq=msi:1 reset", words);
	PASS();
}

TEST words_that_cannot_be_declared(void)
{
	cleanup_free char *good = declared_error("driver=edu irq=msi:1 pf=sriov:4");
	cleanup_free char *kernel = declared_error("pm failslab");
	cleanup_free char *place = declared_error("pm vf");
	cleanup_free char *misspelt = declared_error("pm irq=mis");

	ASSERT_EQ(NULL, good);
	ASSERT_STR_EQ("'failslab' depends on the kernel alone", kernel);
	ASSERT_STR_EQ("'vf' follows from the other attributes", place);
	ASSERT_STR_EQ("'irq=mis' is not in the vocabulary, 'irq=msi' is", misspelt);
	PASS();
}

static const struct {
	const char *has, *only, *purpose, *needs, *expected;
} fits[] = {
	{NULL, NULL, NULL, "irq=msix", NULL}, /* nothing is declared, so nothing is ruled out */
	{EDU, NULL, NULL, "irq=msi", NULL},
	{EDU, NULL, NULL, "irq=msix", "needs irq=msix; edu has irq=intx:1 irq=msi:1"},
	{EDU, "fault/*", NULL, "", NULL},
	{EDU, "dma/* igd/*", NULL, "", "the DUT is for other scenarios; edu has only=dma/* igd/*"},
	{EDU, NULL, "flr", "irq=msi", "the DUT is for other scenarios; edu has for=flr"},
	{EDU " for=flr", NULL, "flr", "irq=msi for=flr", NULL},
	{EDU, NULL, NULL, "for=flr",
	 "the scenario is restricted to certain DUTs; edu is not one of them"},
};

TEST scenarios_that_fit(void)
{
	char name[] = "edu", scenario_name[] = "fault/flr";

	for (size_t i = 0; i < ARRAY_SIZE(fits); i++) {
		const struct machine_dut dut = {.name = name,
						.has = (char *)fits[i].has,
						.only = (char *)fits[i].only,
						.purpose = (char *)fits[i].purpose};
		const struct scenario_info scenario = {.name = scenario_name,
						       .needs = (char *)fits[i].needs};
		cleanup_free char *why = fit_refusal(&dut, &scenario);

		if (fits[i].expected)
			ASSERT_STR_EQm(fits[i].needs, fits[i].expected, why ? why : "(none)");
		else
			ASSERT_EQm(why, NULL, why);
	}
	PASS();
}

/* Equal reasons of several DUTs share a line; the most frequent comes first. */
TEST reasons_are_counted(void)
{
	cleanup_reasons struct reasons reasons = {0};
	cleanup_free char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	reasons_add(&reasons, "needs vf; edu has no vf", "edu");
	reasons_add(&reasons, "needs irq=msix; edu has irq=msi:1", "edu");
	reasons_add(&reasons, "needs irq=msix; xhci has irq=msi:16", "xhci");
	reasons_add(&reasons, "needs irq=msix; edu has irq=msi:1", "edu");
	reasons_print(&reasons, out);
	fclose(out);
	ASSERT_EQ_FMT(4u, reasons.cases, "%u");
	ASSERT_STR_EQ("       3  needs irq=msix: edu xhci\n       1  needs vf: edu\n", printed);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(needs_that_no_kernel_meets);
	RUN_TEST(findings_that_differ);
	RUN_TEST(words_to_declare);
	RUN_TEST(words_that_cannot_be_declared);
	RUN_TEST(scenarios_that_fit);
	RUN_TEST(reasons_are_counted);
	GREATEST_MAIN_END();
}
