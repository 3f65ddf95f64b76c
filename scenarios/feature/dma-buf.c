// SPDX-License-Identifier: GPL-2.0-only
/*
 * feature: VFIO_DEVICE_FEATURE_DMA_BUF (include/uapi/linux/vfio.h), which exports parts of a BAR as
 * a dma-buf: what can be exported, and what becomes of one when the device is closed or unbound.
 * iommufd imports them (IOMMU_IOAS_MAP_FILE), and refuses one that is revoked.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/kernel/descriptors.h"
#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/vfio/dma-buf.h"
#include "scenarios/lib/vfio/feature.h"

#include <fcntl.h>

#define DMA_BUF "feature=dma-buf bar=mmap !bar=subpage"
#define PAGE	4096ull

SCENARIO(dma_buf_has_size_of_bar, DMA_BUF,
	 "each BAR that can be mapped can be exported as a whole, and page by page at its ends")
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		cleanup_close int whole = -1, last = -1;

		ASSERT_OK(region_info(dut, i, &bar));
		if (!(bar.flags & VFIO_REGION_INFO_FLAG_MMAP) || bar.size < PAGE)
			continue;
		whole = dma_buf_export(dut, i, 0, bar.size);
		ASSERT_OK(whole);
		ASSERT_NUMBER(bar.size, dma_buf_size(whole));
		last = dma_buf_export(dut, i, bar.size - PAGE, PAGE);
		ASSERT_OK(last);
		ASSERT_NUMBER(PAGE, dma_buf_size(last));
	}
	PASS();
}

/* The uAPI neither allows nor forbids them. */
SCENARIO(dma_buf_ranges_overlap, DMA_BUF " once",
	 "a dma-buf of several ranges, which may overlap, is as large as all of them")
{
	struct dma_buf_request request = {
		.open_flags = O_RDWR, .count = 3, .ranges = {{0, PAGE}, {0, PAGE}, {0, PAGE}}};
	cleanup_close int fd = -1;
	struct region bar;

	ASSERT_OK(dma_buf_bar(dut, &bar));
	request.region = bar.index;
	fd = dma_buf_request(dut, &request);
	fact("overlap=%s", fd < 0 ? error_name(fd) : "exported");
	if (fd >= 0)
		ASSERT_NUMBER(3 * PAGE, dma_buf_size(fd));
	PASS();
}

/*
 * iommufd takes a dma-buf of one range only, so far. One that took the first for all of them would
 * map memory that the user did not name.
 */
SCENARIO(dma_buf_of_ranges_imported_whole_or_not, DMA_BUF " once",
	 "a dma-buf of two ranges is imported with both of them or refused")
{
	struct dma_buf_request request = {
		.open_flags = O_RDWR, .count = 2, .ranges = {{0, PAGE}, {0, PAGE}}};
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = -1;
	struct region bar;
	int err;

	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_OK(dma_buf_bar(dut, &bar));
	request.region = bar.index;
	fd = dma_buf_request(dut, &request);
	ASSERT_OK(fd);
	ASSERT_OK(importer_open(&importer));
	err = dma_buf_map(importer.iommufd, importer.ioas, fd, 2 * PAGE, PAGE);
	fact("import[2 ranges]=%s", err ? error_name(err) : "0");
	ASSERT_RESULT(-err, dma_buf_try(&importer, fd));
	PASS();
}

static const int open_flags[] = {O_RDWR | O_CLOEXEC, O_RDWR, O_RDONLY | O_CLOEXEC, O_RDONLY};

/* "open_flags are the typical flags passed to open(2), eg O_RDWR, O_CLOEXEC, etc." */
SCENARIO(dma_buf_has_open_flags, DMA_BUF " once",
	 "the file of a dma-buf has the access mode and O_CLOEXEC of the request")
{
	for (size_t i = 0; i < ARRAY_SIZE(open_flags); i++) {
		struct dma_buf_request request = {
			.open_flags = (uint32_t)open_flags[i], .count = 1, .ranges = {{0, PAGE}}};
		cleanup_close int fd = -1;
		struct region bar;

		ASSERT_OK(dma_buf_bar(dut, &bar));
		request.region = bar.index;
		fd = dma_buf_request(dut, &request);
		ASSERT_OK(fd);
		ASSERT_NUMBER(open_flags[i] & O_ACCMODE, fcntl(fd, F_GETFL) & O_ACCMODE);
		ASSERT_NUMBER(open_flags[i] & O_CLOEXEC ? FD_CLOEXEC : 0, fcntl(fd, F_GETFD));
	}
	PASS();
}

