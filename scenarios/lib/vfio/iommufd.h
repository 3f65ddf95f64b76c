/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of an iommufd, one function for each (include/uapi/linux/iommufd.h). They make the call
 * as it is given, so that scenarios can make invalid ones. All return 0 or -errno. -ENOTTY: the
 * kernel lacks the call. scenarios/lib/vfio/cdev.h opens an iommufd and attaches devices.
 */
#ifndef SCENARIOS_LIB_VFIO_IOMMUFD_H
#define SCENARIOS_LIB_VFIO_IOMMUFD_H

#include "scenarios/lib/dut/dut.h"

#include <linux/iommufd.h>
#include <stdint.h>

/* An address space: an IOAS of an iommufd. */
struct ioas {
	int iommufd;
	uint32_t id;
};

/* The one to which DUT is attached, in mode cdev. */
static inline struct ioas ioas_of(const struct dut *dut)
{
	return (struct ioas){dut->vfio.iommufd, dut->vfio.ioas};
}

/* Create another one in IOMMUFD. */
int iommufd_create_ioas(int iommufd, struct ioas *ioas);

/* Access of the device to a mapping, and whether its IOVA is given. */
#define IOAS_R	   IOMMU_IOAS_MAP_READABLE
#define IOAS_W	   IOMMU_IOAS_MAP_WRITEABLE
#define IOAS_RW	   (IOAS_R | IOAS_W)
#define IOAS_FIXED IOMMU_IOAS_MAP_FIXED_IOVA

/* Map LEN bytes of memory AT. *IOVA is their place, given with IOAS_FIXED, else chosen. */
int iommufd_map(const struct ioas *ioas, const void *at, uint64_t len, uint32_t flags,
		uint64_t *iova);

/* Map it at exactly IOVA. FLAGS are without IOAS_FIXED. */
int iommufd_map_at(const struct ioas *ioas, const void *at, uint64_t len, uint32_t flags,
		   uint64_t iova);

/* The same with LEN bytes from START of FILE, a memfd or a dma-buf. Since 6.13. */
int iommufd_map_file(const struct ioas *ioas, int file, uint64_t start, uint64_t len,
		     uint32_t flags, uint64_t *iova);

int iommufd_map_file_at(const struct ioas *ioas, int file, uint64_t start, uint64_t len,
			uint32_t flags, uint64_t iova);

/* Map in TO what FROM, of the same iommufd, has mapped at FROM_IOVA. */
int iommufd_copy(const struct ioas *to, uint64_t *iova, const struct ioas *from, uint64_t from_iova,
		 uint64_t len, uint32_t flags);

/* Unmap all mappings in the range. *UNMAPPED, unless NULL, gets the number of their bytes. */
int iommufd_unmap(const struct ioas *ioas, uint64_t iova, uint64_t len, uint64_t *unmapped);

/* The length with which iommufd_unmap() unmaps everything, from IOVA 0. */
#define IOAS_ALL UINT64_MAX

/*
 * Get the ranges in which IOVAs may be. *COUNT is the room in RANGES, and gets the number of
 * ranges; -EMSGSIZE if there are more. *ALIGNMENT, unless NULL, gets that of IOVAs.
 */
int iommufd_ranges(const struct ioas *ioas, struct iommu_iova_range *ranges, uint32_t *count,
		   uint64_t *alignment);

/* Keep IOVAs in these COUNT ranges, and only choose from them. */
int iommufd_allow(const struct ioas *ioas, const struct iommu_iova_range *ranges, uint32_t count);

/* Destroy an object by its ID: an IOAS, a page table. */
int iommufd_destroy(int iommufd, uint32_t id);

/* Get or set OPTION, of OBJECT or 0. */
int iommufd_option_get(int iommufd, uint32_t option, uint32_t object, uint64_t *value);
int iommufd_option_set(int iommufd, uint32_t option, uint32_t object, uint64_t value);

/* Get, set or clear (OP, IOMMU_VFIO_IOAS_*) the IOAS that serves VFIO's container calls. */
int iommufd_vfio_ioas(int iommufd, uint16_t op, uint32_t *ioas);

/* Charge all mappings, which must be of files, to the calling process. Since 6.13. */
int iommufd_change_process(int iommufd);

/* Create a page table for DEVICE, an ID, of PARENT: an IOAS or another page table. */
int hwpt_alloc(int iommufd, uint32_t device, uint32_t parent, uint32_t flags, uint32_t *hwpt);

#endif
