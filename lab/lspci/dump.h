/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lspci -v, -vvv, -x, -xxx or -xxxx printed, of any version of pciutils: taken apart into
 * functions, each with its lines of text and its bytes. The text may be quoted (>), indented, or
 * have other text before it. What the lines say is left to lab/lspci/lspci-device.h.
 */
#ifndef LAB_LSPCI_DUMP_H
#define LAB_LSPCI_DUMP_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>
#include <stdint.h>

#define LSPCI_FILE_MAX	   (16u << 20) /* bytes */
#define LSPCI_FUNCTION_MAX 4096u
#define LSPCI_CONFIG_MAX   4096u

struct lspci_function {
	char *address; /* as the dump has it: "05:00.0", "0030:03:00.0" */
	unsigned int domain, bus, slot, function;
	unsigned int line; /* of the file, from 1 */
	char *title;	   /* what follows the address: class, name, revision */
	struct list text;  /* the lines below, without indent; hex rows are not among them */
	unsigned int hex;  /* how many bytes were in hex: 0, 64, 128, 256 or 4096 */
	uint8_t bytes[LSPCI_CONFIG_MAX];
};

struct lspci_dump {
	struct lspci_function *functions; /* in the order of the file */
	size_t count;
};

/*
 * Take LEN bytes of DATA apart. Returns 0, or -EINVAL with a line in WHY that names the line or the
 * device, and the remedy: no device in it, hex that is not whole, a device that occurs twice, bytes
 * that are no text. DUMP is empty then.
 */
int lspci_parse(const char *data, size_t len, struct lspci_dump *dump, struct buf *why);

/* The same for the file PATH, whose name begins the line in WHY. Also the -errno of reading it. */
int lspci_read(const char *path, struct lspci_dump *dump, struct buf *why);

/*
 * The function that ADDRESS names ("05:00.0" is in domain 0), or NULL with a line in WHY. If
 * ADDRESS is NULL, DUMP has to have one function only.
 */
const struct lspci_function *lspci_find(const struct lspci_dump *dump, const char *address,
					struct buf *why);

/* Free what DUMP holds. */
void lspci_free(struct lspci_dump *dump);

#define cleanup_lspci __attribute__((cleanup(lspci_free)))

#endif
