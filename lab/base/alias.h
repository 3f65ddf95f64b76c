/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the modules that modules.alias lists for a device. Its lines, "alias PATTERN MODULE", are
 * matched against the device's modalias (modprobe.d(5), Documentation/ABI/testing/sysfs-bus-pci,
 * file `modalias'). lab/base/alias-glob.h describes the patterns.
 */
#ifndef LAB_BASE_ALIAS_H
#define LAB_BASE_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Maximum length in bytes of a modalias (sysfs limits it to one page) and of a line of
 * modules.alias.
 */
#define ALIAS_MAX 4096

/* Prefix of a modalias when a VFIO variant driver is looked for: pci:... becomes vfio_pci:... */
#define ALIAS_VFIO "vfio_"

struct alias {
	/* Line number in the file, counted from 1; 0 for an alias of a built-in module. */
	unsigned int line;
	unsigned int stars;
	size_t literal; /* bytes before the first wildcard star */
	char *pattern;
	char *module;
};

struct alias_matches {
	struct alias *items; /* all matching entries, in file order */
	size_t count;
	size_t best; /* index of the most specific entry; 0 if none matches */
	size_t ties; /* entries that are equally specific but name another module */
	/* Entries for the modalias' bus (the part before its colon), whether they match or not. */
	size_t bus;
	/* Lines that are neither an entry, a comment nor blank, or are longer than ALIAS_MAX. */
	size_t ignored;
	unsigned int ignored_line; /* the first of them */
};

/*
 * Stores in MATCHES the entries that match MODALIAS (at most ALIAS_MAX bytes). ENTRIES are the LEN
 * bytes of a modules.alias file and may be malformed. A line is used as a whole or ignored as a
 * whole: a trailing CR is dropped; a line with control characters (NUL included), an invalid module
 * name, or a wrong number of words is ignored. Does not block; takes time linear in LEN. The caller
 * frees MATCHES with alias_free().
 */
void alias_match(const char *entries, size_t len, const char *modalias,
		 struct alias_matches *matches);

/*
 * Adds to MATCHES the matching aliases of built-in modules. INFO holds the LEN bytes of a
 * modules.builtin.modinfo file: NUL-terminated strings MODULE.alias=PATTERN.
 */
void alias_match_builtin(const char *info, size_t len, const char *modalias,
			 struct alias_matches *matches);

/*
 * Runs alias_match() on the file PATH, and alias_match_builtin() on the modules.builtin.modinfo in
 * the same folder if it exists. Returns 0, or -errno if PATH cannot be read; MATCHES is then empty.
 * Blocks on file I/O.
 */
int alias_read(const char *path, const char *modalias, struct alias_matches *matches);

/*
 * Returns the most specific entry, or NULL if none matches. Fewer stars win; among equals, the
 * later first star wins, because IDs are more specific than a class; among those, the first in the
 * file wins.
 */
const struct alias *alias_best(const struct alias_matches *matches);

/* Returns true if both names denote the same module: `-' and `_' are equivalent. */
bool alias_same_module(const char *one, const char *other);

/* Frees the content of MATCHES and leaves it empty. */
void alias_free(struct alias_matches *matches);

#define cleanup_alias __attribute__((cleanup(alias_free)))

#endif
