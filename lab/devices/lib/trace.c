// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/trace.h"

#include "lab/devices/lib/device.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/trace-area.h"
#include "lab/pci/names.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define BYTES_MAX 16u /* of a longer access; a sum stands for the rest */

/* The last line of a half, if it is a map or an unmap that the next one may continue. */
struct last_range {
	const char *kind;
	uint64_t first, end, ns;
	unsigned int pieces; /* 0: the last line is something else */
	uint32_t at;	     /* offset of the line in the half */
	bool writable;
};

struct trace {
	struct device *device;
	struct trace_area *area;
	struct buf line; /* kept to avoid allocations */
	struct last_range range;
};

int trace_create(struct device *device, int fd)
{
	struct trace *trace;
	struct stat info;
	void *area;

	if (fstat(fd, &info))
		return -errno;
	if ((uint64_t)info.st_size < sizeof(struct trace_area))
		return -EINVAL;
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return -ENOMEM;
	area = mmap(NULL, sizeof(struct trace_area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (area == MAP_FAILED) {
		free(trace);
		return -errno;
	}
	*trace = (struct trace){.device = device, .area = area};
	device->trace = trace;
	return 0;
}

void trace_destroy(struct trace *trace)
{
	if (!trace)
		return;
	munmap(trace->area, sizeof(*trace->area));
	buf_free(&trace->line);
	free(trace);
}

void trace_mark(struct trace *trace)
{
	const uint32_t next = !trace->area->current;

	trace->area->halves[next].len = trace->area->halves[next].lost = 0;
	trace->range.pieces = 0;
	__atomic_store_n(&trace->area->current, next, __ATOMIC_RELEASE);
}

static void begin_at(struct trace *trace, uint64_t ns, const char *kind)
{
	trace->line.len = 0;
	buf_printf(&trace->line, "%" PRIu64 " %-7s ", ns, kind);
}

static void begin(struct trace *trace, const char *kind)
{
	trace->range.pieces = 0;
	begin_at(trace, now_ns(), kind);
}

/* Appends the line to the half. Its length changes last, as the reader may look at any time. */
static void end(struct trace *trace)
{
	struct trace_half *half = &trace->area->halves[trace->area->current];
	const size_t len = trace->line.len + 1;

	if (len > TRACE_HALF - half->len) {
		half->lost++;
		return;
	}
	memcpy(half->text + half->len, trace->line.data, len - 1);
	half->text[half->len + len - 1] = '\n';
	__atomic_store_n(&half->len, half->len + (uint32_t)len, __ATOMIC_RELEASE);
}

static void add_error(struct trace *trace, int err)
{
	const char *name = strerrorname_np(-err);

	buf_printf(&trace->line, " %s", name ? name : "error");
}

void trace_vevent(struct trace *trace, const char *kind, const char *format, va_list args)
{
	if (!trace)
		return;
	begin(trace, kind);
	buf_vprintf(&trace->line, format, args);
	end(trace);
}

void trace_event(struct trace *trace, const char *kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	trace_vevent(trace, kind, format, args);
	va_end(args);
}

static const struct register_name *find_register(const struct register_name *names, uint64_t offset)
{
	for (; names && names->name; names++) {
		const uint64_t end = names->end ? names->end : names->offset + 4;

		if (offset >= names->offset && offset < end)
			return names;
	}
	return NULL;
}

/* Returns whether OFFSET is in the MSI-X table or the PBA, with the register's name in NAME. */
static bool name_msix(const struct pci_msix *msix, unsigned int bar, uint64_t offset,
		      struct buf *name)
{
	static const char *const fields[] = {"ADDRESS", "ADDRESS_HI", "DATA", "CONTROL"};
	const uint64_t table = offset - msix->table.offset, pba = offset - msix->pba.offset;

	if (!msix->vectors)
		return false;
	if (bar == msix->table.bar && table < msix->vectors * PCI_MSIX_ENTRY_SIZE) {
		buf_printf(name, "MSI-X[%u].%s", (unsigned int)(table / PCI_MSIX_ENTRY_SIZE),
			   fields[table % PCI_MSIX_ENTRY_SIZE / 4]);
		return true;
	}
	if (bar != msix->pba.bar || pba >= (msix->vectors + 63) / 64 * 8)
		return false;
	buf_printf(name, "MSI-X.PENDING+%x", (unsigned int)pba);
	return true;
}

static void name_bar(const struct device *device, unsigned int bar, uint64_t offset,
		     struct buf *name)
{
	const struct bar_ops *ops = device->shape.bars[bar].ops;
	const struct register_name *found = ops ? find_register(ops->names, offset) : NULL;

	if (name_msix(&device->function.msix, bar, offset, name))
		return;
	buf_puts(name, found ? found->name : "-");
	if (found && offset > found->offset)
		buf_printf(name, "+%" PRIx64, offset - found->offset);
}

/* The sealed config space: a fault may have destroyed the lists of the present one. */
static void add_name(struct trace *trace, const struct vfu_access *access)
{
	const struct pci_config *config = &trace->device->function.config;
	struct buf *line = &trace->line;
	const size_t before = line->len;
	int room;

	if (access->region == VFIO_PCI_CONFIG_REGION_INDEX)
		pci_register_name(config->initial, config->size, (unsigned int)access->offset,
				  line);
	else if (access->region < VFIO_PCI_ROM_REGION_INDEX)
		name_bar(trace->device, access->region, access->offset, line);
	else
		buf_puts(line, "-");
	room = 16 - (int)(line->len - before);
	buf_printf(line, "%*s", room > 0 ? room : 0, "");
}

static void add_bytes(struct trace *trace, const struct vfu_access *access)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < access->len; i++) {
		sum = (sum ^ access->data[i]) * 0x01000193u;
		if (i < BYTES_MAX)
			buf_printf(&trace->line, " %02x", access->data[i]);
	}
	if (access->len > BYTES_MAX)
		buf_printf(&trace->line, " ... sum %08" PRIx32, sum);
}

