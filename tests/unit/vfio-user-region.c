// SPDX-License-Identifier: GPL-2.0-only
/* Device and region info, accesses, reset. */
#include "tests/vfio-user/toy.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/mman.h>

static struct answer answer;

static int region_info(struct toy *toy, uint32_t index, uint32_t argsz,
		       struct wire_region_info *info)
{
	*info = (struct wire_region_info){.argsz = argsz, .index = index};
	return client_ask(&toy->client, WIRE_DEVICE_GET_REGION_INFO, info, sizeof(*info), &answer);
}

TEST device_info(void)
{
	struct wire_device_info info = {.argsz = sizeof(info)};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0,
		      client_ask(&toy->client, WIRE_DEVICE_GET_INFO, &info, sizeof(info), &answer),
		      "%d");
	ASSERT_EQ(sizeof(info), answer.len);
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ(sizeof(info), info.argsz);
	ASSERT_EQ_FMT(VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET, info.flags, "0x%x");
	ASSERT_EQ(TOY_OWN + 1, info.num_regions);
	ASSERT_EQ(VFU_IRQ_INDEXES, info.num_irqs);
	info.argsz = sizeof(info) - 1;
	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_DEVICE_GET_INFO, &info, sizeof(info), &answer),
		      "%d");
	PASS();
}

TEST a_plain_region(void)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_region_info info;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, region_info(toy, TOY_BAR, 4096, &info), "%d");
	ASSERT_EQ(sizeof(info), answer.len);
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ(sizeof(info), info.argsz);
	ASSERT_EQ_FMT(VFU_REGION_RW, info.flags, "0x%x");
	ASSERT_EQ(TOY_BAR_SIZE, info.size);
	ASSERT_EQ(0, info.cap_offset);
	ASSERT_EQ(-1, answer.fd);
	ASSERT_EQ_FMT(0, region_info(toy, 1, 4096, &info), "%d");
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ(0, info.flags);
	ASSERT_EQ(0, info.size);
	PASS();
}

TEST a_region_that_can_be_mapped_in_parts(void)
{
	cleanup_toy struct toy *toy = NULL;
	cleanup_close int fd = -1;
	struct wire_region_info info;
	struct wire_cap_sparse cap;
	struct wire_area areas[2];
	const size_t whole = sizeof(info) + sizeof(cap) + sizeof(areas);
	unsigned char *map;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, region_info(toy, TOY_RAM, 4096, &info), "%d");
	fd = answer.fd;
	ASSERT_EQ_FMT(whole, answer.len, "%zu");
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ(whole, info.argsz);
	ASSERT_EQ_FMT(VFU_REGION_RW | VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS,
		      info.flags, "0x%x");
	ASSERT_EQ(sizeof(info), info.cap_offset);
	memcpy(&cap, answer.payload + info.cap_offset, sizeof(cap));
	ASSERT_EQ(VFIO_REGION_INFO_CAP_SPARSE_MMAP, cap.cap.id);
	ASSERT_EQ(1, cap.cap.version);
	ASSERT_EQ(0, cap.cap.next);
	ASSERT_EQ(2, cap.nr_areas);
	memcpy(areas, answer.payload + info.cap_offset + sizeof(cap), sizeof(areas));
	ASSERT_EQ(12288, areas[1].offset);
	ASSERT_EQ(4096, areas[1].size);

	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   (off_t)(info.offset + areas[1].offset));
	ASSERT(map != MAP_FAILED);
	map[5] = 0x77;
	ASSERT_EQ(0x77, toy->ram[12288 + 5]);
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_RAM, 12288, answer.payload, 8), "%d");
	ASSERT_EQ(0x77, answer.payload[5]);
	munmap(map, 4096);
	PASS();
}

/*
 * "In that case, the full payload is not included in the reply, but the argsz field indicates the
 * needed size".
 */
TEST a_short_argsz_gets_the_size_that_is_needed(void)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_region_info info;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (uint32_t argsz = sizeof(info); argsz < 80; argsz += 16) {
		ASSERT_EQ_FMT(0, region_info(toy, TOY_RAM, argsz, &info), "%d");
		ASSERT(answer.fd >= 0);
		close(answer.fd);
		ASSERT_EQ_FMT(sizeof(info), answer.len, "%zu");
		memcpy(&info, answer.payload, sizeof(info));
		ASSERT_EQ(80, info.argsz);
	}
	ASSERT_EQ_FMT(EINVAL, region_info(toy, TOY_RAM, sizeof(info) - 1, &info), "%d");
	ASSERT_EQ_FMT(EINVAL, region_info(toy, TOY_OWN + 1, 4096, &info), "%d");
	ASSERT_EQ_FMT(EINVAL, region_info(toy, UINT32_MAX, 4096, &info), "%d");
	PASS();
}

