// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/iommufd.h"

#include "scenarios/lib/vfio/cdev.h"

/* New in 6.13: later than the headers that the lab is compiled with. */
#define MAP_FILE       _IO(IOMMUFD_TYPE, 0x8f)
#define CHANGE_PROCESS _IO(IOMMUFD_TYPE, 0x92)
struct map_file {
	uint32_t size;
	uint32_t flags;
	uint32_t ioas_id;
	int32_t fd;
	uint64_t start;
	uint64_t length;
	uint64_t iova;
};
struct change_process {
	uint32_t size;
	uint32_t reserved;
};

int iommufd_create_ioas(int iommufd, struct ioas *ioas)
{
	ioas->iommufd = iommufd;
	return ioas_alloc(iommufd, &ioas->id);
}

int iommufd_map(const struct ioas *ioas, const void *at, uint64_t len, uint32_t flags,
		uint64_t *iova)
{
	struct iommu_ioas_map map = {.size = sizeof(map),
				     .flags = flags,
				     .ioas_id = ioas->id,
				     .user_va = (uintptr_t)at,
				     .length = len,
				     .iova = *iova};
	int err = vfio_ioctl(ioas->iommufd, IOMMU_IOAS_MAP, &map);

	*iova = map.iova;
	return err;
}

int iommufd_map_file(const struct ioas *ioas, int file, uint64_t start, uint64_t len,
		     uint32_t flags, uint64_t *iova)
{
	struct map_file map = {.size = sizeof(map),
			       .flags = flags,
			       .ioas_id = ioas->id,
			       .fd = file,
			       .start = start,
			       .length = len,
			       .iova = *iova};
	int err = vfio_ioctl(ioas->iommufd, MAP_FILE, &map);

	*iova = map.iova;
	return err;
}

int iommufd_map_at(const struct ioas *ioas, const void *at, uint64_t len, uint32_t flags,
		   uint64_t iova)
{
	return iommufd_map(ioas, at, len, flags | IOAS_FIXED, &iova);
}

int iommufd_map_file_at(const struct ioas *ioas, int file, uint64_t start, uint64_t len,
			uint32_t flags, uint64_t iova)
{
	return iommufd_map_file(ioas, file, start, len, flags | IOAS_FIXED, &iova);
}

int iommufd_copy(const struct ioas *to, uint64_t *iova, const struct ioas *from, uint64_t from_iova,
		 uint64_t len, uint32_t flags)
{
	struct iommu_ioas_copy copy = {.size = sizeof(copy),
				       .flags = flags,
				       .dst_ioas_id = to->id,
				       .src_ioas_id = from->id,
				       .length = len,
				       .dst_iova = *iova,
				       .src_iova = from_iova};
	int err = vfio_ioctl(to->iommufd, IOMMU_IOAS_COPY, &copy);

	*iova = copy.dst_iova;
	return err;
}

int iommufd_unmap(const struct ioas *ioas, uint64_t iova, uint64_t len, uint64_t *unmapped)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = ioas->id, .iova = iova, .length = len};
	int err = vfio_ioctl(ioas->iommufd, IOMMU_IOAS_UNMAP, &unmap);

	if (unmapped)
		*unmapped = err ? 0 : unmap.length;
	return err;
}

int iommufd_ranges(const struct ioas *ioas, struct iommu_iova_range *ranges, uint32_t *count,
		   uint64_t *alignment)
{
	struct iommu_ioas_iova_ranges get = {.size = sizeof(get),
					     .ioas_id = ioas->id,
					     .num_iovas = *count,
					     .allowed_iovas = (uintptr_t)ranges};
	int err = vfio_ioctl(ioas->iommufd, IOMMU_IOAS_IOVA_RANGES, &get);

	*count = get.num_iovas;
	if (alignment)
		*alignment = get.out_iova_alignment;
	return err;
}

int iommufd_allow(const struct ioas *ioas, const struct iommu_iova_range *ranges, uint32_t count)
{
	struct iommu_ioas_allow_iovas allow = {.size = sizeof(allow),
					       .ioas_id = ioas->id,
					       .num_iovas = count,
					       .allowed_iovas = (uintptr_t)ranges};

	return vfio_ioctl(ioas->iommufd, IOMMU_IOAS_ALLOW_IOVAS, &allow);
}

int iommufd_destroy(int iommufd, uint32_t id)
{
	struct iommu_destroy destroy = {.size = sizeof(destroy), .id = id};

	return vfio_ioctl(iommufd, IOMMU_DESTROY, &destroy);
}

int iommufd_option_get(int iommufd, uint32_t option, uint32_t object, uint64_t *value)
{
	struct iommu_option get = {.size = sizeof(get),
				   .option_id = option,
				   .op = IOMMU_OPTION_OP_GET,
				   .object_id = object};
	int err = vfio_ioctl(iommufd, IOMMU_OPTION, &get);

	*value = get.val64;
	return err;
}

int iommufd_option_set(int iommufd, uint32_t option, uint32_t object, uint64_t value)
{
	struct iommu_option set = {.size = sizeof(set),
				   .option_id = option,
				   .op = IOMMU_OPTION_OP_SET,
				   .object_id = object,
				   .val64 = value};

	return vfio_ioctl(iommufd, IOMMU_OPTION, &set);
}

int iommufd_vfio_ioas(int iommufd, uint16_t op, uint32_t *ioas)
{
	struct iommu_vfio_ioas call = {.size = sizeof(call), .ioas_id = *ioas, .op = op};
	int err = vfio_ioctl(iommufd, IOMMU_VFIO_IOAS, &call);

	*ioas = call.ioas_id;
	return err;
}

int iommufd_change_process(int iommufd)
{
	struct change_process change = {.size = sizeof(change)};

	return vfio_ioctl(iommufd, CHANGE_PROCESS, &change);
}

int hwpt_alloc(int iommufd, uint32_t device, uint32_t parent, uint32_t flags, uint32_t *hwpt)
{
	struct iommu_hwpt_alloc alloc = {
		.size = sizeof(alloc), .flags = flags, .dev_id = device, .pt_id = parent};
	int err = vfio_ioctl(iommufd, IOMMU_HWPT_ALLOC, &alloc);

	*hwpt = alloc.out_hwpt_id;
	return err;
}
