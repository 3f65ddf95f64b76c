// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: malformed calls. "General ioctl format" in include/uapi/linux/iommufd.h says what each
 * error means: ENOTTY for an unknown call, E2BIG for a structure that is longer than known and not
 * zero there, EOPNOTSUPP for an unknown value, ENOENT for an ID that does not exist.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <string.h>

#define WORDS 16 /* of the longest structure, and more */
#define NONE  -1

/* Calls that need more than the table has. */
enum {
	IOAS_ALLOC = 0x81,
	COPY = 0x83,
	MAP = 0x85,
	OPTION = 0x87,
	VFIO_IOAS = 0x88,
	HWPT_ALLOC = 0x89,
	FAULT_QUEUE_ALLOC = 0x8e,
	MAP_FILE = 0x8f,
};

/* What goes into a word of a structure: an ID of an object of this kind. */
enum object { OBJECT_NONE, OBJECT_IOAS, OBJECT_DEVICE, OBJECT_ANY };

/* A call, as words of 32 bits. The first is the size. All succeed or fail without a trace. */
static const struct call {
	const char *name;
	unsigned int number;
	unsigned int least, size; /* bytes that it must have; that it has */
	int flags, reserved;	  /* the index of that word, or NONE */
	int id;			  /* the index of the ID of an object */
	enum object object;	  /* and its kind */
} calls[] = {
	{"destroy", 0x80, 8, 8, NONE, NONE, 1, OBJECT_ANY},
	{"ioas_alloc", IOAS_ALLOC, 12, 12, 1, NONE, NONE, OBJECT_NONE},
	{"allow_iovas", 0x82, 24, 24, NONE, 3, 1, OBJECT_IOAS},
	{"copy", COPY, 40, 40, 1, NONE, 3, OBJECT_IOAS},
	{"iova_ranges", 0x84, 32, 32, NONE, 3, 1, OBJECT_IOAS},
	{"map", MAP, 40, 40, 1, 3, 2, OBJECT_IOAS},
	{"unmap", 0x86, 24, 24, NONE, NONE, 1, OBJECT_IOAS},
	{"option", OPTION, 24, 24, 1, NONE, 3, OBJECT_IOAS},
	{"vfio_ioas", VFIO_IOAS, 12, 12, NONE, NONE, 1, OBJECT_IOAS},
	{"hwpt_alloc", HWPT_ALLOC, 24, 48, 1, 5, 2, OBJECT_DEVICE},
	{"hw_info", 0x8a, 32, 40, 1, NONE, 2, OBJECT_DEVICE},
	{"set_dirty_tracking", 0x8b, 16, 16, 1, 3, 2, OBJECT_NONE},
	{"get_dirty_bitmap", 0x8c, 48, 48, 2, 3, 1, OBJECT_NONE},
	{"hwpt_invalidate", 0x8d, 32, 32, NONE, 7, 1, OBJECT_NONE},
	{"fault_queue_alloc", FAULT_QUEUE_ALLOC, 16, 16, 1, NONE, NONE, OBJECT_NONE},
	{"map_file", MAP_FILE, 40, 40, 1, NONE, 2, OBJECT_IOAS},
	{"change_process", 0x92, 8, 8, NONE, 1, NONE, OBJECT_NONE},
};

/* One error in it. */
static const struct flaw {
	const char *name;
	int promised; /* by the uAPI; 0: none */
} flaws[] = {
	{"size_0", EINVAL},	  {"size_short", EINVAL},	{"tail_zero", 0},
	{"tail_not_zero", E2BIG}, {"flag", EOPNOTSUPP},		{"reserved", EOPNOTSUPP},
	{"id", ENOENT},		  {"id_of_other_kind", ENOENT}, {"pointer", EFAULT},
};

enum { SIZE_0, SIZE_SHORT, TAIL_ZERO, TAIL_NOT_ZERO, FLAG, RESERVED, ID, OTHER_KIND, POINTER };

/* Whether CALL can have the flaw at all. */
static bool applies(const struct call *call, unsigned int flaw)
{
	switch (flaw) {
	case FLAG:
		return call->flags != NONE;
	case RESERVED:
		return call->reserved != NONE;
	case ID:
		return call->id != NONE;
	case OTHER_KIND:
		return call->id != NONE && call->object != OBJECT_ANY;
	default:
		return true;
	}
}

static uint32_t id_of(const struct call *call, const struct ioas *ioas, uint32_t device)
{
	return call->object == OBJECT_DEVICE ? device : ioas->id;
}

