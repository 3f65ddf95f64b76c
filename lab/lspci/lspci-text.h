/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a device that lspci's text tells: header, BARs, capabilities. */
#ifndef LAB_LSPCI_LSPCI_TEXT_H
#define LAB_LSPCI_LSPCI_TEXT_H

#include "lab/lspci/lspci-device.h"

/* What lspci's text says of a BAR (or of the ROM). */
struct text_bar {
	bool there;
	bool placed;	  /* it has an address */
	uint64_t size;	  /* 0: not told */
	uint32_t flags;	  /* PCI_BASE_ADDRESS_* */
	uint64_t address; /* if placed */
};

struct text_bars {
	struct text_bar bar[PCI_BARS], rom;
	bool any; /* the text has lines of BARs at all */
};

/*
 * The header's fields into BYTES: IDs, class, COMMAND and STATUS, latency, pin. What cannot be
 * known goes to INVENTED.
 */
void text_header(const struct lspci_function *f, const struct lspci_ids *ids, uint8_t *bytes,
		 struct list *invented);

/* "Region 0: Memory at ...", or "Memory at ..." as lspci -v prints. BYTES: the header, if hex. */
void text_bars(const struct lspci_function *f, struct text_bars *bars);

/*
 * The capabilities into BYTES (a whole config space), linked in the order of the text. *EXTENDED is
 * whether there are extended ones. Those with contents that lspci does not print go to INVENTED.
 */
void text_caps(const struct lspci_function *f, uint8_t *bytes, bool *extended,
	       struct list *invented);

/* The rest of the line that begins with LABEL and a colon; NULL if F has none. */
const char *text_line(const struct lspci_function *f, const char *label);

#endif
