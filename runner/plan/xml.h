/* SPDX-License-Identifier: GPL-2.0-only */
/* The little of libxml2 that domain XML needs. Names are compared without their namespace. */
#ifndef RUNNER_PLAN_XML_H
#define RUNNER_PLAN_XML_H

#include "lab/base/buf.h"

#include <libxml/tree.h>
#include <stdbool.h>

/*
 * Read PATH, without network or entities. 0, or -errno and one line in WHY, which names the line of
 * a mistake.
 */
int xml_read(const char *path, xmlDoc **doc, struct buf *why);

/* Whether NODE is an element named NAME. */
bool xml_is(const xmlNode *node, const char *name);

/* The first child element NAME of NODE, or NULL; NODE may be NULL. */
xmlNode *xml_child(xmlNode *node, const char *name);

/* The element at PATH ("devices/emulator") below NODE, or NULL. */
xmlNode *xml_find(xmlNode *node, const char *path);

/* The text of NODE, which the caller frees; NULL where NODE is NULL or empty. */
char *xml_text(xmlNode *node);

/* The attribute NAME of NODE, which the caller frees, or NULL. */
char *xml_attribute(xmlNode *node, const char *name);

#endif
