// SPDX-License-Identifier: GPL-2.0-only
/* The user's pages: pinned by VFIO, and mapped for the model. */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/slab.h>

#include "mediated.h"

/* What one vfio_pin_pages() has pinned; iommufd wants it back in one piece. */
struct pin {
	struct list_head entry;
	u64 iova;		/* of a page */
	u32 count;
	int prot;
	struct page **pages;
	dma_addr_t bus[];	/* of each page */
};

static enum dma_data_direction direction(int prot)
{
	return prot & IOMMU_WRITE ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
}

static void unmap_first(struct mediated *mediated, struct pin *pin, u32 count)
{
	while (count--)
		dma_unmap_page(&mediated->pdev->dev, pin->bus[count], PAGE_SIZE,
			       direction(pin->prot));
}

static int map_all(struct mediated *mediated, struct pin *pin)
{
	struct device *dev = &mediated->pdev->dev;
	u32 i;

	for (i = 0; i < pin->count; i++) {
		pin->bus[i] = dma_map_page(dev, pin->pages[i], 0, PAGE_SIZE, direction(pin->prot));
		if (dma_mapping_error(dev, pin->bus[i])) {
			unmap_first(mediated, pin, i);
			return -ENOMEM;
		}
	}
	return 0;
}

static int pin_pages(struct mediated *mediated, struct pin *pin)
{
	int ret = vfio_pin_pages(&mediated->vdev, pin->iova, pin->count, pin->prot, pin->pages);

	if (ret < 0)
		return ret;
	/* All or nothing. */
	if (WARN_ON(ret != pin->count))
		return -EIO;
	ret = map_all(mediated, pin);
	if (ret)
		vfio_unpin_pages(&mediated->vdev, pin->iova, pin->count);
	return ret;
}

static void pin_free(struct pin *pin)
{
	kfree(pin->pages);
	kfree(pin);
}

static struct pin *pin_alloc(u64 iova, u32 count, int prot)
{
	struct pin *pin;

	/* More than VFIO accepts, so that it can refuse. */
	if (count > 2 * VFIO_PIN_PAGES_MAX_ENTRIES)
		return NULL;
	pin = kzalloc(sizeof(*pin) + count * sizeof(pin->bus[0]), GFP_KERNEL);
	if (!pin)
		return NULL;
	pin->pages = kcalloc(count + 1, sizeof(pin->pages[0]), GFP_KERNEL);
	if (!pin->pages) {
		kfree(pin);
		return NULL;
	}
	pin->iova = iova & PAGE_MASK;
	pin->count = count;
	pin->prot = prot;
	return pin;
}

int mediated_pin(struct mediated *mediated, u64 iova, u32 count, int prot)
{
	struct pin *pin = pin_alloc(iova, count, prot);
	int ret;

	if (!pin)
		return -ENOMEM;
	ret = pin_pages(mediated, pin);
	if (ret) {
		pin_free(pin);
		return ret;
	}
	list_add_tail(&pin->entry, &mediated->pins);
	return 0;
}

static void pin_release(struct mediated *mediated, struct pin *pin)
{
	list_del(&pin->entry);
	unmap_first(mediated, pin, pin->count);
	vfio_unpin_pages(&mediated->vdev, pin->iova, pin->count);
	pin_free(pin);
}

int mediated_unpin(struct mediated *mediated, u64 iova, u32 count)
{
	struct pin *pin;

	list_for_each_entry(pin, &mediated->pins, entry) {
		if (pin->iova == (iova & PAGE_MASK) && pin->count == count) {
			pin_release(mediated, pin);
			return 0;
		}
	}
	return -ENOENT;
}

void mediated_unpin_all(struct mediated *mediated)
{
	struct pin *pin, *next;

	list_for_each_entry_safe(pin, next, &mediated->pins, entry)
		pin_release(mediated, pin);
}

u32 mediated_count_pins(const struct mediated *mediated)
{
	struct list_head *at;
	u32 count = 0;

	list_for_each(at, &mediated->pins)
		count++;
	return count;
}

/* Neither sum of these can overflow: the pages are mapped. */
static bool contains(const struct pin *pin, u64 iova, int prot)
{
	return iova >= pin->iova && iova < pin->iova + (u64)pin->count * PAGE_SIZE &&
	       (pin->prot & prot) == prot;
}

static struct pin *find(struct mediated *mediated, u64 iova, int prot)
{
	struct pin *pin;

	list_for_each_entry(pin, &mediated->pins, entry) {
		if (contains(pin, iova, prot))
			return pin;
	}
	return NULL;
}

int mediated_bus_address(struct mediated *mediated, u64 iova, int prot, dma_addr_t *bus)
{
	struct pin *pin = find(mediated, iova, prot);
	int ret;

	if (!pin) {
		ret = mediated_pin(mediated, iova & PAGE_MASK, 1, prot);
		if (ret)
			return ret;
		pin = find(mediated, iova, prot);
	}
	*bus = pin->bus[(iova - pin->iova) / PAGE_SIZE] + iova % PAGE_SIZE;
	return 0;
}

/* LENGTH is that of the whole address space, less a byte, if the device leaves it. */
static bool overlaps(const struct pin *pin, u64 iova, u64 length)
{
	return pin->iova <= iova + (length - 1) &&
	       iova <= pin->iova + (u64)pin->count * PAGE_SIZE - 1;
}

/*
 * No DMA is under way: the lock is held for as long as it lasts. A pin that also has pages beyond
 * the range is released as a whole.
 */
void mediated_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	struct mediated *mediated = vdev_to_mediated(vdev);
	struct pin *pin, *next;

	wait_for_completion(&mediated->idle);
	mutex_lock(&mediated->lock);
	mediated->unmaps++;
	mediated->unmap_iova = iova;
	mediated->unmap_length = length;
	list_for_each_entry_safe(pin, next, &mediated->pins, entry) {
		if (overlaps(pin, iova, length)) {
			mediated->released++;
			pin_release(mediated, pin);
		}
	}
	mutex_unlock(&mediated->lock);
}
