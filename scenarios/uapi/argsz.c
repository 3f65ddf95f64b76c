// SPDX-License-Identifier: GPL-2.0-only
/*
 * uapi: calls that append capabilities to their answer if argsz has room for all of them, and
 * otherwise return the argsz that they need (include/uapi/linux/vfio.h).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/region.h"

#include <string.h>

#define UNTOUCHED 0x5a

/* A call whose answer may have capabilities. */
struct call {
	int fd;
	unsigned long request;
	unsigned int index;    /* third word of the argument */
	size_t fixed;	       /* bytes before the capabilities */
	size_t cap_offset;     /* where the answer says where they begin */
	uint32_t capabilities; /* the flag that says that there are some */
};

union answer {
	uint8_t bytes[1024];
	uint32_t words[256]; /* argsz, flags, index */
};

static int ask(const struct call *call, size_t argsz, union answer *answer)
{
	memset(answer, UNTOUCHED, sizeof(*answer));
	memset(answer, 0, call->fixed);
	answer->words[0] = (uint32_t)argsz;
	answer->words[2] = call->index;
	return vfio_ioctl(call->fd, call->request, answer);
}

static uint32_t offset_in(const struct call *call, const union answer *answer)
{
	return answer->words[call->cap_offset / sizeof(uint32_t)];
}

/* Returns NULL, or a message if ANSWER was changed from its byte FROM on. */
static const char *check_untouched(const union answer *answer, size_t from)
{
	for (size_t i = from; i < sizeof(*answer); i++)
		if (answer->bytes[i] != UNTOUCHED)
			return text("byte %zu, behind the answer, was written", i);
	return NULL;
}

/* Ask with an ARGSZ that is too small for the capabilities, of which NEEDED bytes would do. */
static enum greatest_test_res has_no_room(const struct call *call, size_t argsz, size_t needed)
{
	union answer answer;

	ASSERT_OK(ask(call, argsz, &answer));
	ASSERT_HEX(call->capabilities, answer.words[1] & call->capabilities);
	ASSERT_NUMBER(needed, answer.words[0]);
	ASSERT_HEX(0, offset_in(call, &answer));
	ASSERT_CHECK(check_untouched(&answer, call->fixed));
	PASS();
}

/* Ask with an ARGSZ that suffices. All that is answered is in WHOLE, NEEDED bytes. */
static enum greatest_test_res has_room(const struct call *call, size_t argsz, size_t needed,
				       const union answer *whole)
{
	union answer answer;

	ASSERT_OK(ask(call, argsz, &answer));
	ASSERT_HEX(call->capabilities, answer.words[1] & call->capabilities);
	ASSERT_HEX(call->fixed, offset_in(call, &answer));
	ASSERT_BYTES(whole->bytes + call->fixed, answer.bytes + call->fixed, needed - call->fixed);
	ASSERT_CHECK(check_untouched(&answer, needed));
	PASS();
}

static enum greatest_test_res at_its_limits(const struct call *call)
{
	union answer least, whole;
	size_t needed;

	ASSERT_OK(ask(call, call->fixed, &least));
	ASSERT_CHECK(check_untouched(&least, call->fixed));
	if (!(least.words[1] & call->capabilities))
		PASS();
	needed = least.words[0];
	ASSERT_THAT(needed > call->fixed && needed < sizeof(whole), "argsz of %zu is needed",
		    needed);
	ASSERT_OK(ask(call, sizeof(whole), &whole));
	CHECK_CALL(has_no_room(call, call->fixed, needed));
	CHECK_CALL(has_no_room(call, needed - 1, needed));
	CHECK_CALL(has_room(call, needed, needed, &whole));
	CHECK_CALL(has_room(call, needed + 1, needed, &whole));
	PASS();
}

SCENARIO(region_info_fills_argsz_exactly, "",
	 "VFIO_DEVICE_GET_REGION_INFO returns capabilities if argsz has room for them to the byte, "
	 "else the size they need, and writes nothing behind")
{
	struct vfio_device_info info;

	ASSERT_OK(dut_info(dut, &info));
	for (unsigned int i = 0; i < info.num_regions; i++) {
		const struct call call = {.fd = dut->vfio.device,
					  .request = VFIO_DEVICE_GET_REGION_INFO,
					  .index = i,
					  .fixed = sizeof(struct vfio_region_info),
					  .cap_offset =
						  offsetof(struct vfio_region_info, cap_offset),
					  .capabilities = VFIO_REGION_INFO_FLAG_CAPS};
		struct region region;

		/* Devices without VGA ranges have no VGA region. */
		if (!region_info(dut, i, &region))
			CHECK_CALL(at_its_limits(&call));
	}
	PASS();
}

SCENARIO(device_info_fills_argsz_exactly, "",
	 "VFIO_DEVICE_GET_INFO returns capabilities if argsz has room for them to the byte, else "
	 "the size they need, and writes nothing behind")
{
	const struct call call = {.fd = dut->vfio.device,
				  .request = VFIO_DEVICE_GET_INFO,
				  .fixed = sizeof(struct vfio_device_info),
				  .cap_offset = offsetof(struct vfio_device_info, cap_offset),
				  .capabilities = VFIO_DEVICE_FLAGS_CAPS};

	CHECK_CALL(at_its_limits(&call));
	PASS();
}

SCENARIO(
	iommu_info_fills_argsz_exactly, "first dma mode=type1",
	"VFIO_IOMMU_GET_INFO returns capabilities if argsz has room for them to the byte, else the "
	"size they need, and writes nothing behind")
{
	const struct call call = {.fd = dut->vfio.container,
				  .request = VFIO_IOMMU_GET_INFO,
				  .fixed = sizeof(struct vfio_iommu_type1_info),
				  .cap_offset = offsetof(struct vfio_iommu_type1_info, cap_offset),
				  .capabilities = VFIO_IOMMU_INFO_CAPS};

	CHECK_CALL(at_its_limits(&call));
	PASS();
}
