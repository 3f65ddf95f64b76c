// SPDX-License-Identifier: GPL-2.0-only
#include "reports/markup.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <libxml/parserInternals.h>
#include <libxml/uri.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

struct markup {
	xmlTextWriter *writer;
	xmlBuffer *buffer;
};

/* The serializer fails only if memory is short or if it is misused. */
static void must(bool done)
{
	if (!done)
		abort();
}

static const xmlChar *xml(const char *text)
{
	return (const xmlChar *)text;
}

struct markup *markup_new(enum markup_kind kind)
{
	struct markup *markup = zalloc(1, sizeof(*markup));

	markup->buffer = xmlBufferCreate();
	must(markup->buffer);
	xmlBufferSetAllocationScheme(markup->buffer, XML_BUFFER_ALLOC_DOUBLEIT);
	markup->writer = xmlNewTextWriterMemory(markup->buffer, 0);
	must(markup->writer);
	/* In HTML, blanks between elements can be visible. */
	xmlTextWriterSetIndent(markup->writer, kind == MARKUP_XML);
	if (kind == MARKUP_XML)
		must(xmlTextWriterStartDocument(markup->writer, NULL, "UTF-8", NULL) >= 0);
	else
		must(xmlTextWriterWriteDTD(markup->writer, xml("html"), NULL, NULL, NULL) >= 0 &&
		     xmlTextWriterWriteString(markup->writer, xml("\n")) >= 0);
	return markup;
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((*text < ' ' && *text != '\n' && *text != '\t') || *text > '~')
			return false;
	return true;
}

/* TEXT as valid XML characters: control characters and broken UTF-8 become '?'. */
static char *clean(const char *text)
{
	cleanup_free char *copy = strdup(text);
	char *at = copy;

	must(copy);
	while (*at) {
		int len = (int)strnlen(at, 4);
		int character = xmlGetUTF8Char(xml(at), &len);

		if (character < 0 || !IS_CHAR(character) ||
		    (character >= 0x7f && character < 0xa0)) {
			*at = '?';
			len = 1;
		}
		at += len;
	}
	return steal(copy);
}

/* TEXT itself if it is valid, else a copy in *COPY. */
static const char *safe(const char *text, char **copy)
{
	if (is_plain(text))
		return text;
	*copy = clean(text);
	return *copy;
}

static void write_attribute(struct markup *markup, const char *name, const char *value)
{
	cleanup_free char *copy = NULL;

	must(xmlTextWriterWriteAttribute(markup->writer, xml(name), xml(safe(value, &copy))) >= 0);
}

static void open_with(struct markup *markup, const char *name, va_list attributes)
{
	const char *attribute;

	must(xmlTextWriterStartElement(markup->writer, xml(name)) >= 0);
	while ((attribute = va_arg(attributes, const char *))) {
		const char *value = va_arg(attributes, const char *);

		if (value)
			write_attribute(markup, attribute, value);
	}
}

void markup_open(struct markup *markup, const char *name, ...)
{
	va_list attributes;

	va_start(attributes, name);
	open_with(markup, name, attributes);
	va_end(attributes);
}

void markup_close(struct markup *markup)
{
	must(xmlTextWriterFullEndElement(markup->writer) >= 0);
}

void markup_empty(struct markup *markup, const char *name, ...)
{
	va_list attributes;

	va_start(attributes, name);
	open_with(markup, name, attributes);
	va_end(attributes);
	must(xmlTextWriterEndElement(markup->writer) >= 0);
}

void markup_element(struct markup *markup, const char *name, const char *text, ...)
{
	va_list attributes;

	va_start(attributes, text);
	open_with(markup, name, attributes);
	va_end(attributes);
	markup_text(markup, text);
	markup_close(markup);
}

void markup_text(struct markup *markup, const char *text)
{
	cleanup_free char *copy = NULL;

	if (text && *text)
		must(xmlTextWriterWriteString(markup->writer, xml(safe(text, &copy))) >= 0);
}

void markup_textf(struct markup *markup, const char *format, ...)
{
	cleanup_buf struct buf buf = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&buf, format, args);
	va_end(args);
	markup_text(markup, buf.data);
}

void markup_free(struct markup *markup)
{
	xmlFreeTextWriter(markup->writer);
	xmlBufferFree(markup->buffer);
	free(markup);
}

int markup_write(struct markup *markup, const char *path)
{
	int err;

	must(xmlTextWriterEndDocument(markup->writer) >= 0 &&
	     xmlTextWriterFlush(markup->writer) >= 0);
	err = file_write(path, xmlBufferContent(markup->buffer),
			 (size_t)xmlBufferLength(markup->buffer));
	markup_free(markup);
	return err;
}

char *markup_href(const char *folder, const char *path)
{
	xmlChar *escaped = xmlURIEscapeStr(xml(path), xml("/"));
	char *href;

	must(escaped);
	href = text("%s/%s", folder, (char *)escaped);
	xmlFree(escaped);
	return href;
}
