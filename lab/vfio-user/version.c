// SPDX-License-Identifier: GPL-2.0-only
/* "VFIO_USER_VERSION": the first message, in which both sides announce their capabilities. */
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define JSON_MAX   4096 /* maximum bytes of JSON from a client */
#define JSON_DEPTH 4

static void put_json(json_object **object)
{
	json_object_put(*object);
}

#define cleanup_json __attribute__((cleanup(put_json)))

/*
 * Parses LEN bytes of JSON, including a terminating NUL, into an object. Returns 0, -EINVAL or
 * -ENOMEM.
 */
static int parse(const char *json, size_t len, json_object **object)
{
	json_tokener *tokener;
	bool whole;

	if (len > JSON_MAX || memchr(json, '\0', len) != json + len - 1)
		return -EINVAL;
	tokener = json_tokener_new_ex(JSON_DEPTH);
	if (!tokener)
		return -ENOMEM;
	*object = json_tokener_parse_ex(tokener, json, (int)len);
	whole = *object && json_tokener_get_error(tokener) == json_tokener_success;
	json_tokener_free(tokener);
	return whole && json_object_is_type(*object, json_type_object) ? 0 : -EINVAL;
}

/*
 * Reads member NAME as a number into *VALUE. Returns 1, 0 if there is no such member (*VALUE is
 * unchanged), or -EINVAL.
 */
static int number(const json_object *caps, const char *name, uint64_t *value)
{
	json_object *member;

	if (!json_object_object_get_ex(caps, name, &member))
		return 0;
	if (!json_object_is_type(member, json_type_int) || json_object_get_int64(member) < 0)
		return -EINVAL;
	*value = json_object_get_uint64(member);
	return 1;
}

static int boolean(const json_object *caps, const char *name, bool *value)
{
	json_object *member;

	if (!json_object_object_get_ex(caps, name, &member))
		return 0;
	if (!json_object_is_type(member, json_type_boolean))
		return -EINVAL;
	*value = json_object_get_boolean(member);
	return 1;
}

/* The text of the capabilities in the answer. */
struct answer {
	char *text;
	size_t room, len;
};

static void __attribute__((format(printf, 2, 3))) add(struct answer *a, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(a->text + a->len, a->room - a->len, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < a->room - a->len)
		a->len += (size_t)n;
}

static void add_number(struct answer *a, const char *name, uint64_t value)
{
	add(a, "%s\"%s\":%llu", a->text[a->len - 1] == '{' ? "" : ",", name,
	    (unsigned long long)value);
}

/* Reads the client's proposals and answers each. Adds nothing that the client has not proposed. */
static int agree(struct vfu *vfu, const json_object *caps, struct answer *a)
{
	uint64_t fds = WIRE_DEFAULT_MSG_FDS, transfer = WIRE_DEFAULT_TRANSFER, pages = 0, maps = 0;
	bool multi = false;
	int has_fds = number(caps, "max_msg_fds", &fds);
	int has_transfer = number(caps, "max_data_xfer_size", &transfer);
	int has_pages = number(caps, "pgsizes", &pages);
	int has_maps = number(caps, "max_dma_maps", &maps);
	int has_multi = boolean(caps, "write_multiple", &multi);

	if (has_fds < 0 || has_transfer < 0 || has_pages < 0 || has_maps < 0 || has_multi < 0)
		return -EINVAL;
	vfu->client_fds = fds < MESSAGE_FDS ? (uint32_t)fds : MESSAGE_FDS;
	vfu->client_transfer = transfer < UINT32_MAX ? (uint32_t)transfer : UINT32_MAX;
	if (has_fds)
		add_number(a, "max_msg_fds", MESSAGE_FDS);
	if (has_transfer)
		add_number(a, "max_data_xfer_size", vfu->limits.max_transfer);
	if (has_maps)
		add_number(a, "max_dma_maps", vfu->limits.max_dma_maps);
	pages &= ~(uint64_t)(WIRE_DEFAULT_PGSIZES - 1);
	if (has_pages)
		add_number(a, "pgsizes", pages ? pages : WIRE_DEFAULT_PGSIZES);
	if (multi)
		add(a, "%s\"write_multiple\":true", a->text[a->len - 1] == '{' ? "" : ",");
	return 0;
}

/* Makes the JSON of the answer from the client's JSON, the last LEN bytes of the request. */
static int negotiate(struct vfu *vfu, const char *json, size_t len, struct answer *a)
{
	cleanup_json json_object *object = NULL;
	json_object *caps;
	int r;

	r = parse(json, len, &object);
	if (r)
		return r;
	add(a, "{\"capabilities\":{");
	if (json_object_object_get_ex(object, "capabilities", &caps)) {
		if (!json_object_is_type(caps, json_type_object))
			return -EINVAL;
		r = agree(vfu, caps, a);
		if (r)
			return r;
	}
	add(a, "}}");
	a->len++; /* send its NUL, too */
	return 0;
}

int serve_version(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct answer a = {.text = (char *)reply->data + sizeof(struct wire_version), .room = 512};
	struct wire_version version;
	size_t len = request->len - sizeof(version);
	int r;

	if (vfu->agreed)
		return -EINVAL;
	memcpy(&version, request->payload, sizeof(version));
	if (version.major != WIRE_MAJOR)
		return -ENOTSUP;
	if (version.minor > WIRE_MINOR)
		version.minor = WIRE_MINOR;
	vfu->client_fds = WIRE_DEFAULT_MSG_FDS;
	vfu->client_transfer = WIRE_DEFAULT_TRANSFER;
	if (len) {
		r = negotiate(vfu, (const char *)request->payload + sizeof(version), len, &a);
		if (r)
			return r;
	}
	memcpy(reply->data, &version, sizeof(version));
	reply->len = sizeof(version) + a.len;
	vfu->agreed = true;
	if (vfu->ops->connected)
		vfu->ops->connected(vfu->device);
	return 0;
}
