/* SPDX-License-Identifier: GPL-2.0-only */
/* The instrumented objects of a kernel, with the lines of their functions. */
#ifndef RUNNER_REACH_OBJECTS_H
#define RUNNER_REACH_OBJECTS_H

#include "runner/reach/notes.h"
#include "runner/reach/reach.h"

/* In the place of the index of a line that is not below drivers/. */
#define OBJECT_NO_LINE SIZE_MAX

struct object {
	char *name; /* drivers/vfio/vfio.o, without the suffix */
	struct notes notes;
	size_t **lines; /* for each function, the index in the reach of each of its lines */
};

struct objects {
	struct object *items;
	size_t count;
};

/*
 * Read the notes of all instrumented objects in BUILD, a kernel's build folder, and add their lines
 * below drivers/ to REACH, which has none, with the functions of the source in SOURCE. Returns 0,
 * or -errno with a message in WHY: -ENOENT if there are none. The caller frees OBJECTS in any case.
 */
int objects_read(const char *build, const char *source, struct objects *objects,
		 struct reach *reach, struct buf *why);

/* The object whose counters the guest calls COUNTERS (.../drivers/vfio/vfio.gcda), or NULL. */
const struct object *objects_find(const struct objects *objects, const char *counters);

/* The indices of the lines of FUNCTION, which is one of OBJECT's. */
const size_t *object_lines(const struct object *object, const struct notes_function *function);

void objects_free(struct objects *objects);
#define cleanup_objects __attribute__((cleanup(objects_free)))

#endif
