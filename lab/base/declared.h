/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Properties that a machine declares for its DUTs, independent of the kernel. They are words of the
 * vocabulary. The plan omits cases that they rule out, and the agent compares them with the
 * properties it finds.
 */
#ifndef LAB_BASE_DECLARED_H
#define LAB_BASE_DECLARED_H

/*
 * Returns why the DUT NAME with the properties DECLARED cannot meet NEEDS on any kernel, in the
 * words of needs_unmet(), or NULL if some kernel can make it meet them. The caller frees the
 * string.
 */
char *declared_never(const char *needs, const char *name, const char *declared);

/*
 * Returns how the PROPERTIES found differ from those DECLARED, or NULL if they agree. Counts that
 * the device or its place decides must be equal; counts that a kernel may reduce must not be
 * higher. The caller frees the string.
 */
char *declared_differs(const char *declared, const char *properties);

/* Returns those of PROPERTIES that a machine may declare. The caller frees the string. */
char *declared_words(const char *properties);

/* Returns why WORDS cannot be declared, or NULL if they can. The caller frees the string. */
char *declared_error(const char *words);

#endif