/* A valid object, and no length, no data: CALL changes nothing. */
static void fill(const struct call *call, const struct ioas *ioas, uint32_t device, uint32_t *words)
{
	memset(words, 0, WORDS * sizeof(*words));
	words[0] = call->size;
	if (call->id != NONE && call->object != OBJECT_ANY)
		words[call->id] = id_of(call, ioas, device);
	if (call->number == COPY)
		words[2] = ioas->id;
	if (call->number == COPY || call->number == MAP || call->number == MAP_FILE)
		words[1] = IOAS_R;
	if (call->number == HWPT_ALLOC)
		words[3] = ioas->id;
	if (call->number == OPTION) {
		words[1] = IOMMU_OPTION_HUGE_PAGES;
		words[2] = IOMMU_OPTION_OP_GET;
	}
}

static void spoil(const struct call *call, unsigned int flaw, const struct ioas *ioas,
		  uint32_t device, uint32_t *words)
{
	switch (flaw) {
	case SIZE_0:
		words[0] = 0;
		break;
	case SIZE_SHORT:
		words[0] = call->least - 1;
		break;
	case TAIL_ZERO:
		words[0] = call->size + 8;
		break;
	case TAIL_NOT_ZERO:
		words[0] = call->size + 8;
		words[call->size / 4 + 1] = 1;
		break;
	case FLAG:
		words[call->flags] = 1u << 30;
		break;
	case RESERVED:
		words[call->reserved] = 1;
		break;
	case ID:
		words[call->id] = 0x7ffffff0;
		break;
	case OTHER_KIND:
		words[call->id] = call->object == OBJECT_DEVICE ? ioas->id : device;
		break;
	}
}

/* Destroy what a call that should fail has created. */
static void undo(const struct call *call, int iommufd, const uint32_t *words)
{
	switch (call->number) {
	case IOAS_ALLOC:
	case FAULT_QUEUE_ALLOC:
		iommufd_destroy(iommufd, words[2]);
		break;
	case HWPT_ALLOC:
		iommufd_destroy(iommufd, words[4]);
		break;
	}
}

/* Returns the result of CALL with that flaw. */
static int make(const struct call *call, unsigned int flaw, const struct ioas *ioas,
		uint32_t device)
{
	uint32_t words[WORDS];
	int err;

	fill(call, ioas, device, words);
	spoil(call, flaw, ioas, device, words);
	err = vfio_ioctl(ioas->iommufd, _IO(IOMMUFD_TYPE, call->number),
			 flaw == POINTER ? (void *)8 : words);
	if (!err && call->number == FAULT_QUEUE_ALLOC)
		close((int)words[3]);
	if (!err)
		undo(call, ioas->iommufd, words);
	return err;
}

/*
 * Other errors may come first: a reserved word may be looked at last, and an ID only if an
 * operation needs it.
 */
static bool judged(const struct call *call, unsigned int flaw)
{
	switch (flaw) {
	case ID:
	case OTHER_KIND:
		return (call->object == OBJECT_IOAS || call->object == OBJECT_DEVICE) &&
		       call->number != VFIO_IOAS;
	case RESERVED:
	case TAIL_ZERO:
		return false;
	default:
		return true;
	}
}

SCENARIO_TABLE(malformed_iommufd_calls, calls, "first mode=cdev",
	       "facts: the errors of malformed calls; those of the call's format are documented")
{
	const struct ioas ioas = ioas_of(dut);
	const char *broken = NULL;

	if (make(row, SIZE_0, &ioas, dut->vfio.devid) == -ENOTTY)
		PASS();
	for (unsigned int i = 0; i < ARRAY_SIZE(flaws); i++) {
		int err;

		if (!applies(row, i))
			continue;
		err = make(row, i, &ioas, dut->vfio.devid);
		fact("iommufd[%s.%s]=%s", row->name, flaws[i].name, error_name(err));
		if (judged(row, i) && err != -flaws[i].promised && !broken)
			broken = text("%s: expected %s, got %s", flaws[i].name,
				      error_name(flaws[i].promised), error_name(err));
	}
	ASSERT_CHECK(broken);
	PASS();
}

SCENARIO(iommufd_calls_offered, "first mode=cdev",
	 "facts: the calls that the kernel has; others, and calls of another type, are ENOTTY")
{
	const int iommufd = dut->vfio.iommufd;

	for (unsigned int number = 0x80; number < 0xa0; number++) {
		uint32_t words[WORDS] = {0};
		const int err = vfio_ioctl(iommufd, _IO(IOMMUFD_TYPE, number), words);

		if (err != -ENOTTY)
			fact("call[0x%x]=%s", number, error_name(err));
	}
	ASSERT_ERRNO(ENOTTY, vfio_ioctl(iommufd, _IO(IOMMUFD_TYPE, 0xff), NULL));
	ASSERT_ERRNO(ENOTTY, vfio_ioctl(iommufd, _IO('!', 0x81), &(uint32_t[WORDS]){12}));
	PASS();
}