TEST a_region_with_a_type_of_its_own(void)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_region_info info;
	struct wire_cap_type cap;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, region_info(toy, TOY_OWN, 4096, &info), "%d");
	ASSERT_EQ(sizeof(info) + sizeof(cap), answer.len);
	memcpy(&cap, answer.payload + sizeof(info), sizeof(cap));
	ASSERT_EQ(VFIO_REGION_INFO_CAP_TYPE, cap.cap.id);
	ASSERT_EQ(0x80008086, cap.type);
	ASSERT_EQ(7, cap.subtype);
	PASS();
}

static const struct refused {
	uint32_t region;
	uint64_t offset;
	uint32_t count;
	bool write;
} refused[] = {
	{TOY_BAR, TOY_BAR_SIZE, 1, false},
	{TOY_BAR, TOY_BAR_SIZE - 3, 4, true},
	{TOY_BAR, UINT64_MAX, 1, false},
	{TOY_BAR, UINT64_MAX - 3, 8, true},
	{TOY_RAM, TOY_RAM_SIZE, 4, true},
	{TOY_ROM, 0, 4, true},
	{1, 0, 1, false},
	{VFU_REGIONS, 0, 1, false},
	{UINT32_MAX, 0, 1, true},
};

TEST an_access_outside(const struct refused *r)
{
	static const unsigned char zeroes[16];
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	if (r->write)
		ASSERT_EQ_FMT(EINVAL,
			      client_write(&toy->client, r->region, r->offset, zeroes, r->count),
			      "%d");
	else
		ASSERT_EQ_FMT(
			EINVAL,
			client_read(&toy->client, r->region, r->offset, answer.payload, r->count),
			"%d");
	ASSERT_EQ(0, toy->accesses);
	PASS();
}

TEST counts_that_lie(void)
{
	struct wire_region_access access = {.region = TOY_BAR, .count = 8};
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_REGION_WRITE, &access, sizeof(access), &answer),
		      "%d");
	access.count = UINT32_MAX;
	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_REGION_WRITE, &access, sizeof(access), &answer),
		      "%d");
	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_REGION_READ, &access, sizeof(access), &answer),
		      "%d");
	access.count = 0;
	ASSERT_EQ_FMT(0,
		      client_ask(&toy->client, WIRE_REGION_READ, &access, sizeof(access), &answer),
		      "%d");
	ASSERT_EQ(sizeof(access), answer.len);
	ASSERT_EQ(0, toy->accesses);
	PASS();
}

TEST an_access_within(void)
{
	cleanup_toy struct toy *toy = NULL;
	unsigned char out[300], in[300];

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 7);
	ASSERT_EQ_FMT(0, client_write(&toy->client, TOY_BAR, 0x801, out, sizeof(out)), "%d");
	ASSERT_MEM_EQ(out, toy->bar + 0x801, sizeof(out));
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_BAR, 0x801, in, sizeof(in)), "%d");
	ASSERT_MEM_EQ(out, in, sizeof(out));
	ASSERT_EQ(2, toy->accesses);
	ASSERT_EQ_FMT(ERANGE, toy_set(toy, TOY_FAIL, 1), "%d");
	PASS();
}

/* Accesses to mappable memory bypass the device; those that are only partly within it do not. */
TEST memory_is_served_by_the_library(void)
{
	cleanup_toy struct toy *toy = NULL;
	unsigned char byte = 0x42;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_write(&toy->client, TOY_RAM, 8191, &byte, 1), "%d");
	ASSERT_EQ_FMT(0, client_write(&toy->client, TOY_OWN, 63, &byte, 1), "%d");
	ASSERT_EQ(0, toy->accesses);
	ASSERT_EQ(0x42, toy->ram[8191]);
	ASSERT_EQ(0x42, toy->own[63]);
	ASSERT_EQ_FMT(0, client_read(&toy->client, TOY_RAM, 8191, answer.payload, 2), "%d");
	ASSERT_EQ(1, toy->accesses);
	PASS();
}

static size_t put_writes(unsigned char *payload, const struct wire_single_write *writes,
			 uint64_t count)
{
	memcpy(payload, &count, sizeof(count));
	memcpy(payload + sizeof(count), writes, count * sizeof(*writes));
	return sizeof(count) + count * sizeof(*writes);
}

TEST many_writes_in_one(void)
{
	const struct wire_single_write writes[] = {
		{.offset = 0, .region = TOY_BAR, .count = 1, .data = {1}},
		{.offset = 16, .region = TOY_CONFIG, .count = 8, .data = {1, 2, 3, 4, 5, 6, 7, 8}},
		{.offset = 32, .region = TOY_CONFIG, .count = 9},
		{.offset = 2, .region = TOY_BAR, .count = 1, .data = {3}},
	};
	cleanup_toy struct toy *toy = NULL;
	unsigned char payload[256];
	uint64_t done;
	size_t len = put_writes(payload, writes, ARRAY_SIZE(writes));

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_REGION_WRITE_MULTI, payload, len, &answer),
		      "%d");
	memcpy(&done, answer.payload, sizeof(done));
	ASSERT_EQ(2, done); /* up to the invalid one */
	ASSERT_EQ(1, toy->bar[0]);
	ASSERT_EQ(8, toy->config[23]);
	ASSERT_EQ(0, toy->bar[2]);

	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_REGION_WRITE_MULTI, payload, len - 1, &answer),
		      "%d");
	len = put_writes(payload, writes + 2, 1);
	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_REGION_WRITE_MULTI, payload, len, &answer),
		      "%d");
	memset(payload, 0xff, sizeof(uint64_t));
	ASSERT_EQ_FMT(EINVAL,
		      client_ask(&toy->client, WIRE_REGION_WRITE_MULTI, payload, len, &answer),
		      "%d");
	PASS();
}