SCENARIO(dma_buf_of_msix_table, DMA_BUF " irq=msix once",
	 "fact: whether the page of the MSI-X table can be exported")
{
	const unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);
	const uint32_t table = config_read32(dut, cap + PCI_MSIX_TABLE);
	cleanup_close int fd = dma_buf_export(dut, table & PCI_MSIX_TABLE_BIR,
					      table & PCI_MSIX_TABLE_OFFSET & ~(PAGE - 1), PAGE);

	fact("msix_table=%s", fd < 0 ? error_name(fd) : "exported");
	PASS();
}

#define THE_BAR UINT32_MAX
#define ANY	0

static const struct malformed {
	const char *name;
	struct dma_buf_request request; /* .region THE_BAR: one that can be exported */
	bool from_end;			/* its first range is relative to the end of the BAR */
	int error;			/* or ANY */
} malformed[] = {
	{"no range", {THE_BAR, O_RDWR, 0, 0, {{0, PAGE}}}, false, EINVAL},
	{"2^32 - 1 ranges", {THE_BAR, O_RDWR, 0, UINT32_MAX, {{0, PAGE}}}, false, ANY},
	{"2^28 ranges", {THE_BAR, O_RDWR, 0, 1u << 28, {{0, PAGE}}}, false, ANY},
	{"a flag", {THE_BAR, O_RDWR, 1, 1, {{0, PAGE}}}, false, EINVAL},
	{"length 0", {THE_BAR, O_RDWR, 0, 1, {{0, 0}}}, false, EINVAL},
	{"length of part of a page", {THE_BAR, O_RDWR, 0, 1, {{0, 8}}}, false, EINVAL},
	{"offset within a page", {THE_BAR, O_RDWR, 0, 1, {{8, PAGE}}}, false, EINVAL},
	{"the page behind the BAR", {THE_BAR, O_RDWR, 0, 1, {{0, PAGE}}}, true, EINVAL},
	{"the BAR's last page and more",
	 {THE_BAR, O_RDWR, 0, 1, {{-PAGE, 2 * PAGE}}},
	 true,
	 EINVAL},
	{"second range behind the BAR",
	 {THE_BAR, O_RDWR, 0, 2, {{0, PAGE}, {1ull << 40, PAGE}}},
	 false,
	 EINVAL},
	{"an offset before the BAR", {THE_BAR, O_RDWR, 0, 1, {{-PAGE, PAGE}}}, false, ANY},
	{"an offset that wraps", {THE_BAR, O_RDWR, 0, 1, {{-PAGE, 2 * PAGE}}}, false, ANY},
	{"2^63 bytes", {THE_BAR, O_RDWR, 0, 1, {{0, 1ull << 63}}}, false, ANY},
	{"2^64 bytes in all",
	 {THE_BAR, O_RDWR, 0, 2, {{0, 1ull << 63}, {0, 1ull << 63}}},
	 false,
	 EINVAL},
	{"the ROM", {VFIO_PCI_ROM_REGION_INDEX, O_RDWR, 0, 1, {{0, PAGE}}}, false, ENODEV},
	{"config space", {VFIO_PCI_CONFIG_REGION_INDEX, O_RDWR, 0, 1, {{0, PAGE}}}, false, ENODEV},
	{"region 2^31", {1u << 31, O_RDWR, 0, 1, {{0, PAGE}}}, false, ENODEV},
};

SCENARIO_TABLE(dma_buf_malformed_refused, malformed, DMA_BUF " once",
	       "a malformed export fails and leaves no file open")
{
	struct dma_buf_request request = row->request;
	const long files = growth_files(NULL);
	struct region bar;
	int err;

	ASSERT_OK(dma_buf_bar(dut, &bar));
	if (request.region == THE_BAR)
		request.region = bar.index;
	if (row->from_end)
		request.ranges[0].offset += bar.size;
	err = dma_buf_request(dut, &request);
	ASSERT_THAT(err < 0, "it is exported");
	ASSERT_THAT(row->error == ANY || err == -row->error, "expected %s, got %s",
		    error_name(row->error), error_name(err));
	ASSERT_NUMBER(files, growth_files(NULL));
	PASS();
}