static void add_value(struct trace *trace, const struct vfu_access *access)
{
	uint64_t value = 0;

	if (access->len > 8 || access->len & (access->len - 1)) {
		add_bytes(trace, access);
		return;
	}
	for (size_t i = 0; i < access->len; i++)
		value |= (uint64_t)access->data[i] << 8 * i;
	buf_printf(&trace->line, " %0*" PRIx64, (int)(2 * access->len), value);
}

static void begin_access(struct trace *trace, unsigned int region)
{
	char kind[16];

	if (region == VFIO_PCI_CONFIG_REGION_INDEX)
		strcpy(kind, "config");
	else if (region == VFIO_PCI_ROM_REGION_INDEX)
		strcpy(kind, "rom");
	else
		snprintf(kind, sizeof(kind), region < PCI_BARS ? "bar%u" : "region%u", region);
	begin(trace, kind);
}

void trace_access(struct trace *trace, const struct vfu_access *access, int err)
{
	if (!trace)
		return;
	begin_access(trace, access->region);
	buf_printf(&trace->line, "%c%zu %04" PRIx64 " ", access->write ? 'W' : 'R', access->len,
		   access->offset);
	add_name(trace, access);
	if (!access->write)
		buf_puts(&trace->line, " ->");
	if (err)
		add_error(trace, err);
	else
		add_value(trace, access);
	end(trace);
}

static const char *irq_name(unsigned int index)
{
	static const char *const names[VFU_IRQ_INDEXES] = {"intx", "msi", "msi-x", "error",
							   "request"};

	return index < VFU_IRQ_INDEXES ? names[index] : "?";
}

void trace_irq(struct trace *trace, const struct vfu_irq *irq, int err)
{
	if (!trace)
		return;
	begin(trace, "irq");
	buf_puts(&trace->line, irq_name(irq->index));
	if (irq->action == VFU_IRQ_RAISE)
		buf_printf(&trace->line, " %u", irq->vector);
	else
		buf_puts(&trace->line, irq->action == VFU_IRQ_ASSERT ? " on" : " off");
	if (err == -EAGAIN)
		buf_puts(&trace->line, " masked");
	else if (err == -ENOENT)
		buf_puts(&trace->line, " lost: the client has set no eventfd");
	else if (err)
		add_error(trace, err);
	end(trace);
}

void trace_irqs(struct trace *trace, unsigned int index, unsigned int first, unsigned int count)
{
	const struct vfu *vfu;
	const char *state = "off";

	if (!trace)
		return;
	vfu = trace->device->vfu;
	if (vfu_irq_enabled(vfu, index, first))
		state = vfu_irq_masked(vfu, index, first) ? "on, masked" : "on";
	begin(trace, "irqs");
	buf_puts(&trace->line, irq_name(index));
	if (count == 1)
		buf_printf(&trace->line, " %u %s", first, state);
	else
		buf_printf(&trace->line, " %u-%u %s", first, first + count - 1, state);
	end(trace);
}

void trace_dma(struct trace *trace, const struct vfu_dma *dma, int err)
{
	if (!trace)
		return;
	begin(trace, "dma");
	buf_printf(&trace->line, "%-5s %010" PRIx64 " len %zx", dma->write ? "write" : "read",
		   dma->iova, dma->len);
	if (err) {
		buf_puts(&trace->line, " ->");
		add_error(trace, err);
	}
	end(trace);
}

/* Writes the range again, over its last line if there is one. */
static void write_range(struct trace *trace)
{
	const struct last_range *range = &trace->range;

	begin_at(trace, range->ns, range->kind);
	buf_printf(&trace->line, "%010" PRIx64 " len %" PRIx64 " %s", range->first,
		   range->end - range->first, range->writable ? "rw" : "r");
	if (range->pieces > 1)
		buf_printf(&trace->line, " in %u pieces", range->pieces);
	trace->area->halves[trace->area->current].len = range->at;
	end(trace);
}

static bool continues(const struct last_range *range, const struct last_range *next)
{
	return range->pieces && !strcmp(range->kind, next->kind) &&
	       range->writable == next->writable &&
	       (range->end == next->first || next->end == range->first);
}

/* The client maps page by page what the driver maps at once: one line is enough. */
static void add_range(struct trace *trace, const char *kind, uint64_t iova, uint64_t size)
{
	struct last_range *range = &trace->range;
	const struct last_range next = {
		.kind = kind,
		.first = iova,
		.end = iova + size,
		.ns = now_ns(),
		.pieces = 1,
		.at = trace->area->halves[trace->area->current].len,
		.writable = vfu_dma_mapped(trace->device->vfu, iova, size, VFU_DMA_WRITE),
	};

	if (!continues(range, &next)) {
		*range = next;
	} else {
		range->pieces++;
		if (range->end == next.first)
			range->end = next.end;
		else
			range->first = next.first;
	}
	write_range(trace);
}

void trace_map(struct trace *trace, uint64_t iova, uint64_t size)
{
	if (trace)
		add_range(trace, "map", iova, size);
}

void trace_unmap(struct trace *trace, uint64_t iova, uint64_t size)
{
	if (trace)
		add_range(trace, "unmap", iova, size);
}
