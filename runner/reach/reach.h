/* SPDX-License-Identifier: GPL-2.0-only */
/* Which lines of a kernel each case reaches (docs/reach.md). */
#ifndef RUNNER_REACH_REACH_H
#define RUNNER_REACH_REACH_H

#include "lab/base/buf.h"
#include "runner/plan/settings.h"

#include <stdbool.h>
#include <stdint.h>

/* Part of a case: its scenario, or the preparation and the release of its DUT. */
enum reach_part { REACH_BODY, REACH_SETUP, REACH_PARTS };

struct reach_line {
	char *file;	/* below the kernel's source */
	char *function; /* "" outside of functions */
	unsigned int line;
};

/* A set of lines, by their index. */
struct reach_set {
	unsigned char *bytes;
	size_t size;
};

struct reach_case {
	char *machine;
	char *name; /* "" for what runs before the first case of the machine's guests */
	unsigned int ms;
	bool skipped; /* the kernel or the DUT lacks something that it needs */
	struct reach_set of[REACH_PARTS];
};

struct reach {
	/* Of the kernel that was run, with gcov. */
	char *kernel, *tree, *source, *series, *release;
	uint64_t plan; /* a hash of all cases and scenarios; 0: not all cases have run */
	struct {
		struct reach_line *items;
		size_t count;
	} lines; /* all that the kernel has, reached or not: sorted by file and line */
	struct {
		struct reach_case *items;
		size_t count;
	} cases;
};

void reach_set_add(struct reach_set *set, size_t index);
bool reach_set_has(const struct reach_set *set, size_t index);

/* Whether EACH reaches line INDEX in any of its parts. */
bool reach_has(const struct reach_case *each, size_t index);

/* The number of cases, without what runs before the first of a machine. */
size_t reach_count(const struct reach *reach);

/* The case NAME of MACHINE, or NULL. */
struct reach_case *reach_find_case(const struct reach *reach, const char *machine,
				   const char *name);

/* The same; adds one without lines if there is none. */
struct reach_case *reach_case(struct reach *reach, const char *machine, const char *name);

/*
 * Read the file PATH into REACH, which is zeroed. Returns 0, or -errno with a message in WHY. The
 * caller frees REACH in any case.
 */
int reach_load(const char *path, struct reach *reach, struct buf *why);

/* The same, without the lines and the cases. */
int reach_load_about(const char *path, struct reach *reach, struct buf *why);

/*
 * Write REACH to PATH, whose folder is created. Another program sees the old file or the new one.
 * Returns 0, or -errno with a message in WHY.
 */
int reach_save(const char *path, const struct reach *reach, struct buf *why);

/* The path of what is known of the kernel NAME, in LAB_CACHE. The caller frees it. */
char *reach_path(const struct settings *settings, const char *name);

/*
 * Read into REACH, which is zeroed, what fits the kernel NAME best: the same tree and series, or
 * else the same tree, or else the tree with the nearest version. Returns 0, -ENOENT with a message
 * in WHY if there is none, or another -errno and WHY. The caller frees REACH in any case.
 */
int reach_nearest(const struct settings *settings, const char *name, struct reach *reach,
		  struct buf *why);

void reach_free(struct reach *reach);
#define cleanup_reach __attribute__((cleanup(reach_free)))

#endif
