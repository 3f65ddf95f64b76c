// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: malformed calls of device files, as facts. What include/uapi/linux/vfio.h promises is
 * asserted: sizes that are too small are refused, and the flags and IDs of each call.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u

/* Replaced by the iommufd and by the IOAS of the case. */
#define IOMMUFD 0x7f000001u
#define IOAS	0x7f000002u
#define NO_FLAG 0x40000000u

#define BIND   VFIO_DEVICE_BIND_IOMMUFD
#define ATTACH VFIO_DEVICE_ATTACH_IOMMUFD_PT
#define DETACH VFIO_DEVICE_DETACH_IOMMUFD_PT

/* Where the structure is. */
enum place {
	IN_PAGE,
	AT_END,	   /* its WORDS end where memory ends */
	READ_ONLY, /* in memory that the kernel cannot write */
	NOWHERE,
};

struct malformed {
	const char *name;
	unsigned long request;
	int promised; /* 0: a fact only */
	enum place place;
	unsigned int count; /* of words */
	uint32_t words[8];
};

static const struct malformed malformed[] = {
	/* argsz, flags, iommufd, out_devid, token_uuid_ptr (2) */
	{"bind.argsz_0", BIND, EINVAL, IN_PAGE, 4, {0, 0, IOMMUFD}},
	{"bind.argsz_short", BIND, EINVAL, IN_PAGE, 4, {15, 0, IOMMUFD}},
	{"bind.argsz_larger", BIND, 0, IN_PAGE, 8, {32, 0, IOMMUFD}},
	{"bind.argsz_larger_tail", BIND, 0, IN_PAGE, 8, {32, 0, IOMMUFD, 0, 0, 0, 0, 1}},
	{"bind.argsz_page", BIND, 0, IN_PAGE, 4, {PAGE, 0, IOMMUFD}},
	{"bind.argsz_beyond_page", BIND, 0, AT_END, 4, {PAGE, 0, IOMMUFD}},
	{"bind.argsz_huge", BIND, 0, IN_PAGE, 4, {0xffffffff, 0, IOMMUFD}},
	{"bind.token_pointer_unused", BIND, 0, IN_PAGE, 6, {24, 0, IOMMUFD, 0, 8}},
	{"bind.flags", BIND, EINVAL, IN_PAGE, 6, {24, NO_FLAG, IOMMUFD}},
	{"bind.flags_2", BIND, EINVAL, IN_PAGE, 6, {24, 2, IOMMUFD}},
	{"bind.token_short", BIND, 0, IN_PAGE, 4, {16, CDEV_BIND_TOKEN, IOMMUFD}},
	{"bind.token_pointer", BIND, 0, IN_PAGE, 6, {24, CDEV_BIND_TOKEN, IOMMUFD, 0, 8}},
	{"bind.iommufd_negative", BIND, EINVAL, IN_PAGE, 4, {16, 0, (uint32_t)-1}},
	{"bind.iommufd_closed", BIND, EBADF, IN_PAGE, 4, {16, 0, 1000000}},
	{"bind.iommufd_standard_output", BIND, 0, IN_PAGE, 4, {16, 0, 1}},
	{"bind.cut_off", BIND, EFAULT, AT_END, 2, {16, 0}},
	{"bind.pointer", BIND, EFAULT, NOWHERE, 0, {0}},

	/* argsz, flags, pt_id, pasid */
	{"attach.argsz_0", ATTACH, EINVAL, IN_PAGE, 3, {0, 0, IOAS}},
	{"attach.argsz_short", ATTACH, EINVAL, IN_PAGE, 3, {11, 0, IOAS}},
	{"attach.argsz_larger", ATTACH, 0, IN_PAGE, 8, {32, 0, IOAS}},
	{"attach.argsz_larger_tail", ATTACH, 0, IN_PAGE, 8, {32, 0, IOAS, 0, 0, 0, 0, 1}},
	{"attach.argsz_beyond_page", ATTACH, 0, AT_END, 3, {PAGE, 0, IOAS}},
	{"attach.flags", ATTACH, EINVAL, IN_PAGE, 3, {12, NO_FLAG, IOAS}},
	{"attach.flags_2", ATTACH, EINVAL, IN_PAGE, 3, {12, 2, IOAS}},
	{"attach.pasid_short", ATTACH, 0, IN_PAGE, 4, {12, CDEV_PASID, IOAS, 0}},
	{"attach.pasid_cut_off", ATTACH, 0, AT_END, 3, {16, CDEV_PASID, IOAS}},
	{"attach.pasid_huge", ATTACH, 0, IN_PAGE, 4, {16, CDEV_PASID, IOAS, 0xffffffff}},
	{"attach.cut_off", ATTACH, EFAULT, AT_END, 2, {12, 0}},
	{"attach.read_only", ATTACH, EFAULT, READ_ONLY, 3, {12, 0, IOAS}},
	{"attach.pointer", ATTACH, EFAULT, NOWHERE, 0, {0}},

	/* argsz, flags, pasid */
	{"detach.argsz_0", DETACH, EINVAL, IN_PAGE, 2, {0, 0}},
	{"detach.argsz_short", DETACH, EINVAL, IN_PAGE, 2, {7, 0}},
	{"detach.argsz_larger_tail", DETACH, 0, IN_PAGE, 8, {32, 0, 0, 0, 0, 0, 0, 1}},
	{"detach.flags", DETACH, EINVAL, IN_PAGE, 2, {8, NO_FLAG}},
	{"detach.flags_2", DETACH, EINVAL, IN_PAGE, 2, {8, 2}},
	{"detach.pasid_short", DETACH, 0, IN_PAGE, 3, {8, CDEV_PASID, 1}},
	{"detach.pasid_cut_off", DETACH, 0, AT_END, 2, {12, CDEV_PASID}},
	{"detach.cut_off", DETACH, EFAULT, AT_END, 1, {8}},
	{"detach.pointer", DETACH, EFAULT, NOWHERE, 0, {0}},
};

