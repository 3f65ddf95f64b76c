/* SPDX-License-Identifier: GPL-2.0-only */
/* Helpers for domain XML on top of libxml2. Names are compared without their namespace. */
#ifndef RUNNER_PLAN_XML_H
#define RUNNER_PLAN_XML_H

#include "lab/base/buf.h"

#include <libxml/tree.h>
#include <stdbool.h>

/*
 * Parse the file PATH, without network access or entities. The caller frees *DOC with xmlFreeDoc().
 * Returns 0, or -EINVAL with a message in WHY that has the line number of the error.
 */
int xml_read(const char *path, xmlDoc **doc, struct buf *why);

/* Whether NODE is an element named NAME. */
bool xml_is(const xmlNode *node, const char *name);

/* The first child element NAME of NODE, or NULL; NODE may be NULL. */
xmlNode *xml_child(xmlNode *node, const char *name);

/* The element at PATH ("devices/emulator") below NODE, or NULL. */
xmlNode *xml_find(xmlNode *node, const char *path);

/* The text of NODE, which the caller frees; NULL if NODE is NULL or has no text. */
char *xml_text(xmlNode *node);

/* The attribute NAME of NODE, which the caller frees; NULL if it is missing or empty. */
char *xml_attribute(xmlNode *node, const char *name);

#endif
