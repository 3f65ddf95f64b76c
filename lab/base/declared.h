/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a machine declares that its DUTs have, whatever the kernel: words of the
 * vocabulary, as properties are. The plan leaves out the cases that those rule
 * out, and the agent compares them with what it finds.
 */
#ifndef LAB_BASE_DECLARED_H
#define LAB_BASE_DECLARED_H

/*
 * Why a DUT NAME that is DECLARED to have these words cannot meet NEEDS on any kernel, as
 * needs_unmet() words it. NULL if it can on some. The caller frees it.
 */
char *declared_never(const char *needs, const char *name, const char *declared);

/*
 * How the PROPERTIES found differ from what is DECLARED: too many of one that the device or its
 * place decides, or too few; of one that kernels may offer less of, too many. NULL if they agree.
 * The caller frees it.
 */
char *declared_differs(const char *declared, const char *properties);

/* Those of PROPERTIES that a machine may declare. The caller frees it. */
char *declared_words(const char *properties);

/* Why WORDS cannot be declared; NULL if they can. The caller frees it. */
char *declared_error(const char *words);

#endif
