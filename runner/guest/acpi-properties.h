/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device properties, as firmware gives them to drivers: an SSDT with a _DSD for each DUT whose
 * machine declares properties=. ACPI 6.5, 20.2 (AML) and 6.2.5 (_DSD).
 */
#ifndef RUNNER_GUEST_ACPI_PROPERTIES_H
#define RUNNER_GUEST_ACPI_PROPERTIES_H

#include "runner/guest/domain.h"

/* The file of the table, in the folder of the guest. */
#define ACPI_FILE "properties.aml"

/* Add the table of MACHINE to TABLE, or nothing if none of its DUTs has properties. */
void acpi_table(const struct machine *machine, struct buf *table);

/*
 * Write the table of MACHINE to ACPI_FILE in the folder of the guest with FILES, if there is one.
 * Blocks. Returns 0, or -errno with a message in WHY.
 */
int acpi_write(const struct machine *machine, const struct domain_files *files, struct buf *why);

#endif
