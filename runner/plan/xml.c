// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/xml.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <libxml/parser.h>
#include <string.h>

int xml_read(const char *path, xmlDoc **doc, struct buf *why)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	const xmlError *error;

	if (!parser)
		abort();
	*doc = xmlCtxtReadFile(parser, path, NULL,
			       XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOERROR |
				       XML_PARSE_NOWARNING);
	if (!*doc) {
		error = xmlCtxtGetLastError(parser);
		buf_printf(why, "%s:%d: %.*s", path, error ? error->line : 0,
			   error ? (int)strcspn(error->message, "\n") : 10,
			   error ? error->message : "unreadable");
	}
	xmlFreeParserCtxt(parser);
	return *doc ? 0 : -EINVAL;
}

bool xml_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

xmlNode *xml_child(xmlNode *node, const char *name)
{
	for (node = node ? node->children : NULL; node; node = node->next)
		if (xml_is(node, name))
			return node;
	return NULL;
}

xmlNode *xml_find(xmlNode *node, const char *path)
{
	cleanup_free char *copy = strdup(path);
	char *rest = NULL;

	for (char *name = strtok_r(copy, "/", &rest); name; name = strtok_r(NULL, "/", &rest))
		node = xml_child(node, name);
	return node;
}

/* Copy VALUE and free it: strings of libxml2 need xmlFree(), which may not be free(). */
static char *own(xmlChar *value)
{
	char *copy = value && *value ? strdup((char *)value) : NULL;

	xmlFree(value);
	return copy;
}

char *xml_text(xmlNode *node)
{
	return node ? own(xmlNodeGetContent(node)) : NULL;
}

char *xml_attribute(xmlNode *node, const char *name)
{
	return own(xmlGetProp(node, (const xmlChar *)name));
}
