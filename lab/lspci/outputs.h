/* SPDX-License-Identifier: GPL-2.0-only */
/* Several outputs of lspci in one file, as in "lspci -nn; lspci -vvv; lspci -xxxx". */
#ifndef LAB_LSPCI_OUTPUTS_H
#define LAB_LSPCI_OUTPUTS_H

#include "lab/lspci/dump.h"

bool lspci_same_place(const struct lspci_function *a, const struct lspci_function *b);

/*
 * Make one function of those that have the same address: the text of one and the hex of another.
 * Returns 0, or -EINVAL with a message in WHY if two of them have text, or two have hex.
 */
int lspci_merge(struct lspci_dump *dump, struct buf *why);

#endif