SCENARIO(
	dma_buf_of_other_region_refused, DMA_BUF " once",
	"a BAR that is missing or has I/O ports, and a call with a short argsz or SET, are refused")
{
	const struct dma_buf_request request = {
		.open_flags = O_RDWR, .count = 1, .ranges = {{0, PAGE}}};
	const uint32_t all = sizeof(struct vfio_device_feature) + sizeof(request);
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		ASSERT_OK(region_info(dut, i, &bar));
		if (bar.size &&
		    !(config_read32(dut, PCI_BASE_ADDRESS_0 + 4 * i) & PCI_BASE_ADDRESS_SPACE_IO))
			continue;
		ASSERT_THAT(dma_buf_export(dut, i, 0, PAGE) < 0, "BAR %u is exported", i);
	}
	ASSERT_ERRNO(EINVAL, feature_call(dut, FEATURE_SET | FEATURE_DMA_BUF, all, &request,
					  sizeof(request)));
	ASSERT_ERRNO(EINVAL, feature_call(dut, FEATURE_GET | FEATURE_DMA_BUF, 16, &request,
					  sizeof(request)));
	PASS();
}

static const char *check_unbind_ends(struct user *closed)
{
	cleanup_aside struct aside unbound = ASIDE_NONE;
	const struct dut *dut = &closed->dut;
	int err = aside_begin(&unbound, pci_unbind, dut->address, &closed->dut.vfio);

	if (err)
		return text("no process for the unbind: %s", error_name(err));
	return check_aside_ends(&unbound, dut->wait_ms) ?: check_driver(dut->address, "");
}

/* The dma-buf is not the device: it may outlive every use of that. */
SCENARIO_UNBOUND(dma_buf_outlives_device, DMA_BUF " once",
		 "a dma-buf kept beyond close is revoked for ever, and neither a new user nor "
		 "unbind minds it")
{
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int old = -1, new = -1;
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(importer_open(&importer));
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	old = dma_buf_export_page(&user.dut);
	ASSERT_OK(dma_buf_try(&importer, old));
	user_close(&user);
	ASSERT_ERRNO(ENODEV, dma_buf_try(&importer, old));
	ASSERT_OK(user_open(&user, dut));
	ASSERT_OK(config_set_memory(&user.dut, true));
	ASSERT_ERRNO(ENODEV, dma_buf_try(&importer, old));
	new = dma_buf_export_page(&user.dut);
	ASSERT_OK(dma_buf_try(&importer, new));
	user_close(&user);
	ASSERT_CHECK(check_unbind_ends(&user));
	ASSERT_ERRNO(ENODEV, dma_buf_try(&importer, new));
	PASS();
}

/* The importer's mapping must not keep the device busy either. */
SCENARIO_UNBOUND(dma_buf_mapped_at_unbind, DMA_BUF " once",
		 "a device whose dma-buf is mapped by an importer can be closed and unbound")
{
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = -1;
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(importer_open(&importer));
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	fd = dma_buf_export_page(&user.dut);
	ASSERT_OK(fd);
	ASSERT_OK(dma_buf_map(importer.iommufd, importer.ioas, fd, PAGE, PAGE));
	user_close(&user);
	ASSERT_CHECK(check_unbind_ends(&user));
	PASS();
}

struct descriptors {
	struct dut *dut;
	unsigned int bar;
	int first; /* that is not open */
};

static const char *export_in_vain(void *of)
{
	const struct descriptors *all = of;
	struct rlimit before;
	int err = limit_descriptors(all->first, &before);

	if (err)
		return text("the limit cannot be set: %s", error_name(err));
	err = dma_buf_export(all->dut, all->bar, 0, PAGE);
	setrlimit(RLIMIT_NOFILE, &before);
	return err == -EMFILE ? NULL : text("expected EMFILE, got %s", error_name(err));
}

/* The dma-buf exists when the kernel finds that there is no descriptor for it. */
SCENARIO(dma_buf_without_descriptor, DMA_BUF " once",
	 "an export that finds no free file descriptor fails and leaks nothing",
	 .deadline_ms = 20000)
{
	struct descriptors all = {.dut = dut};
	const struct growth_test test = {
		.round = export_in_vain, .of = &all, .warm_up = 2, .rounds = 4, .slabs = true};
	struct region bar;

	ASSERT_OK(dma_buf_bar(dut, &bar));
	all.bar = bar.index;
	all.first = dma_buf_export(dut, bar.index, 0, PAGE);
	ASSERT_OK(all.first);
	close(all.first);
	ASSERT_NO_GROWTH(&test);
	PASS();
}

static const char *export_and_close(void *of)
{
	struct dut *dut = of;
	cleanup_close int fd = dma_buf_export_page(dut);

	return fd < 0 ? error_name(fd) : NULL;
}

SCENARIO(dma_buf_leaks_nothing, DMA_BUF " once", "repeated exports leak no kernel objects",
	 .deadline_ms = 20000)
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	const struct growth_test test = {
		.round = export_and_close, .of = dut, .warm_up = 2, .rounds = 4, .slabs = true};

	ASSERT_NO_GROWTH(&test);
	PASS();
}
