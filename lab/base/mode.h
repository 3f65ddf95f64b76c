/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modes: the ways in which a case gets at a device and its IOMMU (docs/modes.md). Both sides of the
 * guest channel use them. A case's name has its mode unless that is type1, so that the names of
 * cases that were run before there were modes keep their meaning.
 */
#ifndef LAB_BASE_MODE_H
#define LAB_BASE_MODE_H

#include <stdbool.h>

/* In the order in which the cases of a DUT run. */
enum mode {
	MODE_TYPE1,  /* a group and its container */
	MODE_COMPAT, /* a group whose container is an iommufd */
	MODE_CDEV,   /* the device's file below /dev/vfio/devices, and an iommufd */
	MODE_COUNT
};

/* Sets of modes. */
#define MODE_BIT(mode) (1u << (mode))
#define MODE_ALL       (MODE_BIT(MODE_COUNT) - 1)

extern const char *const mode_names[MODE_COUNT];

/* Set *MODE to the mode called NAME. Returns whether there is one. */
bool mode_parse(const char *name, enum mode *mode);

/* The first mode of the set MODES, which is not empty. */
enum mode mode_first(unsigned int modes);

/*
 * The modes of a kernel with the configuration CONFIG, the text of its .config: a set. Kernels
 * before 6.2 have type1 alone.
 */
unsigned int modes_of_config(const char *config);

/*
 * The make variable that selects the set SOME of the modes ALL, after a blank: " MODES=cdev"; "" if
 * it selects all. The caller frees it.
 */
char *modes_choice(unsigned int all, unsigned int some);

/* The properties that a DUT has in MODE, in addition to its own (lab/base/vocabulary.h). */
const char *mode_properties(enum mode mode);

/* What MODE itself needs of a DUT; "" for nothing. */
const char *mode_needs(enum mode mode);

/*
 * Returns why a scenario with NEEDS does not run on the DUT called NAME in MODE, in the words of
 * needs_unmet(), or NULL if the mode does not rule it out. FIRST: MODE is the kernel's first mode.
 * The caller frees the string.
 */
char *mode_unmet(const char *needs, const char *name, enum mode mode, bool first);

/* "DUT", or "DUT,MODE" if MODE is not type1. The caller frees it. */
char *case_place(const char *dut, enum mode mode);

/* The name of a case: "SCENARIO[DUT]" or "SCENARIO[DUT,MODE]". The caller frees it. */
char *case_name(const char *scenario, const char *dut, enum mode mode);

/* The parts of a case's name. */
struct case_parts {
	char *scenario;
	char *dut;
	enum mode mode;
};

/* Split NAME. Parts that it lacks become "", an unknown mode type1. The caller frees PARTS. */
void case_split(const char *name, struct case_parts *parts);
void case_parts_free(struct case_parts *parts);
#define cleanup_case_parts __attribute__((cleanup(case_parts_free)))

/* The name of the case NAME in mode type1. The caller frees it. */
char *case_in_type1(const char *name);

#endif
