/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How lspci prints the registers of each capability, as tables: which words of which line stand
 * for which bits. Words that versions of pciutils spell differently have an entry each.
 */
#ifndef LAB_LSPCI_FIELDS_H
#define LAB_LSPCI_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
	FIELD_FLAG,	/* KEY+ or KEY- */
	FIELD_NUMBER,	/* decimal, behind KEY */
	FIELD_HEX,	/* hex, behind KEY */
	FIELD_LOG2,	/* of the decimal number behind KEY, less `bias' */
	FIELD_LESS_ONE, /* the decimal number behind KEY less one */
	FIELD_CHOICE,	/* one of `choices', behind KEY */
	FIELD_PRESENT,	/* KEY is there */
	FIELD_LATENCY,	/* nanoseconds behind KEY: ten bits and a scale of three */
	FIELD_SIZE,	/* a size with its unit behind KEY: log2 of MiB */
	FIELD_WATTS,	/* "6.5" behind KEY: eight bits and a scale of two */
};

struct field {
	const char *label; /* of the line: what is before its colon; "": the first line; "*": any */
	const char *key;
	enum field_kind kind;
	uint8_t at; /* of the register, in the capability */
	uint8_t shift, width;
	uint8_t bias;
	const char *choices; /* "0=text|3=text": the longest one that fits */
};

struct cap_text {
	const char *name; /* how lspci's line of the capability begins, behind [xx] */
	uint16_t id;
	uint16_t size;		    /* in bytes, header included */
	uint8_t version;	    /* of an extended one, if lspci does not print it */
	const struct field *fields; /* ended by one without a key; NULL: none */
};

/* Ended by one without a name. A name that begins like another comes before it. */
extern const struct cap_text cap_texts[], ecap_texts[];

#define FLAG(label, key, at, bit)	     {label, key, FIELD_FLAG, at, bit, 1, 0, NULL}
#define NUMBER(label, key, at, shift, width) {label, key, FIELD_NUMBER, at, shift, width, 0, NULL}
#define HEX(label, key, at, shift, width)    {label, key, FIELD_HEX, at, shift, width, 0, NULL}
#define LOG2(label, key, at, shift, width, bias)                                                   \
	{label, key, FIELD_LOG2, at, shift, width, bias, NULL}
#define LESS_ONE(label, key, at, shift, width)                                                     \
	{label, key, FIELD_LESS_ONE, at, shift, width, 0, NULL}
#define CHOICE(label, key, at, shift, width, choices)                                              \
	{label, key, FIELD_CHOICE, at, shift, width, 0, choices}
#define PRESENT(label, key, at, bit)	   {label, key, FIELD_PRESENT, at, bit, 1, 0, NULL}
#define LATENCY(label, key, at, shift)	   {label, key, FIELD_LATENCY, at, shift, 13, 0, NULL}
#define SIZE(label, key, at, shift, width) {label, key, FIELD_SIZE, at, shift, width, 0, NULL}
#define WATTS(label, key, at, shift)	   {label, key, FIELD_WATTS, at, shift, 10, 0, NULL}
/* A line with a label of its own, whose words are not those of the line before. */
#define IGNORED(label) {label, "\n", FIELD_PRESENT, 0, 0, 0, 0, NULL}
#define FIELDS_END     {NULL, NULL, FIELD_FLAG, 0, 0, 0, 0, NULL}

/* Whether LABEL is that of a line of FIELDS. */
bool fields_have(const struct field *fields, const char *label, size_t len);

/*
 * Set in BYTES (SIZE of them, all in front of the end of config space) what FIELDS find in REST,
 * which follows LABEL (LEN bytes of it) on its line, or continues it.
 */
void fields_take(const struct field *fields, const char *label, size_t len, const char *rest,
		 uint8_t *bytes, size_t size);

#endif
