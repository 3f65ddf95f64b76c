// SPDX-License-Identifier: GPL-2.0-only
/* Patterns of modules.alias, compared with fnmatch(3), and where they differ from it. */
#include "lab/base/alias-glob.h"

#include "lab/base/alloc.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <fnmatch.h>
#include <stdint.h>
#include <string.h>

/* The pattern's memory ends with the pattern, so that the sanitizer detects a read beyond it. */
static bool matches(const char *pattern, const char *text)
{
	size_t len = strlen(pattern);
	cleanup_free char *exact = zalloc(len, 1);

	memcpy(exact, pattern, len);
	return glob_match(exact, len, text);
}

static const struct {
	const char *pattern, *text;
	bool expected;
} known[] = {
	{"", "", true},
	{"", "a", false},
	{"*", "", true},
	{"**", "abc", true},
	{"a*", "a", true},
	{"a*c", "abcbc", true},
	{"a*c", "abcbd", false},
	{"?", "", false},
	{"?b", "ab", true},
	{"pci:v00008086d*", "pci:v00008086d000010D3", true},
	{"pci:v00008086d*", "pci:v00008087d000010D3", false},
	{"pci:v*d*sv*sd*bc*sc*i*", "pci:v00001234d000011E8sv00001AF4sd00001100bc00sc00i00", true},
	{"vfio_pci:v*d*", "pci:v00001234d000011E8", false},
	{"bc[0-9A-F]?", "bcF0", true},
	{"bc[0-9A-F]?", "bcG0", false},
	{"[!0-9]", "x", true},
	{"[^0-9]", "4", false},
	{"[]]", "]", true},
	{"[!]]", "]", false},
	{"[a-]", "a", true},
	{"[z-a]", "m", false},
	{"[a", "[a", true},
	{"[a", "a", false},
	{"\\*", "*", true},
	{"\\*", "a", false},
	{"[\\]x]", "]", true},
	{"a\\", "a\\", false},
	/* Module names: `-' equals `_', but not within brackets. */
	{"snd-hda_intel", "snd_hda-intel", true},
	{"a[_]b", "a-b", true},
	{"a[a-c]b", "a_b", false},
	{"a\\-b", "a_b", true},
	/* Bytes above 127 are ordinary characters. */
	{"dmi:*\303\251*", "dmi:svn\303\251", true},
	{"[\200-\377]", "\303", true},
};

TEST patterns(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		ASSERT_EQm(known[i].pattern, known[i].expected,
			   matches(known[i].pattern, known[i].text));
	PASS();
}

static uint32_t next_number(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

static void fill(char *text, size_t most, const char *letters, uint32_t *state)
{
	size_t len = next_number(state) % most;

	for (size_t i = 0; i < len; i++)
		text[i] = letters[next_number(state) % strlen(letters)];
	text[len] = '\0';
}

/* The texts contain neither `-' nor `_', so nothing specific to modules.alias matters. */
TEST agrees_with_fnmatch(void)
{
	static char message[128];
	unsigned int matched = 0;
	uint32_t state = 1;

	for (unsigned int i = 0; i < 300000; i++) {
		char pattern[12], text[8];
		bool expected;

		fill(pattern, sizeof(pattern), "ab*?[]!^-\\", &state);
		fill(text, sizeof(text), "ab[]!*\\", &state);
		expected = !fnmatch(pattern, text, 0);
		matched += expected;
		snprintf(message, sizeof(message), "pattern '%s', text '%s'", pattern, text);
		ASSERT_EQm(message, expected, matches(pattern, text));
	}
	ASSERTm("too few of them match to be a useful test", matched > 1000);
	PASS();
}

#define STARS 1500

/*
 * A matcher that retries every star for each choice of the one before would take exponential time.
 */
TEST many_stars_come_to_an_end(void)
{
	char pattern[2 * STARS + 2] = "", text[2 * STARS + 1] = "";

	for (size_t i = 0; i < STARS; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	pattern[2 * STARS] = 'b';
	memset(text, 'a', sizeof(text) - 1);
	ASSERT_FALSE(matches(pattern, text));
	pattern[2 * STARS] = '\0';
	ASSERT(matches(pattern, text));
	PASS();
}

TEST stars(void)
{
	static const struct {
		const char *pattern;
		unsigned int stars;
	} counted[] = {{"", 0},	  {"abc", 0},  {"*", 1},    {"v*d*sv*sd*bc*sc*i*", 7},
		       {"**", 2}, {"[*]*", 1}, {"\\**", 1}, {"[*", 1}};

	for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
		ASSERT_EQm(counted[i].pattern, counted[i].stars,
			   glob_stars(counted[i].pattern, strlen(counted[i].pattern)));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	alarm(120); /* kill an endless match */
	RUN_TEST(patterns);
	RUN_TEST(agrees_with_fnmatch);
	RUN_TEST(many_stars_come_to_an_end);
	RUN_TEST(stars);
	GREATEST_MAIN_END();
}
