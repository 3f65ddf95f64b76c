// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/mode.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

static const struct {
	const char *name, *config;
	unsigned int modes;
} configs[] = {
	{"5.10", "CONFIG_VFIO=m\nCONFIG_VFIO_IOMMU_TYPE1=m\n", MODE_BIT(MODE_TYPE1)},
	{"6.12 with all",
	 "CONFIG_VFIO_GROUP=y\nCONFIG_VFIO_IOMMU_TYPE1=m\nCONFIG_VFIO_DEVICE_CDEV=y\n"
	 "CONFIG_IOMMUFD=m\n",
	 MODE_ALL},
	{"device files without iommufd",
	 "CONFIG_VFIO_IOMMU_TYPE1=y\nCONFIG_VFIO_DEVICE_CDEV=y\n# CONFIG_IOMMUFD is not set\n",
	 MODE_BIT(MODE_TYPE1)},
	{"iommufd without device files",
	 "CONFIG_IOMMUFD=y\nCONFIG_VFIO_IOMMU_TYPE1=m\n# CONFIG_VFIO_DEVICE_CDEV is not set\n",
	 MODE_BIT(MODE_TYPE1) | MODE_BIT(MODE_COMPAT)},
	{"no groups",
	 "# CONFIG_VFIO_GROUP is not set\nCONFIG_VFIO_DEVICE_CDEV=y\nCONFIG_IOMMUFD=m\n",
	 MODE_BIT(MODE_CDEV)},
	{"containers of iommufd alone",
	 "CONFIG_VFIO_GROUP=y\nCONFIG_IOMMUFD=m\nCONFIG_IOMMUFD_VFIO_CONTAINER=y\n",
	 MODE_BIT(MODE_COMPAT)},
	{"an option with a longer name", "CONFIG_IOMMUFD_DRIVER=y\nXCONFIG_IOMMUFD=m\n",
	 MODE_BIT(MODE_TYPE1)},
	{"no configuration", "", MODE_BIT(MODE_TYPE1)},
};

TEST configuration_decides_modes(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++)
		ASSERT_EQ_FMTm(configs[i].name, configs[i].modes,
			       modes_of_config(configs[i].config), "%x");
	ASSERT_EQ(MODE_COMPAT, mode_first(MODE_BIT(MODE_COMPAT) | MODE_BIT(MODE_CDEV)));
	PASS();
}

TEST name_has_its_mode_unless_type1(void)
{
	for (unsigned int mode = 0; mode < MODE_COUNT; mode++) {
		cleanup_free char *name = case_name("dma/map", "edu", (enum mode)mode);
		cleanup_free char *in_type1 = case_in_type1(name);
		cleanup_case_parts struct case_parts parts;

		case_split(name, &parts);
		ASSERT_STR_EQ("dma/map", parts.scenario);
		ASSERT_STR_EQ("edu", parts.dut);
		ASSERT_EQ(mode, parts.mode);
		ASSERT_STR_EQ("dma/map[edu]", in_type1);
		ASSERT_EQ(mode == MODE_TYPE1, !strcmp(name, in_type1));
	}
	PASS();
}

TEST incomplete_names_are_split(void)
{
	cleanup_case_parts struct case_parts none, open, other;
	cleanup_free char *same = case_in_type1("dma/map");

	case_split("", &none);
	ASSERT_STR_EQ("", none.scenario);
	ASSERT_STR_EQ("", none.dut);
	case_split("dma/map[edu", &open);
	ASSERT_STR_EQ("edu", open.dut);
	case_split("dma/map[edu,none]", &other);
	ASSERT_STR_EQ("edu", other.dut);
	ASSERT_EQ(MODE_TYPE1, other.mode);
	ASSERT_STR_EQ("dma/map", same);
	PASS();
}

static const struct {
	const char *needs;
	enum mode mode;
	bool first;
	const char *why; /* NULL: planned */
} plans[] = {
	{"irq=msi reset", MODE_CDEV, false, NULL},
	{"container dma", MODE_COMPAT, false, NULL},
	{"container dma", MODE_CDEV, false, "needs container; edu,cdev has no container"},
	{"mode=type1", MODE_TYPE1, true, NULL},
	{"mode=type1", MODE_COMPAT, false, "needs mode=type1; edu,compat has mode=compat"},
	{"!mode=compat", MODE_COMPAT, false, "needs !mode=compat; edu,compat has mode=compat"},
	{"once", MODE_TYPE1, true, NULL},
	{"once", MODE_CDEV, true, NULL},
	{"once", MODE_CDEV, false, "needs once; edu,cdev has no once"},
};

TEST needs_decide_modes(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(plans); i++) {
		cleanup_free char *why =
			mode_unmet(plans[i].needs, "edu", plans[i].mode, plans[i].first);

		ASSERT_STR_EQm(plans[i].needs, plans[i].why ?: "(planned)", why ?: "(planned)");
	}
	PASS();
}

TEST choice_names_modes_unless_all(void)
{
	const unsigned int two = MODE_BIT(MODE_TYPE1) | MODE_BIT(MODE_CDEV);
	cleanup_free char *all = modes_choice(two, two);
	cleanup_free char *one = modes_choice(MODE_ALL, MODE_BIT(MODE_CDEV));
	cleanup_free char *some = modes_choice(MODE_ALL, two);

	ASSERT_STR_EQ("", all);
	ASSERT_STR_EQ(" MODES=cdev", one);
	ASSERT_STR_EQ(" MODES='type1 cdev'", some);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(configuration_decides_modes);
	RUN_TEST(name_has_its_mode_unless_type1);
	RUN_TEST(incomplete_names_are_split);
	RUN_TEST(needs_decide_modes);
	RUN_TEST(choice_names_modes_unless_all);
	GREATEST_MAIN_END();
}
