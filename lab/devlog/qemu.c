// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace events of QEMU's VFIO (hw/vfio/trace-events). All versions since 2.2 print
 *
 *	vfio_region_write  (NAME:regionN+0xOFFSET, 0xVALUE, SIZE)
 *	vfio_region_read  (NAME:regionN+0xOFFSET, SIZE) = 0xVALUE
 *	vfio_pci_read_config  (NAME, @0xOFFSET, len=0xSIZE) 0xVALUE
 *	vfio_pci_write_config  (NAME, @0xOFFSET, 0xVALUE, len=0xSIZE)
 *
 * after a time and other text that depends on the version and the backend. The script
 * simpletrace.py prints the same arguments as "vfio_region_write 0.123 pid=1 name=b'...' ...".
 */
#include "lab/base/alloc.h"
#include "lab/devlog/parse.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define NAME_MAX_LEN 256u

/* What an event says. */
struct qemu_event {
	const char *name; /* not terminated */
	size_t name_len;
	uint64_t space, at, len, value;
};

struct shape {
	const char *word;
	bool write;
	bool config;
	const char *expected;
};

static const struct shape shapes[] = {
	{"vfio_region_write", true, false,
	 "vfio_region_write  (NAME:regionN+0xOFFSET, 0xVALUE, SIZE)"},
	{"vfio_region_read", false, false,
	 "vfio_region_read  (NAME:regionN+0xOFFSET, SIZE) = 0xVALUE"},
	{"vfio_pci_write_config", true, true,
	 "vfio_pci_write_config  (NAME, @0xOFFSET, 0xVALUE, len=0xSIZE)"},
	{"vfio_pci_read_config", false, true,
	 "vfio_pci_read_config  (NAME, @0xOFFSET, len=0xSIZE) 0xVALUE"},
};

/* The last occurrence of WORD: a name may be any text. */
static const char *find_last(const char *text, const char *word)
{
	const char *found = NULL;

	while ((text = strstr(text, word)))
		found = text++;
	return found;
}

/* Takes the name, up to the last WORD, and WORD. */
static bool take_name(const char **at, const char *word, struct qemu_event *event)
{
	const char *end = find_last(*at, word);

	if (!end)
		return false;
	event->name = *at;
	event->name_len = (size_t)(end - *at);
	*at = end + strlen(word);
	return event->name_len && event->name_len <= NAME_MAX_LEN;
}

static bool take_region(const char *at, bool write, struct qemu_event *event)
{
	if (!take_name(&at, ":region", event) || !take_decimal(&at, &event->space) ||
	    !take_text(&at, "+") || !take_hex(&at, &event->at) || !take_text(&at, ", "))
		return false;
	if (write)
		return take_hex(&at, &event->value) && take_text(&at, ", ") &&
		       take_decimal(&at, &event->len) && take_text(&at, ")") && is_end(at);
	return take_decimal(&at, &event->len) && take_text(&at, ") =") &&
	       take_hex(&at, &event->value) && is_end(at);
}

static bool take_config(const char *at, bool write, struct qemu_event *event)
{
	event->space = REPLAY_CONFIG;
	if (!take_name(&at, ", @", event) || !take_hex(&at, &event->at) || !take_text(&at, ", "))
		return false;
	if (write)
		return take_hex(&at, &event->value) && take_text(&at, ", len=") &&
		       take_hex(&at, &event->len) && take_text(&at, ")") && is_end(at);
	return take_text(&at, "len=") && take_hex(&at, &event->len) && take_text(&at, ")") &&
	       take_hex(&at, &event->value) && is_end(at);
}

/* The argument KEY of simpletrace.py, "KEY=0x1". */
static bool find_argument(const char *at, const char *key, uint64_t *value)
{
	for (const size_t len = strlen(key); (at = strstr(at, key)); at += len) {
		const char *number = at + len + 1;

		if (at[-1] == ' ' && at[len] == '=' && take_hex(&number, value) &&
		    (!*number || *number == ' ' || *number == '\r'))
			return true;
	}
	return false;
}

/* "0.123 pid=1 name=b'0000:01:00.0' index=0x0 addr=0x10 data=0x1 size=0x4" */
static bool take_arguments(const char *at, bool config, struct qemu_event *event)
{
	const char *name = strstr(at, " name="), *end;

	if (!name)
		return false;
	name += strlen(" name=");
	name += *name == 'b' && name[1] == '\'';
	end = *name == '\'' ? strchr(++name, '\'') : name + strcspn(name, " \r");
	if (!end || end == name || end - name > NAME_MAX_LEN)
		return false;
	event->name = name;
	event->name_len = (size_t)(end - name);
	event->space = REPLAY_CONFIG;
	if (config)
		return find_argument(end, "addr", &event->at) &&
		       find_argument(end, "len", &event->len) &&
		       find_argument(end, "val", &event->value);
	return find_argument(end, "index", &event->space) &&
	       find_argument(end, "addr", &event->at) && find_argument(end, "size", &event->len) &&
	       find_argument(end, "data", &event->value);
}

static uint32_t find_device(struct replay_log *log, const struct qemu_event *event)
{
	struct replay_device *added;

	for (size_t i = log->device_count; i-- > 0;)
		if (strlen(log->devices[i].name) == event->name_len &&
		    !strncmp(log->devices[i].name, event->name, event->name_len))
			return (uint32_t)i;
	log->devices = one_more(log->devices, log->device_count, sizeof(*added));
	added = &log->devices[log->device_count];
	*added = (struct replay_device){
		.name = text("%.*s", (int)event->name_len, event->name),
	};
	return (uint32_t)log->device_count++;
}

/* The text behind the event's word; NULL if LINE does not have it as a word. */
static const char *find_word(const char *line, const char *word)
{
	const char *found = strstr(line, word);

	if (!found || (found > line && (isalnum((unsigned char)found[-1]) || found[-1] == '_')))
		return NULL;
	found += strlen(word);
	return *found == ' ' ? found + strspn(found, " ") : NULL;
}

/* Whether what follows the word is the event itself, and not a list of events to trace. */
static bool is_event(const char *rest)
{
	return *rest == '(' || (isdigit((unsigned char)*rest) && strstr(rest, " pid="));
}

static int take_event(struct replay_log *log, const struct shape *shape, const char *rest,
		      uint32_t number, struct buf *why)
{
	struct qemu_event event = {0};
	bool taken;

	if (*rest != '(')
		taken = take_arguments(rest, shape->config, &event);
	else if (shape->config)
		taken = take_config(rest + 1, shape->write, &event);
	else
		taken = take_region(rest + 1, shape->write, &event);
	if (!taken || !is_access(event.at, event.len) || event.space >= REPLAY_PHYSICAL) {
		buf_printf(why, "%u: expected %s", number, shape->expected);
		return -EINVAL;
	}
	add_access(log, (struct replay_access){
				.at = event.at,
				.value = event.value,
				.line = number,
				.device = find_device(log, &event),
				.space = (uint8_t)event.space,
				.len = (uint8_t)event.len,
				.write = shape->write,
			});
	return 1;
}

int qemu_line(struct replay_log *log, const char *line, uint32_t number, struct buf *why)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		const char *rest = find_word(line, shapes[i].word);

		if (rest && is_event(rest))
			return take_event(log, &shapes[i], rest, number, why);
	}
	return 0;
}