TEST reset(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	ASSERT_EQ(0, answer.len);
	ASSERT_EQ(1, toy->resets);
	PASS();
}

TEST nothing_described_nothing_done(void)
{
	static const struct vfu_ops none;
	cleanup_vfu struct vfu *vfu = NULL;
	struct wire_device_info info = {.argsz = sizeof(info)};
	struct toy toy = {.client = {.sock = -1}};

	ASSERT_EQ(0, vfu_create(&vfu, &none, NULL, NULL));
	ASSERT_EQ(0, vfu_set_region(
			     vfu, 0,
			     &(struct vfu_region){.size = 16, .flags = VFU_REGION_RW, .fd = -1}));
	toy.vfu = toy.client.vfu = vfu;
	ASSERT_EQ(0, toy_connect(&toy, true));
	ASSERT_EQ_FMT(ENXIO, client_read(&toy.client, 0, 0, answer.payload, 4), "%d");
	ASSERT_EQ_FMT(EOPNOTSUPP, client_ask(&toy.client, WIRE_DEVICE_RESET, NULL, 0, &answer),
		      "%d");
	ASSERT_EQ_FMT(0,
		      client_ask(&toy.client, WIRE_DEVICE_GET_INFO, &info, sizeof(info), &answer),
		      "%d");
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ_FMT(VFIO_DEVICE_FLAGS_PCI, info.flags, "0x%x");
	ASSERT_EQ(VFIO_PCI_NUM_REGIONS, info.num_regions);
	close(toy.client.sock);
	PASS();
}

static const struct description {
	unsigned int index;
	struct vfu_region region;
	int error;
} descriptions[] = {
	{VFU_REGIONS, {.size = 1, .fd = -1}, -EINVAL},
	{0, {.size = 1, .fd = -1, .flags = 4}, -EINVAL},
	{0, {.size = UINT64_MAX, .fd = -1}, -EINVAL},
	{0, {.size = 8192, .fd = -1, .area_count = 1, .areas = {{0, 4096}}}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = VFU_AREAS + 1}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = 1, .areas = {{1, 4096}}}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = 1, .areas = {{0, 100}}}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = 1, .areas = {{0, 0}}}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = 1, .areas = {{4096, 8192}}}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = 1, .areas = {{-4096UL, 8192}}}, -EINVAL},
	{0, {.size = 8192, .fd = 0, .area_count = 2, .areas = {{0, 8192}, {4096, 4096}}}, -EINVAL},
	{0, {.fd = 0}, -EINVAL},
	{0, {.size = TOY_RAM_SIZE + 1, .fd = 0}, -ERANGE},
	{0, {.size = 4096, .fd = 0, .fd_offset = TOY_RAM_SIZE}, -ERANGE},
	{0, {.size = 4096, .fd = 0, .fd_offset = 12}, -EINVAL},
	{0, {.size = 4096, .fd = 1000000}, -EBADF},
	{0, {.fd = -1}, 0},
};

/* A descriptor of 0 in the table means the toy's memory. */
TEST descriptions_are_checked(const struct description *d)
{
	cleanup_toy struct toy *toy = NULL;
	struct vfu_region region = d->region;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	if (!region.fd)
		region.fd = toy->ram_fd;
	ASSERT_EQ_FMT(d->error, vfu_set_region(toy->vfu, d->index, &region), "%d");
	ASSERT_EQ(0, toy_connect(toy, true));
	ASSERT_EQ(d->index < VFU_REGIONS ? -EBUSY : -EINVAL,
		  vfu_set_region(toy->vfu, d->index, &(struct vfu_region){.fd = -1}));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(device_info);
	RUN_TEST(a_plain_region);
	RUN_TEST(a_region_that_can_be_mapped_in_parts);
	RUN_TEST(a_short_argsz_gets_the_size_that_is_needed);
	RUN_TEST(a_region_with_a_type_of_its_own);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		RUN_TEST1(an_access_outside, &refused[i]);
	RUN_TEST(counts_that_lie);
	RUN_TEST(an_access_within);
	RUN_TEST(memory_is_served_by_the_library);
	RUN_TEST(many_writes_in_one);
	RUN_TEST(reset);
	RUN_TEST(nothing_described_nothing_done);
	for (size_t i = 0; i < ARRAY_SIZE(descriptions); i++)
		RUN_TEST1(descriptions_are_checked, &descriptions[i]);
	GREATEST_MAIN_END();
}