/* A page with nothing behind it. */
struct page {
	uint8_t *at;
};

static int page_take(struct page *page)
{
	void *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	page->at = at;
	return munmap(page->at + PAGE, PAGE) ? -errno : 0;
}

static void page_free(struct page *page)
{
	if (page->at)
		munmap(page->at, PAGE);
}

#define cleanup_page __attribute__((cleanup(page_free)))

/* Make CALL on VFIO. Returns 0 or -errno. */
static int make(const struct malformed *call, const struct vfio *vfio, struct page *page)
{
	uint8_t *at = page->at + (call->place == AT_END ? PAGE - 4 * call->count : 0);
	int err;

	mprotect(page->at, PAGE, PROT_READ | PROT_WRITE);
	memset(page->at, 0, PAGE);
	for (unsigned int i = 0; i < call->count; i++) {
		uint32_t word = call->words[i];

		word = word == IOMMUFD ? (uint32_t)vfio->iommufd : word == IOAS ? vfio->ioas : word;
		memcpy(at + 4 * i, &word, sizeof(word));
	}
	if (call->place == READ_ONLY)
		mprotect(page->at, PAGE, PROT_READ);
	err = vfio_ioctl(vfio->device, call->request,
			 call->place == NOWHERE ? (void *)8 : (void *)at);
	mprotect(page->at, PAGE, PROT_READ | PROT_WRITE);
	return err;
}

/* Record the outcome, and keep the first one that breaks a promise in *BROKEN. */
static void judge(const struct malformed *call, int err, char **broken)
{
	const char *got = err ? error_name(err) : "0";

	fact("ioctl[%s]=%s", call->name, got);
	if (call->promised && err != -call->promised && !*broken)
		*broken = text("%s: expected %s, got %s", call->name, error_name(call->promised),
			       got);
}

/* A bind that succeeds is undone by closing the file. */
static int bind_each(const char *address, struct vfio *vfio, char **broken)
{
	cleanup_page struct page page = {0};
	int err = page_take(&page);

	for (size_t i = 0; !err && i < ARRAY_SIZE(malformed); i++) {
		int result;

		if (malformed[i].request != BIND)
			continue;
		result = make(&malformed[i], vfio, &page);
		judge(&malformed[i], result, broken);
		if (result)
			continue;
		close(vfio->device);
		vfio->device = cdev_open(address);
		err = vfio->device < 0 ? vfio->device : 0;
	}
	return err;
}

SCENARIO_UNBOUND(malformed_binds, "mode=cdev !vf",
		 "facts: the errors of malformed binds; a file works after them",
		 .deadline_ms = 15000)
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_free char *broken = NULL;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_OK(bind_each(address, &vfio, &broken));
	ASSERT_THAT(!broken, "%s", broken);
	ASSERT_CHECK(check_group_opens(address));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

/* Whether the device is attached to an IOAS shows by destroying that. */
static bool attached(const struct vfio *vfio, uint32_t *ioas)
{
	if (iommufd_destroy(vfio->iommufd, *ioas) == -EBUSY)
		return true;
	ioas_alloc(vfio->iommufd, ioas);
	return false;
}

/* Each call finds the device attached. */
static int attach_each(struct vfio *vfio, char **broken)
{
	cleanup_page struct page page = {0};
	int err = page_take(&page);

	for (size_t i = 0; !err && i < ARRAY_SIZE(malformed); i++) {
		const struct malformed *call = &malformed[i];
		int result;

		if (call->request == BIND)
			continue;
		result = make(call, vfio, &page);
		judge(call, result, broken);
		if (attached(vfio, &vfio->ioas))
			continue;
		fact("ioctl[%s].detaches=yes", call->name);
		if (result && call->place != READ_ONLY && !*broken)
			*broken = text("%s: refused, and detached", call->name);
		err = cdev_attach(vfio->device, vfio->ioas);
	}
	return err;
}

/*
 * "argsz too large" of these calls is ignored, as in older calls of VFIO. An attach that cannot
 * return its result has detached the device, although "-errno on failure": a fact.
 */
SCENARIO_UNBOUND(malformed_attaches, "mode=cdev",
		 "facts: the errors of malformed attaches and detaches; a refused one detaches "
		 "nothing")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_free char *broken = NULL;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(attach_each(&user.dut.vfio, &broken));
	ASSERT_THAT(!broken, "%s", broken);
	ASSERT_CHECK(check_vfio_works(dut->address, &user.dut.vfio));
	PASS();
}
