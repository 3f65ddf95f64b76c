/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modules that modules.alias has for a device: lines "alias PATTERN MODULE", matched against
 * the device's modalias (modprobe.d(5), Documentation/ABI/testing/sysfs-bus-pci, file `modalias').
 * Patterns are those of lab/base/glob.h.
 */
#ifndef LAB_BASE_ALIAS_H
#define LAB_BASE_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The most bytes of a modalias, which sysfs hands out in one page, and of a line of modules.alias.
 */
#define ALIAS_MOST 4096

/*
 * What stands before the modalias of a device where a driver for VFIO is wanted: pci:... becomes
 * vfio_pci:...
 */
#define ALIAS_VFIO "vfio_"

struct alias {
	/* Where it is in the file, from 1 on; 0 if it is of a module that is built in. */
	unsigned int line;
	unsigned int stars;
	size_t literal; /* bytes before the first star */
	char *pattern;
	char *module;
};

struct alias_matches {
	struct alias *items; /* all that match, in the order of the file */
	size_t count;
	size_t best; /* index of the one that says most about the device; 0 if none matches */
	size_t ties; /* how many others say as much, but have another module */
	/* Entries for the modalias' bus, what is before its colon; they match or not. */
	size_t bus;
	/* Lines that are no entry, no comment and not blank, or longer than ALIAS_MOST. */
	size_t ignored;
	unsigned int ignored_line; /* the first of them */
};

/*
 * Take from the LEN bytes of ENTRIES, the content of a modules.alias, those that match MODALIAS (at
 * most ALIAS_MOST bytes). Whatever ENTRIES hold, a line counts as a whole or not at all: a CR at
 * its end is dropped; control characters, NUL among them, a module that is no name, or a word too
 * few or too many make it one that is ignored. Does not block; the time is linear in LEN.
 * alias_free frees what is in MATCHES.
 */
void alias_match(const char *entries, size_t len, const char *modalias,
		 struct alias_matches *matches);

/*
 * The same for INFO of LEN bytes, the content of a modules.builtin.modinfo, which has the aliases
 * of modules that are built in: strings MODULE.alias=PATTERN, each with its NUL. They are added to
 * MATCHES.
 */
void alias_match_builtin(const char *info, size_t len, const char *modalias,
			 struct alias_matches *matches);

/*
 * alias_match() for the file PATH, and alias_match_builtin() for the modules.builtin.modinfo beside
 * it, if there is one. Returns 0, or -errno if PATH cannot be read; MATCHES are then empty. Blocks
 * on the files.
 */
int alias_read(const char *path, const char *modalias, struct alias_matches *matches);

/*
 * The entry that says most about the device: the one with the fewest stars; of several, the one
 * whose first star comes last, as ids say more than a class; of several of these, the first. NULL
 * if none matches.
 */
const struct alias *alias_best(const struct alias_matches *matches);

/* Whether the names are of the same module: `-' and `_' are the same there. */
bool alias_same_module(const char *one, const char *other);

/* Free what MATCHES hold; they are empty then. */
void alias_free(struct alias_matches *matches);

#define cleanup_alias __attribute__((cleanup(alias_free)))

#endif
