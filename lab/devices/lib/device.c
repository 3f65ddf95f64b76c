// SPDX-License-Identifier: GPL-2.0-only
/* Creates a device from a model, and describes it to its server. */
#include "lab/devices/lib/device.h"

#include "lab/devices/lib/faults.h"
#include "lab/devices/lib/rom.h"
#include "lab/devices/lib/trace.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 0x1000u

struct common {
	uint64_t mmap, disintx;
};

static const char *const on_off[] = {"on", "off", NULL};

static const struct param common_params[] = {
	PARAM_CHOICE(struct common, mmap, on_off,
		     "whether the client may map memory BARs: faults do not see such accesses"),
	PARAM_CHOICE(struct common, disintx, on_off,
		     "whether COMMAND can disable INTx: without, vfio-pci masks at the interrupt "
		     "controller"),
	PARAM_END,
};

/*
 * The linker defines these symbols for the section that DEVICE_MODEL() fills with pointers. They
 * are weak because a unit test may have no model.
 */
extern const struct device_model *const __start_device_models[] __attribute__((weak));
extern const struct device_model *const __stop_device_models[] __attribute__((weak));

const struct device_model *device_model_after(const struct device_model *before)
{
	bool found = !before;

	for (const struct device_model *const *at = __start_device_models;
	     at != &__stop_device_models[0]; at++) {
		if (found)
			return *at;
		found = *at == before;
	}
	return NULL;
}

const struct device_model *device_model(const char *name)
{
	for_each_device_model (model) {
		if (!strcmp(model->name, name))
			return model;
	}
	return NULL;
}

/* The model's own parameters come first, because they may override those common to all models. */
static int take_word(struct device *device, struct common *common, const char *word,
		     struct buf *why)
{
	int err = params_take(device->model->params, device->params, word, why);

	if (err == -ENOENT)
		err = shape_take(&device->shape, word, why);
	if (err == -ENOENT)
		err = params_take(common_params, common, word, why);
	if (err != -ENOENT)
		return err;
	buf_printf(why, "%s has no parameter '%s': see device %s --help", device->model->name, word,
		   device->model->name);
	return -EINVAL;
}

static int take_words(struct device *device, char *const *words, size_t count, struct buf *why)
{
	struct common common;
	int err = 0;

	params_init(device->model->params, device->params);
	params_init(common_params, &common);
	for (size_t i = 0; i < count && !err; i++)
		err = take_word(device, &common, words[i], why);
	device->mappable = !common.mmap;
	device->disintx = !common.disintx;
	return err;
}

static int alloc_memory(struct device *device, unsigned int bar, uint64_t size)
{
	struct device_memory *memory = &device->memory[bar];
	int fd = vfu_memory(size, &memory->at);

	if (fd < 0)
		return fd;
	memory->size = size;
	memory->fd = fd;
	return 0;
}

static bool is_memory(const struct device_bar *bar)
{
	return bar->size && !bar->ops;
}

static int alloc_memories(struct device *device, struct buf *why)
{
	int err = 0;

	for (unsigned int i = 0; i < PCI_BARS && !err; i++)
		if (is_memory(&device->shape.bars[i]))
			err = alloc_memory(device, i, device->shape.bars[i].size);
	if (!err && device->shape.rom)
		err = alloc_memory(device, PCI_BAR_ROM, device->shape.rom);
	if (err)
		buf_printf(why, "no memory for the BARs: %s; make them smaller", strerror(-err));
	return err;
}

/* A client can map only whole pages of memory space; it accesses the rest by messages. */
static bool is_mappable(const struct device *device, unsigned int bar)
{
	const struct device_bar *shape = &device->shape.bars[bar];

	return device->mappable && device->memory[bar].at && shape->size >= PAGE &&
	       !(shape->flags & PCI_BASE_ADDRESS_SPACE_IO);
}

/* Pages of a BAR that the client must not map: the MSI-X table's, or the PBA's. */
struct hole {
	uint64_t begin, end;
};

static struct hole hole_of(const struct pci_msix_place place, uint32_t size, unsigned int bar)
{
	const uint64_t page = PAGE;

	if (place.bar != bar || !size)
		return (struct hole){0};
	return (struct hole){place.offset & ~(page - 1),
			     (place.offset + size + page - 1) & ~(page - 1)};
}

static void add_area(struct vfu_region *region, uint64_t begin, uint64_t end)
{
	if (begin < end)
		region->areas[region->area_count++] = (struct vfu_area){begin, end - begin};
}

/* What is left of REGION, in order. An empty hole is at 0. */
static void cut_holes(struct vfu_region *region, struct hole first, struct hole second)
{
	if (first.begin > second.begin) {
		const struct hole swap = first;

		first = second;
		second = swap;
	}
	add_area(region, 0, first.begin);
	add_area(region, first.end, second.begin);
	add_area(region, second.end > first.end ? second.end : first.end, region->size);
}

