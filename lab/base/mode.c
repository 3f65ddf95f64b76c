// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/mode.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "lab/base/vocabulary.h"

#include <stdlib.h>
#include <string.h>

const char *const mode_names[MODE_COUNT] = {
	[MODE_TYPE1] = "type1",
	[MODE_COMPAT] = "compat",
	[MODE_CDEV] = "cdev",
};

bool mode_parse(const char *name, enum mode *mode)
{
	for (unsigned int i = 0; i < MODE_COUNT; i++) {
		if (strcmp(mode_names[i], name))
			continue;
		*mode = (enum mode)i;
		return true;
	}
	return false;
}

enum mode mode_first(unsigned int modes)
{
	enum mode mode = MODE_TYPE1;

	while (mode < MODE_COUNT - 1 && !(modes & MODE_BIT(mode)))
		mode++;
	return mode;
}

/* Whether CONFIG has LINE, or a longer line that begins with it. */
static bool has_line(const char *config, const char *line)
{
	for (const char *at = config; (at = strstr(at, line)); at++)
		if (at == config || at[-1] == '\n')
			return true;
	return false;
}

/* Before 6.6 there is no option for groups: all kernels have them. */
unsigned int modes_of_config(const char *config)
{
	bool iommufd = has_line(config, "CONFIG_IOMMUFD=");
	bool groups = !has_line(config, "# CONFIG_VFIO_GROUP is not set");
	unsigned int modes = 0;

	if (groups && has_line(config, "CONFIG_VFIO_IOMMU_TYPE1="))
		modes |= MODE_BIT(MODE_TYPE1);
	if (groups && iommufd)
		modes |= MODE_BIT(MODE_COMPAT);
	if (iommufd && has_line(config, "CONFIG_VFIO_DEVICE_CDEV=y"))
		modes |= MODE_BIT(MODE_CDEV);
	return modes ?: MODE_BIT(MODE_TYPE1);
}

char *modes_choice(unsigned int all, unsigned int some)
{
	cleanup_list struct list names = {0};
	cleanup_free char *joined = NULL;

	for (unsigned int mode = 0; mode < MODE_COUNT; mode++)
		if (some & MODE_BIT(mode))
			list_add(&names, mode_names[mode]);
	joined = list_join(&names, " ");
	if (all == some)
		return text("%s", "");
	return text(names.count > 1 ? " MODES='%s'" : " MODES=%s", joined);
}

const char *mode_properties(enum mode mode)
{
	static const char *const properties[MODE_COUNT] = {
		[MODE_TYPE1] = "mode=type1 container",
		[MODE_COMPAT] = "mode=compat container",
		[MODE_CDEV] = "mode=cdev",
	};

	return properties[mode];
}

/* The device files have no no-IOMMU mode. */
const char *mode_needs(enum mode mode)
{
	return mode == MODE_CDEV ? "iommu" : "";
}

char *mode_unmet(const char *needs, const char *name, enum mode mode, bool first)
{
	cleanup_free char *properties = text("%s%s", mode_properties(mode), first ? " once" : "");
	cleanup_free char *place = case_place(name, mode);
	cleanup_buf struct buf its = BUF_INIT;
	struct need need;

	for_each_need(need, needs)
	{
		const struct vocabulary *row = vocabulary_find(&need);

		if (row && row->origin == ORIGIN_MODE)
			buf_printf(&its, "%s%.*s", its.len ? " " : "", (int)need.len, need.start);
	}
	return its.len ? needs_unmet(its.data, place, properties) : NULL;
}

char *case_place(const char *dut, enum mode mode)
{
	return mode == MODE_TYPE1 ? text("%s", dut) : text("%s,%s", dut, mode_names[mode]);
}

char *case_name(const char *scenario, const char *dut, enum mode mode)
{
	cleanup_free char *place = case_place(dut, mode);

	return text("%s[%s]", scenario, place);
}

void case_split(const char *name, struct case_parts *parts)
{
	size_t scenario = strcspn(name, "[");
	const char *dut = name + scenario + (name[scenario] == '[');
	size_t end = strcspn(dut, ",]");
	cleanup_free char *mode =
		dut[end] == ',' ? text("%.*s", (int)strcspn(dut + end + 1, "]"), dut + end + 1)
				: NULL;

	*parts = (struct case_parts){
		.scenario = text("%.*s", (int)scenario, name),
		.dut = text("%.*s", (int)end, dut),
	};
	if (mode)
		mode_parse(mode, &parts->mode);
}

void case_parts_free(struct case_parts *parts)
{
	free(parts->scenario);
	free(parts->dut);
	*parts = (struct case_parts){0};
}

char *case_in_type1(const char *name)
{
	size_t dut = strcspn(name, "["), end = dut + strcspn(name + dut, ",]");

	return text("%.*s%s", (int)end, name, name[end] == ',' ? "]" : name + end);
}
