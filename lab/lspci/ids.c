// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/ids.h"

#include "lab/base/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void lspci_ids_read(const char *path, struct lspci_ids *ids)
{
	*ids = (struct lspci_ids){0};
	file_read(path, &ids->data, NULL);
}

void lspci_ids_free(struct lspci_ids *ids)
{
	free(ids->data);
	*ids = (struct lspci_ids){0};
}

/* A line of the file: "8086  Intel Corporation", with a tab before it for each level. */
struct ids_line {
	unsigned int level;
	bool class;
	uint16_t id, second; /* the second number is a subsystem's */
	const char *name;
	size_t len;
};

static bool parse_entry(const char *line, size_t len, struct ids_line *entry)
{
	const char *end = line + len;
	char *rest;

	*entry = (struct ids_line){0};
	for (; line < end && *line == '\t'; line++)
		entry->level++;
	if (line == end || *line == '#')
		return false;
	if (line[0] == 'C' && line + 2 < end && line[1] == ' ') {
		entry->class = true;
		line += 2;
	}
	entry->id = (uint16_t)strtoul(line, &rest, 16);
	if (rest == line || rest >= end)
		return false;
	if (entry->level == 2 && rest + 5 < end && rest[0] == ' ' &&
	    isxdigit((unsigned char)rest[1]))
		entry->second = (uint16_t)strtoul(rest + 1, &rest, 16);
	while (rest < end && *rest == ' ')
		rest++;
	entry->name = rest;
	entry->len = (size_t)(end - rest);
	return entry->len > 0;
}

/* The next entry from *AT on. */
static bool next_entry(const char **at, struct ids_line *entry)
{
	while (*at && **at) {
		const char *line = *at;
		const size_t len = strcspn(line, "\n");

		*at = line + len + (line[len] == '\n');
		if (parse_entry(line, len, entry))
			return true;
	}
	return false;
}

static bool is_name(const struct ids_line *entry, const char *name, size_t len)
{
	return entry->len == len && !memcmp(entry->name, name, len);
}

/* lspci prints the name of a base class only if it does not know the subclass. */
bool lspci_ids_class(const struct lspci_ids *ids, const char *name, size_t len, uint16_t *class)
{
	const char *at = ids->data;
	bool inside = false, found = false;
	uint16_t base = 0;
	struct ids_line entry;

	while (next_entry(&at, &entry)) {
		if (!entry.level) {
			inside = entry.class;
			base = (uint16_t)(entry.id << 8);
		}
		if (!inside || entry.level > 1 || !is_name(&entry, name, len))
			continue;
		*class = entry.level ? base | (entry.id & 0xff) : base;
		found = true;
		if (entry.level)
			break;
	}
	return found;
}

bool lspci_ids_vendor(const struct lspci_ids *ids, const char *name, size_t len, uint16_t *vendor,
		      size_t *used)
{
	const char *at = ids->data;
	size_t longest = 0;
	struct ids_line entry;

	while (next_entry(&at, &entry)) {
		if (entry.level || entry.class || entry.len <= longest || entry.len > len)
			continue;
		if (memcmp(entry.name, name, entry.len) ||
		    (entry.len < len && name[entry.len] != ' '))
			continue;
		longest = entry.len;
		*vendor = entry.id;
	}
	*used = longest + (longest < len);
	return longest > 0;
}

/* Where the entries below VENDOR begin; NULL if there are none. */
static const char *find_vendor(const struct lspci_ids *ids, uint16_t vendor)
{
	const char *at = ids->data;
	struct ids_line entry;

	while (next_entry(&at, &entry))
		if (!entry.level && !entry.class && entry.id == vendor)
			return at;
	return NULL;
}

bool lspci_ids_device(const struct lspci_ids *ids, uint16_t vendor, const char *name, size_t len,
		      uint16_t *device)
{
	const char *at = find_vendor(ids, vendor);
	struct ids_line entry;

	while (next_entry(&at, &entry) && entry.level) {
		if (entry.level != 1 || !is_name(&entry, name, len))
			continue;
		*device = entry.id;
		return true;
	}
	return false;
}

bool lspci_ids_subsystem(const struct lspci_ids *ids, uint16_t vendor, uint16_t device,
			 uint16_t subvendor, const char *name, size_t len, uint16_t *subdevice)
{
	const char *at = find_vendor(ids, vendor);
	struct ids_line entry;
	bool inside = false;

	while (next_entry(&at, &entry) && entry.level) {
		if (entry.level == 1)
			inside = entry.id == device;
		if (!inside || entry.level != 2 || entry.id != subvendor ||
		    !is_name(&entry, name, len))
			continue;
		*subdevice = entry.second;
		return true;
	}
	return false;
}