static int describe_bar(struct device *device, unsigned int bar)
{
	const struct pci_msix *msix = &device->function.msix;
	struct vfu_region region = {
		.size = device->shape.bars[bar].size, .flags = VFU_REGION_RW, .fd = -1};

	if (is_mappable(device, bar)) {
		const struct hole table =
			hole_of(msix->table, msix->vectors * PCI_MSIX_ENTRY_SIZE, bar);
		const struct hole pba = hole_of(msix->pba, (msix->vectors + 63) / 64 * 8, bar);

		if (table.end || pba.end)
			cut_holes(&region, table, pba);
		if (region.area_count || !(table.end || pba.end)) {
			region.fd = device->memory[bar].fd;
			region.memory = device->memory[bar].at;
		}
	}
	return vfu_set_region(device->vfu, VFIO_PCI_BAR0_REGION_INDEX + bar, &region);
}

static int describe_regions(struct device *device)
{
	int err = vfu_set_region(device->vfu, VFIO_PCI_CONFIG_REGION_INDEX,
				 &(struct vfu_region){.size = device->function.config.size,
						      .flags = VFU_REGION_RW,
						      .fd = -1});

	for (unsigned int i = 0; i < PCI_BARS && !err; i++)
		if (device->shape.bars[i].size)
			err = describe_bar(device, i);
	if (!err && device->shape.rom)
		err = vfu_set_region(device->vfu, VFIO_PCI_ROM_REGION_INDEX,
				     &(struct vfu_region){.size = device->shape.rom,
							  .flags = VFU_REGION_READ,
							  .fd = -1});
	return err;
}

static int describe_irqs(struct device *device)
{
	const struct pci_function *function = &device->function;
	const uint32_t flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE;
	int err = vfu_set_irqs(device->vfu, VFIO_PCI_INTX_IRQ_INDEX,
			       pci_function_vectors(function, PCI_IRQ_INTX),
			       flags | VFIO_IRQ_INFO_AUTOMASKED);

	if (!err)
		err = vfu_set_irqs(device->vfu, VFIO_PCI_MSI_IRQ_INDEX,
				   pci_function_vectors(function, PCI_IRQ_MSI), flags);
	if (!err)
		err = vfu_set_irqs(device->vfu, VFIO_PCI_MSIX_IRQ_INDEX,
				   pci_function_vectors(function, PCI_IRQ_MSIX), flags);
	return err;
}

static int describe(struct device *device, struct buf *why)
{
	int err = vfu_create(&device->vfu, &device_ops, device, NULL);

	if (!err)
		err = describe_regions(device);
	if (!err)
		err = describe_irqs(device);
	if (!err)
		err = faults_create(device, &device->faults);
	if (err)
		buf_printf(why, "the vfio-user server cannot be set up: %s", strerror(-err));
	return err;
}

static int build(struct device *device, char *const *words, size_t count, struct buf *why)
{
	const struct device_model *model = device->model;
	int err = take_words(device, words, count, why);

	if (!err && model->setup)
		err = model->setup(&device->shape, device->params, why);
	if (!err)
		err = shape_build(&device->shape, &device->function, &device_wire, device, why);
	if (!err)
		err = alloc_memories(device, why);
	if (!err)
		err = describe(device, why);
	if (err)
		return err;
	if (device->shape.rom)
		rom_fill(&device->shape.ids, device->memory[PCI_BAR_ROM].at, device->shape.rom);
	if (model->reset)
		model->reset(device, PCI_RESET_BUS);
	if (!device->disintx)
		device->function.config.writable[PCI_COMMAND + 1] &=
			(uint8_t)~(PCI_COMMAND_INTX_DISABLE >> 8);
	pci_config_seal(&device->function.config);
	return 0;
}

static struct device *device_alloc(const struct device_model *model)
{
	struct device *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	device->model = model;
	device->shape = model->shape;
	device->params = calloc(1, model->params_size + 1);
	device->state = calloc(1, model->state_size + 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(device->memory); i++)
		device->memory[i].fd = -1;
	if (device->params && device->state)
		return device;
	device_destroy(device);
	return NULL;
}

int device_create(const struct device_model *model, char *const *words, size_t count,
		  struct device **device, struct buf *why)
{
	struct device *made = device_alloc(model);
	int err;

	*device = NULL;
	if (!made) {
		buf_puts(why, strerror(ENOMEM));
		return -ENOMEM;
	}
	err = build(made, words, count, why);
	if (err)
		device_destroy(made);
	else
		*device = made;
	return err;
}

void device_destroy(struct device *device)
{
	if (!device)
		return;
	faults_destroy(steal(device->faults)); /* the server calls hooks while it shuts down */
	vfu_destroy(device->vfu);
	trace_destroy(device->trace);
	for (unsigned int i = 0; i < ARRAY_SIZE(device->memory); i++) {
		if (device->memory[i].at)
			munmap(device->memory[i].at,
			       (device->memory[i].size + PAGE - 1) & ~(uint64_t)(PAGE - 1));
		cleanup_close_p(&device->memory[i].fd);
	}
	pci_function_free(&device->function);
	free(device->shape.image);
	if (device->model->release)
		device->model->release(device->shape.data);
	free(device->params);
	free(device->state);
	free(device);
}

void device_describe_params(struct buf *text)
{
	buf_puts(text, shape_help);
	params_describe(common_params, text);
}
